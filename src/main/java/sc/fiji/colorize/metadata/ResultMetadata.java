/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;
import com.adobe.internal.xmp.XMPMetaFactory;

import sc.fiji.colorize.metadata.ImageMetadata.Text;
import sc.fiji.colorize.metadata.Resolution.Unit;

/**
 * The metadata of a result: that of its original, as far as it applies to an upright image in sRGB, and the provenance. It
 * is added to a file after the pixels are written. JPEG and PNG files have metadata before the pixels, so the writer
 * reserves space at the beginning of the file; in TIFF files of any size it is appended.
 *
 * <pre>
 * byte[] head = metadata.jpeg(width, height);
 * stream.seek(head.length);
 * writer.write(image);
 * metadata.insert(file, ResultMetadata.JPEG_HEADER, head);
 * </pre>
 */
public final class ResultMetadata {

	/** Bytes of a PNG file before the metadata chunks: the signature and the header. */
	public static final int PNG_HEADER = 33;
	/** Bytes of a JPEG file before the metadata segments: the start marker and the JFIF segment. */
	public static final int JPEG_HEADER = 20;

	private static final int SRGB = 1;
	/** Default resolution in pixels per inch of old programs, which carries no information. */
	private static final int SCREEN = 72;
	private static final String TOO_LARGE = "too large for a JPEG file";
	private static final String NOTE = "the maker note";
	private static final List<Integer> RESOLUTION =
			List.of(TiffTags.X_RESOLUTION, TiffTags.Y_RESOLUTION, TiffTags.RESOLUTION_UNIT);

	/** No metadata. */
	public static final ResultMetadata NONE = new ResultMetadata(ImageMetadata.NONE, null);

	private final ImageMetadata original;
	/** Null if no metadata is written. */
	private final Provenance provenance;
	private final List<String> leftOut = new ArrayList<>();

	/**
	 * Combines the metadata of an original with the provenance of a result.
	 *
	 * @param original may be {@link ImageMetadata#NONE}
	 * @param provenance of the result
	 */
	public ResultMetadata(final ImageMetadata original, final Provenance provenance) {
		this.original = original;
		this.provenance = provenance;
	}

	/**
	 * Lists the metadata of the original that is missing from the written result.
	 *
	 * @return such as "the EXIF metadata (damaged)"; empty for nearly all files
	 */
	public List<String> leftOut() {
		final List<String> all = new ArrayList<>(original.leftOut());
		leftOut.stream().filter(what -> !all.contains(what)).forEach(all::add);
		return Collections.unmodifiableList(all);
	}

	// -- Blocks --

	/** The EXIF directories of the result. */
	private TiffDirectory exif(final int width, final int height) {
		final TiffDirectory exif = original.exif() == null ? new TiffDirectory(ByteOrder.BIG_ENDIAN) : original.exif();
		exif.set(TiffTags.ORIENTATION, TiffValue.SHORT, TiffTags.UPRIGHT);
		exif.setBytes(TiffTags.SOFTWARE, TiffValue.ASCII,
				(provenance.software() + "\0").getBytes(StandardCharsets.UTF_8));
		final Resolution resolution = original.resolution();
		if (resolution != null) {
			exif.setRational(TiffTags.X_RESOLUTION, Resolution.fraction(resolution.x()));
			exif.setRational(TiffTags.Y_RESOLUTION, Resolution.fraction(resolution.y()));
			exif.set(TiffTags.RESOLUTION_UNIT, TiffValue.SHORT, 1 + resolution.unit().ordinal());
		}
		if (!original.isUpright()) {
			exif.tags().stream().filter(TiffTags::isGeographic).forEach(exif::remove);
		}
		final TiffDirectory camera = exif.child(TiffDirectory.EXIF);
		if (camera != null) {
			camera.set(TiffTags.PIXEL_X_DIMENSION, TiffDirectory.LONG, width);
			camera.set(TiffTags.PIXEL_Y_DIMENSION, TiffDirectory.LONG, height);
			camera.set(TiffTags.COLOR_SPACE, TiffValue.SHORT, SRGB);
			if (!original.isUpright()) {
				camera.remove(TiffTags.SUBJECT_AREA);
				camera.remove(TiffTags.SUBJECT_LOCATION);
			}
			final TiffDirectory interoperability = camera.child(TiffDirectory.INTEROPERABILITY);
			if (interoperability != null && interoperability.startsWith(TiffTags.INTEROPERABILITY_INDEX, "R03")) {
				interoperability.setBytes(TiffTags.INTEROPERABILITY_INDEX, TiffValue.ASCII,
						"R98\0".getBytes(StandardCharsets.US_ASCII));
			}
		}
		return exif;
	}

