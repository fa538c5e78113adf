/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.metadata;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import javax.imageio.ImageIO;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.ExifThumbnailDirectory;
import com.drew.metadata.exif.makernotes.CanonMakernoteDirectory;
import com.drew.metadata.exif.makernotes.NikonType2MakernoteDirectory;
import com.drew.metadata.iptc.IptcDirectory;
import com.drew.metadata.jfif.JfifDirectory;
import com.drew.metadata.png.PngDirectory;
import com.drew.metadata.xmp.XmpDirectory;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ColorProcessor;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import sc.fiji.colorize.imagej.ImageFile;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.ScanFiles;
import sc.fiji.colorize.photo.ImageFormat;

/** Reads results with metadata-extractor, which shares no code with what wrote them. */
class ResultMetadataTest {

	private static final Provenance PROVENANCE = new Provenance("Fiji Colorize 1.2.3", new LinkedHashMap<>(Map.of(
			"temperature", "0.38"))).of("a; b=c.jpg", "0".repeat(64));
	private static final List<String> KINDS = List.of("jpg", "png", "tif");
	private static final String NO_NOTE = "the maker note (valid only at its place in the original)";

	@TempDir
	private Path folder;

	private static byte[] input(final String kind) throws IOException {
		return switch (kind) {
			case "jpg" -> TaggedPhotos.jpeg();
			case "png" -> TaggedPhotos.png();
			default -> TaggedPhotos.tiff(1);
		};
	}

	private static ImageMetadata metadata(final byte[] file) throws IOException {
		return ImageMetadata.read(new SeekableInMemoryByteChannel(file),
				ImageFormat.of(Arrays.copyOf(file, ImageFormat.HEAD)).orElseThrow());
	}

	private static ImagePlus color(final int width, final int height) {
		final ColorProcessor pixels = new ColorProcessor(width, height);
		for (int i = 0; i < width * height; i++) {
			pixels.set(i, 0xff000000 | 0x030201 * i);
		}
		return new ImagePlus("result", pixels);
	}

	private Path result(final byte[] input, final String kind) throws IOException {
		return result(new ResultMetadata(metadata(input), PROVENANCE), kind);
	}

	private Path result(final ResultMetadata metadata, final String kind) throws IOException {
		final Path file = folder.resolve("result." + kind);
		ImageFiles.write(color(TaggedPhotos.WIDTH, TaggedPhotos.HEIGHT), metadata, file);
		return file;
	}

	private static Metadata read(final Path file) throws IOException {
		try {
			final Metadata metadata = ImageMetadataReader.readMetadata(file.toFile());
			metadata.getDirectories().forEach(directory -> assertEquals(List.of(), errors(directory), directory.getName()));
			return metadata;
		}
		catch (final ImageProcessingException e) {
			throw new IOException(e);
		}
	}

	private static List<String> errors(final Directory directory) {
		// In TIFF files, zeros fill up the last LONG of the IPTC data.
		return StreamSupport.stream(directory.getErrors().spliterator(), false)
				.filter(error -> !error.matches("Invalid IPTC tag marker.*got '0x0'\\."))
				.toList();
	}

	private static Map<String, String> xmp(final Metadata metadata) {
		return metadata.getFirstDirectoryOfType(XmpDirectory.class).getXmpProperties();
	}

	private static void assertPixelsAreThere(final Path file) throws IOException {
		final ImagePlus image = ImageFiles.read(file);
		assertEquals(24, image.getBitDepth());
		assertEquals(TaggedPhotos.WIDTH, image.getWidth());
		if (!file.toString().endsWith("jpg")) {
			assertEquals(0x030201, image.getProcessor().get(1) & 0xffffff);
		}
	}

	static Stream<Arguments> kinds() {
		return KINDS.stream().flatMap(from -> KINDS.stream().map(to -> Arguments.of(from, to)));
	}

