/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.examples;

import org.scijava.plugin.Plugin;
import org.scijava.script.AdaptedScriptLanguage;
import org.scijava.script.ScriptLanguage;

/** Groovy, which Fiji brings along. */
@Plugin(type = ScriptLanguage.class, name = "Groovy")
public final class GroovyLanguage extends AdaptedScriptLanguage {

	/** Found by its name among the engines of Java. */
	public GroovyLanguage() {
		super("groovy");
	}
}
