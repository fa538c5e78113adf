/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model;

import java.io.FileNotFoundException;

import sc.fiji.colorize.io.Described;
import sc.fiji.colorize.io.Failure;

/** A model is not on this computer. A user interface can replace the remedy by its own. */
public final class MissingModelException extends FileNotFoundException implements Described {

	private static final long serialVersionUID = 1;

	/** The form of the missing model's name. */
	public enum Kind {
		/** The name of a model that can be downloaded. */
		DOWNLOADABLE("download it first"),
		/** An unknown name. */
		UNKNOWN_NAME("give '" + ModelFile.DEFAULT + "', the name of a model in the store, or the path of a model zip"),
		/** A path. */
		PATH("give '" + ModelFile.DEFAULT + "' or the path of a model zip");

		private final String remedy;

		Kind(final String remedy) {
			this.remedy = remedy;
		}
	}

	private final String model;
	private final Kind kind;

	MissingModelException(final String model, final Kind kind) {
		super(failure(model, kind).sentence());
		this.model = model;
		this.kind = kind;
	}

	private static Failure failure(final String model, final Kind kind) {
		return kind == Kind.DOWNLOADABLE
				? new Failure("The model '" + model + "'", "is not on this computer yet", kind.remedy)
				: new Failure("", "There is no model '" + model + "'", kind.remedy);
	}

	@Override
	public Failure failure() {
		return failure(model, kind);
	}

	/** {@return the missing model, a name or a path} */
	public String model() {
		return model;
	}

	/** {@return the form of {@link #model}} */
	public Kind kind() {
		return kind;
	}
}