	@ParameterizedTest
	@MethodSource("kinds")
	void metadataIsCopiedBetweenAllFormats(final String from, final String to) throws IOException {
		final ResultMetadata written = new ResultMetadata(metadata(input(from)), PROVENANCE);
		final Path file = result(written, to);
		assertEquals(!to.equals("tif") || from.equals("tif") ? List.of() : from.equals("jpg") ? List.of(NO_NOTE)
				: List.of(NO_NOTE, "the text Source (a TIFF file has no field for it)"), written.leftOut());
		final Metadata metadata = read(file);
		final Directory exif = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
		assertEquals(TaggedPhotos.AUTHOR, exif.getString(ExifIFD0Directory.TAG_ARTIST, "UTF-8"));
		assertEquals(TaggedPhotos.RIGHTS, exif.getString(ExifIFD0Directory.TAG_COPYRIGHT));
		assertEquals("Fiji Colorize 1.2.3", exif.getString(ExifIFD0Directory.TAG_SOFTWARE));
		assertEquals(to.equals("tif") ? null : "1", exif.getString(ExifIFD0Directory.TAG_ORIENTATION));
		assertEquals("300", exif.getString(ExifIFD0Directory.TAG_X_RESOLUTION));
		assertEquals("300", exif.getString(ExifIFD0Directory.TAG_Y_RESOLUTION));
		assertEquals("2", exif.getString(ExifIFD0Directory.TAG_RESOLUTION_UNIT));
		if (!to.equals("tif")) {
			assertEquals(TaggedPhotos.CAPTION, exif.getString(ExifIFD0Directory.TAG_IMAGE_DESCRIPTION));
		}
		assertEquals(TaggedPhotos.DATE, metadata.getFirstDirectoryOfType(ExifSubIFDDirectory.class)
				.getString(ExifSubIFDDirectory.TAG_DATETIME_ORIGINAL));
		if (to.equals("png")) {
			// The library does not know IPTC data in PNG files, but this program does.
			assertArrayEquals(TaggedPhotos.iptc(),
					metadata(Files.readAllBytes(file)).blocks.resources.get(PhotoshopResources.IPTC));
		}
		else {
			final IptcDirectory iptc = metadata.getFirstDirectoryOfType(IptcDirectory.class);
			assertEquals(TaggedPhotos.CAPTION, iptc.getString(IptcDirectory.TAG_CAPTION));
			assertEquals(List.of(TaggedPhotos.KEYWORD, "river"), iptc.getKeywords());
		}
		final Map<String, String> xmp = xmp(metadata);
		assertEquals("A headline", xmp.get("photoshop:Headline"));
		assertEquals("4", xmp.get("xmp:Rating"));
		assertEquals(TaggedPhotos.CAPTION, xmp.get("dc:description[1]"));
		assertEquals(TaggedPhotos.AUTHOR, xmp.get("dc:creator[1]"));
		assertEquals("river", xmp.get("dc:subject[2]"));
		assertEquals("1934-07-01", xmp.get("photoshop:DateCreated"));
		assertEquals("ScanSoft 3", xmp.get("xmp:CreatorTool"));
		assertPixelsAreThere(file);
	}

	@ParameterizedTest
	@ValueSource(strings = {"jpg", "png", "tif"})
	void outdatedMetadataIsCorrectedOrDropped(final String to) throws IOException {
		final Path file = result(TaggedPhotos.jpeg(TaggedPhotos.exif(6, 300, 200), TaggedPhotos.photoshop(),
				TaggedPhotos.xmp("")), to);
		final Metadata metadata = read(file);
		final Directory exif = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
		assertEquals(to.equals("tif") ? null : "1", exif.getString(ExifIFD0Directory.TAG_ORIENTATION));
		assertEquals("200", exif.getString(ExifIFD0Directory.TAG_X_RESOLUTION));
		assertEquals("300", exif.getString(ExifIFD0Directory.TAG_Y_RESOLUTION));
		final Directory camera = metadata.getFirstDirectoryOfType(ExifSubIFDDirectory.class);
		assertEquals(to.equals("tif") ? null : "40", camera.getString(ExifSubIFDDirectory.TAG_EXIF_IMAGE_WIDTH));
		assertEquals(to.equals("tif") ? null : "30", camera.getString(ExifSubIFDDirectory.TAG_EXIF_IMAGE_HEIGHT));
		assertEquals("1", camera.getString(ExifSubIFDDirectory.TAG_COLOR_SPACE));
		assertNull(metadata.getFirstDirectoryOfType(ExifThumbnailDirectory.class));
		assertFalse(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("THUMBNAIL"));
		final Map<String, String> xmp = xmp(metadata);
		assertEquals("1", xmp.get("tiff:Orientation"));
		assertEquals("40", xmp.get("tiff:ImageWidth"));
		assertNull(xmp.get("photoshop:ICCProfile"));
	}

