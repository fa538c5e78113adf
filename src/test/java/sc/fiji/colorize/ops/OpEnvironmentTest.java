/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.IntegerType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Util;
import net.imglib2.view.Views;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import sc.fiji.colorize.TinyModel;

/**
 * Every op by name: through the index, and as users call it through the engine of SciJava Ops. The engine is not on Maven
 * Central; where it is not on the class path the tests that need it are skipped.
 */
class OpEnvironmentTest {

	private static final int WIDTH = 24;
	private static final int HEIGHT = 16;

	/** An op, by its first name, with all of its inputs. */
	private record Example(String name, Object... inputs) {

		Map<String, Object> function() {
			return find("Function");
		}

		/** The op of this name and these inputs, or null. */
		private Map<String, Object> find(final String kind) {
			return IndexedOps.index().stream()
					.filter(op -> IndexedOps.names(op).get(0).equals(name) && IndexedOps.kind(op).equals(kind)
							&& IndexedOps.inputs(op).size() == inputs.length && fits(op))
					.findFirst().orElse(null);
		}

		private boolean fits(final Map<String, Object> op) {
			final List<Map<String, Object>> parameters = IndexedOps.inputs(op);
			for (int i = 0; i < inputs.length; i++) {
				try {
					if (!IndexedOps.type((String) parameters.get(i).get("type")).isInstance(inputs[i])) {
						return false;
					}
				}
				catch (final ClassNotFoundException e) {
					throw new IllegalStateException(e);
				}
			}
			return true;
		}

		/** The inputs that must be given. */
		int required() {
			return (int) IndexedOps.inputs(function()).stream().filter(input -> input.get("nullable").equals(false)).count();
		}

		Object call(final int count) {
			return new IndexedOps().op(name).input(Arrays.copyOf(inputs, count)).apply();
		}

		@Override
		public String toString() {
			return name + Arrays.stream(inputs).map(input -> input.getClass().getSimpleName()).toList();
		}
	}

	static Stream<Example> examples() {
		final Img<UnsignedByteType> gray = ArrayImgs.unsignedBytes(TinyModel.picture(WIDTH, HEIGHT, 1), WIDTH, HEIGHT);
		final Img<UnsignedByteType> rgb =
				ArrayImgs.unsignedBytes(TinyModel.picture(WIDTH, HEIGHT * 3, 2), WIDTH, HEIGHT, 3);
		final Img<FloatType> lab = Lab.rgbToLab(rgb);
		final Img<FloatType> ab = wave(10, 8, 2);
		final Img<FloatType> logits = wave(6, 4, 313);
		final Img<FloatType> lightness = light(WIDTH, HEIGHT);
		final Img<FloatType> hints = ArrayImgs.floats(new float[] {1, 1, 20, -30, 4, 3, -40, 10}, 4, 2);
		final String model = TinyModel.file().toString();
		return Stream.of(new Example("colorize.addColor", gray, ab, 10.0, 240.0, 1.2),
				new Example("colorize.annealedMean", logits, 0.5),
				new Example("colorize.applyHints", logits, lightness, hints, 2.0),
				new Example("colorize.colorPrior", ab, 10, 4.0),
				new Example("colorize.colorize", gray, model, 0.5, 1.2, 10.0, 240.0),
				new Example("colorize.demoAddColor", gray, wave(64, 64, 2), 10.0, 240.0, 1.2),
				new Example("colorize.demoLightness", gray, 10.0, 240.0),
				new Example("colorize.distributionEntropy", logits),
				new Example("colorize.predict", lightness, model, 32),
				new Example("colorize.priorEntropy", (Object) Golden.prior()),
				new Example("colorize.quantize", ab),
				new Example("colorize.rebalancingWeights", Golden.prior(), 0.3),
				new Example("colorize.smoothAlongTime", wave(6, 4, 313, 3), light(WIDTH, HEIGHT, 3), 0.8),
				new Example("colorize.softEncode", ab, 10, 4.0),
				new Example("colorize.upsampleChroma", ab, WIDTH, HEIGHT),
				new Example("colorize.upsampleChromaAlongEdges", ab, lightness),
				new Example("convert.labToRgb", lab), new Example("convert.lightness", rgb, 10.0, 240.0),
				new Example("convert.rgbToLab", rgb), new Example("image.fitGamut", lab),
				new Example("image.saturation", ab, 1.5), new Example("transform.resample", rgb, 7, 5));
	}

