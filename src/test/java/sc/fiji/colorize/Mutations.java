/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.util.Arrays;
import java.util.Random;

/** Random damage to the bytes of a file; the same for the same seed. */
public final class Mutations {

	private final Random random;

	/**
	 * A source of damage.
	 *
	 * @param random decides
	 */
	public Mutations(final Random random) {
		this.random = random;
	}

	/**
	 * A changed file.
	 *
	 * @param what was done to it
	 * @param content the bytes
	 * @param flips how many of them are other ones than before, if no more than that was done
	 */
	public record Mutant(String what, byte[] content, int flips) {

		Mutant(final String what, final byte[] content) {
			this(what, content, 0);
		}
	}

	/** Cuts a file off somewhere. */
	public Mutant cut(final byte[] whole) {
		final int length = random.nextInt(whole.length);
		return new Mutant("cut to " + length, Arrays.copyOf(whole, length));
	}

	/** Changes bytes of an array, in place, each to another value. */
	public void flip(final byte[] bytes, final int from, final int to, final int flips) {
		for (int i = 0; i < flips; i++) {
			bytes[from + random.nextInt(to - from)] ^= (byte) (1 + random.nextInt(255));
		}
	}

	/** Changes one to three bytes, half of the times within the first so many. */
	public Mutant flipped(final byte[] whole, final int first) {
		final byte[] bytes = whole.clone();
		final int flips = 1 + random.nextInt(3);
		flip(bytes, 0, random.nextBoolean() ? Math.min(bytes.length, first) : bytes.length, flips);
		return new Mutant(flips + " flips", bytes, flips);
	}

	/** Puts one to eight zeros in, or takes as many bytes out. */
	public Mutant insertedOrRemoved(final byte[] whole) {
		final int place = random.nextInt(whole.length);
		final int count = 1 + random.nextInt(8);
		final boolean insert = random.nextBoolean();
		final int next = insert ? place : Math.min(whole.length, place + count);
		final int gap = insert ? count : 0;
		final byte[] changed = new byte[place + gap + whole.length - next];
		System.arraycopy(whole, 0, changed, 0, place);
		System.arraycopy(whole, next, changed, place + gap, whole.length - next);
		return new Mutant((insert ? "inserted at " : "removed at ") + place, changed);
	}

	/** Writes a number that programs stumble over into some place, half of the times within the first so many bytes. */
	public Mutant number(final byte[] whole, final int first) {
		final byte[] bytes = whole.clone();
		final long[] numbers = {0, 1, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000L, 0xfffffffeL,
			0xffffffffL};
		final long number = numbers[random.nextInt(numbers.length)];
		final int size = 1 << random.nextInt(3);
		final boolean bigEndian = random.nextBoolean();
		final int limit = Math.max(1, (random.nextBoolean() ? Math.min(bytes.length, first) : bytes.length) - size);
		final int place = random.nextInt(limit);
		for (int i = 0; i < size && place + i < bytes.length; i++) {
			bytes[place + i] = (byte) (number >> Byte.SIZE * (bigEndian ? size - 1 - i : i));
		}
		return new Mutant("number " + number + " of " + size + " bytes at " + place, bytes);
	}

	/** Fills a stretch with one value or with noise. */
	public Mutant overwritten(final byte[] whole) {
		final byte[] bytes = whole.clone();
		final int from = random.nextInt(bytes.length);
		final int to = Math.min(bytes.length, from + 1 + random.nextInt(64));
		final int value = random.nextInt(4);
		for (int i = from; i < to; i++) {
			bytes[i] = (byte) (value == 0 ? 0 : value == 1 ? 0xff : random.nextInt(256));
		}
		return new Mutant("overwritten from " + from + " to " + to, bytes);
	}

	/** The beginning of one file and the end of another. */
	public Mutant joined(final byte[] one, final byte[] other) {
		final int end = random.nextInt(one.length);
		final int start = random.nextInt(other.length);
		final byte[] bytes = Arrays.copyOf(one, end + other.length - start);
		System.arraycopy(other, start, bytes, end, other.length - start);
		return new Mutant("joined at " + end + " with another from " + start, bytes);
	}
}
