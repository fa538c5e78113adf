/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.ColorizeOps;
import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.model.ModelFile;

/** Runs the scripts on the page about the ops: with the engine of SciJava Ops if it is there, else through the index. */
class OpsPageTest {

	private static final Path PAGE = Path.of("docs/ops.md");
	private static final Pattern SCRIPT = Pattern.compile("```groovy\n(.*?)```", Pattern.DOTALL);
	private static final int WIDTH = 60;
	private static final int HEIGHT = 44;

	private final Img<UnsignedByteType> image =
			ArrayImgs.unsignedBytes(TinyModel.picture(WIDTH, HEIGHT, 3), WIDTH, HEIGHT);
	private ScriptEngine groovy;
	private List<String> scripts;

	@BeforeEach
	void read() throws IOException, ReflectiveOperationException {
		assumeTrue(ModelFile.class.getResource("default-model.zip") != null, "this build has no model");
		scripts = new ArrayList<>();
		final Matcher matcher = SCRIPT.matcher(Files.readString(PAGE));
		while (matcher.find()) {
			// What a script editor fills in.
			scripts.add(matcher.group(1).lines().filter(line -> !line.startsWith("#@")).collect(Collectors.joining("\n")));
		}
		groovy = new ScriptEngineManager().getEngineByName("groovy");
		groovy.put("image", image);
		groovy.put("images", List.of(image, image));
		groovy.put("ops", environment());
	}

	private static Object environment() throws ReflectiveOperationException {
		try {
			return Class.forName("org.scijava.ops.api.OpEnvironment").getMethod("build").invoke(null);
		}
		catch (final ClassNotFoundException e) {
			return new IndexedOps();
		}
	}

	@Test
	void stepsEqualMethods() throws ScriptException {
		groovy.eval(scripts.get(0));
		final RandomAccessibleInterval<FloatType> lightness = ColorTransfer.lightness(image, null, null);
		final RandomAccessibleInterval<FloatType> logits = ColorizeOps.predict(lightness, (String) null, null);
		assertSame(AnnealedMean.entropy(logits), "entropy", 0);
		assertSame(colorized(lightness, logits, 0.1), "vivid", 0);
		assertSame(colorized(lightness, logits, 1), "smooth", 0);
		assertTrue(chroma("vivid") > chroma("smooth"), chroma("vivid") + ", " + chroma("smooth"));
	}

	private Img<UnsignedByteType> colorized(final RandomAccessibleInterval<FloatType> lightness,
			final RandomAccessibleInterval<FloatType> logits, final double temperature) {
		final Img<FloatType> ab = EdgeAwareUpsampling.upsample(AnnealedMean.annealedMean(logits, temperature), lightness);
		return ColorTransfer.addColor(image, ab, null, null, null);
	}

	/** Up to the overshoot of the filter that makes the input of the network. */
	@Test
	void colorizeOpEqualsTheSteps() throws ScriptException {
		groovy.eval(scripts.get(1));
		final RandomAccessibleInterval<FloatType> lightness = ColorTransfer.lightness(image, null, null);
		assertSame(colorized(lightness, ColorizeOps.predict(lightness, (String) null, null), AnnealedMean.TEMPERATURE),
				"rgb", 2);
	}

	@Test
	void openedModelGivesEqualResults() throws ScriptException {
		groovy.eval(scripts.get(2));
		final List<?> results = (List<?>) groovy.get("results");
		assertEquals(2, results.size());
		groovy.put("first", results.get(0));
		groovy.put("second", results.get(1));
		final Img<UnsignedByteType> expected = ColorizeOps.colorize(image, (String) null, 0.2, null, null, null);
		assertSame(expected, "first", 0);
		assertSame(expected, "second", 0);
	}

	@Test
	void scriptsOfThePageAreTested() {
		assertEquals(3, scripts.size());
	}

	@Test
	void tableListsEveryName() throws IOException {
		final String page = Files.readString(PAGE);
		final String table = page.substring(page.indexOf("## All ops"));
		IndexedOps.index().forEach(op -> IndexedOps.names(op)
				.forEach(name -> assertTrue(table.contains("`" + name + "`"), name)));
	}

	private double chroma(final String name) {
		@SuppressWarnings("unchecked")
		final Img<FloatType> lab = Lab.rgbToLab((Img<UnsignedByteType>) groovy.get(name));
		double sum = 0;
		for (int y = 0; y < HEIGHT; y++) {
			for (int x = 0; x < WIDTH; x++) {
				sum += Math.hypot(lab.getAt(x, y, 1).get(), lab.getAt(x, y, 2).get());
			}
		}
		return sum;
	}

	private void assertSame(final RandomAccessibleInterval<? extends RealType<?>> expected, final String name,
			final double tolerance) {
		final RandomAccessibleInterval<?> result = (RandomAccessibleInterval<?>) groovy.get(name);
		assertArrayEquals(expected.dimensionsAsLongArray(), result.dimensionsAsLongArray(), name);
		assertEquals(expected.getType().getClass(), result.getType().getClass(), name);
		assertArrayEquals(OpEnvironmentTest.values(expected), OpEnvironmentTest.values(result), tolerance, name);
	}
}
