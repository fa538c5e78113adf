/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import com.adobe.internal.xmp.XMPConst;
import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;

import sc.fiji.colorize.metadata.Xmp.Property;

/**
 * IPTC data, read only to copy it to XMP, because most programs do not support IPTC in PNG files. (IPTC-IIM 4.2; the
 * properties are those of IPTC Photo Metadata.)
 */
final class Iptc {

	/** The first byte of each data set. */
	static final int MARKER = 0x1c;

	private static final int HEAD = 5;
	private static final int APPLICATION = 2;
	private static final int DATE_CREATED = 55;
	private static final int TIME_CREATED = 60;

	/** Data sets of the application record and their XMP properties. */
	private static final Map<Integer, Property> PROPERTIES = Map.ofEntries(
			Map.entry(5, new Property(XMPConst.NS_DC, "title", Xmp.Form.TEXT)),
			Map.entry(25, new Property(XMPConst.NS_DC, "subject", Xmp.Form.BAG)),
			Map.entry(40, new Property(XMPConst.NS_PHOTOSHOP, "Instructions", Xmp.Form.SIMPLE)),
			Map.entry(80, new Property(XMPConst.NS_DC, "creator", Xmp.Form.SEQUENCE)),
			Map.entry(85, new Property(XMPConst.NS_PHOTOSHOP, "AuthorsPosition", Xmp.Form.SIMPLE)),
			Map.entry(90, new Property(XMPConst.NS_PHOTOSHOP, "City", Xmp.Form.SIMPLE)),
			Map.entry(92, new Property(XMPConst.NS_IPTCCORE, "Location", Xmp.Form.SIMPLE)),
			Map.entry(95, new Property(XMPConst.NS_PHOTOSHOP, "State", Xmp.Form.SIMPLE)),
			Map.entry(100, new Property(XMPConst.NS_IPTCCORE, "CountryCode", Xmp.Form.SIMPLE)),
			Map.entry(101, new Property(XMPConst.NS_PHOTOSHOP, "Country", Xmp.Form.SIMPLE)),
			Map.entry(103, new Property(XMPConst.NS_PHOTOSHOP, "TransmissionReference", Xmp.Form.SIMPLE)),
			Map.entry(105, new Property(XMPConst.NS_PHOTOSHOP, "Headline", Xmp.Form.SIMPLE)),
			Map.entry(110, new Property(XMPConst.NS_PHOTOSHOP, "Credit", Xmp.Form.SIMPLE)),
			Map.entry(115, new Property(XMPConst.NS_PHOTOSHOP, "Source", Xmp.Form.SIMPLE)),
			Map.entry(116, new Property(XMPConst.NS_DC, "rights", Xmp.Form.TEXT)),
			Map.entry(120, new Property(XMPConst.NS_DC, "description", Xmp.Form.TEXT)),
			Map.entry(122, new Property(XMPConst.NS_PHOTOSHOP, "CaptionWriter", Xmp.Form.SIMPLE)));

	private Iptc() {
	}

	/** Adds the missing properties. */
	static void addTo(final XMPMeta xmp, final byte[] iptc) throws XMPException {
		final Set<Property> added = new HashSet<>();
		String date = "";
		String time = "";
		final ByteBuffer buffer = ByteBuffer.wrap(iptc);
		while (buffer.remaining() >= HEAD && buffer.get() == MARKER) {
			final int record = buffer.get() & 0xff;
			final int dataSet = buffer.get() & 0xff;
			final int size = buffer.getShort();
			// A negative size is the number of size bytes of an extended data set.
			if (size < 0 || size > buffer.remaining()) {
				break;
			}
			final byte[] bytes = new byte[size];
			buffer.get(bytes);
			if (record != APPLICATION) {
				continue;
			}
			final String value = decode(bytes);
			date = dataSet == DATE_CREATED ? value : date;
			time = dataSet == TIME_CREATED ? value : time;
			final Property property = PROPERTIES.get(dataSet);
			if (property != null && !value.isEmpty()
					&& (added.contains(property) || !xmp.doesPropertyExist(property.namespace(), property.name()))) {
				Xmp.add(xmp, property, value);
				added.add(property);
			}
		}
		if (date.matches("\\d{8}") && !xmp.doesPropertyExist(XMPConst.NS_PHOTOSHOP, "DateCreated")) {
			xmp.setProperty(XMPConst.NS_PHOTOSHOP, "DateCreated", date(date, time));
		}
	}

	/** Formats a date, such as 1934-07-01T12:00:00+01:00, or only 1934 if the month is unknown. */
	private static String date(final String date, final String time) {
		final String month = date.substring(4, 6);
		final String day = date.substring(6);
		final String known = date.substring(0, 4)
				+ (month.equals("00") ? "" : "-" + month + (day.equals("00") ? "" : "-" + day));
		return known.length() < 10 || !time.matches("\\d{6}([+-]\\d{4})?") ? known
				: known + "T" + time.replaceFirst("(..)(..)(..)(?:(...)(..))?", "$1:$2:$3")
						+ (time.length() > 6 ? time.substring(6, 9) + ":" + time.substring(9) : "");
	}

	/** Decodes text as UTF-8 or Latin-1; few files declare the encoding. */
	static String decode(final byte... bytes) {
		int length = bytes.length;
		while (length > 0 && bytes[length - 1] == 0) {
			length--;
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString().strip();
		}
		catch (final CharacterCodingException e) {
			return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).strip();
		}
	}
}