	/** Formats an EXIF block, without a maker note that would not be valid in it. */
	private byte[] block(final TiffDirectory exif) {
		if (MakerNote.of(exif).filter(note -> !MakerNote.fitsBlock(note)).isPresent()) {
			leaveOutNote(exif);
		}
		return TiffWriter.writeBlock(exif);
	}

	private void leaveOutNote(final TiffDirectory exif) {
		leaveOut(NOTE, "valid only at its place in the original");
		MakerNote.removeFrom(exif);
	}

	private void leaveOut(final String what, final String why) {
		leftOut.add(what + " (" + why + ")");
	}

	/** The XMP properties of the result, without original properties of unknown structure. */
	private XMPMeta xmp(final int width, final int height) {
		try {
			final XMPMeta xmp = original.xmp() == null ? XMPMetaFactory.create() : original.xmp();
			XmpCopies.addTo(xmp, original);
			if (!Xmp.describeResult(xmp, width, height, original.isUpright())) {
				leftOut.add("the image regions (the image was turned upright)");
			}
			Xmp.addProvenance(xmp, provenance);
			return xmp;
		}
		catch (final XMPException e) {
			leaveOut(MetadataBlocks.XMP, "damaged");
			return provenanceAlone();
		}
	}

	private XMPMeta provenanceAlone() {
		try {
			final XMPMeta xmp = XMPMetaFactory.create();
			Xmp.addProvenance(xmp, provenance);
			return xmp;
		}
		catch (final XMPException e) {
			throw new IllegalStateException("The provenance can be written into an empty packet.", e);
		}
	}

	private byte[] packet(final XMPMeta xmp) {
		try {
			return Xmp.write(xmp);
		}
		catch (final XMPException e) {
			throw new IllegalStateException("What was read can be written.", e);
		}
	}

	private SortedMap<Integer, byte[]> resources(final boolean withIptc) {
		final SortedMap<Integer, byte[]> resources = new TreeMap<>(original.resources());
		if (!withIptc) {
			resources.remove(PhotoshopResources.IPTC);
		}
		return resources;
	}

	// -- JPEG --

	/**
	 * Formats the metadata as JPEG segments.
	 *
	 * @param width width of the result in pixels
	 * @param height height of the result in pixels
	 * @return the bytes to insert after the first {@link #JPEG_HEADER} bytes
	 */
	public byte[] jpeg(final int width, final int height) {
		final JpegSegments segments = new JpegSegments();
		if (provenance == null) {
			return segments.bytes();
		}
		final TiffDirectory exif = exif(width, height);
		exif.set(TiffTags.YCBCR_POSITIONING, TiffValue.SHORT, 1);
		if (!segments.addExif(block(exif))) {
			final boolean note = MakerNote.of(exif).isPresent();
			leaveOut(note ? NOTE : MetadataBlocks.EXIF, TOO_LARGE);
			if (note) {
				MakerNote.removeFrom(exif);
				if (!segments.addExif(block(exif))) {
					leaveOut(MetadataBlocks.EXIF, TOO_LARGE);
				}
			}
		}
		try {
			if (!segments.addXmp(xmp(width, height))) {
				leaveOut(MetadataBlocks.XMP, TOO_LARGE);
				segments.addXmp(provenanceAlone());
			}
		}
		catch (final XMPException e) {
			throw new IllegalStateException("What was read can be written.", e);
		}
		segments.addPhotoshop(PhotoshopResources.write(resources(true)));
		original.texts().stream().filter(text -> text.keyword().equals(Text.COMMENT))
				.forEach(text -> segments.addComment(text.text()));
		return segments.bytes();
	}

