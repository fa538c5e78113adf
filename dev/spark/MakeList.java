/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */

import org.apache.spark.sql.SparkSession;

/** Writes a Parquet list of files that do not exist: {@code MakeList.java FOLDER ROWS}. */
public final class MakeList {

	public static void main(final String[] arguments) throws Exception {
		try (SparkSession spark =
				SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate()) {
			spark.range(Long.parseLong(arguments[1]))
					.selectExpr("concat('file:/no-such-archive/', id % 1000, '/', id, '.png') as uri").write()
					.parquet(arguments[0]);
		}
	}
}
