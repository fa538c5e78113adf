/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import ai.djl.ndarray.types.DataType;

/** Number formats of weights files, little-endian; all are converted to float32. */
public enum NumberFormat {

	/** Half precision, 11 significant bits. */
	FLOAT16(DataType.FLOAT16, 0x1p-11),
	/** The upper half of a float32, 8 significant bits. */
	BFLOAT16(DataType.BFLOAT16, 0x1p-8),
	/** Single precision. */
	FLOAT32(DataType.FLOAT32, 0x1p-24),
	/** Double precision, rounded to single precision when read. */
	FLOAT64(DataType.FLOAT64, 0x1p-24);

	private final DataType type;
	private final double rounding;

	NumberFormat(final DataType type, final double rounding) {
		this.type = type;
		this.rounding = rounding;
	}

	DataType type() {
		return type;
	}

	/** Bytes per number. */
	int bytes() {
		return type.getNumOfBytes();
	}

	/**
	 * The largest relative rounding error of this format after conversion to float32.
	 *
	 * @return a factor, such as 2^-11 for half precision
	 */
	public double rounding() {
		return rounding;
	}
}
