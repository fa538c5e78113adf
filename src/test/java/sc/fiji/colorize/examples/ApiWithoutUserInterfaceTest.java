/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

import sc.fiji.colorize.ChildJvm;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.TinyModel;

/** A Java program gets and needs neither ImageJ nor SciJava, picocli or JFreeChart. */
class ApiWithoutUserInterfaceTest {

	@Test
	void apiRunsWithoutOptionalDependencies(@TempDir final Path folder)
			throws IOException, InterruptedException, URISyntaxException {
		final Path classes = Path.of(Colorizer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		final Path photo = ExampleImages.write(folder.resolve("photo.png"), 1);
		final Path result = folder.resolve("result.png");
		final ChildJvm.Ended ended = new ChildJvm().classPath(ApiClassPath.get()).run(folder, ApiProgram.class, classes,
				TinyModel.file(), photo, result);
		assertEquals(0, ended.exit(), ended.err().toString());
		final List<String> expected = new ArrayList<>(ApiClassPath.CLASSES.stream().map(name -> "without " + name).toList());
		assertEquals(expected, ended.out().subList(0, expected.size()));
		assertTrue(Integer.parseInt(ended.out().get(expected.size()).replace(" classes", "")) > 100, ended.out().toString());
		assertEquals(ImageIO.read(photo.toFile()).getWidth(), ImageIO.read(result.toFile()).getWidth());
	}

	@Test
	void optionalDependenciesAreListed() throws IOException, ParserConfigurationException, SAXException {
		final Element project = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse("pom.xml")
				.getDocumentElement();
		final NodeList dependencies = project.getElementsByTagName("dependency");
		final List<String> optional = new ArrayList<>();
		for (int i = 0; i < dependencies.getLength(); i++) {
			final Element dependency = (Element) dependencies.item(i);
			final String name = text(dependency, "groupId") + ":" + text(dependency, "artifactId");
			if (ApiClassPath.OPTIONAL.contains(text(dependency, "artifactId"))
					&& text(dependency, "optional").equals("true")) {
				optional.add(name);
			}
		}
		assertEquals(ApiClassPath.OPTIONAL.size(), optional.size(), optional.toString());
		final String page = Files.readString(JavaApiPageTest.PAGE);
		optional.forEach(name -> assertTrue(page.contains("`" + name + "`"), name));
		final Element version = (Element) project.getElementsByTagName("pytorch.version").item(0);
		assertTrue(page.contains("<version>" + version.getTextContent() + "</version>"), version.getTextContent());
	}

	private static String text(final Element element, final String name) {
		final NodeList found = element.getElementsByTagName(name);
		return found.getLength() == 0 ? "" : found.item(0).getTextContent();
	}
}
