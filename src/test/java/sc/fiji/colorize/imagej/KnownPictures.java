/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;

import sc.fiji.colorize.photo.ImageFormat;

/** Files of every format with a picture of which each pixel is known. */
final class KnownPictures {

	private static final int WIDTH = 23;
	private static final int HEIGHT = 17;
	private static final double EXACT = 0.0045;
	private static final double LOSSY = 0.08;
	/** JPEG files have fewer pixels of color than of lightness. */
	private static final double LOSSY_COLOR = 0.2;

	/**
	 * A file.
	 *
	 * @param name with the usual ending
	 * @param content all of it
	 * @param pages what is to be seen on each page, upright; none if the file is refused by name
	 * @param tolerance of a value from 0 to 1
	 */
	record Known(String name, byte[] content, List<Picture> pages, double tolerance) {
	}

	/** Computes a pixel. */
	interface Pixel {

		double[] of(double[] rgb, int x, int y);
	}

	/** A picture: sRGB from 0 to 1. Its corners differ, and black and white occur in each color. */
	static final class Picture {

		private final double[][][] rgb;

		/** Smooth for formats that lose detail, else with a pattern. */
		Picture(final boolean smooth) {
			this(smooth, WIDTH, HEIGHT);
		}

		Picture(final boolean smooth, final int width, final int height) {
			rgb = new double[height][width][];
			for (int y = 0; y < height; y++) {
				for (int x = 0; x < width; x++) {
					final double pattern = smooth ? 0 : (x * 7 + y * 13) % 5 / 20.0;
					rgb[y][x] = new double[] {value(x, y, width, height, pattern),
						value(width - 1 - x, y, width, height, pattern), value(x, height - 1 - y, width, height, pattern)};
				}
			}
		}

		private Picture(final double[][][] rgb) {
			this.rgb = rgb;
		}

		private static double value(final int x, final int y, final int width, final int height, final double pattern) {
			final double slope = 0.65 * x / (width - 1) + 0.35 * y / (height - 1);
			return slope == 0 ? 0 : slope == 1 ? 1 : Math.min(1, 0.8 * slope + pattern);
		}

		int width() {
			return rgb[0].length;
		}

		int height() {
			return rgb.length;
		}

		double[] rgb(final int x, final int y) {
			return rgb[y][x];
		}

		Picture map(final Pixel pixel) {
			final double[][][] mapped = new double[height()][width()][];
			for (int y = 0; y < height(); y++) {
				for (int x = 0; x < width(); x++) {
					mapped[y][x] = pixel.of(rgb[y][x], x, y);
				}
			}
			return new Picture(mapped);
		}

		/** The red of all colors. */
		Picture gray() {
			return map((color, x, y) -> new double[] {color[0], color[0], color[0]});
		}

		Picture blackAndWhite() {
			return map((color, x, y) -> {
				final double value = color[0] < 0.5 ? 0 : 1;
				return new double[] {value, value, value};
			});
		}

		/** As it is stored to be shown upright. (TIFF 6.0, tag Orientation.) */
		Picture stored(final int orientation) {
			final int last = width() - 1;
			final int bottom = height() - 1;
			final double[][][] stored = new double[orientation < 5 ? height() : width()][orientation < 5 ? width()
					: height()][];
			for (int row = 0; row < stored.length; row++) {
				for (int column = 0; column < stored[0].length; column++) {
					stored[row][column] = switch (orientation) {
						// Row 0 is the top, column 0 the left side.
						case 1 -> rgb[row][column];
						// Top, right.
						case 2 -> rgb[row][last - column];
						// Bottom, right.
						case 3 -> rgb[bottom - row][last - column];
						// Bottom, left.
						case 4 -> rgb[bottom - row][column];
						// Left, top.
						case 5 -> rgb[column][row];
						// Right, top.
						case 6 -> rgb[column][last - row];
						// Right, bottom.
						case 7 -> rgb[bottom - column][last - row];
						// Left, bottom.
						default -> rgb[bottom - column][row];
					};
				}
			}
			return new Picture(stored);
		}

		/** In a form of the JDK; alpha is opaque. */
		BufferedImage image(final ColorModel model) {
			final WritableRaster raster = model.createCompatibleWritableRaster(width(), height());
			final BufferedImage image = new BufferedImage(model, raster, model.isAlphaPremultiplied(), null);
			final boolean gray = model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
			for (int y = 0; y < height(); y++) {
				for (int x = 0; x < width(); x++) {
					if (model instanceof ComponentColorModel) {
						for (int band = 0; band < raster.getNumBands(); band++) {
							final double value = band < (gray ? 1 : 3) ? rgb[y][x][band] : 1;
							raster.setSample(x, y, band,
									(int) Math.round(value * ((1L << model.getComponentSize(band)) - 1)));
						}
					}
					else {
						image.setRGB(x, y, 0xff000000 | (int) Math.round(255 * rgb[y][x][0]) << 16
								| (int) Math.round(255 * rgb[y][x][1]) << 8 | (int) Math.round(255 * rgb[y][x][2]));
					}
				}
			}
			return image;
		}
	}

