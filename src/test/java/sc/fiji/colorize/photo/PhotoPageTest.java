/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhotoPageTest {

	private static final int WIDTH = 53;
	private static final int HEIGHT = 71;

	@TempDir
	private Path folder;

	/** A photo with more elements than an index can count is read in parts; here a few thousand are too many. */
	@ParameterizedTest
	@CsvSource({"png, 1000000", "png, 5000", "png, 1", "jpeg, 1000000", "jpeg, 5000", "jpeg, 400"})
	void partsEqualTheDecoder(final String format, final int maxElements) throws IOException {
		final byte[] bytes = PhotoFiles.encode(PhotoFiles.colorful(WIDTH, HEIGHT, 5), format);
		final BufferedImage whole = PhotoFile.decode(bytes);
		final PhotoPage strips = PhotoFile.of(bytes).pages().get(0);
		strips.setMaxElements(maxElements);
		for (final int rows : new int[] {1, 9, 100}) {
			final int[] top = new int[1];
			strips.read(rows, strip -> {
				assertEquals(whole.getColorModel(), strip.getColorModel());
				assertArrayEquals(whole.getRGB(0, top[0], WIDTH, strip.getHeight(), null, 0, WIDTH),
						strip.getRGB(0, 0, WIDTH, strip.getHeight(), null, 0, WIDTH));
				top[0] += strip.getHeight();
			});
			assertEquals(HEIGHT, top[0]);
		}
	}

	@Test
	void otherByteOrdersAreSkipped() throws IOException {
		final Path file = folder.resolve("interlaced.png");
		final ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
		final ImageWriteParam param = writer.getDefaultWriteParam();
		param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
		try (var out = ImageIO.createImageOutputStream(file.toFile())) {
			writer.setOutput(out);
			writer.write(null, new IIOImage(PhotoFiles.colorful(WIDTH, HEIGHT, 5), null, null), param);
		}
		finally {
			writer.dispose();
		}
		assertFalse(isInStrips(Files.readAllBytes(file)));
		for (final String format : new String[] {"progressive", "gif", "bmp"}) {
			assertFalse(isInStrips(PhotoFiles.encode(PhotoFiles.colorful(WIDTH, HEIGHT, 5), format)), format);
		}
	}

	private static boolean isInStrips(final byte[] content) throws IOException {
		try (PhotoFile file = PhotoFile.of(content)) {
			return file.pages().get(0).isInStrips();
		}
	}

	@Test
	void wholeImageIsOneStrip() throws IOException {
		final byte[] bytes = PhotoFiles.encode(PhotoFiles.colorful(WIDTH, HEIGHT, 5), "progressive");
		final int[] strips = new int[1];
		try (PhotoFile file = PhotoFile.of(bytes)) {
			file.pages().get(0).read(7, strip -> {
				strips[0]++;
				assertEquals(HEIGHT, strip.getHeight());
			});
		}
		assertEquals(1, strips[0]);
	}

	@Test
	void stripBufferReadsFromTopToBottom() {
		final StripBuffer rows = new StripBuffer(DataBuffer.TYPE_INT, 12) {

			private int next;

			@Override
			protected DataBuffer following(final DataBuffer done) {
				next += 10;
				return new DataBufferInt(new int[] {next, next + 1, next + 2}, 3);
			}
		};
		assertEquals(10, rows.getElem(0));
		assertEquals(12, rows.getElem(2));
		assertEquals(30, rows.getElem(6));
		rows.setElem(7, 99);
		assertEquals(99, rows.getElem(7));
		assertThrows(IllegalStateException.class, () -> rows.getElem(5));
	}
}
