/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.adobe.internal.xmp.XMPConst;
import com.adobe.internal.xmp.XMPException;
import com.adobe.internal.xmp.XMPMeta;
import com.adobe.internal.xmp.XMPMetaFactory;
import com.adobe.internal.xmp.XMPUtils;
import com.adobe.internal.xmp.options.ParseOptions;
import com.adobe.internal.xmp.options.PropertyOptions;
import com.adobe.internal.xmp.options.SerializeOptions;
import com.adobe.internal.xmp.properties.XMPProperty;

/** XMP metadata: the properties that a result keeps from its original, and those that it adds. (XMP, ISO 16684-1.) */
final class Xmp {

	/** The standard value for an image with parts made by a trained model. */
	static final String SOURCE_TYPE =
			"http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

	private static final String EVENT = "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#";
	private static final String REFERENCE = "http://ns.adobe.com/xap/1.0/sType/ResourceRef#";
	private static final String HISTORY = "History";
	private static final String EXTENDED = "HasExtendedXMP";
	private static final String DOCUMENT = "DocumentID";
	private static final String INSTANCE = "InstanceID";
	private static final String ORIGINAL = "OriginalDocumentID";
	private static final String DERIVED = "DerivedFrom";
	private static final String COLOR_MODE_RGB = "3";
	private static final String REGIONS = "http://www.metadataworkinggroup.com/schemas/regions/";
	/** Namespaces of additional images in the file: gain maps, depth maps, videos. */
	private static final List<String> SECOND_PICTURES = List.of("http://ns.google.com/photos/1.0/image/",
			"http://ns.google.com/photos/1.0/depthmap/", "http://ns.google.com/photos/1.0/camera/",
			"http://ns.google.com/photos/1.0/container/", "http://ns.adobe.com/hdr-gain-map/1.0/");
	/** Properties that describe how the pixels of the original are stored. */
	private static final List<String> STORAGE = List.of("BitsPerSample", "Compression", "PhotometricInterpretation",
			"SamplesPerPixel", "PlanarConfiguration", "YCbCrSubSampling", "YCbCrPositioning", "TransferFunction",
			"WhitePoint", "PrimaryChromaticities", "YCbCrCoefficients", "ReferenceBlackWhite", "NativeDigest");

	/** Types of properties. */
	enum Form {

		/** One value. */
		SIMPLE,
		/** One value in each language. */
		TEXT,
		/** Unordered values. */
		BAG,
		/** Ordered values. */
		SEQUENCE
	}

	record Property(String namespace, String name, Form form) {
	}

	private Xmp() {
	}

	/** Parses a packet; rejects document types, which can make a small packet expand to a large one. */
	static XMPMeta parse(final byte... packet) throws XMPException {
		return XMPMetaFactory.parseFromBuffer(packet, new ParseOptions().setDisallowDoctype(true));
	}

	/** The checksum of the extended part; null if there is none. */
	static String extension(final XMPMeta xmp) throws XMPException {
		return xmp.getPropertyString(XMPConst.NS_XMP_NOTE, EXTENDED);
	}

	static void extend(final XMPMeta xmp, final byte... extension) throws XMPException {
		XMPUtils.mergeFromJPEG(xmp, parse(extension));
	}

	static byte[] write(final XMPMeta xmp) {
		try {
			return XMPMetaFactory.serializeToBuffer(xmp, new SerializeOptions().setUseCompactFormat(true).setPadding(0));
		}
		catch (final XMPException e) {
			throw new IllegalStateException("What was read can be written.", e);
		}
	}

	static void add(final XMPMeta xmp, final Property property, final String value) throws XMPException {
		final String namespace = property.namespace();
		final String name = property.name();
		switch (property.form()) {
			case TEXT -> xmp.setLocalizedText(namespace, name, "", XMPConst.X_DEFAULT, value);
			case BAG -> xmp.appendArrayItem(namespace, name, new PropertyOptions().setArray(true), value, null);
			case SEQUENCE -> xmp.appendArrayItem(namespace, name, new PropertyOptions().setArrayOrdered(true), value, null);
			default -> xmp.setProperty(namespace, name, value);
		}
	}

	/** Adds a value, unless it is empty or the property exists. */
	static void addMissing(final XMPMeta xmp, final Property property, final String value) throws XMPException {
		if (!value.isEmpty() && !xmp.doesPropertyExist(property.namespace(), property.name())) {
			add(xmp, property, value);
		}
	}