	@ParameterizedTest
	@ValueSource(strings = {"jpg", "png", "tif"})
	void provenanceUsesStandardTerms(final String to) throws IOException {
		final Path file = result(TaggedPhotos.jpeg(), to);
		final Map<String, String> xmp = xmp(read(file));
		assertEquals("http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
				xmp.get("Iptc4xmpExt:DigitalSourceType"));
		assertEquals("Fiji Colorize", xmp.get("Iptc4xmpExt:AISystemUsed"));
		assertEquals("1.2.3", xmp.get("Iptc4xmpExt:AISystemVersionUsed"));
		assertEquals("edited", xmp.get("xmpMM:History[1]/stEvt:action"));
		assertEquals("Fiji Colorize 1.2.3", xmp.get("xmpMM:History[1]/stEvt:softwareAgent"));
		assertEquals("xmp.did:1", xmp.get("xmpMM:DerivedFrom/stRef:documentID"));
		assertEquals("xmp.did:1", xmp.get("xmpMM:OriginalDocumentID"));
		assertFalse(xmp.get("xmpMM:InstanceID").isEmpty() || xmp.get("xmpMM:InstanceID").equals("xmp.iid:1"));
		assertEquals(PROVENANCE, metadata(Files.readAllBytes(file)).provenance().orElseThrow());
	}

	@Test
	void historyKeepsEarlierSteps() throws IOException {
		final byte[] first = Files.readAllBytes(result(TaggedPhotos.jpeg(), "png"));
		final Provenance second = new Provenance("Fiji Colorize 2", Map.of("temperature", "0.5"));
		final Path file = result(new ResultMetadata(metadata(first), second), "tif");
		assertEquals("Fiji Colorize 1.2.3", xmp(read(file)).get("xmpMM:History[1]/stEvt:softwareAgent"));
		assertEquals("Fiji Colorize 2", xmp(read(file)).get("xmpMM:History[2]/stEvt:softwareAgent"));
		assertEquals(second, metadata(Files.readAllBytes(file)).provenance().orElseThrow());
	}

	@Test
	void metadataIsReproducible() throws IOException {
		for (final String kind : KINDS) {
			final byte[] once = Files.readAllBytes(result(TaggedPhotos.jpeg(), kind));
			assertArrayEquals(once, Files.readAllBytes(result(TaggedPhotos.jpeg(), kind)), kind);
		}
	}

	@Test
	void headersHaveTheResolution() throws IOException {
		final Directory jfif = read(result(TaggedPhotos.png(null, null, null), "jpg"))
				.getFirstDirectoryOfType(JfifDirectory.class);
		assertEquals("1", jfif.getString(JfifDirectory.TAG_UNITS));
		assertEquals("300", jfif.getString(JfifDirectory.TAG_RESX));
		final List<String> pixels = read(result(TaggedPhotos.tiff(1), "png")).getDirectoriesOfType(PngDirectory.class)
				.stream().map(directory -> directory.getString(PngDirectory.TAG_PIXELS_PER_UNIT_X))
				.filter(number -> number != null).toList();
		assertEquals(List.of("11811"), pixels);
	}

	@ParameterizedTest
	@ValueSource(strings = {"jpg", "png", "tif"})
	void fileWithoutMetadataGetsOnlyProvenance(final String to) throws IOException {
		final Path file = result(new ResultMetadata(ImageMetadata.NONE, PROVENANCE), to);
		assertEquals(PROVENANCE, metadata(Files.readAllBytes(file)).provenance().orElseThrow());
		assertNull(read(file).getFirstDirectoryOfType(ExifIFD0Directory.class)
				.getString(ExifIFD0Directory.TAG_X_RESOLUTION));
		assertPixelsAreThere(file);
	}

