/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import sc.fiji.colorize.photo.PhotoFolder.Photo;

class PhotoFolderTest {

	private static final String LONG = "a-folder-with-a-rather-long-name/".repeat(5);

	@TempDir
	private Path folder;

	private static byte[] content(final String name) {
		return ("the bytes of " + name).getBytes(StandardCharsets.UTF_8);
	}

	private void write(final String name) throws IOException {
		final Path file = folder.resolve(name);
		Files.createDirectories(file.getParent());
		Files.write(file, content(name));
	}

	private void tar(final String name, final String... entries) throws IOException {
		Files.createDirectories(folder.resolve(name).getParent());
		try (OutputStream file = Files.newOutputStream(folder.resolve(name));
				TarArchiveOutputStream tar = new TarArchiveOutputStream(file, "UTF-8")) {
			tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
			tar.setAddPaxHeadersForNonAsciiNames(true);
			tar.putArchiveEntry(new TarArchiveEntry("folder.jpg/"));
			tar.closeArchiveEntry();
			for (final String entry : entries) {
				final TarArchiveEntry header = new TarArchiveEntry(entry);
				header.setSize(content(entry).length);
				tar.putArchiveEntry(header);
				tar.write(content(entry));
				tar.closeArchiveEntry();
			}
		}
	}

	private void zip(final String name, final String... entries) throws IOException {
		Files.createDirectories(folder.resolve(name).getParent());
		try (OutputStream file = Files.newOutputStream(folder.resolve(name));
				ZipOutputStream zip = new ZipOutputStream(file)) {
			zip.putNextEntry(new ZipEntry("folder.jpg/"));
			for (final String entry : entries) {
				zip.putNextEntry(new ZipEntry(entry));
				zip.write(content(entry));
			}
		}
	}

	private static Map<String, String> groups(final PhotoFolder photos) {
		final Map<String, String> groups = new LinkedHashMap<>();
		photos.photos().forEach(photo -> groups.put(photo.name(), photo.group()));
		return groups;
	}

	@Test
	void photosAreListedInOrderOfNames() throws IOException {
		write("z.PNG");
		write("notes.txt");
		write("sub/deep/b.jpg");
		tar("sub/old.tar", "in/a.jpeg", "readme.md", LONG + "c.gif");
		zip("new.zip", "d.bmp", "e.tif");
		try (PhotoFolder photos = PhotoFolder.open(folder)) {
			assertEquals(folder, photos.root());
			assertEquals(List.of("new.zip/d.bmp", "sub/deep/b.jpg", "sub/old.tar/" + LONG + "c.gif",
					"sub/old.tar/in/a.jpeg", "z.PNG"), photos.photos().stream().map(Photo::name).toList());
			assertEquals(List.of("new", "sub/deep", "sub/old", "sub/old", ""), List.copyOf(groups(photos).values()));
		}
	}

	@Test
	void archivesAndFoldersGiveEqualBytes() throws IOException {
		write("a.png");
		write("sub/b.jpg");
		tar("t.tar", "x/c.jpg", "d.jpg");
		zip("z.zip", "e.jpg", "y/f.jpg");
		try (PhotoFolder photos = PhotoFolder.open(folder)) {
			assertEquals(6, photos.photos().size());
			for (final Photo photo : photos.photos()) {
				assertArrayEquals(content(photo.name().replaceFirst("^(t.tar|z.zip)/", "")), photos.read(photo));
			}
		}
	}

	@Test
	void archivesKeepUnicodeNames() throws IOException {
		final List<String> names = List.of("фото/снимок.jpg", "写真.png", "café.bmp", "صورة.gif");
		tar("t.tar", names.toArray(String[]::new));
		zip("z.zip", names.toArray(String[]::new));
		try (PhotoFolder photos = PhotoFolder.open(folder)) {
			final List<String> expected = new ArrayList<>();
			names.forEach(name -> expected.add("t.tar/" + name));
			names.forEach(name -> expected.add("z.zip/" + name));
			assertEquals(expected.stream().sorted().toList(), photos.photos().stream().map(Photo::name).toList());
			for (final Photo photo : photos.photos()) {
				assertArrayEquals(content(photo.name().substring(6)), photos.read(photo));
			}
		}
	}