	/** Sets the resolution in a JFIF header. */
	private void setDensity(final byte[] header) {
		final Resolution resolution = original.resolution();
		if (resolution == null || header[6] != 'J' || Math.max(resolution.x(), resolution.y()) > 0xffff
				|| Math.min(resolution.x(), resolution.y()) < 1) {
			return;
		}
		ByteBuffer.wrap(header, 13, 5).put((byte) resolution.unit().ordinal())
				.putShort((short) Math.round(resolution.x())).putShort((short) Math.round(resolution.y()));
	}

	/**
	 * Inserts metadata into a file that was written after reserved space of the same size.
	 *
	 * @param file begins with the reserved space, followed by the header and the rest
	 * @param header size of the header, {@link #JPEG_HEADER} or {@link #PNG_HEADER}
	 * @param head inserted after the header
	 * @throws IOException if the file cannot be written
	 */
	public void insert(final Path file, final int header, final byte... head) throws IOException {
		if (head.length == 0) {
			return;
		}
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			final ByteBuffer begin = ByteBuffer.allocate(header + head.length);
			final ByteBuffer found = begin.slice(0, header);
			long position = head.length;
			while (found.hasRemaining()) {
				position += channel.read(found, position);
			}
			if (header == JPEG_HEADER) {
				setDensity(begin.array());
			}
			begin.put(header, head);
			for (position = 0; begin.hasRemaining();) {
				position += channel.write(begin, position);
			}
		}
	}

	// -- PNG --

	/**
	 * Formats the metadata as PNG chunks.
	 *
	 * @param width width of the result in pixels
	 * @param height height of the result in pixels
	 * @return the bytes to insert after the first {@link #PNG_HEADER} bytes
	 */
	public byte[] png(final int width, final int height) {
		final PngChunks chunks = new PngChunks();
		if (provenance == null) {
			return chunks.bytes();
		}
		final Resolution resolution = original.resolution();
		if (resolution != null) {
			final boolean absolute = resolution.unit() != Unit.NONE;
			chunks.add("pHYs", ByteBuffer.allocate(9)
					.putInt((int) (absolute ? resolution.meter(resolution.x()) : Math.round(resolution.x())))
					.putInt((int) (absolute ? resolution.meter(resolution.y()) : Math.round(resolution.y())))
					.put((byte) (absolute ? 1 : 0)).array());
		}
		chunks.add("eXIf", block(exif(width, height)));
		chunks.addText("XML:com.adobe.xmp", packet(xmp(width, height)));
		final byte[] photoshop = PhotoshopResources.write(resources(true));
		if (photoshop.length > 0) {
			chunks.addIptc(photoshop);
		}
		for (final Text text : original.texts()) {
			if (!text.keyword().equals("Software") && text.keyword().matches("[!-~](?:[ -~]{0,77}[!-~])?")) {
				chunks.addText(text.keyword(), text.text().getBytes(StandardCharsets.UTF_8));
			}
		}
		chunks.addText("Software", provenance.software().getBytes(StandardCharsets.UTF_8));
		return chunks.bytes();
	}

	// -- TIFF --

	/**
	 * Adds the metadata to a TIFF or BigTIFF file by appending a new first directory, which replaces the old one. A file of
	 * ImageJ keeps its description and, if it has one, its calibration. Further pages get only the resolution.
	 *
	 * @param file a complete file
	 * @throws IOException if the file cannot be read or written
	 */
	public void addToTiff(final Path file) throws IOException {
		if (provenance == null) {
			return;
		}
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			final List<TiffDirectory> all = TiffReader.read(channel);
			final TiffDirectory first = all.get(0);
			// The further directories of ImageJ's own files only locate the planes.
			final boolean single = first.startsWith(TiffDirectory.IMAGE_DESCRIPTION, "ImageJ=");
			final List<TiffDirectory> pages = single ? List.of(first) : all;
			final int width = (int) first.number(TiffDirectory.IMAGE_WIDTH, 0);
			final int height = (int) first.number(TiffDirectory.IMAGE_LENGTH, 0);
			final TiffDirectory exif = exif(width, height).in(first.order());
			describe(first, exif, width, height);
			if (exif.has(TiffTags.X_RESOLUTION) && !(single && first.has(TiffTags.X_RESOLUTION))) {
				pages.forEach(page -> RESOLUTION.forEach(tag -> page.take(tag, exif)));
				if (single && original.resolution() != null) {
					nameUnit(first);
				}
			}
			final long[] starts = new long[pages.size() + 1];
			starts[0] = channel.size() + channel.size() % 2;
			for (int i = 0; i < pages.size(); i++) {
				starts[i + 1] = starts[i] + TiffWriter.write(pages.get(i), first.isBig(), 0, 0).length;
			}
			if (!first.isBig() && starts[pages.size()] > TiffDirectory.MAX_OFFSET) {
				leftOut.add("all metadata (the TIFF file has no room beyond 4 GB)");
				return;
			}
			for (int i = 0; i < pages.size(); i++) {
				final long next = i < pages.size() - 1 ? starts[i + 1] : pages.get(i).next();
				final ByteBuffer bytes = ByteBuffer.wrap(TiffWriter.write(pages.get(i), first.isBig(), starts[i], next));
				for (long position = starts[i]; bytes.hasRemaining();) {
					position += channel.write(bytes, position);
				}
			}
			// Last, so that the file is unchanged until then.
			TiffWriter.setFirst(channel, first, starts[0]);
		}
	}

	/** ImageJ reads the numbers from the tags but the unit from its description; 72 dpi means no unit. */
	private void nameUnit(final TiffDirectory first) {
		final Resolution resolution = original.resolution();
		if (resolution.unit() != Unit.NONE && !(resolution.unit() == Unit.INCH && resolution.x() == SCREEN)) {
			first.setBytes(TiffDirectory.IMAGE_DESCRIPTION, TiffValue.ASCII,
					(Iptc.decode(first.bytes(TiffDirectory.IMAGE_DESCRIPTION)) + "\nunit="
							+ (resolution.unit() == Unit.INCH ? "inch" : "cm") + "\n\0").getBytes(StandardCharsets.UTF_8));
		}
	}

	private void describe(final TiffDirectory first, final TiffDirectory exif, final int width, final int height) {
		// With an orientation tag, ImageJ does not recognize its own file. Upright is the default.
		exif.remove(TiffTags.ORIENTATION);
		// The pixels are where the note would have to be.
		if (MakerNote.of(exif).filter(note -> !MakerNote.isMovable(note)).isPresent()) {
			leaveOutNote(exif);
		}
		for (final int tag : exif.tags()) {
			if (!RESOLUTION.contains(tag) && (tag == TiffTags.SOFTWARE || !first.has(tag))) {
				first.take(tag, exif);
			}
		}
		for (final int tag : new int[] {TiffDirectory.EXIF, TiffDirectory.GPS}) {
			if (exif.child(tag) != null) {
				TiffTags.ONLY_JPEG.forEach(exif.child(tag)::remove);
				first.setChild(tag, exif.child(tag));
			}
		}
		first.setBytes(TiffTags.XMP, TiffValue.BYTE, packet(xmp(width, height)));
		original.texts().stream().map(Text::keyword).filter(keyword -> !XmpCopies.isCopied(keyword))
				.forEach(keyword -> leaveOut("the text " + keyword, "a TIFF file has no field for it"));
		final byte[] iptc = original.resources().get(PhotoshopResources.IPTC);
		if (iptc != null) {
			first.setBytes(TiffTags.IPTC, TiffDirectory.LONG,
					Arrays.copyOf(iptc, (iptc.length + Integer.BYTES - 1) / Integer.BYTES * Integer.BYTES));
		}
		final byte[] photoshop = PhotoshopResources.write(resources(false));
		if (photoshop.length > 0) {
			first.setBytes(TiffTags.PHOTOSHOP, TiffValue.BYTE, photoshop);
		}
	}
}
