/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import sc.fiji.colorize.Mutations;
import sc.fiji.colorize.ProcessMemory;
import sc.fiji.colorize.io.Sha256;

/**
 * Imports damaged and hostile weights files and opens damaged models, in a JVM with little memory. Each file must be
 * rejected with one sentence or give the values of the undamaged file. In formats without a checksum, one number may
 * differ for each changed byte.
 * <p>
 * Arguments: a working folder and the number of files. Prints the numbers of rejected and accepted files and the peak of
 * memory in megabytes, after the first valid import and at the end. Fails with the name of the file otherwise.
 */
public final class MutatedFiles {

	private static final int BOMB = 700_000_000;
	private static final String WEIGHTS = "weights";
	private static final String[] CALLS = {"cos\nsystem\n", "cposix\nsystem\n", "cbuiltins\nexec\n",
		"c__builtin__\neval\n", "csubprocess\nPopen\n", "cjava.lang\nRuntime\n", "ctorch.hub\nload\n",
		"cnumpy.core.multiarray\n_reconstruct\n", "\u008c\2os\u008c\6system\u0093", "(ios\nsystem\n",
		"ctorch._utils\n_rebuild_wrapper_subclass\n"};

	/** A file, and how many numbers may differ from the undamaged file if it is accepted. */
	private record Mutant(String what, byte[] content, boolean model, int changes) {
	}

	private final Random random;
	private final Mutations mutations;
	private final Map<String, byte[]> good;

	private MutatedFiles(final long seed, final Map<String, byte[]> good) {
		random = new Random(seed);
		mutations = new Mutations(random);
		this.good = good;
	}

	/**
	 * Runs the program.
	 *
	 * @param arguments folder and count
	 * @throws IOException if the folder cannot be written
	 */
	public static void main(final String[] arguments) throws IOException {
		final Path folder = Path.of(arguments[0]);
		final int count = Integer.parseInt(arguments[1]);
		final Path model = folder.resolve("model.zip");
		final Map<String, byte[]> good = new LinkedHashMap<>();
		for (final String name : List.of("zip.pth", "legacy.pth", "plain.safetensors", "half.pth", "shared.pth")) {
			good.put(name, PublishedWeights.bytes(name));
		}
		PublishedWeights.run(Files.write(folder.resolve(WEIGHTS), good.get("zip.pth")), model);
		good.put("model.zip", Files.readAllBytes(model));
		final Map<String, float[]> values = PublishedWeights.values(model);
		PublishedWeights.run(Files.write(folder.resolve(WEIGHTS), good.get("half.pth")), model);
		final Map<String, float[]> halves = PublishedWeights.values(model);
		final long before = peak();
		int refused = 0;
		for (int i = 0; i < count; i++) {
			final Mutant mutant = new MutatedFiles(i, good).mutant(i);
			refused += check(mutant, i, folder, mutant.what().startsWith("half.pth") ? halves : values) ? 1 : 0;
		}
		System.out.println(count + " files, " + refused + " refused, " + (count - refused) + " accepted, peak " + before
				+ " MB before, " + peak() + " MB after");
		System.exit(0);
	}

	/** In megabytes. */
	private static long peak() throws IOException {
		return ProcessMemory.status("VmHWM") >> 20;
	}

	private static boolean check(final Mutant mutant, final int seed, final Path folder,
			final Map<String, float[]> values) throws IOException {
		final String name = "mutant " + seed + " (" + mutant.what() + ")";
		final Path model = folder.resolve("model.zip");
		Files.deleteIfExists(model);
		final Path file = Files.write(mutant.model() ? model : folder.resolve(WEIGHTS), mutant.content());
		final Map<String, float[]> actual;
		try {
			if (!mutant.model()) {
				PublishedWeights.run(file, model);
			}
			actual = PublishedWeights.values(model);
		}
		catch (final IOException e) {
			final String message = e.getMessage();
			if (!message.matches("The (weights|model) [ -~]*(imported|opened): [ -~]*[^.]\\.") || message.contains("null")
					|| message.contains("memory is not enough") || !mutant.model() && Files.exists(model)) {
				throw new AssertionError(name + ": " + message, e);
			}
			return true;
		}
		int differences = 0;
		for (final Map.Entry<String, float[]> expected : values.entrySet()) {
			for (int i = 0; i < expected.getValue().length; i++) {
				differences += actual.get(expected.getKey())[i] == expected.getValue()[i] ? 0 : 1;
			}
		}
		if (differences > mutant.changes()) {
			throw new AssertionError(name + ": accepted, but " + differences + " values differ");
		}
		return false;
	}

