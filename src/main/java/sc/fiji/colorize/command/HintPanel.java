/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Component;
import java.awt.FlowLayout;
import java.awt.Graphics;
import java.awt.GridLayout;
import java.awt.event.ActionListener;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.swing.BorderFactory;
import javax.swing.DefaultListCellRenderer;
import javax.swing.DefaultListModel;
import javax.swing.Icon;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.ListSelectionModel;
import javax.swing.SwingUtilities;
import javax.swing.Timer;

import ij.IJ;
import ij.IJEventListener;
import ij.ImagePlus;
import ij.gui.Roi;
import ij.gui.Toolbar;
import ij.plugin.frame.ColorPicker;
import ij.plugin.frame.Recorder;

import sc.fiji.colorize.imagej.ImageHints;
import sc.fiji.colorize.imagej.preview.HintEditor;

/**
 * The section of the {@code Colorize...} dialog that adds and edits hints. It also follows the image: slice changes, edits
 * of the overlay with ImageJ's own tools, and closing of the window.
 */
final class HintPanel extends JPanel implements IJEventListener {

	private static final long serialVersionUID = 1L;
	private static final int WATCH_EVERY = 250;
	private static final int ROWS = 4;
	private static final int SWATCH = 12;

	private final transient ImagePlus image;
	private final transient HintEditor editor;
	private final transient Consumer<String> field;
	private final transient Consumer<String> messages;
	private final transient Runnable changed;
	private final transient Runnable imageClosed;
	private final DefaultListModel<Roi> model = new DefaultListModel<>();
	private final JList<Roi> list = new JList<>(model);
	private final JButton color = new JButton("Color...");
	private final Timer watch;
	private final boolean hadWindow;
	private String toolBefore;
	private transient Object watched;
	private boolean refreshing;

	/**
	 * Creates the panel.
	 *
	 * @param command the command, whose image has the hints
	 * @param field receives the value of the parameter <em>hints</em> once the overlay has hints
	 * @param messages receives messages for the user
	 * @param changed runs when the preview is out of date
	 * @param imageClosed runs when the window of the image is closed
	 */
	HintPanel(final ColorizeCommand command, final Consumer<String> field, final Consumer<String> messages,
			final Runnable changed, final Runnable imageClosed) {
		super(new BorderLayout(Form.GAP, Form.GAP));
		this.field = field;
		this.messages = messages;
		this.changed = changed;
		this.imageClosed = imageClosed;
		image = command.image();
		hadWindow = image.getWindow() != null;
		editor = command.editHints(this::edited);
		color.setIcon(new Swatch(() -> Optional.of(Toolbar.getForegroundColor())));
		final JPanel colors = row(
				button(color, "Opens ImageJ's color picker. Its foreground color is the color of the next hint.",
						event -> new ColorPicker()),
				button(new JButton("Pick from an image"),
						"Takes the color of the pixel that you click on next, in any colored image.", event -> pick()));
		final JPanel adding = row(
				button(new JButton("Add hint"), "Gives the selection in the image, or those in the ROI Manager, this color.",
						event -> editor.add(Optional.of(Toolbar.getForegroundColor()))),
				button(new JButton("Keep gray"), "Keeps the selection gray.", event -> editor.add(Optional.of(Color.GRAY))),
				button(new JButton("Keep predicted"), "Keeps the selection as predicted, whatever the other hints are.",
						event -> editor.add(Optional.empty())));
		final JPanel changing = new JPanel(new GridLayout(0, 1, 0, Form.GAP));
		changing.add(button(new JButton("Recolor"), "Gives the hint selected in the list the color above.",
				event -> selected().ifPresent(hint -> editor.recolor(hint, Optional.of(Toolbar.getForegroundColor())))));
		changing.add(button(new JButton("Delete"), "Deletes the hint selected in the list.",
				event -> selected().ifPresent(editor::delete)));
		changing.add(button(new JButton("Undo"), "Reverts the latest change of the hints.", event -> editor.undo()));
		list.setVisibleRowCount(ROWS);
		list.setName("hintList");
		list.setSelectionMode(ListSelectionModel.SINGLE_SELECTION);
		list.setCellRenderer(new HintRenderer());
		list.setToolTipText("Click on a hint, then move or reshape it in the image.");
		list.addListSelectionListener(event -> {
			if (!refreshing && !event.getValueIsAdjusting()) {
				selected().ifPresentOrElse(editor::select, editor::deselect);
			}
		});
		final JPanel top = new JPanel(new GridLayout(0, 1, 0, Form.GAP));
		top.add(colors);
		top.add(adding);
		add(Form.sentence("Draw a point, a line or an area on the image, then press Add hint."), BorderLayout.NORTH);
		add(top, BorderLayout.CENTER);
		final JPanel bottom = new JPanel(new BorderLayout(Form.GAP, 0));
		bottom.add(new JScrollPane(list), BorderLayout.CENTER);
		bottom.add(changing, BorderLayout.EAST);
		add(bottom, BorderLayout.SOUTH);
		refresh();
		watched = state();
		watch = new Timer(WATCH_EVERY, event -> watch());
		watch.start();
		IJ.addEventListener(this);
	}