	@Test
	void filesKeepUnicodeNames() throws IOException {
		final String encoding = System.getProperty("sun.jnu.encoding");
		assumeTrue(Charset.forName(encoding).newEncoder().canEncode("фото写"), "names of files are " + encoding);
		write("фото/写真.jpg");
		try (PhotoFolder photos = PhotoFolder.open(folder)) {
			assertEquals(Map.of("фото/写真.jpg", "фото"), groups(photos));
			assertArrayEquals(content("фото/写真.jpg"), photos.read(photos.photos().get(0)));
		}
	}

	@Test
	void singleArchivesAndPhotosAreFolders() throws IOException {
		tar("t.tar", "c.jpg");
		write("a.png");
		try (PhotoFolder photos = PhotoFolder.open(folder.resolve("t.tar"))) {
			assertEquals(Map.of("t.tar/c.jpg", "t"), groups(photos));
		}
		try (PhotoFolder photos = PhotoFolder.open(folder.resolve("a.png"))) {
			assertEquals(Map.of("a.png", ""), groups(photos));
		}
	}

	@Test
	void missingFolderAndDamagedArchiveAreNamed() throws IOException {
		final Path missing = folder.resolve("nowhere");
		assertEquals("There is no folder " + missing + ".",
				assertThrows(IOException.class, () -> PhotoFolder.open(missing)).getMessage());
		write("broken.zip");
		final String zip = assertThrows(IOException.class, () -> PhotoFolder.open(folder)).getMessage();
		assertTrue(zip.startsWith("The archive " + folder.resolve("broken.zip") + " cannot be read: "), zip);
		Files.delete(folder.resolve("broken.zip"));
		Files.write(folder.resolve("broken.tar"), "not a tar".repeat(100).getBytes(StandardCharsets.UTF_8));
		final String tar = assertThrows(IOException.class, () -> PhotoFolder.open(folder)).getMessage();
		assertTrue(tar.startsWith("The archive " + folder.resolve("broken.tar") + " cannot be read: "), tar);
	}

	@Test
	void cyclicLinkIsNamed() throws IOException {
		write("sub/a.jpg");
		try {
			Files.createSymbolicLink(folder.resolve("sub/again"), folder);
		}
		catch (final IOException | UnsupportedOperationException e) {
			assumeTrue(false, "this file system has no links");
		}
		final String message = assertThrows(IOException.class, () -> PhotoFolder.open(folder)).getMessage();
		assertTrue(message.startsWith("The folder " + folder + " cannot be listed: "), message);
		assertTrue(message.contains("again"), message);
	}

	@Test
	void shortenedArchiveIsAnError() throws IOException {
		tar("t.tar", "a.jpg", "b.jpg");
		try (PhotoFolder photos = PhotoFolder.open(folder)) {
			Files.write(folder.resolve("t.tar"), new byte[100]);
			assertEquals("the archive ends in the middle of the file",
					assertThrows(IOException.class, () -> photos.read(photos.photos().get(1))).getMessage());
		}
	}

	@Test
	void removedArchiveIsAnIoException() throws IOException {
		tar("t.tar", "a.jpg");
		zip("z.zip", "b.jpg");
		try (PhotoFolder photos = PhotoFolder.open(folder)) {
			Files.delete(folder.resolve("t.tar"));
			Files.delete(folder.resolve("z.zip"));
			for (final Photo photo : photos.photos()) {
				final String message = assertThrows(IOException.class, () -> photos.read(photo)).getMessage();
				assertTrue(message.startsWith("the archive cannot be opened"), message);
			}
		}
	}

	@Test
	void threadsMayReadConcurrently() throws Exception {
		final String[] names = new String[40];
		for (int i = 0; i < names.length; i++) {
			names[i] = "photo" + i + ".jpg";
		}
		tar("t.tar", names);
		zip("z.zip", names);
		final ExecutorService executor = Executors.newFixedThreadPool(4);
		try (PhotoFolder photos = PhotoFolder.open(folder)) {
			final List<Future<byte[]>> read = new ArrayList<>();
			photos.photos().forEach(photo -> read.add(executor.submit(() -> photos.read(photo))));
			for (int i = 0; i < read.size(); i++) {
				assertArrayEquals(content(photos.photos().get(i).name().substring(6)), read.get(i).get());
			}
		}
		finally {
			executor.shutdownNow();
		}
	}
}
