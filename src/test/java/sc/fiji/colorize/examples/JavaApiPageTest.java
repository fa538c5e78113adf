/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.imageio.ImageIO;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.ChildJvm;
import sc.fiji.colorize.model.ModelFile;
import sc.fiji.colorize.ops.Lab;

/** Compiles and runs the examples of the page about the Java API, on the picture that the project renders. */
class JavaApiPageTest {

	static final Path PAGE = Path.of("docs", "java-api.md");
	private static final Path PHOTO = Path.of("docs", "images", "sample-landscape.jpg");
	private static final String CLASS = "Examples";

	@TempDir
	private static Path folder;
	private static String page;

	@BeforeAll
	static void preparePhoto() throws IOException {
		Assumptions.assumeTrue(ModelFile.class.getResource("default-model.zip") != null, "this build has no model");
		page = Files.readString(PAGE);
		Files.copy(PHOTO, folder.resolve("photo.jpg"));
	}

	/** The blocks of code in a language. */
	private static List<String> blocks(final String language) {
		final List<String> blocks = new ArrayList<>();
		final Matcher matcher = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(page);
		while (matcher.find()) {
			blocks.add(matcher.group(1));
		}
		return blocks;
	}

	@Test
	void javaExamplesRunWithoutImageJ() throws IOException, InterruptedException, ClassNotFoundException {
		final List<String> blocks = blocks("java");
		assertTrue(blocks.size() > 6, blocks.size() + " blocks");
		assertTrue(blocks.get(0).startsWith("import "), blocks.get(0));
		final StringBuilder source = new StringBuilder(blocks.get(0)).append("\npublic class " + CLASS + " {\n");
		final StringBuilder main = new StringBuilder();
		for (int i = 1; i < blocks.size(); i++) {
			source.append("static void example" + i + "() throws Exception {\n" + blocks.get(i) + "}\n");
			main.append("example" + i + "();\n");
		}
		source.append("public static void main(String[] arguments) throws Exception {\n" + main + "}\n}\n");
		final Path classes = compile(source.toString());
		final ChildJvm.Ended ended = new ChildJvm().in(folder).classPath(ApiClassPath.get() + File.pathSeparator + classes)
				.run(folder, CLASS);
		assertEquals(0, ended.exit(), ended.err().toString());
		assertColorized("photo-colorized.png");
		assertColorized("photo-colorized.tif");
		assertColorized("photo-vivid.png");
		assertColorized("photo-hinted.png");
		for (int i = 0; i < 3; i++) {
			assertColorized("frame-" + i + ".png");
		}
	}

	private static Path compile(final String source) throws IOException {
		final Path classes = Files.createDirectories(folder.resolve("classes"));
		final Path file = folder.resolve(CLASS + ".java");
		Files.writeString(file, source);
		final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		final StringWriter errors = new StringWriter();
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
			final boolean compiled = compiler.getTask(errors, files, null,
					List.of("-proc:none", "-d", classes.toString(), "-cp", ApiClassPath.get()), null,
					files.getJavaFileObjects(file)).call();
			assertTrue(compiled, errors::toString);
		}
		return classes;
	}

	@Test
	void groovyExampleRuns() throws IOException, ScriptException {
		final List<String> blocks = blocks("groovy");
		assertEquals(1, blocks.size());
		// In the folder of the photo.
		final String script = blocks.get(0).replace("new File(\"", "new File(\"" + folder.toUri().getPath());
		new ScriptEngineManager().getEngineByName("groovy").eval(script);
		assertColorized("photo-groovy.png");
	}

	private static void assertColorized(final String name) throws IOException {
		final BufferedImage gray = ImageIO.read(PHOTO.toFile());
		final BufferedImage rgb = ImageIO.read(folder.resolve(name).toFile());
		assertEquals(gray.getWidth(), rgb.getWidth(), name);
		assertEquals(gray.getHeight(), rgb.getHeight(), name);
		int colored = 0;
		for (int y = 0; y < gray.getHeight(); y++) {
			for (int x = 0; x < gray.getWidth(); x++) {
				final int color = rgb.getRGB(x, y);
				final int r = color >> 16 & 0xff;
				final int g = color >> 8 & 0xff;
				final int b = color & 0xff;
				colored += Math.max(r, Math.max(g, b)) - Math.min(r, Math.min(g, b)) > 5 ? 1 : 0;
				assertEquals(Lab.lightness(gray.getRaster().getSample(x, y, 0) / 255f), Lab.lightness8Bit(r, g, b), 0.6,
						name);
			}
		}
		assertTrue(colored > gray.getWidth() * gray.getHeight() / 3, name + ": " + colored + " pixels with color");
	}
}
