/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.Color;
import java.awt.Component;
import java.awt.Container;
import java.awt.Font;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Insets;

import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;

/** Rows of a dialog: a label and a field, or a component of full width. */
final class Form extends JPanel {

	/** Pixels between components. */
	static final int GAP = 4;

	private static final long serialVersionUID = 1L;
	private static final int SENTENCE_WIDTH = 300;

	private int row;

	Form() {
		super(new GridBagLayout());
	}

	void row(final JComponent whole) {
		add(whole, 0, 2);
		row++;
	}

	/** Adds a row with a field; the label may be null. */
	void row(final JLabel label, final JComponent field) {
		if (label != null) {
			add(label, 0, 1);
		}
		add(field, 1, 1);
		row++;
	}

	private void add(final JComponent component, final int column, final int width) {
		final GridBagConstraints place = new GridBagConstraints();
		place.gridx = column;
		place.gridy = row;
		place.gridwidth = width;
		place.weightx = column + width - 1;
		place.fill = GridBagConstraints.HORIZONTAL;
		place.insets = new Insets(GAP / 2, column * 2 * GAP, GAP / 2, 0);
		add(component, place);
	}

	/** A label that wraps its text. */
	static JLabel sentence(final String text) {
		final JLabel label = new JLabel("<html><div style='width:" + SENTENCE_WIDTH + "px'>"
				+ text.replace("&", "&amp;").replace("<", "&lt;") + "</div></html>");
		label.setForeground(Color.DARK_GRAY);
		return label;
	}

	/** Sets a plain font for all text; Java's default look and feel uses bold. */
	static void plain(final Container container) {
		for (final Component component : container.getComponents()) {
			if (component.getFont() != null) {
				component.setFont(component.getFont().deriveFont(Font.PLAIN));
			}
			if (component instanceof Container inner) {
				plain(inner);
			}
		}
	}
}
