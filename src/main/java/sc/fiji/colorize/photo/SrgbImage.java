/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferFloat;
import java.awt.image.DataBufferUShort;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.stream.IntStream;

import com.twelvemonkeys.imageio.color.ColorSpaces;

import sc.fiji.colorize.ops.Lab;
import sc.fiji.colorize.ops.Srgb;

/**
 * Converts decoded images of all formats to one form: one band of gray, or three of red, green and blue, in sRGB; 8 bits, 16
 * bits or floats. It applies ICC profiles, expands palettes and CMYK, scales smaller depths to 8 or 16 bits, and drops alpha
 * and other extra samples.
 * <p>
 * Gray without a profile counts as sRGB. Java's own conversions assume linear light and would brighten it.
 */
final class SrgbImage {

	private static final int COLORS = 3;
	private static final int INKS = 4;
	private static final int BYTE = 255;
	private static final int SHORT = 65535;
	private static final ColorSpace GRAY = ColorSpace.getInstance(ColorSpace.CS_GRAY);
	private static final ColorSpace SRGB = ColorSpace.getInstance(ColorSpace.CS_sRGB);

	/**
	 * Properties of the samples that the decoded image does not contain.
	 *
	 * @param profile the profile of the file; null if the image has its color space
	 * @param gamma the exponent from light to samples; 0 for that of the color space
	 * @param signed whether integer samples are signed
	 * @param inverted whether 0 is white in 32-bit and float samples
	 * @param lab whether the samples are CIELAB: L* from 0 to 100 over their range, signed a* and b*
	 */
	record Meaning(ICC_Profile profile, double gamma, boolean signed, boolean inverted, boolean lab) {

		static final Meaning PLAIN = new Meaning(null, 0, false, false, false);

		static Meaning of(final ICC_Profile profile, final double gamma) {
			return new Meaning(profile, gamma, false, false, false);
		}
	}

	private SrgbImage() {
	}

	static BufferedImage of(final BufferedImage image, final Meaning meaning) {
		final ColorModel model = image.getColorModel();
		if (model instanceof IndexColorModel palette) {
			return ofPalette(image.getRaster(), palette, meaning);
		}
		if (meaning.lab()) {
			return lab(image.getRaster());
		}
		if (image.isAlphaPremultiplied()) {
			image.coerceData(false);
		}
		final ColorSpace space = space(model, meaning);
		final Raster raster = image.getRaster();
		return switch (space.getType()) {
			case ColorSpace.TYPE_GRAY -> isPlain(raster, 1, model, space, meaning) ? image
					: gray(raster, bits(raster, model), space, meaning);
			case ColorSpace.TYPE_RGB -> !(model instanceof ComponentColorModel) ? packed(image)
					: isPlain(raster, COLORS, model, space, meaning) ? image
							: color(raster, bits(raster, model), space, meaning);
			case ColorSpace.TYPE_CMYK -> inks(raster, space);
			default -> packed(image);
		};
	}

	/** Whether the samples already have the target form. */
	private static boolean isPlain(final Raster raster, final int bands, final ColorModel model, final ColorSpace space,
			final Meaning meaning) {
		return raster.getNumBands() == bands && isInteger(raster, meaning) && meaning.gamma() == 0
				&& bits(raster, model) == (isWide(raster) ? Short.SIZE : Byte.SIZE) && (space.equals(GRAY)
						|| space.isCS_sRGB());
	}

	/** The file's own profile, if it fits the number of samples. */
	private static ColorSpace space(final ColorModel model, final Meaning meaning) {
		final ICC_Profile profile = meaning.profile();
		return profile != null && profile.getColorSpaceType() == model.getColorSpace().getType()
				? new ICC_ColorSpace(profile) : model.getColorSpace();
	}

