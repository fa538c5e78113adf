/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.updatesite;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

import sc.fiji.colorize.io.Sha256;
import sc.fiji.colorize.updatesite.Dependencies.From;

/**
 * Builds the zips for use without Fiji: one to unpack into the folder of plain ImageJ, and one with the command line and the
 * PyTorch library of the build platform, each with its SHA-256 checksum. The zips are reproducible for the same files and
 * date.
 */
final class Downloads {

	private static final String NATIVE = "pytorch-native-cpu";
	/** Unix modes of readable and of executable files. */
	private static final int READABLE = 0100644;
	private static final int RUNNABLE = 0100755;
	private static final int NOON = 12;

	private final Path project;
	private final Path jar;
	private final List<Path> classPath;
	private final Dependencies dependencies;

	/**
	 * Prepares the zips.
	 *
	 * @param project folder of the project
	 * @param jar jar of the plugin, with its version in its name
	 * @param classPath runtime dependencies of the command line, in a Maven repository
	 * @throws IOException if the list of dependencies does not match the class path; the message is a sentence
	 */
	Downloads(final Path project, final Path jar, final List<Path> classPath) throws IOException {
		this.project = project;
		this.jar = jar;
		this.classPath = classPath;
		dependencies = new Dependencies(project.resolve("update-site/dependencies.txt"), classPath);
	}

	/** The content of an entry: a file or a text. */
	private record Content(Path file, String text, int mode) {

		Content(final Path file) {
			this(file, null, READABLE);
		}
	}

	/**
	 * Writes the zips and their checksums, and replaces existing ones.
	 *
	 * @param folder the folder, which is created if it does not exist
	 * @param time its date in UTC is that of all entries
	 * @return the zips
	 * @throws IOException if a file is missing or cannot be written
	 */
	List<Path> write(final Path folder, final Instant time) throws IOException {
		Files.createDirectories(folder);
		final List<Path> zips = new ArrayList<>();
		final String imagej = "fiji-colorize-imagej-" + version() + "-all-platforms.zip";
		zips.add(write(folder.resolve(imagej), imagej(), time));
		final String platform = platform();
		// The launcher is a Bash script.
		if (!platform.startsWith("win-")) {
			final String name = "fiji-colorize-command-line-" + version() + "-" + platform;
			zips.add(write(folder.resolve(name + ".zip"), commandLine(name + "/"), time));
		}
		return zips;
	}

	private String version() {
		return jar.getFileName().toString().replaceAll("^Colorize_-|\\.jar$", "");
	}

	/** The platform of the PyTorch library on the class path, such as linux-x86_64. */
	private String platform() throws IOException {
		final Path library = classPath.stream().filter(path -> path.getFileName().toString().startsWith(NATIVE)).findFirst()
				.orElseThrow(() -> new IOException("There is no " + NATIVE + " on the class path: build with Maven first."));
		final String front = NATIVE + "-" + library.getParent().getFileName() + "-";
		return library.getFileName().toString().replaceAll("\\.jar$", "").substring(front.length());
	}

	/** Plain ImageJ loads plugins from plugins/ and libraries from jars/, and has its own ij.jar. */
	private Map<String, Content> imagej() throws IOException {
		final Map<String, Content> entries = new TreeMap<>();
		entries.put("plugins/" + jar.getFileName(), new Content(jar));
		Stream.concat(dependencies.jars(From.SITE).stream(), dependencies.jars(From.FIJI).stream())
				.filter(path -> !path.getFileName().toString().startsWith("ij-"))
				.forEach(path -> entries.put("jars/" + path.getFileName(), new Content(path)));
		addAll(entries, "macros", "*.ijm", "macros/Colorize/");
		addLicenses(entries, "licenses/Colorize/");
		final String files = String.join("\n", entries.keySet());
		entries.put("README-Colorize.txt", new Content(null,
				Files.readString(project.resolve("update-site/README-imagej.txt")) + files + "\n", READABLE));
		return entries;
	}

	/** The paths are those of the project folder, as in the documentation. */
	private Map<String, Content> commandLine(final String root) throws IOException {
		final Map<String, Content> entries = new TreeMap<>();
		entries.put(root + "lib/" + jar.getFileName(), new Content(jar));
		classPath.stream().filter(path -> !dependencies.jars(From.INSIDE).contains(path)).forEach(path -> entries.put(root
				+ "lib/" + path.getFileName(), new Content(path)));
		for (final String script : List.of("scripts/fiji-colorize", "scripts/slurm_array.sh")) {
			entries.put(root + script, new Content(project.resolve(script), null, RUNNABLE));
		}
		entries.put(root + "README.md", new Content(project.resolve("update-site/README-command-line.md")));
		addAll(entries, "docs", "*.md", root + "docs/");
		addAll(entries, "docs/images", "*.{jpg,png}", root + "docs/images/");
		addLicenses(entries, root);
		addAll(entries, "licenses/pytorch", "*.txt", root + "licenses/pytorch/");
		return entries;
	}

	private void addLicenses(final Map<String, Content> entries, final String place) throws IOException {
		for (final String name : List.of("LICENSE", "THIRD-PARTY.md")) {
			entries.put(place + name, new Content(project.resolve(name)));
		}
		addAll(entries, "licenses", "*.txt", place + "licenses/");
	}

	private void addAll(final Map<String, Content> entries, final String folder, final String glob, final String place)
			throws IOException {
		try (DirectoryStream<Path> found = Files.newDirectoryStream(project.resolve(folder), glob)) {
			found.forEach(file -> entries.put(place + file.getFileName(), new Content(file)));
		}
	}

	private static Path write(final Path file, final Map<String, Content> entries, final Instant time)
			throws IOException {
		// Zips store local times. Noon exists in all time zones.
		final long noon = LocalDate.ofInstant(time, ZoneOffset.UTC).atTime(NOON, 0).atZone(ZoneId.systemDefault())
				.toInstant().toEpochMilli();
		final Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
		try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(temporary)) {
			for (final Map.Entry<String, Content> entry : entries.entrySet()) {
				final ZipArchiveEntry header = new ZipArchiveEntry(entry.getKey());
				// Jars and pictures are compressed already, and compressed bytes depend on the version of zlib.
				header.setMethod(ZipEntry.STORED);
				header.setTime(noon);
				header.setUnixMode(entry.getValue().mode());
				zip.putArchiveEntry(header);
				if (entry.getValue().file() == null) {
					zip.write(entry.getValue().text().getBytes(StandardCharsets.UTF_8));
				}
				else {
					Files.copy(entry.getValue().file(), zip);
				}
				zip.closeArchiveEntry();
			}
		}
		Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
		// The format of sha256sum -c.
		Files.writeString(file.resolveSibling(file.getFileName() + ".sha256"),
				Sha256.of(file) + "  " + file.getFileName() + "\n");
		return file;
	}
}
