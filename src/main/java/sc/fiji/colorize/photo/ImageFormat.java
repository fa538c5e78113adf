/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.IIOServiceProvider;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.spi.ServiceRegistry;

import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.pnm.PNMImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.psd.PSDImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;

/**
 * The supported formats, detected from the content of a file, each with its decoder. The readers are created here and not
 * looked up in the registry of ImageIO, so that other software with registered readers neither changes the pixels nor is
 * affected.
 */
public enum ImageFormat {

	/** Baseline, progressive and lossless; gray, RGB and CMYK. */
	JPEG(ImageFormat::twelveMonkeysJpeg, 0xff, 0xd8, 0xff),
	/** 1 to 16 bits. */
	PNG(() -> jdk(ImageReaderSpi.class, "png.PNGImageReaderSpi"), 0x89, 'P', 'N', 'G'),
	/** Single images and animations. */
	GIF(() -> jdk(ImageReaderSpi.class, "gif.GIFImageReaderSpi"), 'G', 'I', 'F', '8'),
	/** Windows and OS/2 bitmaps. */
	BMP(BMPImageReaderSpi::new, 'B', 'M'),
	/** TIFF and BigTIFF. */
	TIFF(TIFFImageReaderSpi::new),
	/** Lossy and lossless. */
	WEBP(WebPImageReaderSpi::new),
	/** PBM, PGM, PPM and PAM. */
	PNM(PNMImageReaderSpi::new),
	/** The merged picture of Photoshop documents. */
	PSD(PSDImageReaderSpi::new, '8', 'B', 'P', 'S');

	/** Number of bytes at the beginning of a file that identify its format. */
	public static final int HEAD = 12;

	private static final int TIFF_MAGIC = 42;
	private static final int BIG_TIFF_MAGIC = 43;
	private static final int WEBP_NAME = 8;

	private final Supplier<ImageReaderSpi> provider;
	private final int[] magic;

	ImageFormat(final Supplier<ImageReaderSpi> provider, final int... magic) {
		this.provider = provider;
		this.magic = magic;
	}

	/**
	 * Detects a format.
	 *
	 * @param head the first {@link #HEAD} bytes of a file, or all if it is shorter
	 * @return the format; empty if it is not supported
	 */
	public static Optional<ImageFormat> of(final byte[] head) {
		for (final ImageFormat format : values()) {
			if (switch (format) {
				case TIFF -> isTiff(head);
				case WEBP -> startsWith(head, 0, 'R', 'I', 'F', 'F') && startsWith(head, WEBP_NAME, 'W', 'E', 'B', 'P');
				case PNM -> startsWith(head, 0, 'P') && head.length > 2 && head[1] >= '1' && head[1] <= '7'
						&& Character.isWhitespace(head[2]);
				default -> startsWith(head, 0, format.magic);
			}) {
				return Optional.of(format);
			}
		}
		return Optional.empty();
	}

	private static boolean isTiff(final byte[] head) {
		for (final int version : new int[] {TIFF_MAGIC, BIG_TIFF_MAGIC}) {
			if (startsWith(head, 0, 'I', 'I', version, 0) || startsWith(head, 0, 'M', 'M', 0, version)) {
				return true;
			}
		}
		return false;
	}

	private static boolean startsWith(final byte[] head, final int offset, final int... magic) {
		if (head.length < offset + magic.length) {
			return false;
		}
		for (int i = 0; i < magic.length; i++) {
			if ((head[offset + i] & 0xff) != magic[i]) {
				return false;
			}
		}
		return true;
	}

	/** Creates a reader without input, which the caller disposes of. */
	ImageReader reader() throws IOException {
		return provider.get().createReaderInstance(null);
	}

	/** The JDK's reader of common JPEG files, which fills an image from top to bottom. */
	static ImageReader jdkJpegReader() throws IOException {
		return jdk(ImageReaderSpi.class, "jpeg.JPEGImageReaderSpi").createReaderInstance(null);
	}

	/**
	 * Creates a writer of the JDK.
	 *
	 * @param ending png, jpg, jpeg, tif or tiff
	 * @return a writer without output, which the caller disposes of
	 * @throws IOException if it cannot be created
	 */
	public static ImageWriter writer(final String ending) throws IOException {
		return jdk(ImageWriterSpi.class, switch (ending) {
			case "png" -> "png.PNGImageWriterSpi";
			case "tif", "tiff" -> "tiff.TIFFImageWriterSpi";
			default -> "jpeg.JPEGImageWriterSpi";
		}).createWriterInstance(null);
	}

	/** Delegates to the JDK's reader, which it looks up in the registry in which it is registered. */
	private static ImageReaderSpi twelveMonkeysJpeg() {
		final Class<ImageReaderSpi> category = ImageReaderSpi.class;
		final ServiceRegistry own = new ServiceRegistry(List.<Class<?>>of(category).iterator());
		own.registerServiceProvider(jdk(category, "jpeg.JPEGImageReaderSpi"), category);
		final JPEGImageReaderSpi provider = new JPEGImageReaderSpi();
		own.registerServiceProvider(provider, category);
		return provider;
	}

	private static <T extends IIOServiceProvider> T jdk(final Class<T> category, final String name) {
		final Iterator<T> providers = IIORegistry.getDefaultInstance().getServiceProviders(category, false);
		while (providers.hasNext()) {
			final T provider = providers.next();
			if (provider.getClass().getName().equals("com.sun.imageio.plugins." + name)) {
				return provider;
			}
		}
		throw new IllegalStateException("This Java has no " + name + ".");
	}

	/** The error for unsupported files. */
	static IOException unknown() {
		return new IOException("the content is not an image of a kind that can be read");
	}
}
