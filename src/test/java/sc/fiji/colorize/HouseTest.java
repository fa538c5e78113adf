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
 * The rooms of the house: which package may use which other, and which libraries. A room that has no class yet passes;
 * that the rules can fail is shown on the packages of {@code wronghouse}, which break them.
 */
class HouseTest {

	private static final String HOUSE = "sc.fiji.colorize";
	private static final String WRONG_HOUSE = HOUSE + ".wronghouse";

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

	/** What a string of an engine must not have: a command, an option, a menu. */
	private static final String USER_INTERFACE =
			"\"[^\"]*('fiji-colorize |--[a-z]|\\b(menu|dialog|macro)\\b|Plugins >)";

	private static final Set<String> USER_INTERFACES = Set.of("cli", "command", "gpu");

	/** The name of the root package in the table. */
	private static final String ROOT = "";

	private static final Set<String> ALL_BELOW_THE_USER_INTERFACES = Set.of(ROOT, "ops", "io", "torch", "photo",
			"metadata", "network", "model", "model.weights", "train", "evaluate", "imagej", "imagej.preview", "batch");

	/**
	 * A package of ours.
	 *
	 * @param name below the root package
	 * @param rooms what it may use of ours
	 * @param libraries what it may use of others beside the JDK
	 */
	private record Room(String name, Set<String> rooms, List<String> libraries) {

		String packageIn(final String house) {
			return name.equals(ROOT) ? house : house + "." + name;
		}

		@Override
		public String toString() {
			return name.equals(ROOT) ? "(root)" : name;
		}
	}

	private static final List<Room> ROOMS = List.of(
			new Room("ops", Set.of(), List.of(IMGLIB2)),
			new Room("io", Set.of(), List.of()),
			new Room("torch", Set.of("io"), List.of(DJL)),
			new Room("photo", Set.of("ops", "io"), List.of(METADATA, COMPRESS, TWELVE_MONKEYS)),
			new Room("metadata", Set.of("photo", "io"), List.of(XMP, COMPRESS)),
			new Room("network", Set.of("ops", "torch"), List.of(DJL)),
			new Room("model.weights", Set.of(), List.of(DJL, JSON)),
			new Room("model", Set.of("model.weights", "network", "torch", "ops", "io"), List.of(DJL, YAML)),
			new Room(ROOT, Set.of("model", "network", "torch", "ops", "io"), List.of(DJL, IMGLIB2)),
			new Room("train", Set.of(ROOT, "model", "model.weights", "network", "torch", "photo", "ops", "io"),
					List.of(DJL, IMGLIB2, YAML, CHARTS)),
			new Room("evaluate", Set.of(ROOT, "model", "network", "torch", "photo", "ops", "io"),
					List.of(IMGLIB2, JSON)),
			new Room("imagej", Set.of(ROOT, "metadata", "photo", "ops", "io"), List.of(IJ, IMGLIB2)),
			new Room("imagej.preview", Set.of(ROOT, "imagej", "ops", "io"), List.of(IJ, IMGLIB2)),
			new Room("batch", Set.of(ROOT, "imagej", "metadata", "photo", "io"), List.of(IJ)),
			new Room("command", ALL_BELOW_THE_USER_INTERFACES, List.of(IJ, IMGLIB2, SCIJAVA)),
			new Room("spark", Set.of(ROOT, "batch", "imagej", "photo", "io", "model"), List.of(SPARK, HADOOP, SCALA)),
			new Room("cli", Stream.concat(ALL_BELOW_THE_USER_INTERFACES.stream(), Stream.of("spark"))
					.collect(Collectors.toUnmodifiableSet()), List.of(PICOCLI, JSON)),
			new Room("gpu", Set.of(ROOT, "cli", "model", "network", "ops", "torch", "train"),
					List.of(DJL, IMGLIB2, PICOCLI, JSON)));

	private static final JavaClasses HOUSE_CLASSES = new ClassFileImporter()
			.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(HOUSE);
	private static final JavaClasses WRONG_CLASSES = new ClassFileImporter().importPackages(WRONG_HOUSE);

	static Stream<Room> rooms() {
		return ROOMS.stream();
	}

	@ParameterizedTest
	@MethodSource("rooms")
	void packagesUseOnlyWhatTheTableLists(final Room room) {
		usesOnly(room, HOUSE).check(HOUSE_CLASSES);
	}

	@Test
	void everyClassIsInAListedPackage() {
		livesInARoom(HOUSE).check(HOUSE_CLASSES);
	}

	@Test
	void packagesHaveNoCycles() {
		noCircle(HOUSE).check(HOUSE_CLASSES);
	}

