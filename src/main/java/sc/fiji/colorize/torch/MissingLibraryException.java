/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.torch;

import sc.fiji.colorize.io.Described;
import sc.fiji.colorize.io.Failure;

/** The native PyTorch library is not on this computer. A user interface can replace the remedy by its own. */
public final class MissingLibraryException extends IllegalStateException implements Described {

	private static final long serialVersionUID = 1;

	MissingLibraryException() {
		super(describe("download it once").sentence());
	}

	private static Failure describe(final String download) {
		return new Failure("The PyTorch library", "is not on this computer yet", download
				+ ", or set PYTORCH_LIBRARY_PATH to the folder of libtorch " + TorchLibrary.version());
	}

	@Override
	public Failure failure() {
		return describe("download it once");
	}

	/**
	 * Describes the failure with the remedy of a user interface.
	 *
	 * @param download how to download the library, in the imperative
	 * @return subject, problem and remedy
	 */
	public Failure failure(final String download) {
		return describe(download);
	}
}
