/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import java.util.concurrent.TimeUnit;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
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

/** The annealed mean of a distribution with 64 x 64 cells, which each move of the temperature slider computes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class AnnealedMeanBenchmark {

	private static final int PLACES = BenchmarkData.SIDE * BenchmarkData.SIDE;

	private final float[] logits = BenchmarkData.logits();
	private final float[] a = new float[PLACES];
	private final float[] b = new float[PLACES];
	private final Img<FloatType> distribution =
			ArrayImgs.floats(logits, BenchmarkData.SIDE, BenchmarkData.SIDE, ColorBins.COUNT);
	private final Img<FloatType> ab = ArrayImgs.floats(BenchmarkData.SIDE, BenchmarkData.SIDE, 2);

	/** The kernel on arrays with one thread. */
	@Benchmark
	public float[] kernel() {
		AnnealedMean.decode(logits, 0, PLACES, AnnealedMean.TEMPERATURE, a, b);
		return a;
	}

	/** The Op on images with all threads. */
	@Benchmark
	public Img<FloatType> op() {
		AnnealedMean.annealedMean(distribution, null, ab);
		return ab;
	}
}
