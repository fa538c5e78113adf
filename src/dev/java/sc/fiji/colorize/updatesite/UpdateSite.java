/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.updatesite;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import sc.fiji.colorize.updatesite.Dependencies.From;
import sc.fiji.colorize.updatesite.SiteIndex.Entry;
import sc.fiji.colorize.updatesite.SiteIndex.Previous;
import sc.fiji.colorize.updatesite.SiteIndex.Version;

/**
 * Builds an ImageJ update site with the plugin, the dependencies that Fiji lacks, macros, scripts, and the index. If the
 * folder has a site, it builds the next version: unchanged files and old versions stay, so that the updater recognizes them
 * and can restore them. See {@code update-site/build}.
 */
final class UpdateSite {

	/** Largest size of a site in bytes; native libraries would exceed it. */
	static final long LIMIT = 40L << 20;

	/** Name of the plugin's jar on the site without its version. */
	private static final String PLUGIN = "Colorize_";

	private static final double MEBI = 1 << 20;

	/** A file for the site: its content and its properties in the index. */
	private record Source(Path file, String description, List<String> dependencies) {
	}

	private final Map<String, Source> files = new TreeMap<>();

	/**
	 * Collects the files of the site.
	 *
	 * @param project folder of the project
	 * @param jar jar of the plugin, with its version in its name
	 * @param classPath runtime dependencies of the plugin, in a Maven repository
	 * @throws IOException if a file is missing; the message is a sentence
	 */
	UpdateSite(final Path project, final Path jar, final List<Path> classPath) throws IOException {
		final Dependencies dependencies =
				new Dependencies(project.resolve("update-site/dependencies.txt"), classPath);
		final List<String> needed = new ArrayList<>();
		for (final Path dependency : dependencies.jars(From.SITE)) {
			final String path = "jars/" + dependency.getFileName();
			files.put(path, new Source(dependency, dependencies.reason(dependency), List.of()));
			needed.add(path);
		}
		files.put("plugins/" + jar.getFileName(), new Source(jar, "Plausible, vivid color for gray images.", needed));
		addAll(project.resolve("macros"), "*.ijm", "macros/Colorize/");
		// Fiji creates a menu from the folders below scripts; this one differs from the menu of the plugin.
		addAll(project.resolve("scripts"), "*.groovy", "scripts/Plugins/Examples/Colorize/");
		files.put("licenses/Colorize/BSD-2-Clause.txt",
				new Source(project.resolve("LICENSE"), "License of Fiji Colorize", List.of()));
		files.put("licenses/Colorize/Apache-2.0.txt", new Source(project.resolve("licenses/Apache-2.0.txt"),
				"License of the Deep Java Library", List.of()));
	}

