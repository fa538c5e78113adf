/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.updatesite;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

import org.scijava.util.FileUtils;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * The index of an update site, {@code db.xml.gz}: the current and the previous versions of each file. Files are identified
 * by their paths without the version.
 */
final class SiteIndex {

	/** File name of the index. */
	static final String FILE = "db.xml.gz";

	/** The used part of the updater's document type. */
	private static final String DOCUMENT_TYPE = """
			<!DOCTYPE pluginRecords [
			<!ELEMENT pluginRecords (plugin*)>
			<!ELEMENT plugin (platform*, category*, version?, previous-version*)>
			<!ELEMENT version (description?, dependency*, link*, author*)>
			<!ELEMENT previous-version EMPTY>
			<!ELEMENT description (#PCDATA)>
			<!ELEMENT dependency EMPTY>
			<!ELEMENT link (#PCDATA)>
			<!ELEMENT author (#PCDATA)>
			<!ELEMENT platform (#PCDATA)>
			<!ELEMENT category (#PCDATA)>
			<!ATTLIST plugin filename CDATA #REQUIRED executable CDATA #IMPLIED>
			<!ATTLIST dependency filename CDATA #REQUIRED timestamp CDATA #IMPLIED overrides CDATA #IMPLIED>
			<!ATTLIST version timestamp CDATA #REQUIRED checksum CDATA #REQUIRED filesize CDATA #REQUIRED>
			<!ATTLIST previous-version filename CDATA #IMPLIED timestamp CDATA #REQUIRED
				timestamp-obsolete CDATA #IMPLIED checksum CDATA #REQUIRED>
			]>
			""";

	/** A version of a file; its timestamp is YYYYMMDDhhmmss. */
	record Version(String filename, long timestamp, String checksum, long size, String description,
			List<String> dependencies) {

		/** Path of the content on the site. */
		String location() {
			return filename + "-" + timestamp;
		}
	}

	/** A previous version and the time of its replacement or removal. */
	record Previous(String filename, long timestamp, long obsolete, String checksum) {
	}

	/** A file: its current version, empty if it was removed, and previous versions, newest first. */
	record Entry(Optional<Version> current, List<Previous> previous) {
	}

	private final TreeMap<String, Entry> entries = new TreeMap<>();

	/** The files by their paths without versions. */
	TreeMap<String, Entry> entries() {
		return entries;
	}

	/** The path of a file without its version. */
	static String key(final String filename) {
		return FileUtils.stripFilenameVersion(filename);
	}

	/** Reads the index of a site. */
	static SiteIndex read(final InputStream packed) throws IOException {
		final SiteIndex index = new SiteIndex();
		try (InputStream in = new GZIPInputStream(new BufferedInputStream(packed))) {
			final DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
			factory.setValidating(true);
			final DocumentBuilder builder = factory.newDocumentBuilder();
			builder.setErrorHandler(new Strict());
			for (final Element plugin : children(builder.parse(in).getDocumentElement(), "plugin")) {
				final String filename = plugin.getAttribute("filename");
				index.entries.put(key(filename), new Entry(
						children(plugin, "version").stream().findFirst().map(version -> version(filename, version)),
						children(plugin, "previous-version").stream().map(version -> previous(filename, version)).toList()));
			}
		}
		catch (final ParserConfigurationException | SAXException e) {
			throw new IOException("The index of the site is damaged (" + e.getMessage() + ").", e);
		}
		return index;
	}

	private static Version version(final String filename, final Element element) {
		return new Version(filename, timestamp(element, "timestamp"), element.getAttribute("checksum"),
				Long.parseLong(element.getAttribute("filesize")),
				children(element, "description").stream().findFirst().map(Element::getTextContent).orElse(""),
				children(element, "dependency").stream().map(child -> child.getAttribute("filename")).toList());
	}

	private static Previous previous(final String filename, final Element element) {
		return new Previous(element.hasAttribute("filename") ? element.getAttribute("filename") : filename,
				timestamp(element, "timestamp"), timestamp(element, "timestamp-obsolete"),
				element.getAttribute("checksum"));
	}

	private static long timestamp(final Element element, final String name) {
		return element.hasAttribute(name) ? Long.parseLong(element.getAttribute(name)) : 0;
	}

	private static List<Element> children(final Element parent, final String name) {
		final List<Element> found = new ArrayList<>();
		final NodeList nodes = parent.getChildNodes();
		for (int i = 0; i < nodes.getLength(); i++) {
			if (nodes.item(i) instanceof Element child && child.getTagName().equals(name)) {
				found.add(child);
			}
		}
		return found;
	}

	/** Throws all validation errors. */
	private static final class Strict implements ErrorHandler {

		@Override
		public void warning(final SAXParseException e) throws SAXException {
			throw e;
		}

		@Override
		public void error(final SAXParseException e) throws SAXException {
			throw e;
		}

		@Override
		public void fatalError(final SAXParseException e) throws SAXException {
			throw e;
		}
	}

	/** Writes the index into the folder of a site. */
	void write(final Path folder) throws IOException {
		final Path temporary = folder.resolve(FILE + ".tmp");
		try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(temporary))) {
			out.write(xml().getBytes(StandardCharsets.UTF_8));
		}
		catch (final XMLStreamException e) {
			throw new IOException(e);
		}
		Files.move(temporary, folder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
	}

	private String xml() throws XMLStreamException {
		final StringWriter text = new StringWriter();
		final XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
		xml.writeStartDocument("UTF-8", "1.0");
		xml.writeCharacters("\n");
		xml.writeDTD(DOCUMENT_TYPE);
		xml.writeStartElement("pluginRecords");
		for (final Entry file : entries.values()) {
			line(xml, 1);
			xml.writeStartElement("plugin");
			xml.writeAttribute("filename", file.current().map(Version::filename)
					.orElseGet(() -> file.previous().get(0).filename()));
			if (file.current().isPresent()) {
				write(xml, file.current().get());
			}
			for (final Previous previous : file.previous()) {
				line(xml, 2);
				xml.writeEmptyElement("previous-version");
				xml.writeAttribute("timestamp", Long.toString(previous.timestamp()));
				xml.writeAttribute("timestamp-obsolete", Long.toString(previous.obsolete()));
				xml.writeAttribute("checksum", previous.checksum());
				xml.writeAttribute("filename", previous.filename());
			}
			line(xml, 1);
			xml.writeEndElement();
		}
		line(xml, 0);
		xml.writeEndElement();
		xml.writeEndDocument();
		return text + "\n";
	}

	private void write(final XMLStreamWriter xml, final Version version) throws XMLStreamException {
		line(xml, 2);
		xml.writeStartElement("version");
		xml.writeAttribute("checksum", version.checksum());
		xml.writeAttribute("timestamp", Long.toString(version.timestamp()));
		xml.writeAttribute("filesize", Long.toString(version.size()));
		if (!version.description().isEmpty()) {
			line(xml, 3);
			xml.writeStartElement("description");
			xml.writeCharacters(version.description());
			xml.writeEndElement();
		}
		for (final String dependency : version.dependencies()) {
			line(xml, 3);
			xml.writeEmptyElement("dependency");
			xml.writeAttribute("filename", dependency);
			xml.writeAttribute("timestamp",
					Long.toString(entries.get(key(dependency)).current().orElseThrow().timestamp()));
		}
		line(xml, 2);
		xml.writeEndElement();
	}

	private static void line(final XMLStreamWriter xml, final int depth) throws XMLStreamException {
		xml.writeCharacters("\n" + "\t".repeat(depth));
	}
}
