/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Component;
import java.awt.EventQueue;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;

import javax.swing.BorderFactory;
import javax.swing.Icon;
import javax.swing.JButton;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JProgressBar;
import javax.swing.JTabbedPane;
import javax.swing.JTextArea;
import javax.swing.SwingConstants;
import javax.swing.WindowConstants;

import ij.gui.GUI;

/** Shows the progress, loss chart and pictures of a training run, with a button that stops it. Thread-safe. */
final class TrainingWindow {

	static final String STOP = "Stop and keep the best";

	private static final int STEPS = 1000;
	private static final int WIDTH = 820;
	private static final int HEIGHT = 720;

	private final JFrame frame;
	private final JProgressBar bar = new JProgressBar(0, STEPS);
	private final JLabel chart = new JLabel("The chart appears after the first epoch.", SwingConstants.CENTER);
	private final JLabel sheet =
			new JLabel("Validation photos appear after the first epoch: gray, predicted, true.", SwingConstants.CENTER);
	private final JTextArea text = new JTextArea(2, 1);
	private final JButton stop = new JButton(STOP);
	private volatile boolean stopped;

	/** Opens the window; must run on the event thread. */
	private TrainingWindow(final String title) {
		frame = new JFrame(title);
		// Closing the window would remove the button while the run continues.
		frame.setDefaultCloseOperation(WindowConstants.DO_NOTHING_ON_CLOSE);
		text.setEditable(false);
		text.setLineWrap(true);
		text.setWrapStyleWord(true);
		text.setOpaque(false);
		stop.setToolTipText("Ends the run after this step. The best model so far stays, and the run can be resumed.");
		stop.addActionListener(event -> {
			stopped = true;
			stop.setEnabled(false);
			text.setText("The run ends after this step ...");
		});
		for (final JLabel picture : List.of(chart, sheet)) {
			picture.setOpaque(true);
			picture.setBackground(Color.WHITE);
		}
		final JTabbedPane pictures = new JTabbedPane();
		pictures.addTab("Chart", chart);
		pictures.addTab("Validation photos: gray, predicted, true", sheet);
		final JPanel bottom = new JPanel(new BorderLayout(Form.GAP, Form.GAP));
		bottom.setBorder(BorderFactory.createEmptyBorder(Form.GAP, Form.GAP, Form.GAP, Form.GAP));
		bottom.add(text, BorderLayout.NORTH);
		bottom.add(bar, BorderLayout.CENTER);
		bottom.add(stop, BorderLayout.EAST);
		final JPanel content = new JPanel(new BorderLayout());
		content.add(pictures, BorderLayout.CENTER);
		content.add(bottom, BorderLayout.SOUTH);
		Form.plain(content);
		frame.setContentPane(content);
		frame.setSize(WIDTH, HEIGHT);
		GUI.centerOnImageJScreen(frame);
		frame.setVisible(true);
	}

	static TrainingWindow open(final String title) throws InterruptedException {
		final TrainingWindow[] window = new TrainingWindow[1];
		try {
			EventQueue.invokeAndWait(() -> window[0] = new TrainingWindow(title));
		}
		catch (final InvocationTargetException e) {
			throw new IllegalStateException("The window of the training cannot be opened.", e.getCause());
		}
		return window[0];
	}

	boolean isStopped() {
		return stopped;
	}

	void progress(final String sentence, final long done, final long all) {
		EventQueue.invokeLater(() -> {
			if (!stopped) {
				text.setText(sentence);
			}
			bar.setValue((int) (STEPS * done / Math.max(1, all)));
		});
	}

	/** Shows the chart and the pictures of an epoch. */
	void show(final Optional<BufferedImage> newChart, final BufferedImage newSheet) {
		EventQueue.invokeLater(() -> {
			newChart.ifPresentOrElse(drawn -> show(chart, drawn),
					() -> chart.setText("Java finds no fonts on this computer, so there is no chart."));
			show(sheet, newSheet);
		});
	}

	private static void show(final JLabel label, final BufferedImage picture) {
		label.setText(null);
		label.setIcon(new FittedIcon(picture, label));
	}

	/** A picture, scaled down to the size of its label. */
	private record FittedIcon(BufferedImage picture, Component label) implements Icon {

		private double scale() {
			return Math.min(1, Math.min((double) label.getWidth() / picture.getWidth(),
					(double) label.getHeight() / picture.getHeight()));
		}

		@Override
		public void paintIcon(final Component component, final Graphics g, final int x, final int y) {
			((Graphics2D) g).setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
			g.drawImage(picture, x, y, getIconWidth(), getIconHeight(), null);
		}

		@Override
		public int getIconWidth() {
			return (int) (scale() * picture.getWidth());
		}

		@Override
		public int getIconHeight() {
			return (int) (scale() * picture.getHeight());
		}
	}

	/** Shows how the run ended and lets the user close the window; closes it at once if there is no message. */
	void end(final String sentence) {
		EventQueue.invokeLater(() -> {
			if (sentence.isEmpty()) {
				frame.dispose();
				return;
			}
			text.setText(sentence);
			text.setRows(0);
			stop.setEnabled(false);
			frame.setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
			frame.revalidate();
		});
	}
}