	private KnownPictures() {
	}

	/** All files. */
	static List<Known> all(final Path folder) throws IOException {
		final List<Known> files = new ArrayList<>(KnownTiffs.all());
		addPngs(files);
		addJpegs(files);
		addGifsAndBmps(files);
		addTiffsOfTheJdk(files);
		addPnms(files);
		addPsds(files);
		addFilesOfImageJ(files, folder);
		return files;
	}

	private static ColorModel model(final boolean gray, final boolean alpha, final int type) {
		return new ComponentColorModel(ColorSpace.getInstance(gray ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB), alpha, false,
				alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE, type);
	}

	/** Shades of gray. */
	private static IndexColorModel palette(final int bits) {
		final byte[] shades = new byte[1 << bits];
		for (int i = 0; i < shades.length; i++) {
			shades[i] = (byte) (255 * i / (shades.length - 1));
		}
		return new IndexColorModel(bits, shades.length, shades, shades, shades);
	}

	private static Picture quantized(final Picture picture, final int bits) {
		final double max = (1 << bits) - 1;
		return picture.gray().map((rgb, x, y) -> {
			final double value = Math.rint(rgb[0] * max) / max;
			return new double[] {value, value, value};
		});
	}

	private static BufferedImage indexed(final Picture picture, final int bits) {
		final BufferedImage image = new BufferedImage(picture.width(), picture.height(),
				bits < 8 ? BufferedImage.TYPE_BYTE_BINARY : BufferedImage.TYPE_BYTE_INDEXED, palette(bits));
		for (int y = 0; y < picture.height(); y++) {
			for (int x = 0; x < picture.width(); x++) {
				image.getRaster().setSample(x, y, 0, (int) Math.rint(picture.rgb(x, y)[0] * ((1 << bits) - 1)));
			}
		}
		return image;
	}

