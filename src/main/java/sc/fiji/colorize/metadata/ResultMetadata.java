/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

import com.adobe.internal.xmp.XMPConst;
import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;
import com.adobe.internal.xmp.XMPMetaFactory;
import com.adobe.internal.xmp.XMPUtils;

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

	/** Maximum number of bytes of a JPEG segment. */
	private static final int MAX_SEGMENT = 65533;
	private static final int EXIF_SEGMENT = 0xe1;
	private static final int PHOTOSHOP_SEGMENT = 0xed;
	private static final int COMMENT_SEGMENT = 0xfe;
	private static final String EXIF_NAME = "Exif\0\0";
	private static final String XMP_NAME = "http://ns.adobe.com/xap/1.0/\0";
	private static final String EXTENDED_XMP_NAME = "http://ns.adobe.com/xmp/extension/\0";
	private static final String PHOTOSHOP_NAME = "Photoshop 3.0\0";
	private static final int SRGB = 1;
	/** Default resolution in pixels per inch of old programs, which carries no information. */
	private static final int SCREEN = 72;
	private static final List<Integer> RESOLUTION =
			List.of(TiffTags.X_RESOLUTION, TiffTags.Y_RESOLUTION, TiffTags.RESOLUTION_UNIT);
	/** Hexadecimal digits per line of a profile in a PNG file. */
	private static final int LINE = 72;

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
		exif.set(TiffTags.ORIENTATION, TiffDirectory.SHORT, TiffTags.UPRIGHT);
		exif.setBytes(TiffTags.SOFTWARE, TiffDirectory.ASCII,
				(provenance.software() + "\0").getBytes(StandardCharsets.UTF_8));
		final Resolution resolution = original.resolution();
		if (resolution != null) {
			exif.setRational(TiffTags.X_RESOLUTION, Resolution.fraction(resolution.x()));
			exif.setRational(TiffTags.Y_RESOLUTION, Resolution.fraction(resolution.y()));
			exif.set(TiffTags.RESOLUTION_UNIT, TiffDirectory.SHORT, 1 + resolution.unit().ordinal());
		}
		if (!original.isUpright()) {
			exif.tags().stream().filter(TiffTags::isGeographic).forEach(exif::remove);
		}
		final TiffDirectory camera = exif.child(TiffDirectory.EXIF);
		if (camera != null) {
			setIfThere(camera, TiffTags.PIXEL_X_DIMENSION, TiffDirectory.LONG, width);
			setIfThere(camera, TiffTags.PIXEL_Y_DIMENSION, TiffDirectory.LONG, height);
			setIfThere(camera, TiffTags.COLOR_SPACE, TiffDirectory.SHORT, SRGB);
			if (!original.isUpright()) {
				camera.remove(TiffTags.SUBJECT_AREA);
				camera.remove(TiffTags.SUBJECT_LOCATION);
			}
			final TiffDirectory interoperability = camera.child(TiffDirectory.INTEROPERABILITY);
			if (interoperability != null && interoperability.startsWith(TiffTags.INTEROPERABILITY_INDEX, "R03")) {
				interoperability.setBytes(TiffTags.INTEROPERABILITY_INDEX, TiffDirectory.ASCII,
						"R98\0".getBytes(StandardCharsets.US_ASCII));
			}
		}
		return exif;
	}

	private static void setIfThere(final TiffDirectory directory, final int tag, final int type, final int value) {
		if (directory.has(tag)) {
			directory.set(tag, type, value);
		}
	}

	/** The XMP properties of the result, without original properties of unknown structure. */
	private XMPMeta xmp(final int width, final int height) {
		try {
			final XMPMeta xmp = original.xmp() == null ? XMPMetaFactory.create() : original.xmp();
			addMissing(xmp);
			if (!Xmp.describeResult(xmp, width, height, original.isUpright())) {
				leftOut.add("the image regions (the image was turned upright)");
			}
			Xmp.addProvenance(xmp, provenance);
			return xmp;
		}
		catch (final XMPException e) {
			leftOut.add("the XMP metadata (damaged)");
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

	/** Adds properties that exist only in blocks that some formats or programs do not support. */
	private void addMissing(final XMPMeta xmp) throws XMPException {
		final byte[] iptc = original.resources().get(PhotoshopResources.IPTC);
		if (iptc != null) {
			Iptc.addTo(xmp, iptc);
		}
		final TiffDirectory exif = original.exif();
		if (exif != null) {
			if (!exif.startsWith(TiffDirectory.IMAGE_DESCRIPTION, "ImageJ=")) {
				Xmp.addMissing(xmp, XMPConst.NS_DC, "description", Xmp.Form.TEXT,
						text(exif, TiffDirectory.IMAGE_DESCRIPTION));
			}
			Xmp.addMissing(xmp, XMPConst.NS_DC, "creator", Xmp.Form.SEQUENCE, text(exif, TiffTags.ARTIST));
			Xmp.addMissing(xmp, XMPConst.NS_DC, "rights", Xmp.Form.TEXT, text(exif, TiffTags.COPYRIGHT));
			Xmp.addMissing(xmp, XMPConst.NS_XMP, "CreatorTool", Xmp.Form.SIMPLE, text(exif, TiffTags.SOFTWARE));
		}
		for (final Text text : original.texts()) {
			switch (text.keyword()) {
				case "Title" -> Xmp.addMissing(xmp, XMPConst.NS_DC, "title", Xmp.Form.TEXT, text.text());
				case "Author" -> Xmp.addMissing(xmp, XMPConst.NS_DC, "creator", Xmp.Form.SEQUENCE, text.text());
				case "Description" -> Xmp.addMissing(xmp, XMPConst.NS_DC, "description", Xmp.Form.TEXT, text.text());
				case "Copyright" -> Xmp.addMissing(xmp, XMPConst.NS_DC, "rights", Xmp.Form.TEXT, text.text());
				case "Software" -> Xmp.addMissing(xmp, XMPConst.NS_XMP, "CreatorTool", Xmp.Form.SIMPLE, text.text());
				default -> { }
			}
		}
	}

	private static String text(final TiffDirectory exif, final int tag) {
		// A zero separates the copyrights of photographer and editor.
		return Iptc.decode(exif.bytes(tag)).replaceAll("\\s*\0\\s*", ", ");
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
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		if (provenance == null) {
			return out.toByteArray();
		}
		final TiffDirectory exif = exif(width, height);
		byte[] block = exif.writeBlock();
		if (block.length + EXIF_NAME.length() > MAX_SEGMENT && exif.child(TiffDirectory.EXIF) != null) {
			leftOut.add("the maker note (too large for a JPEG file)");
			exif.child(TiffDirectory.EXIF).remove(TiffDirectory.MAKER_NOTE);
			block = exif.writeBlock();
		}
		if (block.length + EXIF_NAME.length() > MAX_SEGMENT) {
			leftOut.add("the EXIF metadata (too large for a JPEG file)");
		}
		else {
			segment(out, EXIF_SEGMENT, EXIF_NAME, block, 0, block.length);
		}
		putXmp(out, xmp(width, height));
		final byte[] photoshop = PhotoshopResources.write(resources(true));
		for (int from = 0; from < photoshop.length; from += MAX_SEGMENT - PHOTOSHOP_NAME.length()) {
			segment(out, PHOTOSHOP_SEGMENT, PHOTOSHOP_NAME, photoshop, from,
					Math.min(photoshop.length - from, MAX_SEGMENT - PHOTOSHOP_NAME.length()));
		}
		for (final Text text : original.texts()) {
			final byte[] comment = text.text().getBytes(StandardCharsets.UTF_8);
			if (text.keyword().equals(Text.COMMENT)) {
				segment(out, COMMENT_SEGMENT, "", comment, 0, Math.min(MAX_SEGMENT, comment.length));
			}
		}
		return out.toByteArray();
	}

	private static void segment(final ByteArrayOutputStream out, final int marker, final String name, final byte[] bytes,
			final int from, final int length) {
		final int size = Short.BYTES + name.length() + length;
		out.write(0xff);
		out.write(marker);
		out.write(size >> Byte.SIZE);
		out.write(size);
		out.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
		out.write(bytes, from, length);
	}

	/** Writes XMP, in several segments if necessary. (XMP part 3, section 1.1.3.1.) */
	private void putXmp(final ByteArrayOutputStream out, final XMPMeta xmp) {
		byte[] packet = packet(xmp);
		byte[] extension = {};
		String checksum = "";
		if (packet.length + XMP_NAME.length() > MAX_SEGMENT) {
			try {
				final StringBuilder main = new StringBuilder();
				final StringBuilder extended = new StringBuilder();
				final StringBuilder digest = new StringBuilder();
				XMPUtils.packageForJPEG(xmp, main, extended, digest);
				packet = main.toString().getBytes(StandardCharsets.UTF_8);
				extension = extended.toString().getBytes(StandardCharsets.UTF_8);
				checksum = digest.toString();
			}
			catch (final XMPException | NoSuchAlgorithmException e) {
				packet = new byte[MAX_SEGMENT];
			}
		}
		if (packet.length + XMP_NAME.length() > MAX_SEGMENT) {
			leftOut.add("the XMP metadata (too large for a JPEG file)");
			packet = packet(provenanceAlone());
			extension = new byte[0];
		}
		segment(out, EXIF_SEGMENT, XMP_NAME, packet, 0, packet.length);
		final int part = MAX_SEGMENT - EXTENDED_XMP_NAME.length() - checksum.length() - 2 * Integer.BYTES;
		for (int from = 0; from < extension.length; from += part) {
			final int length = Math.min(part, extension.length - from);
			final byte[] bytes = ByteBuffer.allocate(checksum.length() + 2 * Integer.BYTES + length)
					.put(checksum.getBytes(StandardCharsets.US_ASCII)).putInt(extension.length).putInt(from)
					.put(extension, from, length).array();
			segment(out, EXIF_SEGMENT, EXTENDED_XMP_NAME, bytes, 0, bytes.length);
		}
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
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		if (provenance == null) {
			return out.toByteArray();
		}
		final Resolution resolution = original.resolution();
		if (resolution != null) {
			final boolean absolute = resolution.unit() != Unit.NONE;
			out.writeBytes(chunk("pHYs", ByteBuffer.allocate(9)
					.putInt((int) (absolute ? resolution.meter(resolution.x()) : Math.round(resolution.x())))
					.putInt((int) (absolute ? resolution.meter(resolution.y()) : Math.round(resolution.y())))
					.put((byte) (absolute ? 1 : 0)).array()));
		}
		out.writeBytes(chunk("eXIf", exif(width, height).writeBlock()));
		out.writeBytes(international("XML:com.adobe.xmp", packet(xmp(width, height))));
		final byte[] photoshop = PhotoshopResources.write(resources(true));
		if (photoshop.length > 0) {
			out.writeBytes(profile(photoshop));
		}
		for (final Text text : original.texts()) {
			if (!text.keyword().equals("Software") && text.keyword().matches("[!-~](?:[ -~]{0,77}[!-~])?")) {
				out.writeBytes(international(text.keyword(), text.text().getBytes(StandardCharsets.UTF_8)));
			}
		}
		out.writeBytes(international("Software", provenance.software().getBytes(StandardCharsets.UTF_8)));
		return out.toByteArray();
	}

	private static byte[] chunk(final String type, final byte[] data) {
		final ByteBuffer chunk = ByteBuffer.allocate(data.length + 3 * Integer.BYTES);
		chunk.putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
		final CRC32 checksum = new CRC32();
		checksum.update(chunk.array(), Integer.BYTES, Integer.BYTES + data.length);
		return chunk.putInt((int) checksum.getValue()).array();
	}

	/** Uncompressed UTF-8 text of unspecified language. */
	private static byte[] international(final String keyword, final byte[] text) {
		final byte[] name = keyword.getBytes(StandardCharsets.ISO_8859_1);
		return chunk("iTXt",
				ByteBuffer.allocate(name.length + 5 + text.length).put(name).put(new byte[5]).put(text).array());
	}

	/** IPTC data in the form of ImageMagick and ExifTool; PNG has no chunk for it. */
	private static byte[] profile(final byte[] photoshop) {
		final String digits = HexFormat.of().formatHex(photoshop);
		final StringBuilder text = new StringBuilder("\niptc\n").append(String.format(Locale.ROOT, "%8d", photoshop.length));
		for (int from = 0; from < digits.length(); from += LINE) {
			text.append('\n').append(digits, from, Math.min(digits.length(), from + LINE));
		}
		text.append('\n');
		final ByteArrayOutputStream data = new ByteArrayOutputStream();
		data.writeBytes("Raw profile type iptc\0\0".getBytes(StandardCharsets.ISO_8859_1));
		try (DeflaterOutputStream deflater = new DeflaterOutputStream(data)) {
			deflater.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
		}
		catch (final IOException e) {
			throw new IllegalStateException("A stream in memory cannot fail.", e);
		}
		return chunk("zTXt", data.toByteArray());
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
			final List<TiffDirectory> all = TiffDirectory.read(channel);
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
				starts[i + 1] = starts[i] + pages.get(i).write(first.isBig(), 0, 0).length;
			}
			if (!first.isBig() && starts[pages.size()] > TiffDirectory.MAX_OFFSET) {
				leftOut.add("all metadata (the TIFF file has no room beyond 4 GB)");
				return;
			}
			for (int i = 0; i < pages.size(); i++) {
				final long next = i < pages.size() - 1 ? starts[i + 1] : pages.get(i).next();
				final ByteBuffer bytes = ByteBuffer.wrap(pages.get(i).write(first.isBig(), starts[i], next));
				for (long position = starts[i]; bytes.hasRemaining();) {
					position += channel.write(bytes, position);
				}
			}
			// Last, so that the file is unchanged until then.
			first.setFirst(channel, starts[0]);
		}
	}

	/** ImageJ reads the numbers from the tags but the unit from its description; 72 dpi means no unit. */
	private void nameUnit(final TiffDirectory first) {
		final Resolution resolution = original.resolution();
		if (resolution.unit() != Unit.NONE && !(resolution.unit() == Unit.INCH && resolution.x() == SCREEN)) {
			first.setBytes(TiffDirectory.IMAGE_DESCRIPTION, TiffDirectory.ASCII,
					(Iptc.decode(first.bytes(TiffDirectory.IMAGE_DESCRIPTION)) + "\nunit="
							+ (resolution.unit() == Unit.INCH ? "inch" : "cm") + "\n\0").getBytes(StandardCharsets.UTF_8));
		}
	}

	private void describe(final TiffDirectory first, final TiffDirectory exif, final int width, final int height) {
		// With an orientation tag, ImageJ does not recognize its own file. Upright is the default.
		exif.remove(TiffTags.ORIENTATION);
		for (final int tag : exif.tags()) {
			if (!RESOLUTION.contains(tag) && (tag == TiffTags.SOFTWARE || !first.has(tag))) {
				first.take(tag, exif);
			}
		}
		for (final int tag : new int[] {TiffDirectory.EXIF, TiffDirectory.GPS}) {
			if (exif.child(tag) != null) {
				first.setChild(tag, exif.child(tag));
			}
		}
		first.setBytes(TiffTags.XMP, TiffDirectory.BYTE, packet(xmp(width, height)));
		final byte[] iptc = original.resources().get(PhotoshopResources.IPTC);
		if (iptc != null) {
			first.setBytes(TiffTags.IPTC, TiffDirectory.UNDEFINED, Arrays.copyOf(iptc, iptc.length));
		}
		final byte[] photoshop = PhotoshopResources.write(resources(false));
		if (photoshop.length > 0) {
			first.setBytes(TiffTags.PHOTOSHOP, TiffDirectory.BYTE, photoshop);
		}
	}
}
