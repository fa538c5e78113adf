/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.BorderLayout;
import java.awt.Component;
import java.awt.Graphics;
import java.awt.Insets;

import javax.swing.BorderFactory;
import javax.swing.Icon;
import javax.swing.JButton;
import javax.swing.JPanel;

/** A part of a dialog below a title. A click on the title opens and closes it; it starts closed. */
final class Section extends JPanel {

	private static final long serialVersionUID = 1L;

	/** Creates a closed section. Runs an action after it is opened or closed. */
	Section(final String name, final JPanel content, final Runnable resized) {
		super(new BorderLayout());
		content.setBorder(BorderFactory.createEmptyBorder(0, 4 * Form.GAP, 0, 0));
		content.setVisible(false);
		final JButton title = new JButton(name, new Triangle(content));
		title.setHorizontalAlignment(JButton.LEFT);
		title.setBorderPainted(false);
		title.setContentAreaFilled(false);
		title.setMargin(new Insets(Form.GAP, 0, Form.GAP, 0));
		title.addActionListener(event -> {
			content.setVisible(!content.isVisible());
			resized.run();
		});
		add(title, BorderLayout.NORTH);
		add(content, BorderLayout.CENTER);
	}

	/** A triangle that points right, or down if the content is visible. */
	private record Triangle(Component content) implements Icon {

		private static final int SIZE = 10;

		@Override
		public void paintIcon(final Component button, final Graphics g, final int x, final int y) {
			final int middle = SIZE / 2;
			final int[] along = {0, SIZE, 0};
			final int[] across = {0, middle, SIZE};
			g.setColor(button.getForeground());
			g.translate(x, y);
			g.fillPolygon(content.isVisible() ? across : along, content.isVisible() ? along : across, along.length);
			g.translate(-x, -y);
		}

		@Override
		public int getIconWidth() {
			return SIZE;
		}

		@Override
		public int getIconHeight() {
			return SIZE;
		}
	}
}
