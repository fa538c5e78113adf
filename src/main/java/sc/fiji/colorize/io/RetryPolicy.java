/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.io;

import java.time.Duration;
import java.util.List;

/**
 * The timeouts of a download and its pauses between attempts.
 *
 * @param connect timeout of the connection
 * @param stall longest time without a byte
 * @param pauses one pause before each further attempt
 */
public record RetryPolicy(Duration connect, Duration stall, List<Duration> pauses) {

	/** Waits at most 30 s for data and retries four times. */
	public static final RetryPolicy DEFAULT = new RetryPolicy(Duration.ofSeconds(20), Duration.ofSeconds(30),
			List.of(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(30)));
}