	private static Img<FloatType> wave(final long... size) {
		final Img<FloatType> image = ArrayImgs.floats(size);
		int i = 0;
		for (final FloatType value : image) {
			value.set((float) (40 * Math.sin(0.37 * i++)));
		}
		return image;
	}

	private static Img<FloatType> light(final long... size) {
		final Img<FloatType> image = wave(size);
		image.forEach(value -> value.set(50 + value.get()));
		return image;
	}

	// -- Through the index --

	/** Only the first of its two ways to name the model: the other needs an open one. */
	@Test
	void everyFunctionIsTested() {
		final Set<Object> called = examples().map(example -> example.function().get("source")).collect(Collectors.toSet());
		final List<String> left = IndexedOps.index().stream().filter(op -> IndexedOps.kind(op).equals("Function"))
				.filter(op -> !called.contains(op.get("source"))).map(op -> (String) op.get("source")).toList();
		assertEquals(2, left.size(), left.toString());
		assertTrue(left.stream().allMatch(source -> source.contains("Colorizer")), left.toString());
	}

	@ParameterizedTest
	@MethodSource("examples")
	void functionsEqualComputers(final Example example) {
		final Object expected = example.call(example.inputs.length);
		final Map<String, Object> computer = example.find("Computer");
		final Set<String> others = example.inputs.length == 1 ? Set.of() : Set.of("colorize.upsampleChroma",
				"transform.resample");
		if (computer == null && !others.contains(example.name)) {
			assertTrue(IndexedOps.index().stream().noneMatch(op -> IndexedOps.names(op).contains(example.name)
					&& IndexedOps.kind(op).equals("Computer")), example.name);
			return;
		}
		final RandomAccessibleInterval<?> container = blank((RandomAccessibleInterval<?>) expected);
		// Of these the function is told the size and the computer is given the output.
		final Object[] inputs = computer == null ? Arrays.copyOf(example.inputs, 1) : example.inputs;
		new IndexedOps().op(example.name).input(inputs).output(container).compute();
		assertSame(expected, container);
	}

	/** a* and b* are negative, half of the time: an output like the input could not hold them. */
	@Test
	void labOfAnEightBitImageIsSigned() {
		final Img<UnsignedByteType> green = ArrayImgs.unsignedBytes(new byte[] {0, (byte) 200, 0}, 1, 1, 3);
		final float[] lab = Rows.floats((Img<?>) new IndexedOps().op("convert.rgbToLab").input(green).apply());
		final float[] expected = new float[3];
		Lab.from8Bit(0, 200, 0, expected);
		assertArrayEquals(expected, lab);
		assertTrue(lab[1] < -50);
	}

	@Test
	void rangeOfAnImageIsThatOfItsType() {
		assertArrayEquals(new double[] {0, 255}, ColorTransfer.displayRange(ArrayImgs.unsignedBytes(new byte[] {7}, 1, 1)));
		assertArrayEquals(new double[] {0, 65535},
				ColorTransfer.displayRange(ArrayImgs.unsignedShorts(new short[] {7}, 1, 1)));
		final float[] values = {-2, Float.NaN, 5, Float.POSITIVE_INFINITY, 1e31f, 3};
		assertArrayEquals(new double[] {-2, 5}, ColorTransfer.displayRange(ArrayImgs.floats(values, 6, 1)));
		assertArrayEquals(new double[] {-1, 4},
				ColorTransfer.displayRange(ArrayImgs.bytes(new byte[] {4, -1, 0}, 3, 1)));
		assertArrayEquals(new double[2], ColorTransfer.displayRange(ArrayImgs.floats(new float[] {Float.NaN}, 1, 1)));
	}

	// -- Through the engine --