	// -- Mutations --

	private Mutant mutant(final int number) throws IOException {
		return switch (number % 10) {
			case 0 -> cut();
			case 1, 2 -> flipped();
			case 3 -> inserted();
			case 4 -> inZip("zip.pth");
			case 5 -> hostilePickle();
			case 6 -> header();
			case 7 -> number % 1000 == 7 ? bomb() : names();
			case 8 -> description();
			default -> checkedWeights();
		};
	}

	private String anyName() {
		return good.keySet().stream().toList().get(random.nextInt(good.size()));
	}

	private static boolean hasChecksum(final String name) {
		return !name.equals("legacy.pth") && !name.equals("plain.safetensors");
	}

	private static Mutant of(final String name, final String what, final byte[] content, final int changes) {
		return new Mutant(name + " " + what, content, name.equals("model.zip"), changes);
	}

	private Mutant cut() {
		final String name = anyName();
		return of(name, mutations.cut(good.get(name)), 0);
	}

	private Mutant flipped() {
		final String name = anyName();
		// Pickles and headers are near the beginning.
		final Mutations.Mutant flipped = mutations.flipped(good.get(name), 12000);
		return of(name, flipped, hasChecksum(name) ? 0 : flipped.flips());
	}

	private Mutant inserted() {
		final String name = anyName();
		return of(name, mutations.insertedOrRemoved(good.get(name)), 0);
	}

	private static Mutant of(final String name, final Mutations.Mutant mutant, final int changes) {
		return of(name, mutant.what(), mutant.content(), changes);
	}

	/** Flips a bit and corrects the checksums of the zip. */
	private Mutant inZip(final String name) throws IOException {
		final Map<String, byte[]> entries = PublishedWeights.unzip(good.get(name));
		final boolean pickle = random.nextInt(3) > 0;
		final String entry = pickle ? PublishedWeights.entry(entries, "/data.pkl")
				: PublishedWeights.entry(entries, "/data/" + random.nextInt(40));
		final byte[] content = entries.get(entry);
		mutations.flip(content, 0, content.length, 1);
		return of(name, "flip in " + entry, PublishedWeights.zip(entries), 1);
	}

	private Mutant hostilePickle() throws IOException {
		final String call = CALLS[random.nextInt(CALLS.length)] + "X\5\0\0\0touch\u0085R0";
		final Map<String, byte[]> entries = PublishedWeights.unzip(good.get("zip.pth"));
		final boolean zipped = random.nextBoolean();
		final byte[] bytes = zipped ? entries.get(PublishedWeights.entry(entries, "/data.pkl")) : good.get("legacy.pth");
		final String text = new String(bytes, StandardCharsets.ISO_8859_1);
		// At a random position, most often at an operation.
		final int offset = random.nextInt(3) == 0 ? random.nextInt(zipped ? text.length() : 9000)
				: text.indexOf("ctorch", random.nextInt(text.lastIndexOf("ctorch")));
		final byte[] hostile = PublishedWeights.pickle(text.substring(0, offset) + call + text.substring(offset));
		return zipped ? of("zip.pth", "call at " + offset, PublishedWeights.withPickle(hostile), 0)
				: of("legacy.pth", "call at " + offset, hostile, 4);
	}

