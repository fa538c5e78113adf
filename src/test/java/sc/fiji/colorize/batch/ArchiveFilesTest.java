/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.plugins.tiff.TIFFTag;
import javax.imageio.stream.FileImageOutputStream;

import ij.ImagePlus;
import ij.ImageStack;
import ij.io.Opener;
import ij.process.ShortProcessor;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.imagej.ImageFile;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.photo.ImageFormat;
import sc.fiji.colorize.photo.PhotoFile;
import sc.fiji.colorize.photo.PhotoPage;

/** What archives have: rolls of film, 16-bit scans, files of many kinds, names of all alphabets. */
class ArchiveFilesTest extends BatchFixture {

	private static BufferedImage picture(final int type, final int width, final int height) {
		final BufferedImage picture = new BufferedImage(width, height, type);
		final int largest = (1 << picture.getSampleModel().getSampleSize(0)) - 1;
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				for (int band = 0; band < picture.getRaster().getNumBands(); band++) {
					picture.getRaster().setSample(x, y, band, (int) ((long) largest * (x + y) / (width + height - 2)));
				}
			}
		}
		return picture;
	}

	/** Pages, each with the value of its tag NewSubfileType. */
	private Path tiff(final String name, final List<BufferedImage> pages, final int... kinds) throws IOException {
		final Path file = in.resolve(name);
		final ImageWriter writer = ImageFormat.writer("tif");
		try (FileImageOutputStream stream = new FileImageOutputStream(file.toFile())) {
			writer.setOutput(stream);
			writer.prepareWriteSequence(null);
			for (int i = 0; i < pages.size(); i++) {
				final IIOMetadata metadata =
						writer.getDefaultImageMetadata(new ImageTypeSpecifier(pages.get(i)), writer.getDefaultWriteParam());
				final TIFFDirectory tags = TIFFDirectory.createFromMetadata(metadata);
				tags.addTIFFField(new TIFFField(
						BaselineTIFFTagSet.getInstance().getTag(BaselineTIFFTagSet.TAG_NEW_SUBFILE_TYPE), TIFFTag.TIFF_LONG,
								1,
						new long[] {i < kinds.length ? kinds[i] : 0}));
				writer.writeToSequence(new IIOImage(pages.get(i), null, tags.getAsMetadata()),
						writer.getDefaultWriteParam());
			}
			writer.endWriteSequence();
		}
		finally {
			writer.dispose();
		}
		return file;
	}

	private Path png(final String name) throws IOException {
		final Path file = in.resolve(name);
		final ImageWriter writer = ImageFormat.writer("png");
		try (FileImageOutputStream stream = new FileImageOutputStream(file.toFile())) {
			writer.setOutput(stream);
			writer.write(picture(BufferedImage.TYPE_BYTE_GRAY, 20, 15));
		}
		finally {
			writer.dispose();
		}
		return file;
	}

	private BatchReport run() throws IOException {
		return run(List.of(in), BatchOptions.defaults());
	}

	private static List<String> pages(final Path file) throws IOException {
		final List<String> pages = new ArrayList<>();
		try (PhotoFile photo = PhotoFile.of(FileChannel.open(file))) {
			for (final PhotoPage page : photo.pages()) {
				final BufferedImage image = page.read();
				final int type = image.getRaster().getDataBuffer().getDataType();
				pages.add(page.width() + "x" + page.height() + " " + image.getRaster().getNumBands() + "x"
						+ (type == DataBuffer.TYPE_BYTE ? 8 : type == DataBuffer.TYPE_USHORT ? 16 : 32));
			}
		}
		return pages;
	}

	@Test
	void pagesKeepTheirSizeAndDepth() throws IOException {
		tiff("roll.tif", List.of(picture(BufferedImage.TYPE_BYTE_GRAY, 40, 30),
				picture(BufferedImage.TYPE_BYTE_GRAY, 38, 29), picture(BufferedImage.TYPE_USHORT_GRAY, 40, 30),
				picture(BufferedImage.TYPE_3BYTE_BGR, 30, 40)));
		assertEquals(Map.of(Outcome.DONE, 1), run(List.of(in), BatchOptions.defaults().uncertainty(true)).counts());
		assertEquals(List.of("40x30 3x8", "38x29 3x8", "40x30 3x16", "30x40 3x8"), pages(out.resolve("roll-colorized.tif")));
		assertEquals(List.of("40x30 1x32", "38x29 1x32", "40x30 1x32", "30x40 1x32"),
				pages(out.resolve("roll-uncertainty.tif")));
	}

	@Test
	void sixteenBitPagesBecomeRgbPages() throws IOException {
		tiff("roll.tif", List.of(picture(BufferedImage.TYPE_USHORT_GRAY, 40, 30),
				picture(BufferedImage.TYPE_USHORT_GRAY, 40, 30)));
		run();
		assertEquals(List.of("40x30 3x16", "40x30 3x16"), pages(out.resolve("roll-colorized.tif")));
	}

	@Test
	void imageJStacksStayImageJStacks() throws IOException {
		final ImageStack stack = new ImageStack(20, 15);
		for (int slice = 0; slice < 4; slice++) {
			final ShortProcessor pixels = new ShortProcessor(20, 15);
			pixels.set(slice, 5000);
			stack.addSlice("slice " + slice, pixels);
		}
		final ImagePlus image = new ImagePlus("x", stack);
		image.setDimensions(1, 2, 2);
		ImageFiles.write(image, in.resolve("stack.tif"));
		run();
		final ImagePlus result = ImageFiles.read(out.resolve("stack-colorized.tif"));
		assertEquals(List.of(3, 2, 2), List.of(result.getNChannels(), result.getNSlices(), result.getNFrames()));
	}

	@Test
	void sixteenBitScanBecomesSixteenBitRgb() throws IOException {
		tiff("scan.tif", List.of(picture(BufferedImage.TYPE_USHORT_GRAY, 40, 30)));
		run();
		assertEquals(List.of("40x30 3x16"), pages(out.resolve("scan-colorized.png")));
		run(List.of(in), BatchOptions.defaults().type("tif"));
		final Path tiff = out.resolve("scan-colorized.tif");
		assertEquals(List.of("40x30 3x16"), pagesOfOthers(tiff));
		final ImagePlus opened = new Opener().openImage(tiff.toString());
		assertEquals(List.of(16, 3), List.of(opened.getBitDepth(), opened.getNChannels()));
		assertTrue(opened.getInfoProperty().contains("colors are predicted"));
	}

	/** As a program sees the file that does not know ImageJ's description. */
	private List<String> pagesOfOthers(final Path file) throws IOException {
		final byte[] bytes = Files.readAllBytes(file);
		final String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("ImageJ=", "Others=");
		return pages(Files.write(folder.resolve("others.tif"), text.getBytes(StandardCharsets.ISO_8859_1)));
	}

	@Test
	void thumbnailsAreSkippedAndReported() throws IOException {
		tiff("scan.tif", List.of(picture(BufferedImage.TYPE_BYTE_GRAY, 10, 8), picture(BufferedImage.TYPE_BYTE_GRAY, 40,
				30)),
				1, 0);
		final JobResult result = run().results().get(0);
		assertEquals("without 1 smaller copy", result.note());
		assertEquals(List.of("40x30 3x8"), pages(out.resolve("scan-colorized.png")));
		final Path table = folder.resolve("table.csv");
		new BatchReport(List.of(result), 1).writeCsv(table);
		assertTrue(Files.readString(table).contains("without 1 smaller copy"));
	}

	@Test
	void otherFilesAreCountedAndNamed() throws IOException {
		png("a.png");
		Files.writeString(in.resolve("b.avif"), "whatever");
		Files.writeString(in.resolve("notes.txt"), "no image");
		final BatchReport report = run();
		assertEquals(Map.of(Outcome.DONE, 1, Outcome.LEFT_OUT, 1), report.counts());
		assertEquals("1 colorized, 0 skipped, 0 failed, 1 of other kinds left out.", report.summary());
		assertTrue(report.results().get(1).message().startsWith(in.resolve("b.avif") + ": "));
		assertFalse(Files.exists(out.resolve("b-colorized.png")));
	}

	@Test
	void onlyResultsClaimNames() throws IOException {
		Files.write(in.resolve("a.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0, 0, 0});
		png("a.png");
		assertEquals(Map.of(Outcome.FAILED, 1, Outcome.DONE, 1), run().counts());
		assertTrue(Files.exists(out.resolve("a-colorized.png")));
	}

	@Test
	void usualJpegExtensionsAreRead() throws IOException {
		final Path jpeg = in.resolve("a.jfif");
		final ImageWriter writer = ImageFormat.writer("jpg");
		try (FileImageOutputStream stream = new FileImageOutputStream(jpeg.toFile())) {
			writer.setOutput(stream);
			writer.write(picture(BufferedImage.TYPE_BYTE_GRAY, 20, 15));
		}
		finally {
			writer.dispose();
		}
		Files.copy(jpeg, in.resolve("b.JPE"));
		assertEquals(Map.of(Outcome.DONE, 2), run().counts());
	}

	@Test
	void longestNamesAreAllowed() throws IOException {
		// Two bytes each; with "-colorized.png" there are 254.
		final String name = "\u0444".repeat(120);
		png(name + ".png");
		assertEquals(Map.of(Outcome.DONE, 1), run().counts());
		assertTrue(Files.exists(out.resolve(name + "-colorized.png")));
	}

	/** Names in the encoding of an older system are no text to Java. */
	@Test
	void latin1NamesAreRead() throws IOException, InterruptedException {
		png("a.png");
		final Process copy = new ProcessBuilder("bash", "-c", "mv a.png $'caf\\xe9.png'").directory(in.toFile()).start();
		assumeTrue(copy.waitFor() == 0, "This system has no such names.");
		final BatchReport report = run();
		assertEquals(Map.of(Outcome.DONE, 1), report.counts(), report.results().toString());
	}

	@Test
	void damagedPageIsNamed() throws IOException {
		final Path file = tiff("roll.tif", List.of(picture(BufferedImage.TYPE_BYTE_GRAY, 40, 30),
				picture(BufferedImage.TYPE_BYTE_GRAY, 38, 29)));
		try (ImageFile open = ImageFile.open(file)) {
			assertEquals(2, open.read().size());
		}
		final byte[] bytes = Files.readAllBytes(file);
		Files.write(file, Arrays.copyOf(bytes, bytes.length - 500));
		final JobResult result = run().results().get(0);
		assertEquals(Outcome.FAILED, result.outcome());
		assertTrue(result.message().contains("cut off"), result.message());
	}
}
