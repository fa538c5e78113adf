/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.util.Optional;

/**
 * How many pixels there are in a length.
 *
 * @param x pixels in a row
 * @param y pixels in a column
 * @param unit of the length
 */
record Resolution(double x, double y, Unit unit) {

	/** Of the length; the order is that of TIFF, from 1 on. */
	enum Unit {

		/** Only the ratio counts. */
		NONE,
		INCH,
		CENTIMETER
	}

	/** An inch in centimeters. */
	private static final double INCH = 2.54;
	private static final double CENTIMETERS = 100;
	/** Half of the step of whole pixels in a meter, the unit of PNG, in inches. */
	private static final double TOLERANCE = INCH / CENTIMETERS / 2 + 1e-6;
	private static final long DENOMINATOR = 10000;

	/** The numbers, if they make sense. */
	static Optional<Resolution> of(final double x, final double y, final Unit unit) {
		return x > 0 && y > 0 && x < Integer.MAX_VALUE / DENOMINATOR && y < Integer.MAX_VALUE / DENOMINATOR
				? Optional.of(new Resolution(x, y, unit)) : Optional.empty();
	}

	/** Of numbers in a meter; nearly whole numbers in an inch are meant so. */
	static Optional<Resolution> ofMeter(final double x, final double y) {
		final double inchX = x * INCH / CENTIMETERS;
		final double inchY = y * INCH / CENTIMETERS;
		final boolean whole = isWhole(inchX) && isWhole(inchY);
		return of(whole ? Math.rint(inchX) : inchX, whole ? Math.rint(inchY) : inchY, Unit.INCH);
	}

	private static boolean isWhole(final double number) {
		return Math.abs(number - Math.rint(number)) <= TOLERANCE;
	}

	/** Of the picture turned by a quarter. */
	Resolution turned() {
		return new Resolution(y, x, unit);
	}

	/** Pixels in a meter. */
	long meter(final double number) {
		return Math.round(number * CENTIMETERS / (unit == Unit.INCH ? INCH : 1));
	}

	/** Numerator and denominator. */
	static long[] fraction(final double number) {
		return number == Math.rint(number) ? new long[] {(long) number, 1}
				: new long[] {Math.round(number * DENOMINATOR), DENOMINATOR};
	}
}