	/** By each name, with all inputs and with the optional ones left out. */
	@ParameterizedTest
	@MethodSource("examples")
	void engineFindsFunctionsByName(final Example example) throws ReflectiveOperationException {
		final Object environment = environment();
		for (final String name : IndexedOps.names(example.function())) {
			for (int count = Math.max(1, example.required()); count <= example.inputs.length; count++) {
				// Without a model the bundled one would be opened, again and again.
				if (count == 1 && example.inputs.length > 1 && example.inputs[1] instanceof String) {
					continue;
				}
				final Object builder =
						invoke(invoke(environment, "op", name), "input", Arrays.copyOf(example.inputs, count));
				assertSame(example.call(count), invoke(builder, "apply"));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("examples")
	void engineFindsComputersByName(final Example example) throws ReflectiveOperationException {
		final Object environment = environment();
		final Map<String, Object> computer = example.find("Computer");
		if (computer == null) {
			return;
		}
		for (final String name : IndexedOps.names(computer)) {
			final Object expected = example.call(example.inputs.length);
			final RandomAccessibleInterval<?> container = blank((RandomAccessibleInterval<?>) expected);
			final Object builder = invoke(invoke(environment, "op", name), "input", example.inputs);
			invoke(invoke(builder, "output", container), "compute");
			assertSame(expected, container);
		}
	}

	@Test
	void engineResizesToAnOutput() throws ReflectiveOperationException {
		final Object environment = environment();
		final Img<FloatType> ab = wave(10, 8, 2);
		for (final String name : List.of("colorize.upsampleChroma", "transform.resample", "colorize.resample")) {
			final Img<FloatType> enlarged = ArrayImgs.floats(WIDTH, HEIGHT, 2);
			invoke(invoke(invoke(invoke(environment, "op", name), "input", ab), "output", enlarged), "compute");
			assertSame(new IndexedOps().op(name).input(ab, WIDTH, HEIGHT).apply(), enlarged);
		}
	}

	@Test
	void engineHelpIsPlainText() throws ReflectiveOperationException {
		final Object environment = environment();
		final Set<String> names = new TreeSet<>();
		IndexedOps.index().forEach(op -> names.addAll(IndexedOps.names(op)));
		for (final String name : names) {
			for (final String help : List.of("help", "helpVerbose")) {
				final String text = (String) invoke(environment, help, name);
				assertTrue(text.contains(name), text);
				assertFalse(text.contains("{@") || text.contains("(container)") || text.contains("(nullable)"), text);
			}
		}
	}

	private static Object environment() throws ReflectiveOperationException {
		try {
			return Class.forName("org.scijava.ops.api.OpEnvironment").getMethod("build").invoke(null);
		}
		catch (final ClassNotFoundException e) {
			return abort("The engine of SciJava Ops (org.scijava.ops.api.OpEnvironment) is not on the class path.");
		}
	}

	/** Calls the public method of that name that takes these arguments; the builders' classes are not public. */
	private static Object invoke(final Object target, final String name, final Object... arguments)
			throws ReflectiveOperationException {
		for (final Method method : target.getClass().getMethods()) {
			if (method.getName().equals(name) && takes(method, arguments)) {
				method.setAccessible(true);
				try {
					return method.invoke(target, arguments);
				}
				catch (final InvocationTargetException e) {
					throw new ReflectiveOperationException(e.getCause());
				}
			}
		}
		throw new NoSuchMethodException(target.getClass() + "." + name);
	}

	private static boolean takes(final Method method, final Object... arguments) {
		final Class<?>[] types = method.getParameterTypes();
		boolean fits = types.length == arguments.length;
		for (int i = 0; fits && i < types.length; i++) {
			fits = types[i].isInstance(arguments[i]);
		}
		return fits;
	}

	// -- Results --

	private static RandomAccessibleInterval<?> blank(final RandomAccessibleInterval<?> image) {
		return blank((RealType<?>) image.getType(), image);
	}

	@SuppressWarnings("unchecked")
	private static <T extends RealType<T>> Img<T> blank(final RealType<?> type, final RandomAccessibleInterval<?> size) {
		return Util.getSuitableImgFactory(size, (T) type).create(size);
	}

	private static void assertSame(final Object expected, final Object result) {
		if (expected instanceof double[] numbers) {
			assertArrayEquals(numbers, (double[]) result);
			return;
		}
		if (!(expected instanceof RandomAccessibleInterval<?> image)) {
			assertEquals(expected, result);
			return;
		}
		final RandomAccessibleInterval<?> other = (RandomAccessibleInterval<?>) result;
		assertEquals(image.getType().getClass(), other.getType().getClass());
		assertArrayEquals(image.dimensionsAsLongArray(), other.dimensionsAsLongArray());
		assertArrayEquals(values(image), values(other));
		assertTrue(Arrays.stream(values(image)).distinct().count() > 1 || image.getType() instanceof IntegerType);
	}

	static double[] values(final RandomAccessibleInterval<?> image) {
		final double[] values = new double[(int) image.size()];
		int i = 0;
		for (final Object value : Views.flatIterable(image)) {
			values[i++] = ((RealType<?>) value).getRealDouble();
		}
		return values;
	}
}