	private static BufferedImage ofPalette(final Raster raster, final IndexColorModel palette, final Meaning meaning) {
		final int size = palette.getMapSize();
		final WritableRaster entries = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, size, 1, COLORS, null);
		boolean gray = true;
		for (int i = 0; i < size; i++) {
			final int[] color = {palette.getRed(i), palette.getGreen(i), palette.getBlue(i)};
			gray &= color[0] == color[1] && color[1] == color[2];
			entries.setPixel(i, 0, color);
		}
		final ICC_Profile profile = meaning.profile();
		gray &= profile == null || profile.getColorSpaceType() == ColorSpace.TYPE_GRAY;
		final BufferedImage table = gray ? gray(entries, Byte.SIZE, profile == null ? GRAY : new ICC_ColorSpace(profile),
				meaning)
				: color(entries, Byte.SIZE, profile == null || profile.getColorSpaceType() != ColorSpace.TYPE_RGB ? SRGB
						: new ICC_ColorSpace(profile), meaning);
		final int bands = table.getRaster().getNumBands();
		final int[][] values = new int[bands][];
		for (int b = 0; b < bands; b++) {
			// Indices beyond the palette are black.
			values[b] = Arrays.copyOf(table.getRaster().getSamples(0, 0, size, 1, b, (int[]) null), 1 << Short.SIZE);
		}
		final byte[] pixels = new byte[size(raster, bands)];
		int[] indices = null;
		int i = 0;
		for (int y = 0; y < raster.getHeight(); y++) {
			indices = raster.getSamples(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, 0, indices);
			for (final int index : indices) {
				for (int b = 0; b < bands; b++) {
					pixels[i++] = (byte) values[b][index];
				}
			}
		}
		return image(raster, bands, pixels);
	}

	private static BufferedImage gray(final Raster raster, final int bits, final ColorSpace space, final Meaning meaning) {
		if (!isInteger(raster, meaning)) {
			return floats(raster, 1, meaning);
		}
		if (space.equals(GRAY) || !(space instanceof ICC_ColorSpace icc)) {
			return integers(raster, 1, table(bits, max(raster), space.equals(GRAY) ? meaning.gamma() : 0));
		}
		return integers(raster, 1, throughProfile(table(bits, max(raster), 0), icc.getProfile()));
	}

	private static BufferedImage color(final Raster raster, final int bits, final ColorSpace space, final Meaning meaning) {
		if (!isInteger(raster, meaning)) {
			return floats(raster, COLORS, meaning);
		}
		final boolean standard = space.isCS_sRGB();
		final BufferedImage samples = integers(raster, COLORS, table(bits, max(raster), standard ? meaning.gamma() : 0));
		return standard || !(space instanceof ICC_ColorSpace icc) ? samples : converted(samples.getRaster(),
				icc.getProfile());
	}

	private static BufferedImage inks(final Raster raster, final ColorSpace space) {
		// The reader's profile for files without one depends on the machine.
		if (space instanceof ICC_ColorSpace icc && !space.equals(ColorSpaces.getColorSpace(ColorSpaces.CS_GENERIC_CMYK))) {
			final Raster inks = raster.getNumBands() == INKS ? raster : raster.createChild(raster.getMinX(),
					raster.getMinY(), raster.getWidth(), raster.getHeight(), 0, 0, new int[] {0, 1, 2, 3});
			return converted(inks, icc.getProfile());
		}
		final int max = max(raster);
		final int width = raster.getWidth();
		final Object pixels = array(raster, COLORS);
		int[] row = null;
		int i = 0;
		for (int y = 0; y < raster.getHeight(); y++) {
			row = raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
			final int bands = row.length / width;
			for (int x = 0; x < width; x++) {
				final long light = max - row[x * bands + COLORS];
				for (int c = 0; c < COLORS; c++) {
					set(pixels, i++, (int) (((max - row[x * bands + c]) * light + max / 2) / max));
				}
			}
		}
		return image(raster, COLORS, pixels);
	}

	/** Converts CIELAB to sRGB: to integers, or to floats if the samples are signed. */
	private static BufferedImage lab(final Raster raster) {
		final boolean wide = isWide(raster);
		final int max = max(raster);
		final Object pixels = array(raster, COLORS);
		final double[] rgb = new double[COLORS];
		int[] lab = null;
		int i = 0;
		for (int y = 0; y < raster.getHeight(); y++) {
			for (int x = 0; x < raster.getWidth(); x++) {
				lab = raster.getPixel(raster.getMinX() + x, raster.getMinY() + y, lab);
				Lab.toLinear(100f * lab[0] / max, wide ? (short) lab[1] / 256f : (byte) lab[1],
						wide ? (short) lab[2] / 256f : (byte) lab[2], rgb);
				for (final double light : rgb) {
					set(pixels, i++, Math.round(max * Srgb.encode((float) Math.max(0, Math.min(1, light)))));
				}
			}
		}
		return image(raster, COLORS, pixels);
	}

	private static boolean isInteger(final Raster raster, final Meaning meaning) {
		final int type = raster.getSampleModel().getDataType();
		return !meaning.signed() && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT);
	}

	private static boolean isWide(final Raster raster) {
		return raster.getSampleModel().getDataType() != DataBuffer.TYPE_BYTE;
	}

	/** The largest value of an element. */
	private static int max(final Raster raster) {
		return isWide(raster) ? SHORT : BYTE;
	}

	/** Bits per sample, which may be fewer than those of an element. */
	private static int bits(final Raster raster, final ColorModel model) {
		return Math.min(model.getComponentSize(0), raster.getSampleModel().getSampleSize(0));
	}

	/**
	 * Maps each sample value, and converts it to sRGB if there is a gamma; ignores the unused upper bits of elements for
	 * depths between 8 and 16 bits.
	 */
	private static int[] table(final int bits, final int max, final double gamma) {
		final int largest = (1 << bits) - 1;
		return IntStream.rangeClosed(0, max).map(i -> {
			final double sample = (double) (i & largest) / largest;
			return (int) Math.round(max * (gamma > 0 ? Srgb.encode((float) Math.pow(sample, 1 / gamma)) : sample));
		}).toArray();
	}

	private static int[] throughProfile(final int[] table, final ICC_Profile profile) {
		final int max = table.length - 1;
		final WritableRaster ramp = Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, max + 1, 1, 1, null);
		for (int i = 0; i <= max; i++) {
			ramp.setSample(i, 0, 0, i * (SHORT / max));
		}
		final Raster shown = converted(ramp, profile).getRaster();
		return Arrays.stream(table)
				.map(value -> (int) Math.round(shown.getSample(value, 0, 1) * (double) max / SHORT)).toArray();
	}

	private static BufferedImage converted(final Raster raster, final ICC_Profile profile) {
		final int type = isWide(raster) ? DataBuffer.TYPE_USHORT : DataBuffer.TYPE_BYTE;
		final WritableRaster rgb = Raster.createInterleavedRaster(type, raster.getWidth(), raster.getHeight(), COLORS, null);
		new ColorConvertOp(new ICC_Profile[] {profile, ICC_Profile.getInstance(ColorSpace.CS_sRGB)}, null)
				.filter(raster.getMinX() == 0 && raster.getMinY() == 0 ? raster : raster.createTranslatedChild(0, 0), rgb);
		return new BufferedImage(model(COLORS, type), rgb, false, null);
	}

	private static BufferedImage integers(final Raster raster, final int bands, final int[] table) {
		final Object pixels = array(raster, bands);
		final int mask = table.length - 1;
		int[] row = null;
		for (int b = 0; b < bands; b++) {
			int i = b;
			for (int y = 0; y < raster.getHeight(); y++) {
				row = raster.getSamples(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, b, row);
				for (final int sample : row) {
					set(pixels, i, table[sample & mask]);
					i += bands;
				}
			}
		}
		return image(raster, bands, pixels);
	}

	private static BufferedImage floats(final Raster raster, final int bands, final Meaning meaning) {
		final int type = raster.getSampleModel().getDataType();
		final boolean integer = type != DataBuffer.TYPE_FLOAT && type != DataBuffer.TYPE_DOUBLE;
		final double range = integer ? Math.pow(2, raster.getSampleModel().getSampleSize(0)) : Double.POSITIVE_INFINITY;
		final double white = !integer ? 1 : meaning.signed() ? -1 : range - 1;
		final float[] pixels = new float[size(raster, bands)];
		double[] row = null;
		for (int b = 0; b < bands; b++) {
			int i = b;
			for (int y = 0; y < raster.getHeight(); y++) {
				row = raster.getSamples(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, b, row);
				for (final double sample : row) {
					final double value = !integer ? sample : meaning.signed() ? sample < range / 2 ? sample : sample - range
							: sample < 0 ? sample + range : sample;
					pixels[i] = (float) (meaning.inverted() ? white - value : value);
					i += bands;
				}
			}
		}
		return image(raster, bands, pixels);
	}

	/** Unpacks images whose samples share elements, with at most 8 bits per sample. */
	private static BufferedImage packed(final BufferedImage image) {
		return image(image.getRaster(), COLORS, RgbPhoto.of(image).rgb());
	}

	private static int size(final Raster raster, final int bands) {
		return Math.multiplyExact(bands, Math.multiplyExact(raster.getWidth(), raster.getHeight()));
	}

	/** The elements of a result with as many bits as those of the original. */
	private static Object array(final Raster original, final int bands) {
		final int size = size(original, bands);
		return isWide(original) ? new short[size] : new byte[size];
	}

	/** Much faster than {@link DataBuffer#setElem}. */
	private static void set(final Object pixels, final int i, final int value) {
		if (pixels instanceof byte[] bytes) {
			bytes[i] = (byte) value;
		}
		else {
			((short[]) pixels)[i] = (short) value;
		}
	}

	/** An image with the size of the original. */
	private static BufferedImage image(final Raster original, final int bands, final Object pixels) {
		final DataBuffer buffer = pixels instanceof byte[] bytes ? new DataBufferByte(bytes, bytes.length)
				: pixels instanceof short[] shorts ? new DataBufferUShort(shorts, shorts.length)
						: new DataBufferFloat((float[]) pixels, ((float[]) pixels).length);
		final int type = buffer.getDataType();
		final int width = original.getWidth();
		final SampleModel layout = new PixelInterleavedSampleModel(type, width, original.getHeight(), bands, bands * width,
				IntStream.range(0, bands).toArray());
		return new BufferedImage(model(bands, type), Raster.createWritableRaster(layout, buffer, null), false, null);
	}

	private static ColorModel model(final int bands, final int type) {
		return new ComponentColorModel(bands == 1 ? GRAY : SRGB, false, false, Transparency.OPAQUE, type);
	}
}