	/** Corrects properties for an upright image in sRGB without a thumbnail; false if regions were removed. */
	static boolean describeResult(final XMPMeta xmp, final int width, final int height, final boolean upright)
			throws XMPException {
		setIfThere(xmp, XMPConst.NS_TIFF, "Orientation", TiffTags.UPRIGHT);
		setIfThere(xmp, XMPConst.NS_TIFF, "ImageWidth", width);
		setIfThere(xmp, XMPConst.NS_TIFF, "ImageLength", height);
		setIfThere(xmp, XMPConst.NS_EXIF, "PixelXDimension", width);
		setIfThere(xmp, XMPConst.NS_EXIF, "PixelYDimension", height);
		setIfThere(xmp, XMPConst.NS_EXIF, "ColorSpace", 1);
		setIfThere(xmp, XMPConst.NS_PHOTOSHOP, "ColorMode", COLOR_MODE_RGB);
		xmp.deleteProperty(XMPConst.NS_PHOTOSHOP, "ICCProfile");
		xmp.deleteProperty(XMPConst.NS_XMP, "Thumbnails");
		xmp.deleteProperty(XMPConst.NS_XMP_NOTE, EXTENDED);
		STORAGE.forEach(name -> xmp.deleteProperty(XMPConst.NS_TIFF, name));
		for (final String namespace : SECOND_PICTURES) {
			XMPUtils.removeProperties(xmp, namespace, null, true, false);
		}
		if (!upright && XMPMetaFactory.getSchemaRegistry().getNamespacePrefix(REGIONS) != null
				&& xmp.doesPropertyExist(REGIONS, "Regions")) {
			xmp.deleteProperty(REGIONS, "Regions");
			return false;
		}
		return true;
	}

	private static void setIfThere(final XMPMeta xmp, final String namespace, final String name, final Object value)
			throws XMPException {
		if (xmp.doesPropertyExist(namespace, name)) {
			xmp.setProperty(namespace, name, value);
		}
	}

	/** Records that the colors are predicted, and how, in IPTC and XMP properties. */
	static void addProvenance(final XMPMeta xmp, final Provenance provenance) throws XMPException {
		final String version = provenance.software().substring(
				Math.min(provenance.software().length(), Provenance.PROGRAM.length())).strip();
		xmp.setProperty(XMPConst.NS_IPTCEXT, "DigitalSourceType", SOURCE_TYPE);
		xmp.setProperty(XMPConst.NS_IPTCEXT, "AISystemUsed", Provenance.PROGRAM);
		if (!version.isEmpty()) {
			xmp.setProperty(XMPConst.NS_IPTCEXT, "AISystemVersionUsed", version);
		}
		addMissing(xmp, new Property(XMPConst.NS_XMP, "CreatorTool", Form.SIMPLE), provenance.software());
		final String document = text(xmp.getProperty(XMPConst.NS_XMP_MM, DOCUMENT));
		final String instance = text(xmp.getProperty(XMPConst.NS_XMP_MM, INSTANCE));
		// The id of the new document depends only on the original and the settings, so equal inputs give equal files.
		final UUID name = UUID.nameUUIDFromBytes(
				(document + "\n" + instance + "\n" + provenance.parameters()).getBytes(StandardCharsets.UTF_8));
		if (!document.isEmpty() || !instance.isEmpty()) {
			xmp.deleteProperty(XMPConst.NS_XMP_MM, DERIVED);
			setReference(xmp, "documentID", document);
			setReference(xmp, "instanceID", instance);
			addMissing(xmp, new Property(XMPConst.NS_XMP_MM, ORIGINAL, Form.SIMPLE), document);
			xmp.setProperty(XMPConst.NS_XMP_MM, DOCUMENT, "xmp.did:" + name);
		}
		xmp.setProperty(XMPConst.NS_XMP_MM, INSTANCE, "xmp.iid:" + name);
		xmp.appendArrayItem(XMPConst.NS_XMP_MM, HISTORY, new PropertyOptions().setArrayOrdered(true), null,
				new PropertyOptions().setStruct(true));
		final String event = event(xmp.countArrayItems(XMPConst.NS_XMP_MM, HISTORY));
		xmp.setStructField(XMPConst.NS_XMP_MM, event, EVENT, "action", "edited");
		xmp.setStructField(XMPConst.NS_XMP_MM, event, EVENT, "instanceID", "xmp.iid:" + name);
		xmp.setStructField(XMPConst.NS_XMP_MM, event, EVENT, "softwareAgent", provenance.software());
		xmp.setStructField(XMPConst.NS_XMP_MM, event, EVENT, "parameters", provenance.parameters());
	}

	private static void setReference(final XMPMeta xmp, final String field, final String value) throws XMPException {
		if (!value.isEmpty()) {
			xmp.setStructField(XMPConst.NS_XMP_MM, DERIVED, REFERENCE, field, value);
		}
	}

	private static String event(final int index) {
		return HISTORY + "[" + index + "]";
	}

	/** The last event that this program added to the history. */
	static Optional<Provenance> provenance(final XMPMeta xmp) {
		try {
			for (int i = xmp.countArrayItems(XMPConst.NS_XMP_MM, HISTORY); i > 0; i--) {
				final Optional<Provenance> provenance = Provenance.parse(
						text(xmp.getStructField(XMPConst.NS_XMP_MM, event(i), EVENT, "softwareAgent")),
						text(xmp.getStructField(XMPConst.NS_XMP_MM, event(i), EVENT, "parameters")));
				if (provenance.isPresent()) {
					return provenance;
				}
			}
		}
		catch (final XMPException e) {
			// The history has another structure.
		}
		return Optional.empty();
	}

	private static String text(final XMPProperty property) {
		return property == null || property.getValue() == null ? "" : property.getValue();
	}
}
