/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.io.FileInfo;
import ij.process.LUT;

/** The strips of a TIFF or BigTIFF file with one image, beside which there may be smaller ones. */
final class TiffStrips implements ImageStrips {

	private final TiffFile file;
	private final String name;
	private final TiffDirectory page;
	private final int width;
	private final int height;
	private final int rows;
	private List<Range> ranges;

	/**
	 * What is shown as black and white.
	 *
	 * @param min the value of black
	 * @param max the value of white
	 */
	private record Range(double min, double max) {

		Range and(final Range other) {
			return new Range(Math.min(min, other.min), Math.max(max, other.max));
		}
	}

	private TiffStrips(final TiffFile file, final String name, final int rows) {
		this.file = file;
		this.name = name;
		this.rows = rows;
		page = file.pages().get(0);
		width = (int) page.number(TiffDirectory.IMAGE_WIDTH, 0);
		height = (int) page.number(TiffDirectory.IMAGE_LENGTH, 0);
	}

	/**
	 * Opens a file.
	 *
	 * @param path the file
	 * @param large pixels from which on an image is read in strips
	 * @param stripPixels pixels of a strip, more or less
	 * @return the strips; none if the image is smaller, or can only be read as a whole, or not at all
	 * @throws IOException if the file cannot be read
	 */
	static Optional<ImageStrips> of(final Path path, final long large, final int stripPixels) throws IOException {
		final TiffFile file;
		try {
			file = new TiffFile(path);
		}
		catch (final IOException e) {
			// Whoever reads it as a whole says what is wrong.
			return Optional.empty();
		}
		if (file.pages().isEmpty() || !isSuitable(file.pages(), large)) {
			return Optional.empty();
		}
		final TiffDirectory page = file.pages().get(0);
		final long unit = TiffFile.unit(page);
		final int wanted = ImageStrips.rows((int) page.number(TiffDirectory.IMAGE_WIDTH, 1), stripPixels);
		final TiffStrips strips =
				new TiffStrips(file, path.getFileName().toString(), (int) Math.max(unit, wanted / unit * unit));
		final ImagePlus first;
		try {
			first = strips.open(0);
		}
		catch (final IOException e) {
			return Optional.empty();
		}
		return first.getRoi() == null && new SourcePlanes(first).count() == 1 ? Optional.of(strips) : Optional.empty();
	}

	private static boolean isSuitable(final List<TiffDirectory> pages, final long large) {
		final TiffDirectory page = pages.get(0);
		final long width = page.number(TiffDirectory.IMAGE_WIDTH, 0);
		final long height = page.number(TiffDirectory.IMAGE_LENGTH, 0);
		final long bits = page.number(TiffDirectory.BITS_PER_SAMPLE, 1);
		final boolean interleaved = page.number(TiffDirectory.PLANAR_CONFIGURATION, 1) == 1
				|| page.number(TiffDirectory.SAMPLES_PER_PIXEL, 1) == 1;
		final boolean alone = pages.stream().skip(1).noneMatch(other -> other.number(TiffDirectory.IMAGE_WIDTH, 0) == width
				&& other.number(TiffDirectory.IMAGE_LENGTH, 0) == height);
		return width > 0 && height > 0 && width <= Integer.MAX_VALUE && height <= Integer.MAX_VALUE
				&& width * height >= large && bits % Byte.SIZE == 0 && interleaved && alone
				&& !page.has(TiffDirectory.TILE_WIDTH) && page.has(TiffDirectory.STRIP_OFFSETS)
				&& TiffFile.unit(page) * width <= Math.max(large, LARGE);
	}

	@Override
	public int width() {
		return width;
	}

	@Override
	public int height() {
		return height;
	}

	@Override
	public void read(final Receiver receiver) throws IOException {
		if (ranges == null) {
			ranges = ranges();
		}
		forEach((strip, top) -> {
			show(strip);
			receiver.accept(strip, top);
		});
	}

	private void forEach(final Receiver receiver) throws IOException {
		for (int top = 0; top < height; top += Math.min(rows, height - top)) {
			receiver.accept(open(top), top);
		}
	}

	private ImagePlus open(final int top) throws IOException {
		final FileInfo part = file.rows(page, top, Math.min(rows, height - top));
		final ImagePlus strip = ImageFiles.open(new FileInfo[] {part}, file.pages().size() > 1);
		strip.setTitle(name);
		return strip;
	}

	/** The display range of each channel; where the file does not say it, ImageJ takes the range of the values. */
	private List<Range> ranges() throws IOException {
		final List<Range> whole = new ArrayList<>();
		forEach((strip, top) -> {
			for (int c = 0; c < strip.getNChannels(); c++) {
				final Range range = strip instanceof CompositeImage composite
						? new Range(composite.getChannelLut(c + 1).min, composite.getChannelLut(c + 1).max)
						: new Range(strip.getDisplayRangeMin(), strip.getDisplayRangeMax());
				if (top == 0) {
					whole.add(range);
				}
				else {
					whole.set(c, whole.get(c).and(range));
				}
			}
		});
		return whole;
	}

	private void show(final ImagePlus strip) {
		if (strip instanceof CompositeImage composite) {
			for (int c = 0; c < ranges.size(); c++) {
				final LUT lut = composite.getChannelLut(c + 1);
				lut.min = ranges.get(c).min();
				lut.max = ranges.get(c).max();
				composite.setChannelLut(lut, c + 1);
			}
		}
		else if (strip.getBitDepth() > Byte.SIZE && strip.getBitDepth() != 24) {
			strip.setDisplayRange(ranges.get(0).min(), ranges.get(0).max());
		}
	}
}
