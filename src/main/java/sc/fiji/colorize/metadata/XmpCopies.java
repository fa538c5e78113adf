/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.adobe.internal.xmp.XMPConst;
import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;

import sc.fiji.colorize.metadata.ImageMetadata.Text;
import sc.fiji.colorize.metadata.Xmp.Form;
import sc.fiji.colorize.metadata.Xmp.Property;

/** Copies to XMP what an original has only in EXIF, IPTC or texts, which some formats or programs do not support. */
final class XmpCopies {

	private static final Property DESCRIPTION = new Property(XMPConst.NS_DC, "description", Form.TEXT);
	private static final Property CREATOR = new Property(XMPConst.NS_DC, "creator", Form.SEQUENCE);
	private static final Property RIGHTS = new Property(XMPConst.NS_DC, "rights", Form.TEXT);
	private static final Property TOOL = new Property(XMPConst.NS_XMP, "CreatorTool", Form.SIMPLE);

	/** In the order in which they are added. */
	private static final List<Map.Entry<Integer, Property>> TAGS = List.of(
			Map.entry(TiffDirectory.IMAGE_DESCRIPTION, DESCRIPTION), Map.entry(TiffTags.ARTIST, CREATOR),
			Map.entry(TiffTags.COPYRIGHT, RIGHTS), Map.entry(TiffTags.SOFTWARE, TOOL));
	private static final List<Map.Entry<String, Property>> KEYWORDS = List.of(
			Map.entry("Description", DESCRIPTION), Map.entry("Author", CREATOR), Map.entry("Copyright", RIGHTS),
			Map.entry("Software", TOOL), Map.entry("Title", new Property(XMPConst.NS_DC, "title", Form.TEXT)),
			Map.entry(Text.COMMENT, new Property(XMPConst.NS_EXIF, "UserComment", Form.TEXT)));

	private XmpCopies() {
	}

	/** Whether a text with this keyword is copied. */
	static boolean isCopied(final String keyword) {
		return KEYWORDS.stream().anyMatch(entry -> entry.getKey().equals(keyword));
	}

	/** Adds the missing properties. */
	static void addTo(final XMPMeta xmp, final MetadataBlocks original) throws XMPException {
		final byte[] iptc = original.resources.get(PhotoshopResources.IPTC);
		if (iptc != null) {
			Iptc.addTo(xmp, iptc);
		}
		for (final Map.Entry<Integer, Property> tag : TAGS) {
			// ImageJ stores other information in the description.
			if (original.exif != null && !original.exif.startsWith(tag.getKey(), "ImageJ=")) {
				// A zero separates the copyrights of photographer and editor.
				Xmp.addMissing(xmp, tag.getValue(),
						Iptc.decode(original.exif.bytes(tag.getKey())).replaceAll("\\s*\0\\s*", ", "));
			}
		}
		for (final Map.Entry<String, Property> keyword : KEYWORDS) {
			Xmp.addMissing(xmp, keyword.getValue(), original.texts.stream()
					.filter(text -> text.keyword().equals(keyword.getKey())).map(Text::text)
					.collect(Collectors.joining("\n")));
		}
	}
}