	private static JPanel row(final JComponent... components) {
		final JPanel row = new JPanel(new FlowLayout(FlowLayout.LEFT, Form.GAP, 0));
		// The layout also puts a gap before the first one.
		row.setBorder(BorderFactory.createEmptyBorder(0, -Form.GAP, 0, 0));
		for (final JComponent component : components) {
			row.add(component);
		}
		return row;
	}

	private JButton button(final JButton button, final String tooltip, final ActionListener action) {
		button.setToolTipText(tooltip);
		button.addActionListener(event -> {
			try {
				action.actionPerformed(event);
			}
			catch (final IllegalArgumentException e) {
				messages.accept(e.getMessage());
			}
		});
		return button;
	}

	private Optional<Roi> selected() {
		return Optional.ofNullable(list.getSelectedValue());
	}

	private void edited() {
		refresh();
		watched = state();
		field.accept(model.isEmpty() ? "" : ImageHints.OVERLAY);
		changed.run();
	}

	private void refresh() {
		final int index = list.getSelectedIndex();
		final List<Roi> hints = editor.hints();
		refreshing = true;
		model.clear();
		hints.forEach(model::addElement);
		if (editor.isSelecting()) {
			list.setSelectedIndex(index);
		}
		refreshing = false;
	}

	/** State that the preview depends on and that sends no events. */
	private Object state() {
		return List.of(image.getCurrentSlice(), editor.hints().stream().map(roi -> Arrays.asList(roi.getFloatBounds(),
				roi.getStrokeColor(), roi.getFillColor(), roi.getName())).toList());
	}

	private void watch() {
		if (hadWindow && image.getWindow() == null) {
			imageClosed.run();
			return;
		}
		final Object now = state();
		if (!now.equals(watched)) {
			watched = now;
			refresh();
			changed.run();
		}
	}

	/** ImageJ's own tool sets the foreground color. */
	private void pick() {
		toolBefore = IJ.getToolName();
		IJ.setTool("dropper");
	}

	@Override
	public void eventOccurred(final int event) {
		if (event == FOREGROUND_COLOR_CHANGED) {
			SwingUtilities.invokeLater(() -> {
				color.repaint();
				if (toolBefore != null) {
					IJ.setTool(toolBefore);
					toolBefore = null;
				}
			});
		}
	}

	/** Writes the hints to ImageJ's recorder, if it is on. */
	void record() {
		final String macro = editor.macro();
		if (!Recorder.record || macro.isEmpty()) {
			return;
		}
		if (Recorder.scriptMode()) {
			Recorder.recordCall("IJ.runMacro(\"" + macro.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ")
					+ "\");");
		}
		else {
			Recorder.recordString(macro);
		}
		if (!editor.hasMacro()) {
			IJ.log("A hint of several parts cannot be recorded: save the overlay with the ROI Manager, and give the file as"
					+ " hints.");
		}
	}

	/** Stops following the image. */
	void close() {
		watch.stop();
		IJ.removeEventListener(this);
		editor.close();
	}

	/** The current color of something, as an icon. */
	private record Swatch(Supplier<Optional<Color>> source) implements Icon {

		@Override
		public void paintIcon(final Component component, final Graphics g, final int x, final int y) {
			g.setColor(source.get().orElse(Color.WHITE));
			g.fillRect(x, y, SWATCH, SWATCH);
			g.setColor(Color.DARK_GRAY);
			g.drawRect(x, y, SWATCH - 1, SWATCH - 1);
			if (source.get().isEmpty()) {
				g.drawLine(x, y + SWATCH - 1, x + SWATCH - 1, y);
			}
		}

		@Override
		public int getIconWidth() {
			return SWATCH;
		}

		@Override
		public int getIconHeight() {
			return SWATCH;
		}
	}

	/** A hint in the list: its color, type and position. */
	private static final class HintRenderer extends DefaultListCellRenderer {

		private static final long serialVersionUID = 1L;

		@Override
		public Component getListCellRendererComponent(final JList<?> list, final Object value, final int index,
				final boolean chosen, final boolean focused) {
			final Roi hint = (Roi) value;
			final JLabel label = (JLabel) super.getListCellRendererComponent(list, value, index, chosen, focused);
			final boolean keeps = ImageHints.KEEP.equalsIgnoreCase(hint.getName());
			final Color color = hint.getFillColor() == null ? hint.getStrokeColor() : hint.getFillColor();
			label.setIcon(new Swatch(() -> keeps ? Optional.empty() : Optional.of(color)));
			label.setText(hint.getTypeAsString().toLowerCase(Locale.ROOT) + " at " + hint.getBounds().x + ", "
					+ hint.getBounds().y + (keeps ? ", predicted color" : isGray(color) ? ", gray" : ""));
			return label;
		}

		private static boolean isGray(final Color color) {
			return color.getRed() == color.getGreen() && color.getGreen() == color.getBlue();
		}
	}
}
