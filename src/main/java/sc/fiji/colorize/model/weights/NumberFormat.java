/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.nio.ByteBuffer;

import ai.djl.util.Float16Utils;

/** Number formats of weights files, little-endian; all are converted to float32. */
public enum NumberFormat {

	/** Half precision, 11 significant bits. */
	FLOAT16(Short.BYTES, 0x1p-11),
	/** The upper half of a float32, 8 significant bits. */
	BFLOAT16(Short.BYTES, 0x1p-8),
	/** Single precision. */
	FLOAT32(Float.BYTES, 0x1p-24),
	/** Double precision, rounded to single precision when read. */
	FLOAT64(Double.BYTES, 0x1p-24);

	private final int bytes;
	private final double rounding;

	NumberFormat(final int bytes, final double rounding) {
		this.bytes = bytes;
		this.rounding = rounding;
	}

	/** Bytes per number. */
	int bytes() {
		return bytes;
	}

	/**
	 * The largest relative rounding error of this format after conversion to float32.
	 *
	 * @return a factor, such as 2^-11 for half precision
	 */
	public double rounding() {
		return rounding;
	}

	/** Reads the next number of a little-endian buffer. */
	float read(final ByteBuffer in) {
		return switch (this) {
			case FLOAT16 -> Float16Utils.halfToFloat(in.getShort());
			case BFLOAT16 -> Float.intBitsToFloat(in.getShort() << Short.SIZE);
			case FLOAT32 -> in.getFloat();
			case FLOAT64 -> (float) in.getDouble();
		};
	}
}
