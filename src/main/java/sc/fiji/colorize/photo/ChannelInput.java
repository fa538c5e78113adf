/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.photo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An open file as an ImageIO stream. The JDK's own stream needs a {@link java.io.File}, which does not support all valid
 * file names, and is unbuffered.
 */
final class ChannelInput extends ImageInputStreamImpl {

	private static final int BUFFER = 1 << 15;

	private final SeekableByteChannel channel;
	private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);
	/** Position of the buffer in the file. */
	private long begin;

	/** Does not close the channel. */
	ChannelInput(final SeekableByteChannel channel) {
		this.channel = channel;
	}

	@Override
	public int read() throws IOException {
		checkClosed();
		bitOffset = 0;
		if (!fill()) {
			return -1;
		}
		streamPos++;
		return buffer.get() & 0xff;
	}

	@Override
	public int read(final byte[] bytes, final int offset, final int length) throws IOException {
		checkClosed();
		bitOffset = 0;
		if (length == 0) {
			return 0;
		}
		if (!fill()) {
			return -1;
		}
		final int count = Math.min(length, buffer.remaining());
		buffer.get(bytes, offset, count);
		streamPos += count;
		return count;
	}

	/** Moves the buffer to the position of the stream. */
	private boolean fill() throws IOException {
		if (streamPos >= begin && streamPos < begin + buffer.limit()) {
			buffer.position((int) (streamPos - begin));
			return true;
		}
		begin = streamPos;
		buffer.clear();
		channel.position(begin);
		while (buffer.hasRemaining() && channel.read(buffer) > 0) {
			continue;
		}
		buffer.flip();
		return buffer.hasRemaining();
	}

	/** Returns to the beginning, even if a reader has flushed it. */
	void restart() {
		// The file may have been written meanwhile.
		buffer.limit(0);
		flushedPos = 0;
		streamPos = 0;
		bitOffset = 0;
		setByteOrder(ByteOrder.BIG_ENDIAN);
	}

	@Override
	public long length() {
		try {
			return channel.size();
		}
		catch (final IOException e) {
			return -1;
		}
	}
}
