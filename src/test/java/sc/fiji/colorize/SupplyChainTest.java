/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

import sc.fiji.colorize.io.Sha256;
import sc.fiji.colorize.model.ModelFile;

/** What the project says of the libraries that it runs with, beside what Maven has resolved. */
class SupplyChainTest {

	private static final Path CLASS_PATH = Path.of("target/runtime-class-path.txt");
	private static final Path BILL = Path.of("target/bom.json");
	private static final Path NOTICE = Path.of("THIRD-PARTY.md");
	private static final Path DOCUMENTATION = Path.of("docs/supply-chain.md");

	/** Licenses that may be shipped beside BSD-2-Clause, and the names that poms give them. */
	private static final Map<String, String> ALLOWED = Map.of(
			"Apache-2.0", "(?i)Apache-2\\.0|(The )?Apache (Software )?License,? Version 2\\.0",
			"BSD-2-Clause", "Simplified BSD License|BSD-2-Clause",
			"BSD-3-Clause", "The BSD 3-Clause License \\(BSD3\\)|The BSD License|BSD-3-Clause",
			"MIT", "MIT|MIT License",
			"public domain", "Public domain",
			"LGPL-2.1-or-later", "GNU Lesser General Public Licence");

	/** A library as Maven has resolved it, and the names of its licenses. */
	private record Library(String version, Path jar, List<String> licenses) {
	}

	private static final Map<String, Library> RESOLVED = new TreeMap<>();

	@BeforeAll
	static void readClassPath() throws IOException, ParserConfigurationException, SAXException {
		assumeTrue(Files.exists(CLASS_PATH), "Maven writes " + CLASS_PATH + " before the tests.");
		for (final String jar : Files.readString(CLASS_PATH).strip().split(File.pathSeparator)) {
			final Path file = Path.of(jar);
			final String version = file.getParent().getFileName().toString();
			final String artifact = file.getParent().getParent().getFileName().toString();
			RESOLVED.put(artifact, new Library(version, file,
					licenses(file.resolveSibling(artifact + "-" + version + ".pom"))));
		}
	}

	/** Of a pom in Maven's local repository, or of the nearest parent that tells. */
	private static List<String> licenses(final Path pom) throws IOException, ParserConfigurationException, SAXException {
		final Element project =
				DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
		final Element licenses = child(project, "licenses");
		if (licenses != null) {
			final List<String> names = new ArrayList<>();
			for (Node node = licenses.getFirstChild(); node != null; node = node.getNextSibling()) {
				if (node instanceof Element license) {
					names.add(text(license, "name"));
				}
			}
			return names;
		}
		final Element parent = child(project, "parent");
		if (parent == null) {
			return List.of();
		}
		final String group = text(child(project, "groupId") == null ? parent : project, "groupId");
		Path repository = pom.getParent().getParent().getParent();
		for (int i = 0; i < group.split("\\.").length; i++) {
			repository = repository.getParent();
		}
		final String artifact = text(parent, "artifactId");
		final String version = text(parent, "version");
		return licenses(repository.resolve(text(parent, "groupId").replace('.', '/')).resolve(artifact).resolve(version)
				.resolve(artifact + "-" + version + ".pom"));
	}

