/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

import javax.imageio.ImageIO;

/** Gray photos with metadata, put together byte by byte: nothing here uses what is tested. */
public final class TaggedPhotos {

	static final int WIDTH = 40;
	static final int HEIGHT = 30;
	public static final String CAPTION = "A valley";
	public static final String AUTHOR = "Ansel M\u00fcller";
	public static final String RIGHTS = "(c) 1934 Archive";
	public static final String DATE = "1934:07:01 12:00:00";
	public static final String TITLE = "Valley & river";
	public static final String KEYWORD = "valley";
	static final byte[] MAKER_NOTE = "A note with offsets from the beginning of the block".getBytes(StandardCharsets.UTF_8);
	static final int NOTE_PLACE = 700;

	private TaggedPhotos() {
	}

	public static byte[] exif(final int orientation, final int x, final int y) {
		return exif(ByteOrder.LITTLE_ENDIAN, orientation, x, y);
	}

	/** With a thumbnail, a maker note, the wrong size and Adobe RGB. */
	static byte[] exif(final ByteOrder order, final int orientation, final int x, final int y) {
		final ByteBuffer block = ByteBuffer.allocate(2000).order(order);
		block.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M')).put(block.get(0)).putShort((short) 42).putInt(8);
		final TreeMap<Integer, Object> first = new TreeMap<>(Map.of(270, CAPTION, 274, (short) orientation, 282,
				new int[] {x, 1}, 283, new int[] {y, 1}, 296, (short) 2, 305, "ScanSoft 3", 315, AUTHOR, 33432, RIGHTS));
		first.put(34665, 400);
		first.put(256, 7);
		directory(block, 8, first, 900);
		directory(block, 400, new TreeMap<>(Map.of(36867, DATE, 37500, MAKER_NOTE, 40961, (short) 0xffff, 40962, 99, 40963,
				88)), 0);
		directory(block, 900, new TreeMap<>(Map.of(513, 1000, 514, 100)), 0);
		block.position(1000);
		block.put("THUMBNAIL".getBytes(StandardCharsets.US_ASCII));
		return block.array();
	}

	private static void directory(final ByteBuffer block, final int place, final TreeMap<Integer, Object> tags,
			final int next) {
		block.position(place);
		block.putShort((short) tags.size());
		int values = place + 6 + 12 * tags.size();
		for (final Map.Entry<Integer, Object> tag : tags.entrySet()) {
			block.putShort(tag.getKey().shortValue());
			final int after = block.position() + 10;
			if (tag.getValue() instanceof Short number) {
				block.putShort((short) 3).putInt(1).putShort(number);
			}
			else if (tag.getValue() instanceof Integer number) {
				block.putShort((short) 4).putInt(1).putInt(number);
			}
			else {
				final boolean note = tag.getKey() == 37500;
				final boolean bits = tag.getValue() instanceof byte[];
				final boolean fraction = tag.getValue() instanceof int[];
				final byte[] bytes = bits ? (byte[]) tag.getValue() : fraction
						? ByteBuffer.allocate(8).order(block.order()).putInt(((int[]) tag.getValue())[0])
								.putInt(((int[]) tag.getValue())[1]).array()
						: (tag.getValue() + "\0").getBytes(StandardCharsets.UTF_8);
				final int at = note ? NOTE_PLACE : values;
				block.putShort((short) (bits ? 7 : fraction ? 5 : 2)).putInt(fraction ? 1 : bytes.length).putInt(at);
				block.put(at, bytes);
				values += note ? 0 : bytes.length + bytes.length % 2;
			}
			block.position(after);
		}
		block.putInt(next);
	}

	static byte[] iptc() {
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		dataSet(out, 5, TITLE);
		dataSet(out, 25, KEYWORD);
		dataSet(out, 25, "river");
		dataSet(out, 55, "19340701");
		dataSet(out, 80, AUTHOR);
		dataSet(out, 116, RIGHTS);
		dataSet(out, 120, CAPTION);
		return out.toByteArray();
	}

	private static void dataSet(final ByteArrayOutputStream out, final int number, final String text) {
		final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		out.writeBytes(ByteBuffer.allocate(5).put((byte) 0x1c).put((byte) 2).put((byte) number)
				.putShort((short) bytes.length).array());
		out.writeBytes(bytes);
	}

	/** IPTC data in resources of Photoshop, and a thumbnail, which is to go. */
	static byte[] photoshop() {
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		resource(out, 1028, iptc());
		resource(out, 1036, "THUMBNAIL".getBytes(StandardCharsets.US_ASCII));
		resource(out, 1034, new byte[] {1});
		return out.toByteArray();
	}