	@Test
	void tableHasNoCycles() {
		final Map<String, Set<String>> left = new TreeMap<>();
		ROOMS.forEach(room -> left.put(room.name(), new HashSet<>(room.rooms())));
		boolean taken = true;
		while (taken) {
			final Set<String> free = left.entrySet().stream().filter(e -> e.getValue().isEmpty())
					.map(Map.Entry::getKey).collect(Collectors.toSet());
			taken = left.keySet().removeAll(free);
			left.values().forEach(rooms -> rooms.removeAll(free));
		}
		assertTrue(left.isEmpty(), "rooms in a circle: " + left);
	}

	@ParameterizedTest
	@MethodSource("rooms")
	void developerPageShowsTheTable(final Room room) throws IOException {
		final String uses = room.rooms().containsAll(ALL_BELOW_THE_USER_INTERFACES) ? "all but "
				: room.rooms().isEmpty() ? "nothing of ours"
						: ROOMS.stream().filter(other -> room.rooms().contains(other.name())).map(Room::toString).sorted()
								.map(name -> "`" + name + "`").collect(Collectors.joining(", ")) + " |";
		final List<String> rows = Files.readAllLines(Path.of("docs", "developer.md")).stream()
				.filter(line -> line.startsWith("| `" + room + "` |")).toList();
		assertEquals(1, rows.size(), room.toString());
		assertTrue(rows.get(0).contains(" | " + uses), rows.get(0));
	}

	@Test
	void mainClassesAreImported() {
		for (final String name : List.of("ops", "io", "torch", "model.weights", "imagej.preview", "batch", "train")) {
			assertTrue(HOUSE_CLASSES.stream().anyMatch(c -> c.getPackageName().equals(HOUSE + "." + name)), name);
		}
		assertFalse(HOUSE_CLASSES.stream().anyMatch(c -> c.getPackageName().startsWith(WRONG_HOUSE)));
	}

	@Test
	void forbiddenPackageAndLibraryAreFound() {
		final String failures = failures(usesOnly(room("ops"), WRONG_HOUSE), WRONG_CLASSES);
		assertTrue(failures.contains("wronghouse.network.NetworkThatUsesOps"), failures);
		assertTrue(failures.contains("ai.djl.Device"), failures);
	}

	@Test
	void allowedPackageIsNoViolation() {
		assertEquals("", failures(usesOnly(room("network"), WRONG_HOUSE), WRONG_CLASSES));
	}

	@Test
	void cycleIsFound() {
		final String failures = failures(noCircle(WRONG_HOUSE), WRONG_CLASSES);
		assertTrue(failures.contains("Cycle detected"), failures);
	}

	@Test
	void classInAnUnlistedPackageIsFound() {
		final String failures = failures(livesInARoom(WRONG_HOUSE), WRONG_CLASSES);
		assertTrue(failures.contains("wronghouse.attic.ClassInNoRoom"), failures);
	}

	@Test
	void missingTableRowIsFound() {
		assertFalse(failures(usesOnly(new Room("ops", Set.of(), List.of()), HOUSE), HOUSE_CLASSES).isEmpty());
		final Room train = room("train");
		assertFalse(failures(usesOnly(new Room("train", Set.of(), train.libraries()), HOUSE), HOUSE_CLASSES).isEmpty());
	}

	/** They do not know who uses them: the commands and the command line say what to click or to type. */
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

	private static Room room(final String name) {
		return ROOMS.stream().filter(room -> room.name().equals(name)).findFirst().orElseThrow();
	}

	private static ArchRule usesOnly(final Room room, final String house) {
		final List<String> allowed = new ArrayList<>(List.of(JDK));
		allowed.addAll(room.libraries());
		allowed.add(room.packageIn(house));
		ROOMS.stream().filter(other -> room.rooms().contains(other.name())).map(other -> other.packageIn(house))
				.forEach(allowed::add);
		return ArchRuleDefinition.classes().that().resideInAPackage(room.packageIn(house)).should()
				.onlyDependOnClassesThat().resideInAnyPackage(allowed.toArray(String[]::new)).allowEmptyShould(true);
	}

	private static ArchRule livesInARoom(final String house) {
		return ArchRuleDefinition.classes().should()
				.resideInAnyPackage(ROOMS.stream().map(room -> room.packageIn(house)).toArray(String[]::new));
	}

	private static ArchRule noCircle(final String house) {
		return SlicesRuleDefinition.slices().assignedFrom(new SliceAssignment() {

			@Override
			public SliceIdentifier getIdentifierOf(final JavaClass javaClass) {
				return javaClass.getPackageName().startsWith(house) ? SliceIdentifier.of(javaClass.getPackageName())
						: SliceIdentifier.ignore();
			}

			@Override
			public String getDescription() {
				return "packages of " + house;
			}
		}).should().beFreeOfCycles();
	}

	private static String failures(final ArchRule rule, final JavaClasses classes) {
		final EvaluationResult result = rule.evaluate(classes);
		return String.join("\n", result.getFailureReport().getDetails());
	}
}
