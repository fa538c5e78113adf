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

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

import javax.imageio.IIOImage;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhotoFileTest {

	private static final int WIDTH = 48;
	private static final int HEIGHT = 32;

	/** The corners of the stored image: red, green, blue and white. */
	private static BufferedImage quarters() {
		final BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
		for (int y = 0; y < HEIGHT; y++) {
			for (int x = 0; x < WIDTH; x++) {
				final boolean left = x < WIDTH / 2;
				image.setRGB(x, y, y < HEIGHT / 2 ? left ? 0xff0000 : 0x00ff00 : left ? 0x0000ff : 0xffffff);
			}
		}
		return image;
	}

	/** An APP1 segment with one entry: tag 0x0112, a short. */
	private static byte[] exif(final int orientation, final ByteOrder order) {
		final ByteBuffer tiff = ByteBuffer.allocate(26).order(order);
		tiff.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII));
		tiff.putShort((short) 42).putInt(8).putShort((short) 1);
		tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation).putShort((short) 0);
		tiff.putInt(0);
		final ByteBuffer segment = ByteBuffer.allocate(4 + 6 + tiff.capacity());
		segment.putShort((short) 0xffe1).putShort((short) (segment.capacity() - 2));
		segment.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(tiff.array());
		return segment.array();
	}

	private static byte[] withExif(final byte[] jpeg, final byte[] exif) {
		return ByteBuffer.allocate(jpeg.length + exif.length).put(jpeg, 0, 2).put(exif)
				.put(jpeg, 2, jpeg.length - 2).array();
	}

	/** Which of the three primaries a pixel shows, as three bits. */
	private static int primaries(final BufferedImage image, final int x, final int y) {
		final int rgb = image.getRGB(x, y);
		return (rgb >> 21 & 4) | (rgb >> 14 & 2) | (rgb >> 7 & 1);
	}

	/** The standard names each orientation by where the stored row 0 and column 0 are to be seen. */
	@ParameterizedTest
	@CsvSource({"1, top, left", "2, top, right", "3, bottom, right", "4, bottom, left", "5, left, top",
		"6, right, top", "7, right, bottom", "8, left, bottom"})
	void orientationsAreUpright(final int orientation, final String row0, final String column0)
			throws IOException {
		for (final ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
			final byte[] jpeg = withExif(PhotoFiles.encode(quarters(), "jpeg"), exif(orientation, order));
			final BufferedImage image = PhotoFile.decode(jpeg);
			final boolean turned = orientation >= 5;
			assertEquals(turned ? HEIGHT : WIDTH, image.getWidth());
			assertEquals(turned ? WIDTH : HEIGHT, image.getHeight());
			assertEquals(0b100, corner(image, row0, column0), "red");
			assertEquals(0b010, corner(image, row0, opposite(column0)), "green");
			assertEquals(0b001, corner(image, opposite(row0), column0), "blue");
			assertEquals(0b111, corner(image, opposite(row0), opposite(column0)), "white");
		}
	}

	private static int corner(final BufferedImage image, final String side, final String otherSide) {
		final String sides = side + otherSide;
		return primaries(image, sides.contains("left") ? 2 : image.getWidth() - 3,
				sides.contains("top") ? 2 : image.getHeight() - 3);
	}

	private static String opposite(final String side) {
		return switch (side) {
			case "top" -> "bottom";
			case "bottom" -> "top";
			case "left" -> "right";
			default -> "left";
		};
	}

	@ParameterizedTest
	@ValueSource(ints = {0, 9, 65535})
	void invalidOrientationIsIgnored(final int orientation) throws IOException {
		final byte[] jpeg = PhotoFiles.encode(quarters(), "jpeg");
		final BufferedImage image = PhotoFile.decode(withExif(jpeg, exif(orientation, ByteOrder.BIG_ENDIAN)));
		assertArrayEquals(RgbPhoto.of(PhotoFile.decode(jpeg)).rgb(), RgbPhoto.of(image).rgb());
	}

	@Test
	void damagedMetadataIsIgnored() throws IOException {
		final byte[] broken = exif(6, ByteOrder.BIG_ENDIAN);
		Arrays.fill(broken, 12, broken.length, (byte) 0x7f);
		final BufferedImage image = PhotoFile.decode(withExif(PhotoFiles.encode(quarters(), "jpeg"), broken));
		assertEquals(WIDTH, image.getWidth());
	}

	@ParameterizedTest
	@ValueSource(strings = {"png", "bmp"})
	void losslessFilesKeepTheirPixels(final String format) throws IOException {
		final RgbPhoto photo = RgbPhoto.of(PhotoFile.decode(PhotoFiles.encode(quarters(), format)));
		assertEquals(3 * WIDTH * HEIGHT, photo.rgb().length);
		assertArrayEquals(RgbPhoto.of(quarters()).rgb(), photo.rgb());
		assertArrayEquals(new byte[] {-1, 0, 0}, Arrays.copyOf(photo.rgb(), 3));
	}

	@ParameterizedTest
	@CsvSource({"jpeg, 0.3", "jpeg, 0.5", "jpeg, 0.9", "progressive, 0.5", "progressive, 0.9", "png, 0.5", "png, 0.9",
		"gif, 0.5", "gif, 0.9", "bmp, 0.01", "bmp, 0.5", "bmp, 0.99"})
	void truncatedFileIsRefused(final String format, final double share) {
		final byte[] whole = PhotoFiles.encode(PhotoFiles.colorful(160, 120, 1), format);
		final byte[] part = Arrays.copyOf(whole, (int) (share * whole.length));
		final String message = assertThrows(IOException.class, () -> PhotoFile.decode(part)).getMessage();
		assertTrue(message.startsWith("the image is cut off") || message.startsWith("the image is damaged ("), message);
	}

	@ParameterizedTest
	@ValueSource(strings = {"jpeg", "progressive", "png", "gif", "bmp"})
	void wholeFilesAreRead(final String format) throws IOException {
		final BufferedImage image = PhotoFile.decode(PhotoFiles.encode(PhotoFiles.colorful(160, 120, 1), format));
		assertEquals(160, image.getWidth());
		assertEquals(120, image.getHeight());
	}

	@Test
	void contentDeterminesTheFormat() {
		final String empty = assertThrows(IOException.class, () -> PhotoFile.decode(new byte[0])).getMessage();
		assertEquals("the file is empty", empty);
		final byte[] text = "This is no picture.".getBytes(StandardCharsets.UTF_8);
		assertTrue(assertThrows(IOException.class, () -> PhotoFile.decode(text)).getMessage()
				.startsWith("the content is not an image of a kind that can be read"));
		assertEquals(Optional.empty(), ImageFormat.of(new byte[] {(byte) 0xff}));
		final byte[] head = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
		final String message = assertThrows(IOException.class, () -> PhotoFile.decode(head)).getMessage();
		assertTrue(message.startsWith("the image is"), message);
	}

	@Test
	void damageGivesAPictureOrAnIoException() {
		for (final String format : new String[] {"jpeg", "png", "gif", "bmp"}) {
			final byte[] whole = PhotoFiles.encode(quarters(), format);
			for (int i = 0; i < Math.min(whole.length, 400); i++) {
				final byte[] damaged = whole.clone();
				damaged[i] ^= (byte) (0x55 + i);
				try {
					assertTrue(PhotoFile.decode(damaged).getWidth() > 0);
				}
				catch (final IOException e) {
					assertTrue(e.getMessage() != null && e.getMessage().startsWith("the ")
							|| e.getMessage().startsWith("no reader"), format + " " + i + ": " + e.getMessage());
				}
			}
		}
	}

	@ParameterizedTest
	@ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
	void grayValuesAreKept(final int type) throws IOException {
		final BufferedImage gray = new BufferedImage(256, 1, type);
		final int full = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 257;
		for (int x = 0; x < 256; x++) {
			gray.getRaster().setSample(x, 0, 0, x * full);
		}
		final RgbPhoto photo = RgbPhoto.of(PhotoFile.decode(PhotoFiles.encode(gray, "png")));
		for (int i = 0; i < photo.rgb().length; i++) {
			assertEquals(i / 3, photo.rgb()[i] & 0xff);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = {0, 255})
	void invertedCmykJpegIsRead(final int sample) throws IOException {
		final WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 40, 30, 4, null);
		Arrays.fill(((DataBufferByte) raster.getDataBuffer()).getData(), (byte) sample);
		final ImageWriter writer = ImageFormat.writer("jpg");
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
			writer.setOutput(out);
			writer.write(null, new IIOImage(raster, null, null), null);
		}
		finally {
			writer.dispose();
		}
		final RgbPhoto photo = RgbPhoto.of(PhotoFile.decode(bytes.toByteArray()));
		assertEquals(40, photo.width());
		assertEquals(30, photo.height());
		// All programs store CMYK in JPEG as the light left over: 0 is full ink.
		for (final byte value : photo.rgb()) {
			assertEquals(sample, value & 0xff);
		}
	}
}