	private static void resource(final ByteArrayOutputStream out, final int id, final byte[] data) {
		out.writeBytes(ByteBuffer.allocate(12).put("8BIM".getBytes(StandardCharsets.US_ASCII)).putShort((short) id)
				.putShort((short) 0).putInt(data.length).array());
		out.writeBytes(data);
		if (data.length % 2 == 1) {
			out.write(0);
		}
	}

	/** With properties of the pixels that are no longer right, and more properties. */
	static byte[] xmp(final String more) {
		return ("<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF"
				+ " xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about=''"
				+ " xmlns:tiff='http://ns.adobe.com/tiff/1.0/' xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/'"
				+ " xmlns:xmpMM='http://ns.adobe.com/xap/1.0/mm/' xmlns:xmp='http://ns.adobe.com/xap/1.0/'"
				+ " tiff:Orientation='6' tiff:ImageWidth='99' photoshop:ICCProfile='Dot Gain 20%' xmp:Rating='4'"
				+ " xmpMM:DocumentID='xmp.did:1' xmpMM:InstanceID='xmp.iid:1' photoshop:Headline='A headline'>" + more
				+ "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>").getBytes(StandardCharsets.UTF_8);
	}

	static BufferedImage picture() {
		final BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
		for (int y = 0; y < HEIGHT; y++) {
			for (int x = 0; x < WIDTH; x++) {
				image.getRaster().setSample(x, y, 0, 3 * x + 4 * y);
			}
		}
		return image;
	}

	/** A JPEG file with these blocks, each left out if it is null. */
	public static byte[] jpeg(final byte[] exif, final byte[] photoshop, final byte[] xmp) throws IOException {
		final ByteArrayOutputStream plain = new ByteArrayOutputStream();
		ImageIO.write(picture(), "jpg", plain);
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.write(plain.toByteArray(), 0, 20);
		segment(out, 0xe1, "Exif\0\0", exif);
		segment(out, 0xe1, "http://ns.adobe.com/xap/1.0/\0", xmp);
		segment(out, 0xed, "Photoshop 3.0\0", photoshop);
		segment(out, 0xfe, "", "A comment".getBytes(StandardCharsets.US_ASCII));
		out.write(plain.toByteArray(), 20, plain.size() - 20);
		return out.toByteArray();
	}

	private static void segment(final ByteArrayOutputStream out, final int marker, final String name, final byte[] data) {
		if (data != null) {
			out.writeBytes(ByteBuffer.allocate(4).put((byte) 0xff).put((byte) marker)
					.putShort((short) (2 + name.length() + data.length)).array());
			out.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
			out.writeBytes(data);
		}
	}

	public static byte[] jpeg() throws IOException {
		return jpeg(exif(1, 300, 300), photoshop(), xmp(""));
	}

	/** A PNG file with these blocks and 300 dpi, with IPTC data as ImageMagick writes it. */
	public static byte[] png(final byte[] exif, final byte[] photoshop, final byte[] xmp) throws IOException {
		final ByteArrayOutputStream plain = new ByteArrayOutputStream();
		ImageIO.write(picture(), "png", plain);
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.write(plain.toByteArray(), 0, 33);
		chunk(out, "pHYs", ByteBuffer.allocate(9).putInt(11811).putInt(11811).put((byte) 1).array());
		if (exif != null) {
			chunk(out, "eXIf", exif);
		}
		if (xmp != null) {
			chunk(out, "iTXt", join("XML:com.adobe.xmp\0\0\0\0\0", xmp));
		}
		if (photoshop != null) {
			final StringBuilder digits = new StringBuilder("Raw profile type iptc\0\niptc\n" + photoshop.length + "\n");
			for (final byte b : photoshop) {
				digits.append(String.format("%02x", b));
			}
			chunk(out, "tEXt", digits.append("\n").toString().getBytes(StandardCharsets.US_ASCII));
		}
		chunk(out, "tEXt", "Comment\0A comment".getBytes(StandardCharsets.US_ASCII));
		chunk(out, "tEXt", "Source\0A box".getBytes(StandardCharsets.US_ASCII));
		out.write(plain.toByteArray(), 33, plain.size() - 33);
		return out.toByteArray();
	}

