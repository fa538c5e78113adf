/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;

import sc.fiji.colorize.TinyModel;
import sc.fiji.colorize.photo.PhotoFiles;

/** A small file of every kind that can be read. */
public final class ImageKinds {

	private static final Set<Integer> GRAY_TYPES = Set.of(BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY,
			BufferedImage.TYPE_BYTE_BINARY);
	private static final int[] TYPES = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY,
		BufferedImage.TYPE_BYTE_BINARY, BufferedImage.TYPE_BYTE_INDEXED, BufferedImage.TYPE_INT_RGB,
		BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_USHORT_565_RGB};

	private ImageKinds() {
	}

	/**
	 * Makes them.
	 *
	 * @param width of each
	 * @param height of each
	 * @return file names, which end with the usual ending, and contents
	 * @throws IOException if there is no place for temporary files
	 */
	public static Map<String, byte[]> files(final int width, final int height) throws IOException {
		final Map<String, byte[]> files = new LinkedHashMap<>();
		for (final int type : TYPES) {
			final BufferedImage picture = GRAY_TYPES.contains(type) ? PhotoFiles.gray(width, height, type)
					: color(width, height, type);
			for (final String kind : List.of("jpg", "png", "gif", "bmp", "tif")) {
				for (final String compression : compressions(kind)) {
					final byte[] file = encode(picture, kind, compression);
					// ImageJ reads black and white TIFF files only if they are not compressed.
					if (file.length > 0 && !(type == BufferedImage.TYPE_BYTE_BINARY && kind.equals("tif")
							&& !compression.equals("plain"))) {
						files.put(type + "-" + compression + "." + kind, file);
					}
				}
			}
		}
		for (final Map.Entry<String, ImagePlus> image : ofImageJ(width, height).entrySet()) {
			final Path file = Files.createTempFile("kind", ".tif");
			ImageFiles.write(image.getValue(), file);
			files.put("imagej-" + image.getKey() + ".tif", Files.readAllBytes(file));
			Files.delete(file);
		}
		return files;
	}

	private static BufferedImage color(final int width, final int height, final int type) {
		final BufferedImage picture = new BufferedImage(width, height, type);
		picture.createGraphics().drawImage(PhotoFiles.colorful(width, height, type), 0, 0, null);
		return picture;
	}

	/** The compressions of a kind, none being the default, and progressive where there is such a thing. */
	private static List<String> compressions(final String kind) {
		return switch (kind) {
			case "jpg", "png", "gif" -> List.of("plain", "progressive");
			case "bmp" -> List.of("BI_RGB", "BI_RLE8", "BI_RLE4", "BI_BITFIELDS");
			// Not JPEG, CCITT and tiles, which ImageJ does not read.
			default -> List.of("plain", "LZW", "Deflate", "ZLib", "PackBits");
		};
	}

	/** Empty if there is no such file. */
	private static byte[] encode(final BufferedImage picture, final String kind, final String compression)
			throws IOException {
		final ImageWriter writer = ImageIO.getImageWritersByFormatName(kind).next();
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
			final ImageWriteParam param = writer.getDefaultWriteParam();
			if (compression.equals("progressive")) {
				param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
			}
			else if (!compression.equals("plain")) {
				param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
				param.setCompressionType(compression);
			}
			writer.setOutput(out);
			writer.write(null, new IIOImage(picture, null, null), param);
		}
		catch (final IOException | RuntimeException e) {
			// The writers refuse what a kind cannot hold.
			return new byte[0];
		}
		finally {
			writer.dispose();
		}
		return bytes.toByteArray();
	}

	private static Map<String, ImagePlus> ofImageJ(final int width, final int height) {
		final ByteProcessor gray = new ByteProcessor(width, height, TinyModel.picture(width, height, 1));
		final Map<String, ImagePlus> images = new LinkedHashMap<>();
		final ImagePlus bytes = new ImagePlus("bytes", gray.duplicate());
		bytes.getCalibration().setUnit("um");
		bytes.getCalibration().pixelWidth = 0.25;
		bytes.setProperty("Info", "taken on a rainy day");
		images.put("8", bytes);
		final ImageProcessor inverted = gray.duplicate();
		inverted.invertLut();
		images.put("inverted", new ImagePlus("inverted", inverted));
		final ImageProcessor palette = gray.duplicate();
		final byte[] colors = TinyModel.picture(256, 3, 2);
		palette.setLut(new LUT(8, 256, part(colors, 0), part(colors, 1), part(colors, 2)));
		images.put("palette", new ImagePlus("palette", palette));
		final ImagePlus shorts = new ImagePlus("shorts", gray.convertToShort(false));
		shorts.getProcessor().multiply(200);
		shorts.setDisplayRange(500, 45000);
		images.put("16", shorts);
		final ImagePlus floats = new ImagePlus("floats", gray.convertToFloat());
		floats.getProcessor().multiply(1e-4);
		floats.setDisplayRange(0, 0.02);
		images.put("32", floats);
		images.put("rgb", new ImagePlus("rgb", gray.convertToRGB()));
		final ImageStack stack = new ImageStack(width, height);
		final ImageStack deep = new ImageStack(width, height);
		for (int i = 0; i < 6; i++) {
			stack.addSlice("slice " + i, TinyModel.picture(width, height, i));
			final ImageProcessor slice = new ByteProcessor(width, height, TinyModel.picture(width, height, i))
					.convertToShort(false);
			slice.multiply(100);
			deep.addSlice("slice " + i, slice);
		}
		final ImagePlus hyperstack = new ImagePlus("hyperstack", stack);
		hyperstack.setDimensions(1, 2, 3);
		hyperstack.setOpenAsHyperStack(true);
		images.put("stack", hyperstack);
		images.put("composite", Composites.of(new ImagePlus("composite", deep), 2, 1, 100, 20000));
		return images;
	}

	private static byte[] part(final byte[] values, final int index) {
		final byte[] part = new byte[256];
		System.arraycopy(values, 256 * index, part, 0, 256);
		return part;
	}
}
