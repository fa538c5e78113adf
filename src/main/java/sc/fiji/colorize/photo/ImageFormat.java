/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

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
	JPEG(ImageFormat::twelveMonkeysJpeg, "\u00ff\u00d8\u00ff"),
	/** 1 to 16 bits. */
	PNG(() -> jdk(ImageReaderSpi.class, "png.PNGImageReaderSpi"), "\u0089PNG"),
	/** Single images and animations. */
	GIF(() -> jdk(ImageReaderSpi.class, "gif.GIFImageReaderSpi"), "GIF8"),
	/** Windows and OS/2 bitmaps. */
	BMP(BMPImageReaderSpi::new, "BM"),
	/** TIFF and BigTIFF. */
	TIFF(TIFFImageReaderSpi::new, "II[*+]\0|MM\0[*+]"),
	/** Lossy and lossless. */
	WEBP(WebPImageReaderSpi::new, "RIFF.{4}WEBP"),
	/** PBM, PGM, PPM and PAM. */
	PNM(PNMImageReaderSpi::new, "P[1-7]\\p{javaWhitespace}"),
	/** The merged picture of Photoshop documents. */
	PSD(PSDImageReaderSpi::new, "8BPS");

	/** Number of bytes at the beginning of a file that identify its format. */
	public static final int HEAD = 12;

	private final Supplier<ImageReaderSpi> provider;
	private final Pattern magic;

	/** The magic is a regular expression for the first bytes as Latin-1 characters. */
	ImageFormat(final Supplier<ImageReaderSpi> provider, final String magic) {
		this.provider = provider;
		this.magic = Pattern.compile(magic, Pattern.DOTALL);
	}

	/**
	 * {@return the format of a file; empty if it is not supported}
	 *
	 * @param head the first {@link #HEAD} bytes of the file, or all if it is shorter
	 */
	public static Optional<ImageFormat> of(final byte[] head) {
		final String text = new String(head, StandardCharsets.ISO_8859_1);
		return Arrays.stream(values()).filter(format -> format.magic.matcher(text).lookingAt()).findFirst();
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
	 * {@return a new writer of the JDK without output, which the caller disposes of}
	 *
	 * @param ending png, jpg, jpeg, tif or tiff
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
}