	/** Changes digits in a safetensors header (shapes, offsets, names), or its length. */
	private Mutant header() {
		final byte[] bytes = good.get("plain.safetensors").clone();
		final int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
		if (random.nextInt(8) == 0) {
			final long claim = random.nextBoolean() ? random.nextLong() : header + random.nextInt(2000) - 1000;
			ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(claim);
			return of("plain.safetensors", "length " + claim, bytes, 0);
		}
		for (int i = 1 + random.nextInt(3); i > 0; i--) {
			int offset = Long.BYTES + random.nextInt(header);
			while (offset < Long.BYTES + header - 1 && !Character.isDigit(bytes[offset])) {
				offset++;
			}
			bytes[offset] = (byte) ('0' + random.nextInt(10));
		}
		return of("plain.safetensors", "digits", bytes, 0);
	}

	/** Adds entries whose names lead out of the folder. */
	private Mutant names() throws IOException {
		final String name = random.nextBoolean() ? "model.zip" : "zip.pth";
		final Map<String, byte[]> entries = new LinkedHashMap<>();
		final Map<String, byte[]> whole = PublishedWeights.unzip(good.get(name));
		final boolean replace = random.nextBoolean();
		final int chosen = random.nextInt(whole.size());
		final String way = List.of("../", "../../", "/", "C:\\", "a/../../").get(random.nextInt(5));
		int i = 0;
		for (final Map.Entry<String, byte[]> entry : whole.entrySet()) {
			if (i++ == chosen) {
				entries.put(way + "evil-" + entry.getKey().replace('/', '-'), entry.getValue());
			}
			if (i != chosen + 1 || !replace) {
				entries.put(entry.getKey(), entry.getValue());
			}
		}
		return of(name, "name " + way, PublishedWeights.zip(entries), 0);
	}

	/** A small file that claims or unpacks to more than the memory. */
	private Mutant bomb() throws IOException {
		final String name = random.nextBoolean() ? "model.zip" : "zip.pth";
		final Map<String, byte[]> whole = PublishedWeights.unzip(good.get(name));
		final String entry = name.equals("zip.pth")
				? PublishedWeights.entry(whole, random.nextBoolean() ? "/data.pkl" : "/data/3")
				: List.of(ModelFile.WEIGHTS, ModelFile.DESCRIPTION, ModelFile.README).get(random.nextInt(3));
		return of(name, "bomb " + entry, bomb(whole, entry), 0);
	}

	private static byte[] bomb(final Map<String, byte[]> entries, final String bomb) throws IOException {
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			zip.setLevel(1);
			for (final Map.Entry<String, byte[]> entry : entries.entrySet()) {
				zip.putNextEntry(new ZipEntry(entry.getKey()));
				zip.write(entry.getValue());
				if (entry.getKey().equals(bomb)) {
					final byte[] nothing = new byte[1 << 16];
					for (long size = 0; size < BOMB; size += nothing.length) {
						zip.write(nothing);
					}
				}
			}
		}
		return bytes.toByteArray();
	}

	private Mutant description() throws IOException {
		final Map<String, byte[]> entries = PublishedWeights.unzip(good.get("model.zip"));
		final byte[] text = entries.get(ModelFile.DESCRIPTION);
		mutations.flip(text, 0, text.length, 1 + random.nextInt(3));
		return of("model.zip", "description", PublishedWeights.zip(entries), 0);
	}

	/** Damaged weights with a matching checksum. */
	private Mutant checkedWeights() throws IOException {
		final Map<String, byte[]> entries = PublishedWeights.unzip(good.get("model.zip"));
		final byte[] weights = entries.get(ModelFile.WEIGHTS);
		final String before = Sha256.of(weights);
		mutations.flip(weights, 0, random.nextBoolean() ? 6000 : weights.length, 1);
		entries.put(ModelFile.DESCRIPTION, new String(entries.get(ModelFile.DESCRIPTION), StandardCharsets.UTF_8)
				.replace(before, Sha256.of(weights)).getBytes(StandardCharsets.UTF_8));
		return of("model.zip", "checked weights", PublishedWeights.zip(entries), 1);
	}
}
