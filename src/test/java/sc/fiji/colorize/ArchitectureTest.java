/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks which packages and libraries each package uses. The packages in {@code violations} break the rules, to show that
 * the rules can fail.
 */
class ArchitectureTest {

	private static final String BASE = "sc.fiji.colorize";
	private static final String VIOLATIONS = BASE + ".violations";

	private static final String DJL = "ai.djl..";
	private static final String IMGLIB2 = "net.imglib2..";
	private static final String IJ = "ij..";
	private static final String SCIJAVA = "org.scijava..";
	private static final String PICOCLI = "picocli..";
	private static final String CHARTS = "org.jfree..";
	private static final String JSON = "com.google.gson..";
	private static final String YAML = "org.yaml.snakeyaml..";
	private static final String METADATA = "com.drew..";
	private static final String XMP = "com.adobe.internal.xmp..";
	private static final String COMPRESS = "org.apache.commons.compress..";
	private static final String TWELVE_MONKEYS = "com.twelvemonkeys..";
	private static final String SPARK = "org.apache.spark..";
	private static final String HADOOP = "org.apache.hadoop..";
	private static final String SCALA = "scala..";
	private static final String[] JDK = {"java..", "javax..", "org.w3c.dom..", "org.xml.sax.."};

	/** Commands, options and menus in a string. */
	private static final String USER_INTERFACE =
			"\"[^\"]*('fiji-colorize |--[a-z]|\\b(menu|dialog|macro)\\b|Plugins >)";

	private static final Set<String> USER_INTERFACES = Set.of("cli", "command", "gpu");

	/** The name of the root package in the table. */
	private static final String ROOT = "";

	private static final Set<String> ALL_BELOW_THE_USER_INTERFACES = Set.of(ROOT, "ops", "io", "torch", "photo",
			"metadata", "network", "model", "model.weights", "train", "evaluate", "imagej", "imagej.preview", "batch");

	/**
	 * A package of this project.
	 *
	 * @param name name below the root package
	 * @param layers other packages of this project that it may use
	 * @param libraries libraries that it may use, besides the JDK
	 */
	private record Layer(String name, Set<String> layers, List<String> libraries) {

		String packageIn(final String base) {
			return name.equals(ROOT) ? base : base + "." + name;
		}

		@Override
		public String toString() {
			return name.equals(ROOT) ? "(root)" : name;
		}
	}

	private static final List<Layer> LAYERS = List.of(
			new Layer("ops", Set.of(), List.of(IMGLIB2)),
			new Layer("io", Set.of(), List.of()),
			new Layer("torch", Set.of("io"), List.of(DJL)),
			new Layer("photo", Set.of("ops", "io"), List.of(METADATA, COMPRESS, TWELVE_MONKEYS)),
			new Layer("metadata", Set.of("photo", "io"), List.of(XMP, COMPRESS)),
			new Layer("network", Set.of("ops", "torch"), List.of(DJL)),
			new Layer("model.weights", Set.of(), List.of(DJL, JSON)),
			new Layer("model", Set.of("model.weights", "network", "torch", "ops", "io"), List.of(DJL, YAML)),
			new Layer(ROOT, Set.of("model", "network", "torch", "ops", "io"), List.of(DJL, IMGLIB2)),
			new Layer("train", Set.of(ROOT, "model", "model.weights", "network", "torch", "photo", "ops", "io"),
					List.of(DJL, IMGLIB2, YAML, CHARTS)),
			new Layer("evaluate", Set.of(ROOT, "model", "network", "torch", "photo", "ops", "io"),
					List.of(IMGLIB2, JSON)),
			new Layer("imagej", Set.of(ROOT, "metadata", "photo", "ops", "io"), List.of(IJ, IMGLIB2)),
			new Layer("imagej.preview", Set.of(ROOT, "imagej", "ops", "io"), List.of(IJ, IMGLIB2)),
			new Layer("batch", Set.of(ROOT, "imagej", "metadata", "photo", "io"), List.of(IJ)),
			new Layer("command", ALL_BELOW_THE_USER_INTERFACES, List.of(IJ, IMGLIB2, SCIJAVA)),
			new Layer("spark", Set.of(ROOT, "batch", "evaluate", "imagej", "ops", "photo", "io", "model"),
					List.of(SPARK, HADOOP, SCALA)),
			new Layer("cli", Stream.concat(ALL_BELOW_THE_USER_INTERFACES.stream(), Stream.of("spark"))
					.collect(Collectors.toUnmodifiableSet()), List.of(PICOCLI, JSON)),
			new Layer("gpu", Set.of(ROOT, "cli", "model", "network", "ops", "torch", "train"),
					List.of(DJL, IMGLIB2, PICOCLI, JSON)));

	private static final JavaClasses MAIN_CLASSES = new ClassFileImporter()
			.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(BASE);
	private static final JavaClasses VIOLATING_CLASSES = new ClassFileImporter().importPackages(VIOLATIONS);

	static Stream<Layer> layers() {
		return LAYERS.stream();
	}

	@ParameterizedTest
	@MethodSource("layers")
	void packagesUseOnlyWhatTheTableLists(final Layer layer) {
		usesOnly(layer, BASE).check(MAIN_CLASSES);
	}

	@Test
	void everyClassIsInAListedPackage() {
		isListed(BASE).check(MAIN_CLASSES);
	}

	@Test
	void packagesHaveNoCycles() {
		hasNoCycle(BASE).check(MAIN_CLASSES);
	}

