/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.time.Duration;
import java.util.List;

/**
 * How long a download waits, and how often it tries again.
 *
 * @param connect for the connection
 * @param stall for the next bytes
 * @param pauses before each further try
 */
public record RetryPolicy(Duration connect, Duration stall, List<Duration> pauses) {

	/** Waits half a minute, and tries four times more. */
	public static final RetryPolicy USUAL = new RetryPolicy(Duration.ofSeconds(20), Duration.ofSeconds(30),
			List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(30)));
}