	private static byte[] encode(final String ending, final List<BufferedImage> pages, final boolean progressive,
			final String compression) throws IOException {
		final ImageWriter writer = ending.matches("gif|bmp") ? ImageIO.getImageWritersByFormatName(ending).next()
				: ImageFormat.writer(ending);
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
			final ImageWriteParam param = writer.getDefaultWriteParam();
			if (param.canWriteProgressive()) {
				param.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
			}
			if (ending.equals("jpg")) {
				param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
				param.setCompressionQuality(1);
			}
			else if (!compression.isEmpty()) {
				param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
				param.setCompressionType(compression);
			}
			writer.setOutput(out);
			if (pages.size() == 1) {
				writer.write(null, new IIOImage(pages.get(0), null, null), param);
			}
			else {
				writer.prepareWriteSequence(null);
				for (final BufferedImage page : pages) {
					writer.writeToSequence(new IIOImage(page, null, null), param);
				}
				writer.endWriteSequence();
			}
		}
		finally {
			writer.dispose();
		}
		return bytes.toByteArray();
	}

	private static void addPngs(final List<Known> files) throws IOException {
		final Picture picture = new Picture(false);
		for (final boolean interlaced : new boolean[] {false, true}) {
			for (final boolean gray : new boolean[] {true, false}) {
				for (final boolean alpha : new boolean[] {true, false}) {
					for (final int type : new int[] {DataBuffer.TYPE_BYTE, DataBuffer.TYPE_USHORT}) {
						files.add(new Known("png-" + interlaced + gray + alpha + type + ".png",
								encode("png", List.of(picture.image(model(gray, alpha, type))), interlaced, ""),
								List.of(gray ? picture.gray() : picture), EXACT));
					}
				}
			}
			for (final int bits : new int[] {1, 2, 4, 8}) {
				files.add(new Known("png-palette" + interlaced + bits + ".png",
						encode("png", List.of(indexed(picture, bits)), interlaced, ""), List.of(quantized(picture, bits)),
								EXACT));
			}
		}
	}

	private static void addJpegs(final List<Known> files) throws IOException {
		final Picture picture = new Picture(true);
		for (final boolean progressive : new boolean[] {false, true}) {
			for (final boolean gray : new boolean[] {false, true}) {
				for (int orientation = 1; orientation <= 8; orientation++) {
					final byte[] jpeg = encode("jpg", List.of(picture.stored(orientation).image(
							model(gray, false, DataBuffer.TYPE_BYTE))), progressive, "");
					files.add(new Known("jpeg-" + progressive + gray + orientation + ".jpg", withOrientation(jpeg,
							orientation),
							List.of(gray ? picture.gray() : picture), gray ? LOSSY : LOSSY_COLOR));
				}
			}
		}
	}

	/** With a segment of EXIF that has nothing but the orientation. */
	private static byte[] withOrientation(final byte[] jpeg, final int orientation) {
		final byte[] exif = {(byte) 0xff, (byte) 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1,
			0x12, 0, 3, 0, 0, 0, 1, 0, (byte) orientation, 0, 0, 0, 0, 0, 0};
		return ByteBuffer.allocate(jpeg.length + exif.length).put(jpeg, 0, 2).put(exif).put(jpeg, 2,
				jpeg.length - 2).array();
	}

	private static void addGifsAndBmps(final List<Known> files) throws IOException {
		final Picture picture = new Picture(false);
		for (final int bits : new int[] {1, 2, 4, 8}) {
			for (final boolean interlaced : new boolean[] {false, true}) {
				for (final int frames : new int[] {1, 3}) {
					final List<Picture> pages = new ArrayList<>();
					final List<BufferedImage> images = new ArrayList<>();
					for (int frame = 0; frame < frames; frame++) {
						pages.add(quantized(picture.stored(frame + 1), bits));
						images.add(indexed(picture.stored(frame + 1), bits));
					}
					files.add(new Known("gif-" + bits + interlaced + frames + ".gif", encode("gif", images, interlaced, ""),
							pages, EXACT));
				}
			}
			for (final String compression : bits == 8 ? List.of("BI_RGB", "BI_RLE8") : bits == 4 || bits == 1
					? List.of("BI_RGB") : List.<String>of()) {
				files.add(new Known("bmp-" + bits + compression + ".bmp",
						encode("bmp", List.of(indexed(picture, bits)), false, compression), List.of(quantized(picture,
								bits)),
						EXACT));
			}
		}
		files.add(new Known("bmp-24.bmp", encode("bmp", List.of(picture.image(model(false, false, DataBuffer.TYPE_BYTE))),
				false,
				"BI_RGB"), List.of(picture), EXACT));
	}

	private static void addTiffsOfTheJdk(final List<Known> files) throws IOException {
		final Picture picture = new Picture(false);
		final Picture smooth = new Picture(true);
		for (final int pages : new int[] {1, 3}) {
			final List<BufferedImage> gray = new ArrayList<>();
			final List<BufferedImage> color = new ArrayList<>();
			final List<BufferedImage> deep = new ArrayList<>();
			final List<BufferedImage> binary = new ArrayList<>();
			final List<BufferedImage> lossy = new ArrayList<>();
			final List<Picture> sizes = new ArrayList<>();
			final List<Picture> smoothSizes = new ArrayList<>();
			for (int page = 0; page < pages; page++) {
				final Picture sized = page == 0 ? picture : new Picture(false, WIDTH + page, HEIGHT + 2 * page);
				final Picture smoothSized = page == 0 ? smooth : new Picture(true, WIDTH + page, HEIGHT + 2 * page);
				sizes.add(sized);
				smoothSizes.add(smoothSized);
				gray.add(sized.image(model(true, false, DataBuffer.TYPE_BYTE)));
				color.add(sized.image(model(false, false, DataBuffer.TYPE_BYTE)));
				deep.add(sized.image(model(false, false, DataBuffer.TYPE_USHORT)));
				binary.add(indexed(sized.blackAndWhite(), 1));
				lossy.add(smoothSized.image(model(false, false, DataBuffer.TYPE_BYTE)));
			}
			for (final String compression : List.of("LZW", "ZLib", "Deflate", "PackBits")) {
				files.add(known("gray", compression, pages, gray, sizes.stream().map(Picture::gray).toList(), EXACT));
				files.add(known("color", compression, pages, color, sizes, EXACT));
				files.add(known("deep", compression, pages, deep, sizes, EXACT));
			}
			for (final String compression : List.of("LZW", "PackBits", "CCITT RLE", "CCITT T.4", "CCITT T.6")) {
				files.add(known("binary", compression, pages, binary, sizes.stream().map(Picture::blackAndWhite).toList(),
						EXACT));
			}
			files.add(known("jpeg", "JPEG", pages, lossy, smoothSizes, LOSSY_COLOR));
		}
	}

	private static Known known(final String kind, final String compression, final int count, final List<BufferedImage> pages,
			final List<Picture> pictures, final double tolerance) throws IOException {
		return new Known("jdk-" + kind + "-" + compression.replace(' ', '-') + "-" + count + ".tif",
				encode("tif", pages, false, compression), pictures, tolerance);
	}

	private static void addPnms(final List<Known> files) throws IOException {
		final Picture picture = new Picture(false);
		for (final int max : new int[] {255, 65535}) {
			for (final boolean raw : new boolean[] {false, true}) {
				for (final boolean gray : new boolean[] {false, true}) {
					final ByteArrayOutputStream file = new ByteArrayOutputStream();
					final int kind = (gray ? 2 : 3) + (raw ? 3 : 0);
					file.write(("P" + kind + "\n" + WIDTH + " " + HEIGHT + "\n" + max
							+ "\n").getBytes(StandardCharsets.US_ASCII));
					for (int i = 0; i < WIDTH * HEIGHT; i++) {
						for (int c = 0; c < (gray ? 1 : 3); c++) {
							final int value = (int) Math.round(max * picture.rgb(i % WIDTH, i / WIDTH)[c]);
							if (!raw) {
								file.write((value + "\n").getBytes(StandardCharsets.US_ASCII));
							}
							else {
								file.write(max > 255 ? new byte[] {(byte) (value >> 8), (byte) value}
										: new byte[] {(byte) value});
							}
						}
					}
					files.add(new Known("pnm-" + kind + "-" + max + (gray ? ".pgm" : ".ppm"), file.toByteArray(),
							List.of(gray ? picture.gray() : picture), EXACT));
				}
			}
		}
	}

	private static void addPsds(final List<Known> files) throws IOException {
		final Picture picture = new Picture(false);
		for (final int bits : new int[] {8, 16}) {
			for (final boolean gray : new boolean[] {false, true}) {
				final int channels = gray ? 1 : 3;
				final ByteBuffer file = ByteBuffer.allocate(26 + 12 + 2 + channels * WIDTH * HEIGHT * bits / 8);
				file.put("8BPS".getBytes(StandardCharsets.US_ASCII)).putShort((short) 1).put(new byte[6]);
				file.putShort((short) channels).putInt(HEIGHT).putInt(WIDTH).putShort((short) bits);
				file.putShort((short) (gray ? 1 : 3)).putInt(0).putInt(0).putInt(0).putShort((short) 0);
				for (int c = 0; c < channels; c++) {
					for (int i = 0; i < WIDTH * HEIGHT; i++) {
						final double value = picture.rgb(i % WIDTH, i / WIDTH)[c];
						if (bits == 8) {
							file.put((byte) Math.round(255 * value));
						}
						else {
							file.putShort((short) Math.round(65535 * value));
						}
					}
				}
				files.add(new Known("psd-" + bits + gray + ".psd", file.array(), List.of(gray ? picture.gray() : picture),
						EXACT));
			}
		}
	}

	/** As ImageJ itself writes them. */
	private static void addFilesOfImageJ(final List<Known> files, final Path folder) throws IOException {
		final Picture picture = new Picture(false);
		for (final int bits : new int[] {8, 16, 24, 32}) {
			for (final boolean inverted : bits == 24 ? new boolean[] {false} : new boolean[] {false, true}) {
				for (final int slices : new int[] {1, 4}) {
					final ImageStack stack = new ImageStack(WIDTH, HEIGHT);
					final List<Picture> pages = new ArrayList<>();
					for (int slice = 0; slice < slices; slice++) {
						final Picture turned = picture.stored(slice + 1);
						final ImageProcessor pixels = pixels(turned, bits);
						if (inverted) {
							pixels.invertLut();
						}
						stack.addSlice(pixels);
						pages.add(bits == 24 ? turned : inverted ? turned.gray().map((rgb, x, y) ->
								new double[] {1 - rgb[0], 1 - rgb[1], 1 - rgb[2]}) : turned.gray());
					}
					final ImagePlus image = new ImagePlus("x", stack);
					if (bits == 16 || bits == 32) {
						image.setDisplayRange(0, bits == 16 ? 40000 : 1);
					}
					final Path file = folder.resolve("imagej-" + bits + inverted + slices + ".tif");
					ImageFiles.write(image, file);
					files.add(new Known(file.getFileName().toString(), Files.readAllBytes(file), pages, EXACT));
				}
			}
		}
	}

	private static ImageProcessor pixels(final Picture picture, final int bits) {
		final ImageProcessor pixels = switch (bits) {
			case 8 -> new ByteProcessor(WIDTH, HEIGHT);
			case 16 -> new ShortProcessor(WIDTH, HEIGHT);
			case 24 -> new ColorProcessor(WIDTH, HEIGHT);
			default -> new FloatProcessor(WIDTH, HEIGHT);
		};
		for (int i = 0; i < WIDTH * HEIGHT; i++) {
			final double[] rgb = picture.rgb(i % WIDTH, i / WIDTH);
			switch (bits) {
				case 8 -> pixels.set(i, (int) Math.round(255 * rgb[0]));
				case 16 -> pixels.set(i, (int) Math.round(40000 * rgb[0]));
				case 24 -> pixels.set(i, (int) Math.round(255 * rgb[0]) << 16 | (int) Math.round(255 * rgb[1]) << 8
						| (int) Math.round(255 * rgb[2]));
				default -> pixels.setf(i, (float) rgb[0]);
			}
		}
		return pixels;
	}
}
