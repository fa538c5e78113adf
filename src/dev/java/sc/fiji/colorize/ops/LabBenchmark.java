/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.concurrent.TimeUnit;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Converts a photo of 12 megapixels from sRGB to Lab and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx1200m")
@Warmup(iterations = 4, time = 700, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class LabBenchmark {

	private static final long[] SIZE = {BenchmarkData.WIDTH, BenchmarkData.HEIGHT, 3};

	private final byte[] photo = BenchmarkData.photo();
	private final Img<UnsignedByteType> bytes = ArrayImgs.unsignedBytes(photo, SIZE);
	private final Img<FloatType> floats = ArrayImgs.floats(SIZE);
	private final Img<FloatType> lab = ArrayImgs.floats(SIZE);

	/** Fills the float photo with fractional values. */
	public LabBenchmark() {
		int i = 0;
		for (final FloatType value : floats) {
			value.set((photo[i++] & 0xff) + 0.25f);
		}
	}

	/** 8-bit in and out. */
	@Benchmark
	public Img<UnsignedByteType> eightBit() {
		return thereAndBack(bytes);
	}

	/** Float in and out. */
	@Benchmark
	public Img<FloatType> floating() {
		return thereAndBack(floats);
	}

	private <T extends RealType<T>> Img<T> thereAndBack(final Img<T> rgb) {
		Lab.rgbToLab(rgb, lab);
		Lab.labToRgb(lab, rgb);
		return rgb;
	}
}