	private static Element child(final Element element, final String name) {
		for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
			if (node instanceof Element found && found.getTagName().equals(name)) {
				return found;
			}
		}
		return null;
	}

	private static String text(final Element element, final String name) {
		return Objects.requireNonNull(child(element, name), name).getTextContent().strip();
	}

	/** The rows of the table that has such a head, by their first cell. */
	private static Map<String, List<String>> table(final Path file, final String head) throws IOException {
		final Map<String, List<String>> table = new TreeMap<>();
		boolean inside = false;
		for (final String line : Files.readAllLines(file)) {
			inside = line.equals(head) || inside && line.startsWith("|");
			if (inside && !line.equals(head) && !line.startsWith("|-")) {
				final List<String> cells = Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList();
				table.put(cells.get(0), cells);
			}
		}
		return table;
	}

	private static Map<String, List<String>> notice() throws IOException {
		return table(NOTICE, "| library | version | license | copyright | project |");
	}

	@Test
	void noticeListsTheLibrariesThatMavenResolves() throws IOException {
		final Map<String, String> named = new TreeMap<>();
		notice().forEach((library, row) -> named.put(library, row.get(1)));
		final Map<String, String> resolved = new TreeMap<>();
		RESOLVED.forEach((artifact, library) -> resolved.put(artifact, library.version()));
		assertEquals(resolved, named);
	}

	@Test
	void licensesAreAllowedAndMatchThePoms() throws IOException {
		final Map<String, List<String>> notice = notice();
		RESOLVED.forEach((artifact, library) -> {
			final String license = notice.get(artifact).get(2);
			assertTrue(ALLOWED.containsKey(license), artifact + " has the license " + license);
			assertTrue(library.licenses().stream().anyMatch(name -> name.matches(ALLOWED.get(license))),
					artifact + " has the license " + library.licenses() + ", not " + license);
		});
	}

	@Test
	void everyLibraryHasACopyrightHolderAndAnAddress() throws IOException {
		notice().forEach((library, row) -> {
			assertFalse(row.get(3).isBlank(), library);
			assertTrue(row.get(4).matches("https://\\S+"), library);
		});
	}

	/** A notice is only good where the jar goes. */
	@Test
	void jarContainsTheNoticeAndTheLicenses() throws IOException {
		for (final String name : List.of("LICENSE", "THIRD-PARTY.md", "licenses/Apache-2.0.txt", "licenses/LGPL-2.1.txt")) {
			try (InputStream in = ModelFile.class.getResourceAsStream("/META-INF/colorize/" + name)) {
				assertArrayEquals(Files.readAllBytes(Path.of(name)), Objects.requireNonNull(in, name).readAllBytes(), name);
			}
		}
	}

	@Test
	void noLibraryHasAKnownVulnerability() throws IOException {
		final Map<String, List<String>> fixed = table(DOCUMENTATION, "| library | at least | fixes |");
		assertTrue(fixed.size() >= 5, "the table of " + DOCUMENTATION + " is not found");
		fixed.forEach((artifact, row) -> {
			final Library library = RESOLVED.get(artifact);
			assertTrue(library != null, artifact + " is in the table but not in use");
			assertTrue(isAtLeast(library.version(), row.get(1)),
					artifact + " " + library.version() + " has known vulnerabilities: " + row.get(2));
		});
	}

	/** One compiles, the other runs. */
	@Test
	void bothPomsUseTheSameSparkAndHadoop() throws IOException {
		final String pom = Files.readString(Path.of("pom.xml"));
		final String home = Files.readString(Path.of("dev/spark/pom.xml"));
		for (final String property : List.of("spark.version", "hadoop.version")) {
			final String line = home.lines().filter(text -> text.contains("<" + property + ">")).findFirst().orElseThrow();
			assertTrue(pom.contains(line.strip()), line);
		}
	}

	/** The launcher runs with these libraries, and the update site is made of them. */
	@Test
	void nothingOfSparkIsShipped() throws IOException {
		final String libraries = Files.readString(Path.of("target/runtime-class-path.txt"));
		assertTrue(libraries.contains("djl"), libraries);
		for (final String word : List.of("spark", "hadoop", "scala")) {
			assertFalse(Pattern.compile("/[^/]*" + word + "[^/]*\\.jar").matcher(libraries).find(), word);
		}
	}

	@Test
	void versionsAreComparedNumerically() {
		assertTrue(isAtLeast("1.28.0", "1.9.1"));
		assertTrue(isAtLeast("2.0", "2.0"));
		assertFalse(isAtLeast("1.5.6", "1.5.10"));
		assertFalse(isAtLeast("2.0-beta", "2.0"));
	}

	private static boolean isAtLeast(final String version, final String least) {
		return Version.parse(version).compareTo(Version.parse(least)) >= 0;
	}

	/** {@code dev/release/supply-chain} makes the bill and runs this. */
	@Test
	void billOfMaterialsListsTheSameLibraries() throws IOException {
		assumeTrue(Files.exists(BILL), "dev/release/supply-chain writes " + BILL + ".");
		final String json = Files.readString(BILL);
		final JsonObject bill = JsonParser.parseString(json).getAsJsonObject();
		assertFalse(json.contains("\"timestamp\""), "the bill has a time in it");
		final JsonArray components = bill.getAsJsonArray("components");
		final Map<String, String> listed = new TreeMap<>();
		for (final JsonElement element : components) {
			final JsonObject component = element.getAsJsonObject();
			final String name = component.get("name").getAsString();
			listed.put(name, component.get("version").getAsString());
			assertFalse(component.getAsJsonArray("licenses").isEmpty(), name);
			final String checksum = Stream.of(component.getAsJsonArray("hashes"))
					.flatMap(hashes -> hashes.asList().stream()).map(JsonElement::getAsJsonObject)
					.filter(hash -> hash.get("alg").getAsString().equals("SHA-256"))
					.map(hash -> hash.get("content").getAsString()).findFirst().orElseThrow();
			assertEquals(Sha256.of(Files.readAllBytes(RESOLVED.get(name).jar())), checksum, name);
		}
		final Map<String, String> resolved = new TreeMap<>();
		RESOLVED.forEach((artifact, library) -> resolved.put(artifact, library.version()));
		assertEquals(resolved, listed);
	}
}