	/** Of many cameras it has offsets from the beginning of the block. */
	@ParameterizedTest
	@ValueSource(strings = {"jpg", "png"})
	void makerNoteKeepsItsOffset(final String to) throws IOException {
		final byte[] file = Files.readAllBytes(result(TaggedPhotos.jpeg(), to));
		final String latin = new String(file, StandardCharsets.ISO_8859_1);
		final int block = to.equals("jpg") ? latin.indexOf("Exif\0\0") + 6 : latin.indexOf("eXIf") + 4;
		assertArrayEquals(TaggedPhotos.MAKER_NOTE, Arrays.copyOfRange(file, block + TaggedPhotos.NOTE_PLACE,
				block + TaggedPhotos.NOTE_PLACE + TaggedPhotos.MAKER_NOTE.length));
	}

	/** Its offsets count from the beginning of the block, so it cannot move. */
	@ParameterizedTest
	@ValueSource(strings = {"jpg", "png", "tif"})
	void aMakerNoteOfCanonIsValidOrLeftOut(final String to) throws IOException {
		final ResultMetadata metadata =
				new ResultMetadata(metadata(TaggedPhotos.jpeg(TaggedPhotos.canon(), null, null)), PROVENANCE);
		final Directory note = read(result(metadata, to)).getFirstDirectoryOfType(CanonMakernoteDirectory.class);
		if (to.equals("tif")) {
			assertEquals(List.of(NO_NOTE), metadata.leftOut());
			assertNull(note);
		}
		else {
			assertEquals(List.of(), metadata.leftOut());
			assertEquals("Canon EOS 5D", note.getString(CanonMakernoteDirectory.TAG_CANON_IMAGE_TYPE));
			assertEquals("Firmware 1.1.1", note.getString(CanonMakernoteDirectory.TAG_CANON_FIRMWARE_VERSION));
		}
	}

	/** It is a block of its own and may move. */
	@ParameterizedTest
	@ValueSource(strings = {"jpg", "png", "tif"})
	void aMakerNoteOfNikonIsKept(final String to) throws IOException {
		final ResultMetadata metadata =
				new ResultMetadata(metadata(TaggedPhotos.jpeg(TaggedPhotos.nikon(), null, null)), PROVENANCE);
		final Directory note = read(result(metadata, to)).getFirstDirectoryOfType(NikonType2MakernoteDirectory.class);
		assertEquals(List.of(), metadata.leftOut());
		assertEquals("FINE and large", note.getString(NikonType2MakernoteDirectory.TAG_QUALITY_AND_FILE_FORMAT));
		assertEquals("AUTO white", note.getString(NikonType2MakernoteDirectory.TAG_CAMERA_WHITE_BALANCE));
	}