	@Test
	void tableHasNoCycles() {
		final Map<String, Set<String>> left = new TreeMap<>();
		LAYERS.forEach(layer -> left.put(layer.name(), new HashSet<>(layer.layers())));
		boolean taken = true;
		while (taken) {
			final Set<String> free = left.entrySet().stream().filter(e -> e.getValue().isEmpty())
					.map(Map.Entry::getKey).collect(Collectors.toSet());
			taken = left.keySet().removeAll(free);
			left.values().forEach(layers -> layers.removeAll(free));
		}
		assertTrue(left.isEmpty(), "cycle of layers: " + left);
	}

	@ParameterizedTest
	@MethodSource("layers")
	void developerPageShowsTheTable(final Layer layer) throws IOException {
		final String uses = layer.layers().containsAll(ALL_BELOW_THE_USER_INTERFACES) ? "all but "
				: layer.layers().isEmpty() ? "nothing of ours"
						: LAYERS.stream().filter(other -> layer.layers().contains(other.name())).map(Layer::toString)
								.sorted().map(name -> "`" + name + "`").collect(Collectors.joining(", ")) + " |";
		final List<String> rows = Files.readAllLines(Path.of("docs", "developer.md")).stream()
				.filter(line -> line.startsWith("| `" + layer + "` |")).toList();
		assertEquals(1, rows.size(), layer.toString());
		assertTrue(rows.get(0).contains(" | " + uses), rows.get(0));
	}

	@Test
	void mainClassesAreImported() {
		for (final String name : List.of("ops", "io", "torch", "model.weights", "imagej.preview", "batch", "train")) {
			assertTrue(MAIN_CLASSES.stream().anyMatch(c -> c.getPackageName().equals(BASE + "." + name)), name);
		}
		assertFalse(MAIN_CLASSES.stream().anyMatch(c -> c.getPackageName().startsWith(VIOLATIONS)));
	}

	@Test
	void forbiddenPackageAndLibraryAreFound() {
		final String failures = failures(usesOnly(layer("ops"), VIOLATIONS), VIOLATING_CLASSES);
		assertTrue(failures.contains("violations.network.AllowedUser"), failures);
		assertTrue(failures.contains("ai.djl.Device"), failures);
	}

	@Test
	void allowedPackageIsNoViolation() {
		assertEquals("", failures(usesOnly(layer("network"), VIOLATIONS), VIOLATING_CLASSES));
	}

	@Test
	void cycleIsFound() {
		final String failures = failures(hasNoCycle(VIOLATIONS), VIOLATING_CLASSES);
		assertTrue(failures.contains("Cycle detected"), failures);
	}

	@Test
	void classInAnUnlistedPackageIsFound() {
		final String failures = failures(isListed(VIOLATIONS), VIOLATING_CLASSES);
		assertTrue(failures.contains("violations.unlisted.UnlistedClass"), failures);
	}

	@Test
	void missingTableRowIsFound() {
		assertFalse(failures(usesOnly(new Layer("ops", Set.of(), List.of()), BASE), MAIN_CLASSES).isEmpty());
		final Layer train = layer("train");
		assertFalse(failures(usesOnly(new Layer("train", Set.of(), train.libraries()), BASE), MAIN_CLASSES).isEmpty());
	}

	/** Only the user interfaces say what to click or type. */
	@Test
	void enginesNameNoMenusAndNoCommands() throws IOException {
		final Pattern named = Pattern.compile(USER_INTERFACE);
		assertTrue(named.matcher("throw new X(\"fetch it with 'fiji-colorize models download'\");").find());
		final Path sources = Path.of("src/main/java/sc/fiji/colorize");
		final List<String> found = new ArrayList<>();
		final List<Path> files;
		try (Stream<Path> tree = Files.walk(sources)) {
			files = tree.filter(file -> file.toString().endsWith(".java"))
					.filter(file -> !USER_INTERFACES.contains(sources.relativize(file).getName(0).toString()))
					.toList();
		}
		assertTrue(files.size() > 50, files.toString());
		for (final Path file : files) {
			Files.readAllLines(file).stream().filter(line -> named.matcher(line).find())
					.forEach(line -> found.add(file + ": " + line.strip()));
		}
		assertEquals(List.of(), found);
	}

	private static Layer layer(final String name) {
		return LAYERS.stream().filter(layer -> layer.name().equals(name)).findFirst().orElseThrow();
	}

	private static ArchRule usesOnly(final Layer layer, final String base) {
		final List<String> allowed = new ArrayList<>(List.of(JDK));
		allowed.addAll(layer.libraries());
		allowed.add(layer.packageIn(base));
		LAYERS.stream().filter(other -> layer.layers().contains(other.name())).map(other -> other.packageIn(base))
				.forEach(allowed::add);
		return ArchRuleDefinition.classes().that().resideInAPackage(layer.packageIn(base)).should()
				.onlyDependOnClassesThat().resideInAnyPackage(allowed.toArray(String[]::new)).allowEmptyShould(true);
	}

	private static ArchRule isListed(final String base) {
		return ArchRuleDefinition.classes().should()
				.resideInAnyPackage(LAYERS.stream().map(layer -> layer.packageIn(base)).toArray(String[]::new));
	}

	private static ArchRule hasNoCycle(final String base) {
		return SlicesRuleDefinition.slices().assignedFrom(new SliceAssignment() {

			@Override
			public SliceIdentifier getIdentifierOf(final JavaClass javaClass) {
				return javaClass.getPackageName().startsWith(base) ? SliceIdentifier.of(javaClass.getPackageName())
						: SliceIdentifier.ignore();
			}

			@Override
			public String getDescription() {
				return "packages of " + base;
			}
		}).should().beFreeOfCycles();
	}

	private static String failures(final ArchRule rule, final JavaClasses classes) {
		final EvaluationResult result = rule.evaluate(classes);
		return String.join("\n", result.getFailureReport().getDetails());
	}
}
