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
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

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

	private final MetadataBlocks original;
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
		this.original = original.blocks;
		this.provenance = provenance;
	}

	/** {@return what the written result lacks, such as "the EXIF metadata (damaged)"; empty for nearly all files} */
	public List<String> leftOut() {
		return Stream.concat(original.leftOut.stream(), leftOut.stream()).distinct().toList();
	}

	// -- Blocks --

	/** The EXIF directories of the result. */
	private TiffDirectory exif(final int width, final int height) {
		final TiffDirectory exif = original.exif == null ? new TiffDirectory(ByteOrder.BIG_ENDIAN) : original.exif.copy();
		exif.set(TiffTags.ORIENTATION, TiffValue.SHORT, TiffTags.UPRIGHT);
		exif.setBytes(TiffTags.SOFTWARE, TiffValue.ASCII,
				(provenance.software() + "\0").getBytes(StandardCharsets.UTF_8));
		final Resolution resolution = original.resolution();
		if (resolution != null) {
			exif.set(TiffTags.X_RESOLUTION, TiffValue.RATIONAL, Resolution.fraction(resolution.x()));
			exif.set(TiffTags.Y_RESOLUTION, TiffValue.RATIONAL, Resolution.fraction(resolution.y()));
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
			final XMPMeta xmp = original.xmp == null ? XMPMetaFactory.create() : (XMPMeta) original.xmp.clone();
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

	// -- JPEG --

	/**
	 * {@return the metadata as JPEG segments, to insert after the first {@link #JPEG_HEADER} bytes}
	 *
	 * @param width width of the result in pixels
	 * @param height height of the result in pixels
	 */
	public byte[] jpeg(final int width, final int height) {
		if (provenance == null) {
			return new byte[0];
		}
		final JpegSegments segments = new JpegSegments();
		final TiffDirectory exif = exif(width, height);
		exif.set(TiffTags.YCBCR_POSITIONING, TiffValue.SHORT, 1);
		boolean added = segments.addExif(block(exif));
		if (!added && MakerNote.of(exif).isPresent()) {
			leaveOut(NOTE, TOO_LARGE);
			MakerNote.removeFrom(exif);
			added = segments.addExif(block(exif));
		}
		if (!added) {
			leaveOut(MetadataBlocks.EXIF, TOO_LARGE);
		}
		if (!segments.addXmp(xmp(width, height))) {
			leaveOut(MetadataBlocks.XMP, TOO_LARGE);
			segments.addXmp(provenanceAlone());
		}
		segments.addPhotoshop(PhotoshopResources.write(original.resources));
		original.texts.stream().filter(text -> text.keyword().equals(Text.COMMENT))
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
			final byte[] begin = TiffReader.read(channel, head.length, header, ByteOrder.BIG_ENDIAN).array();
			if (header == JPEG_HEADER) {
				setDensity(begin);
			}
			write(channel, 0, begin);
			write(channel, header, head);
		}
	}

	private static void write(final FileChannel channel, final long start, final byte[] bytes) throws IOException {
		final ByteBuffer buffer = ByteBuffer.wrap(bytes);
		while (buffer.hasRemaining()) {
			channel.write(buffer, start + buffer.position());
		}
	}

	// -- PNG --

	/**
	 * {@return the metadata as PNG chunks, to insert after the first {@link #PNG_HEADER} bytes}
	 *
	 * @param width width of the result in pixels
	 * @param height height of the result in pixels
	 */
	public byte[] png(final int width, final int height) {
		if (provenance == null) {
			return new byte[0];
		}
		final PngChunks chunks = new PngChunks();
		final Resolution resolution = original.resolution();
		if (resolution != null) {
			final boolean absolute = resolution.unit() != Unit.NONE;
			chunks.add("pHYs", ByteBuffer.allocate(9)
					.putInt((int) (absolute ? resolution.meter(resolution.x()) : Math.round(resolution.x())))
					.putInt((int) (absolute ? resolution.meter(resolution.y()) : Math.round(resolution.y())))
					.put((byte) (absolute ? 1 : 0)).array());
		}
		chunks.add("eXIf", block(exif(width, height)));
		chunks.addText("XML:com.adobe.xmp", Xmp.write(xmp(width, height)));
		final byte[] photoshop = PhotoshopResources.write(original.resources);
		if (photoshop.length > 0) {
			chunks.addIptc(photoshop);
		}
		for (final Text text : original.texts) {
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
			final long start = channel.size() + channel.size() % 2;
			final byte[] bytes = TiffWriter.append(pages, start, pages.get(pages.size() - 1).next());
			if (first.format() == TiffFormat.SMALL && start + bytes.length > TiffDirectory.MAX_OFFSET) {
				leftOut.add("all metadata (the TIFF file has no room beyond 4 GB)");
				return;
			}
			write(channel, start, bytes);
			// Last, so that the file is unchanged until then.
			TiffWriter.setFirst(channel, first, start);
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
		first.setBytes(TiffTags.XMP, TiffValue.BYTE, Xmp.write(xmp(width, height)));
		original.texts.stream().map(Text::keyword).filter(keyword -> !XmpCopies.isCopied(keyword))
				.forEach(keyword -> leaveOut("the text " + keyword, "a TIFF file has no field for it"));
		final SortedMap<Integer, byte[]> resources = new TreeMap<>(original.resources);
		final byte[] iptc = resources.remove(PhotoshopResources.IPTC);
		if (iptc != null) {
			first.setBytes(TiffTags.IPTC, TiffDirectory.LONG,
					Arrays.copyOf(iptc, (iptc.length + Integer.BYTES - 1) / Integer.BYTES * Integer.BYTES));
		}
		final byte[] photoshop = PhotoshopResources.write(resources);
		if (photoshop.length > 0) {
			first.setBytes(TiffTags.PHOTOSHOP, TiffValue.BYTE, photoshop);
		}
	}
}