	@ParameterizedTest
	@ValueSource(strings = {"jpg", "png", "tif"})
	void theCommentAndXmpOfGifFilesAreKept(final String to) throws IOException {
		final ResultMetadata metadata = new ResultMetadata(metadata(TaggedPhotos.gif()), PROVENANCE);
		assertEquals(List.of(), metadata.leftOut());
		final Path file = result(metadata, to);
		final Map<String, String> xmp = xmp(read(file));
		assertEquals("A headline", xmp.get("photoshop:Headline"));
		assertEquals("A comment of two", xmp.get("exif:UserComment[1]"));
		if (!to.equals("tif")) {
			assertEquals(List.of("A comment of two"), metadata(Files.readAllBytes(file)).blocks.texts.stream()
					.filter(text -> text.keyword().equals("Comment")).map(ImageMetadata.Text::text).toList());
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = {false, true})
	void bothByteOrdersAreSupported(final boolean big) throws IOException {
		final ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
		final Path file = result(TaggedPhotos.jpeg(TaggedPhotos.exif(order, 1, 123, 45), null, null), "tif");
		final Directory exif = read(file).getFirstDirectoryOfType(ExifIFD0Directory.class);
		assertEquals("123", exif.getString(ExifIFD0Directory.TAG_X_RESOLUTION));
		assertEquals("45", exif.getString(ExifIFD0Directory.TAG_Y_RESOLUTION));
	}

	@Test
	void textsAndCommentsAreKept() throws IOException {
		final byte[] png = Files.readAllBytes(result(TaggedPhotos.png(), "png"));
		assertEquals(List.of("Comment=A comment", "Source=A box"), metadata(png).blocks.texts.stream()
				.map(text -> text.keyword() + "=" + text.text()).filter(text -> !text.startsWith("Software")).toList());
		final byte[] jpeg = Files.readAllBytes(result(png, "jpg"));
		assertEquals(List.of("A comment"), metadata(jpeg).blocks.texts.stream().map(ImageMetadata.Text::text).toList());
	}

	// -- TIFF --

	@Test
	void imageJReadsItsOwnFormat() throws IOException {
		final ImagePlus image = color(TaggedPhotos.WIDTH, TaggedPhotos.HEIGHT);
		image.setProperty("Info", "Colorized: colors are predicted, not recorded");
		final Path file = folder.resolve("result.tif");
		ImageFiles.write(image, new ResultMetadata(metadata(TaggedPhotos.jpeg()), PROVENANCE), file);
		final ImagePlus read = ImageFiles.read(file);
		assertEquals("Colorized: colors are predicted, not recorded", String.valueOf(read.getProperty("Info")).strip());
		assertEquals("inch", read.getCalibration().getUnit());
		assertEquals(1 / 300.0, read.getCalibration().pixelWidth, 1e-9);
		try (ImageFile open = ImageFile.open(file)) {
			assertTrue(open.isOfImageJ());
		}
	}

	@Test
	void imageJStackKeepsPlanesAndCalibration() throws IOException {
		final ImageStack stack = new ImageStack(8, 6);
		for (int i = 0; i < 5; i++) {
			stack.addSlice("slice " + i, color(8, 6).getProcessor());
		}
		final ImagePlus image = new ImagePlus("stack", stack);
		image.getCalibration().setUnit("um");
		image.getCalibration().pixelWidth = 0.5;
		final Path file = folder.resolve("stack.tif");
		ImageFiles.write(image, new ResultMetadata(metadata(TaggedPhotos.jpeg()), PROVENANCE), file);
		final ImagePlus read = ImageFiles.read(file);
		assertEquals(5, read.getStackSize());
		assertEquals("slice 3", read.getStack().getSliceLabel(4));
		assertEquals(0.5, read.getCalibration().pixelWidth, 1e-6);
		assertEquals(TaggedPhotos.RIGHTS,
				read(file).getFirstDirectoryOfType(ExifIFD0Directory.class).getString(ExifIFD0Directory.TAG_COPYRIGHT));
	}

	@Test
	void pagesHaveTheResolution() throws IOException {
		final Path file = folder.resolve("pages.tif");
		final List<ImagePlus> pages = List.of(color(9, 5), color(7, 8), color(4, 4));
		final ResultMetadata metadata = new ResultMetadata(metadata(TaggedPhotos.tiff(3)), PROVENANCE);
		ImageFiles.prepare(pages, false, metadata, file).commit();
		final List<TiffDirectory> directories = ScanFiles.directories(file);
		assertEquals(3, directories.size());
		directories.forEach(page -> assertEquals(300, page.fraction(TiffTags.X_RESOLUTION)));
		assertEquals(List.of(true, false, false), directories.stream().map(page -> page.has(TiffTags.XMP)).toList());
		try (ImageFile open = ImageFile.open(file)) {
			assertEquals(List.of(9, 7, 4), open.read().stream().map(ImagePlus::getWidth).toList());
		}
	}

	@Test
	void bigTiffFilesGetMetadata() throws IOException {
		final Path file = folder.resolve("big.tif");
		ScanFiles.writeBig(ScanFiles.image(30, 20), file);
		final ImagePlus before = ImageFiles.read(file);
		new ResultMetadata(metadata(TaggedPhotos.jpeg()), PROVENANCE).addToTiff(file);
		assertEquals(TiffFormat.BIG, TiffFormat.of(Files.readAllBytes(file)));
		assertArrayEquals((byte[]) before.getProcessor().getPixels(),
				(byte[]) ImageFiles.read(file).getProcessor().getPixels());
		final ImageMetadata read = metadata(Files.readAllBytes(file));
		assertEquals(PROVENANCE, read.provenance().orElseThrow());
		assertEquals(TaggedPhotos.DATE, Iptc.decode(read.blocks.exif.child(TiffDirectory.EXIF).bytes(36867)));
	}

	// -- Size and damage --

	@Test
	void largeXmpIsSplitInJpegFiles() throws IOException {
		final String large = "x".repeat(200_000);
		final byte[] png = TaggedPhotos.png(null, null, TaggedPhotos.xmp("<photoshop:History>" + large
				+ "</photoshop:History>"));
		final ResultMetadata metadata = new ResultMetadata(metadata(png), PROVENANCE);
		final byte[] jpeg = Files.readAllBytes(result(metadata, "jpg"));
		assertEquals(List.of(), metadata.leftOut());
		final byte[] back = Files.readAllBytes(result(jpeg, "png"));
		assertTrue(new String(back, StandardCharsets.ISO_8859_1).contains(large));
		assertEquals(PROVENANCE, metadata(jpeg).provenance().orElseThrow());
	}

	@Test
	void blocksTooLargeForJpegAreNamed() throws IOException {
		final byte[] exif = Arrays.copyOf(TaggedPhotos.exif(1, 300, 300), 100_000);
		final ByteBuffer block = ByteBuffer.wrap(exif).order(ByteOrder.LITTLE_ENDIAN);
		// The second tag of the second directory is the maker note.
		block.putInt(400 + 2 + 12 + 4, 70_000);
		final ResultMetadata metadata = new ResultMetadata(metadata(TaggedPhotos.png(exif, null, null)), PROVENANCE);
		final Path file = result(metadata, "jpg");
		assertEquals(List.of("the maker note (too large for a JPEG file)"), metadata.leftOut());
		assertEquals(TaggedPhotos.RIGHTS,
				read(file).getFirstDirectoryOfType(ExifIFD0Directory.class).getString(ExifIFD0Directory.TAG_COPYRIGHT));
	}

	@Test
	void damagedBlocksAreNamed() throws IOException {
		final byte[] broken = {1, 2, 3, 4, 5};
		assertEquals(List.of("the EXIF metadata (damaged)"),
				metadata(TaggedPhotos.jpeg(broken, TaggedPhotos.photoshop(), TaggedPhotos.xmp(""))).leftOut());
		assertEquals(List.of("the XMP metadata (damaged)"),
				metadata(TaggedPhotos.jpeg(TaggedPhotos.exif(1, 1, 1), TaggedPhotos.photoshop(), broken)).leftOut());
		assertEquals(List.of("the IPTC metadata (damaged)"),
				metadata(TaggedPhotos.png(null, broken, TaggedPhotos.xmp(""))).leftOut());
		assertEquals(List.of("the XMP metadata (damaged)"), metadata(TaggedPhotos.png(null, null,
				("<!DOCTYPE x [<!ENTITY a 'b'>]>" + new String(TaggedPhotos.xmp(""), StandardCharsets.UTF_8))
						.getBytes(StandardCharsets.UTF_8))).leftOut());
		final String deep = "<a>".repeat(100_000) + "</a>".repeat(100_000);
		assertEquals(List.of("the XMP metadata (damaged)"), metadata(TaggedPhotos.png(null, null,
				TaggedPhotos.xmp(deep))).leftOut());
	}

	/** Whatever metadata says, the pixels are there, and the result can be read. */
	@Test
	void damagedMetadataNeverFails() throws IOException {
		final Random random = new Random(1);
		int damaged = 0;
		for (int i = 0; i < 300; i++) {
			final byte[] exif = TaggedPhotos.exif(1 + i % 8, 300, 300);
			final byte[] photoshop = TaggedPhotos.photoshop();
			final byte[] xmp = TaggedPhotos.xmp("");
			for (final byte[] block : List.of(exif, photoshop, xmp)) {
				for (int change = random.nextInt(4); change > 0; change--) {
					block[random.nextInt(block.length)] = (byte) random.nextInt();
				}
			}
			final byte[] input =
					i % 2 == 0 ? TaggedPhotos.jpeg(exif, photoshop, xmp) : TaggedPhotos.png(exif, photoshop, xmp);
			final ResultMetadata metadata = new ResultMetadata(metadata(input), PROVENANCE);
			final String kind = KINDS.get(i % 3);
			final Path file = result(metadata, kind);
			damaged += metadata.leftOut().isEmpty() ? 0 : 1;
			assertEquals(PROVENANCE, metadata(Files.readAllBytes(file)).provenance().orElseThrow(), "input " + i);
			if (kind.equals("tif")) {
				assertPixelsAreThere(file);
			}
			else {
				assertEquals(TaggedPhotos.WIDTH, ImageIO.read(file.toFile()).getWidth());
			}
		}
		assertTrue(damaged > 20 && damaged < 280, damaged + " of 300");
	}
}