	private static byte[] join(final String name, final byte[] data) {
		return ByteBuffer.allocate(name.length() + data.length).put(name.getBytes(StandardCharsets.ISO_8859_1)).put(data)
				.array();
	}

	private static void chunk(final ByteArrayOutputStream out, final String type, final byte[] data) {
		final byte[] typed = join(type, data);
		final CRC32 crc = new CRC32();
		crc.update(typed);
		out.writeBytes(ByteBuffer.allocate(8 + typed.length).putInt(data.length).put(typed).putInt((int) crc.getValue())
				.array());
	}

	public static byte[] png() throws IOException {
		return png(exif(ByteOrder.BIG_ENDIAN, 1, 300, 300), photoshop(), xmp(""));
	}

	/** A TIFF file of one or more pages that are alike. */
	public static byte[] tiff(final int pages) {
		final int room = 8000;
		final ByteBuffer file = ByteBuffer.allocate(8 + pages * room).order(ByteOrder.BIG_ENDIAN);
		file.put((byte) 'M').put((byte) 'M').putShort((short) 42).putInt(8);
		for (int page = 0; page < pages; page++) {
			final int place = 8 + page * room;
			final int exif = place + 3000;
			final int pixels = place + 4000;
			final TreeMap<Integer, Object> tags = new TreeMap<>(Map.of(256, WIDTH, 257, HEIGHT, 258, (short) 8, 259,
					(short) 1, 262, (short) 1, 273, pixels, 277, (short) 1, 278, HEIGHT, 279, WIDTH * HEIGHT));
			tags.putAll(Map.of(270, CAPTION, 282, new int[] {300, 1}, 283, new int[] {300, 1}, 296, (short) 2, 305,
					"ScanSoft 3", 315, AUTHOR, 33432, RIGHTS, 700, xmp(""), 33723, iptc(), 34665, exif));
			directory(file, place, tags, page < pages - 1 ? place + room : 0);
			directory(file, exif, new TreeMap<>(Map.of(36867, DATE)), 0);
			file.put(pixels, ((DataBufferByte) picture().getRaster().getDataBuffer()).getData());
		}
		return file.array();
	}

	/** A GIF file with a comment and XMP. */
	static byte[] gif() throws IOException {
		final ByteArrayOutputStream plain = new ByteArrayOutputStream();
		ImageIO.write(picture(), "gif", plain);
		final byte[] bytes = plain.toByteArray();
		final int colors = 13 + 3 * (2 << (bytes[10] & 7));
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.write(bytes, 0, colors);
		out.writeBytes(join("!\u00ff\u000bXMP DataXMP", xmp("")));
		out.write(1);
		for (int i = 255; i >= 0; i--) {
			out.write(i);
		}
		out.write(0);
		out.writeBytes(join("!\u00fe\u0009", "A comment".getBytes(StandardCharsets.US_ASCII)));
		out.writeBytes(new byte[] {7, ' ', 'o', 'f', ' ', 't', 'w', 'o', 0});
		out.write(bytes, colors, bytes.length - colors);
		return out.toByteArray();
	}

	/** An EXIF block with a maker note of Canon, whose offsets count from the beginning of the block. */
	static byte[] canon() {
		final ByteBuffer note = ByteBuffer.allocate(80).order(ByteOrder.LITTLE_ENDIAN);
		directory(note, 0, new TreeMap<>(Map.of(6, "Canon EOS 5D", 7, "Firmware 1.1.1")), 0);
		for (final int entry : new int[] {2, 14}) {
			note.putInt(entry + 8, note.getInt(entry + 8) + NOTE_PLACE);
		}
		return camera("Canon", note.array());
	}

	/** An EXIF block with a maker note of Nikon, which is a block of its own. */
	static byte[] nikon() {
		final ByteBuffer note = ByteBuffer.allocate(80).order(ByteOrder.BIG_ENDIAN);
		note.put("MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
		directory(note, 8, new TreeMap<>(Map.of(4, "FINE and large", 5, "AUTO white")), 0);
		return camera("NIKON CORPORATION", join("Nikon\0\2\u0010\0\0", note.array()));
	}

	private static byte[] camera(final String make, final byte[] note) {
		final ByteBuffer block = ByteBuffer.allocate(2000).order(ByteOrder.LITTLE_ENDIAN);
		block.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
		directory(block, 8, new TreeMap<>(Map.of(271, make, 272, make + " camera", 34665, 400)), 0);
		directory(block, 400, new TreeMap<>(Map.of(36867, DATE, 37500, note)), 0);
		return block.array();
	}
}
