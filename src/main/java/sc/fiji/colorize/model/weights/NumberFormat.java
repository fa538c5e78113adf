/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.nio.ByteBuffer;

import ai.djl.util.Float16Utils;

/** How a file of weights stores its numbers, little-endian; all become float32. */
public enum NumberFormat {

	/** Half precision: 11 bits. */
	FLOAT16(Short.BYTES, 0x1p-11),
	/** The upper half of a float32: 8 bits of precision. */
	BFLOAT16(Short.BYTES, 0x1p-8),
	/** Single precision. */
	FLOAT32(Float.BYTES, 0x1p-24),
	/** Double precision, rounded to single when read. */
	FLOAT64(Double.BYTES, 0x1p-24);

	private final int bytes;
	private final double rounding;

	NumberFormat(final int bytes, final double rounding) {
		this.bytes = bytes;
		this.rounding = rounding;
	}

	/** Bytes of a number. */
	int bytes() {
		return bytes;
	}

	/**
	 * The largest relative error of a number that was rounded to this format and then to float32.
	 *
	 * @return such as 2^-11 for half precision
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
