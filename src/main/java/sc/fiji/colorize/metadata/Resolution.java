/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.util.Optional;

/**
 * Pixels per unit of length.
 *
 * @param x horizontal
 * @param y vertical
 * @param unit the unit of length
 */
record Resolution(double x, double y, Unit unit) {

	/** Unit of length, in the order of TIFF, from 1. */
	enum Unit {

		/** No unit: only the aspect ratio is meaningful. */
		NONE,
		INCH,
		CENTIMETER
	}

	/** An inch in centimeters. */
	private static final double INCH = 2.54;
	private static final double CENTIMETERS = 100;
	/** Half a step of whole pixels per meter, the unit of PNG, in pixels per inch. */
	private static final double TOLERANCE = INCH / CENTIMETERS / 2 + 1e-6;
	private static final long DENOMINATOR = 10000;

	/** Creates a resolution if the numbers are plausible. */
	static Optional<Resolution> of(final double x, final double y, final Unit unit) {
		return x > 0 && y > 0 && x < Integer.MAX_VALUE / DENOMINATOR && y < Integer.MAX_VALUE / DENOMINATOR
				? Optional.of(new Resolution(x, y, unit)) : Optional.empty();
	}

	/** Converts pixels per meter; rounds to pixels per inch if nearly whole. */
	static Optional<Resolution> ofMeter(final double x, final double y) {
		final double inchX = x * INCH / CENTIMETERS;
		final double inchY = y * INCH / CENTIMETERS;
		final boolean whole = isWhole(inchX) && isWhole(inchY);
		return of(whole ? Math.rint(inchX) : inchX, whole ? Math.rint(inchY) : inchY, Unit.INCH);
	}

	private static boolean isWhole(final double number) {
		return Math.abs(number - Math.rint(number)) <= TOLERANCE;
	}

	/** The resolution after a rotation by 90 degrees. */
	Resolution turned() {
		return new Resolution(y, x, unit);
	}

	/** Pixels per meter. */
	long meter(final double number) {
		return Math.round(number * CENTIMETERS / (unit == Unit.INCH ? INCH : 1));
	}

	/** Numerator and denominator. */
	static long[] fraction(final double number) {
		return number == Math.rint(number) ? new long[] {(long) number, 1}
				: new long[] {Math.round(number * DENOMINATOR), DENOMINATOR};
	}
}