	private void addAll(final Path folder, final String glob, final String place) throws IOException {
		try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, glob)) {
			for (final Path file : found) {
				files.put(place + file.getFileName(), new Source(file, "", List.of()));
			}
		}
	}

	/**
	 * Builds the site, or its next version.
	 *
	 * @param site a folder, empty or with a site
	 * @param timestamp time of the new files, YYYYMMDDhhmmss
	 * @return the index
	 * @throws IOException if the site cannot be built; the message is a sentence
	 */
	SiteIndex write(final Path site, final long timestamp) throws IOException {
		final SiteIndex before = readIfThere(site);
		final SiteIndex after = new SiteIndex();
		for (final Map.Entry<String, Source> file : files.entrySet()) {
			final String key = SiteIndex.key(file.getKey());
			final Entry old = before.entries().get(key);
			final Version version = version(file.getKey(), file.getValue(), old, timestamp, site);
			if (after.entries().put(key, new Entry(Optional.of(version), previous(old, version))) != null) {
				throw new IOException("Two files of the site are the same one to the updater: " + key + ".");
			}
		}
		before.entries().forEach((key, old) -> after.entries().computeIfAbsent(key,
				gone -> new Entry(Optional.empty(), obsolete(old, timestamp))));
		after.write(site);
		return after;
	}

	private static SiteIndex readIfThere(final Path site) throws IOException {
		final Path file = site.resolve(SiteIndex.FILE);
		if (!Files.exists(file)) {
			return new SiteIndex();
		}
		try (InputStream in = Files.newInputStream(file)) {
			return SiteIndex.read(in);
		}
	}

	/** Copies a file to the site if it has changed, and returns its version. */
	private static Version version(final String path, final Source source, final Entry old, final long timestamp,
			final Path site) throws IOException {
		final String checksum = UpdaterChecksum.of(path, source.file());
		final Optional<Version> same = old == null ? Optional.empty() : old.current()
				.filter(version -> version.checksum().equals(checksum) && version.filename().equals(path));
		if (same.isEmpty() && old != null && last(old) >= timestamp) {
			throw new IOException(path + " has changed since " + last(old) + ", but the new version would be of " + timestamp
					+ ": commit what has changed, or set SOURCE_DATE_EPOCH to a later time.");
		}
		final Path target = site.resolve(path + "-" + same.map(Version::timestamp).orElse(timestamp));
		if (same.isEmpty() || !Files.exists(target)) {
			Files.createDirectories(target.getParent());
			Files.copy(source.file(), target, StandardCopyOption.REPLACE_EXISTING);
		}
		return new Version(path, same.map(Version::timestamp).orElse(timestamp), checksum, Files.size(target),
				source.description(), source.dependencies());
	}

	/** The time of the last change of a file. */
	private static long last(final Entry file) {
		return Stream.concat(file.current().stream().map(Version::timestamp),
				file.previous().stream().map(version -> Math.max(version.timestamp(), version.obsolete())))
				.max(Long::compare).orElse(0L);
	}

	private static List<Previous> previous(final Entry old, final Version version) {
		if (old == null) {
			return List.of();
		}
		final boolean same = old.current().filter(then -> then.timestamp() == version.timestamp()).isPresent();
		return same ? old.previous() : obsolete(old, version.timestamp());
	}

	/** All versions of a file that is replaced or removed at a given time, newest first. */
	private static List<Previous> obsolete(final Entry old, final long timestamp) {
		return Stream.concat(old.current().stream().map(version -> new Previous(version.filename(), version.timestamp(),
				timestamp, version.checksum())), old.previous().stream()).toList();
	}

	/**
	 * Lists the files that a user downloads.
	 *
	 * @param index index of a site
	 * @return one line per file with its size in bytes, and one line with the sum
	 */
	static List<String> list(final SiteIndex index) {
		final List<String> lines = new ArrayList<>();
		index.entries().values().forEach(file -> file.current().ifPresent(
				version -> lines.add(String.format(Locale.ROOT, "%10d  %s", version.size(), version.filename()))));
		lines.add(String.format(Locale.ROOT, "%10d  bytes in %d files: %.1f MiB", size(index), lines.size(),
				size(index) / MEBI));
		return lines;
	}

	/** Download size in bytes. */
	static long size(final SiteIndex index) {
		return index.entries().values().stream().flatMap(file -> file.current().stream()).mapToLong(Version::size).sum();
	}

	/** A time in the updater's format, in UTC. */
	static long timestamp(final Instant time) {
		return Long.parseLong(DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC)
				.format(time));
	}

	/** The runtime class path that Maven wrote. */
	static List<Path> runtimeClassPath(final Path project) throws IOException {
		return Stream.of(Files.readString(project.resolve("target/runtime-class-path.txt")).strip()
				.split(File.pathSeparator)).map(Path::of).toList();
	}

	/**
	 * Builds a site from Maven's output, and the zips in its folder {@code downloads}.
	 *
	 * @param arguments the project folder, the site folder, and the time of the new files in seconds since 1970
	 */
	public static void main(final String[] arguments) {
		try {
			final Path project = Path.of(arguments[0]);
			final Path jar = jar(project.resolve("target"));
			final Instant time = Instant.ofEpochSecond(Long.parseLong(arguments[2]));
			final SiteIndex index = new UpdateSite(project, jar, runtimeClassPath(project))
					.write(Path.of(arguments[1]), timestamp(time));
			list(index).forEach(System.out::println);
			if (size(index) > LIMIT) {
				throw new IOException("The site is larger than " + Math.round(LIMIT / MEBI) + " MiB.");
			}
			final List<Path> zips = new Downloads(project, jar, runtimeClassPath(project))
					.write(Path.of(arguments[1], "downloads"), time);
			for (final Path zip : zips) {
				System.out.printf(Locale.ROOT, "%10d  downloads/%s%n", Files.size(zip), zip.getFileName());
			}
			System.out.println("The site is in " + arguments[1] + "; update-site/README.md describes how to upload it.");
		}
		catch (final IOException e) {
			System.err.println(e.getMessage());
			System.exit(1);
		}
	}

	private static Path jar(final Path target) throws IOException {
		final Set<Path> jars = new HashSet<>();
		try (DirectoryStream<Path> found = Files.newDirectoryStream(target, PLUGIN + "-*.jar")) {
			found.forEach(jars::add);
		}
		jars.removeIf(jar -> jar.toString().matches(".*-(sources|tests|javadoc)\\.jar"));
		if (jars.size() != 1) {
			throw new IOException("In " + target + " there must be one jar of the plugin, but there are " + jars.size()
					+ ": build it anew.");
		}
		return jars.iterator().next();
	}
}
