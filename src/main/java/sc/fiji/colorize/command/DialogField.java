/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.BorderLayout;
import java.awt.Dialog;
import java.awt.FileDialog;
import java.awt.Frame;
import java.awt.Insets;
import java.awt.Window;
import java.io.File;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import javax.swing.DefaultComboBoxModel;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JFileChooser;
import javax.swing.JPanel;
import javax.swing.JSlider;
import javax.swing.JTextField;
import javax.swing.SwingUtilities;
import javax.swing.event.DocumentEvent;
import javax.swing.event.DocumentListener;
import javax.swing.text.JTextComponent;

import org.scijava.Context;
import org.scijava.module.ModuleItem;
import org.scijava.widget.WidgetStyle;

/** A field of a {@link CommandDialog} for one parameter. Its content is text in the form that macros use. */
abstract class DialogField {

	private static final String MODELS = "models";
	private static final String MODEL = "model";
	private static final String DIRECTORY = "directory";
	private static final String SAVE = "save";
	private static final String OPEN = "open";
	private static final int COLUMNS = 20;
	private static final int NUMBER_COLUMNS = 6;

	private final Context context;
	private final ModuleItem<?> item;
	private JComponent component;

	private DialogField(final Context context, final ModuleItem<?> item) {
		this.context = context;
		this.item = item;
	}

	/** Creates the field for a parameter, of free text if there are no choices. Runs an action after each change. */
	static DialogField of(final Context context, final ModuleItem<?> item, final List<String> choices,
			final Runnable changed) {
		if (item.getType() == Boolean.class) {
			return new Box(context, item, changed);
		}
		if (!choices.isEmpty()) {
			return new Choice(context, item, choices, changed);
		}
		if (WidgetStyle.isStyle(item, "slider")) {
			return new Slider(context, item, changed);
		}
		return new Text(context, item, changed);
	}

	/** Whether a parameter is a file, a folder or a model. */
	static boolean isPath(final ModuleItem<?> item) {
		return item.getType() == File.class || WidgetStyle.isStyle(item, OPEN) || isModel(item);
	}

	/** Whether a parameter is a model, or several. */
	static boolean isModel(final ModuleItem<?> item) {
		return WidgetStyle.isStyle(item, MODEL) || WidgetStyle.isStyle(item, MODELS);
	}

	abstract String text();

	abstract void show(String text);

	final ModuleItem<?> item() {
		return item;
	}

	final String name() {
		return item.getName();
	}

	final JComponent component() {
		return component;
	}

	/** Sets the component that the dialog shows. */
	final void setComponent(final JComponent shown) {
		component = shown;
		component.setName(item.getName());
	}

	final boolean isLabeled() {
		return component instanceof JCheckBox;
	}

	/** The value in the field; throws an IllegalArgumentException if it is missing, invalid or out of range. */
	final Object value() {
		final String text = text().strip();
		final String label = Objects.requireNonNullElse(item.getLabel(), item.getName());
		if (item.isRequired() && text.isEmpty()) {
			throw new IllegalArgumentException("Fill in '" + label + "'.");
		}
		final Object value = Ij1Commands.value(context, item, text);
		if (value instanceof Number number && (isBeyond(number, item.getMinimumValue(), -1)
				|| isBeyond(number, item.getMaximumValue(), 1))) {
			throw new IllegalArgumentException(label + " must be "
					+ (item.getMaximumValue() == null ? item.getMinimumValue() + " or more"
							: "from " + item.getMinimumValue() + " to " + item.getMaximumValue())
					+ " but is " + text + ".");
		}
		return value;
	}

	private static boolean isBeyond(final Number number, final Object limit, final int direction) {
		return limit instanceof Number end && direction * (number.doubleValue() - end.doubleValue()) > 0;
	}

	/** Adds a button that browses for a path; other parameters are returned unchanged. */
	private static JComponent withBrowse(final ModuleItem<?> item, final JComponent component, final JTextField target) {
		if (!isPath(item)) {
			return component;
		}
		final JButton browse = new JButton("Browse...");
		// As low as a text field.
		browse.setMargin(new Insets(0, 2 * Form.GAP, 0, 2 * Form.GAP));
		browse.setToolTipText("Chooses it in the folders of this computer.");
		browse.addActionListener(event -> browse(item, component, target.getText()).ifPresent(target::setText));
		return beside(component, browse);
	}

	private static JComponent beside(final JComponent center, final JComponent right) {
		final JPanel panel = new JPanel(new BorderLayout(Form.GAP, 0));
		panel.add(center, BorderLayout.CENTER);
		panel.add(right, BorderLayout.EAST);
		return panel;
	}

	private static Optional<String> browse(final ModuleItem<?> item, final JComponent parent, final String before) {
		if (WidgetStyle.isStyle(item, DIRECTORY)) {
			final JFileChooser chooser = new JFileChooser(before.isBlank() ? null : before);
			chooser.setFileSelectionMode(JFileChooser.DIRECTORIES_ONLY);
			return chooser.showDialog(parent, "Choose") == JFileChooser.APPROVE_OPTION
					? Optional.of(chooser.getSelectedFile().toString()) : Optional.empty();
		}
		final int mode = WidgetStyle.isStyle(item, SAVE) ? FileDialog.SAVE : FileDialog.LOAD;
		final Window owner = SwingUtilities.getWindowAncestor(parent);
		final FileDialog dialog = owner instanceof Dialog above ? new FileDialog(above, item.getLabel(), mode)
				: new FileDialog((Frame) null, item.getLabel(), mode);
		if (isModel(item)) {
			dialog.setFilenameFilter((folder, name) -> name.endsWith(".zip"));
		}
		dialog.setVisible(true);
		if (dialog.getFile() == null) {
			return Optional.empty();
		}
		final String chosen = new File(dialog.getDirectory(), dialog.getFile()).toString();
		return Optional.of(WidgetStyle.isStyle(item, MODELS) && !before.isBlank() ? before + ", " + chosen : chosen);
	}

	private static void listen(final JTextComponent text, final Runnable changed) {
		text.getDocument().addDocumentListener(new DocumentListener() {

			@Override
			public void insertUpdate(final DocumentEvent event) {
				changed.run();
			}

			@Override
			public void removeUpdate(final DocumentEvent event) {
				changed.run();
			}

			@Override
			public void changedUpdate(final DocumentEvent event) {
				// From the style, not from the text.
			}
		});
	}

	private static final class Box extends DialogField {

		private final JCheckBox box;

		Box(final Context context, final ModuleItem<?> item, final Runnable changed) {
			super(context, item);
			box = new JCheckBox(item.getLabel());
			box.addItemListener(event -> changed.run());
			setComponent(box);
		}

		@Override
		String text() {
			return Boolean.toString(box.isSelected());
		}

		@Override
		void show(final String text) {
			box.setSelected(Boolean.parseBoolean(text));
		}
	}

	/** A list to choose from. Paths, and several models, can also be typed. */
	private static final class Choice extends DialogField {

		private final JComboBox<String> list;

		Choice(final Context context, final ModuleItem<?> item, final List<String> choices, final Runnable changed) {
			super(context, item);
			list = new JComboBox<>(choices.toArray(String[]::new));
			if (isPath(item)) {
				list.setEditable(true);
				editor().setColumns(COLUMNS);
				listen(editor(), changed);
				setComponent(withBrowse(item, list, editor()));
			}
			else {
				list.addActionListener(event -> changed.run());
				setComponent(list);
			}
		}

		private JTextField editor() {
			return (JTextField) list.getEditor().getEditorComponent();
		}

		@Override
		String text() {
			return list.isEditable() ? editor().getText() : String.valueOf(list.getSelectedItem());
		}

		@Override
		void show(final String text) {
			if (!list.isEditable() && ((DefaultComboBoxModel<String>) list.getModel()).getIndexOf(text) < 0) {
				list.addItem(text);
			}
			list.setSelectedItem(text);
		}
	}

	private static class Text extends DialogField {

		final JTextField field;

		Text(final Context context, final ModuleItem<?> item, final Runnable changed) {
			this(context, item, COLUMNS);
			listen(field, changed);
			setComponent(withBrowse(item, field, field));
		}

		Text(final Context context, final ModuleItem<?> item, final int columns) {
			super(context, item);
			field = new JTextField(columns);
		}

		@Override
		final String text() {
			return field.getText();
		}

		@Override
		final void show(final String text) {
			if (!text.equals(field.getText())) {
				field.setText(text);
			}
		}
	}

	/** A number with a slider, which may cover only part of the range. */
	private static final class Slider extends Text {

		private final double step;
		/** True while the field and the slider are being synchronized. */
		private boolean following;

		Slider(final Context context, final ModuleItem<?> item, final Runnable changed) {
			super(context, item, NUMBER_COLUMNS);
			step = item.getStepSize().doubleValue();
			final JSlider slider = new JSlider();
			setComponent(beside(slider, field));
			slider.setMinimum(steps(((Number) item.getMinimumValue()).doubleValue()));
			slider.setMaximum(steps(CommandDialog.style(item, "soft").map(Double::valueOf)
					.orElseGet(() -> ((Number) item.getMaximumValue()).doubleValue())));
			slider.addChangeListener(event -> follow(() -> {
				// Rounds off binary fractions.
				field.setText(String.valueOf(Math.round(slider.getValue() * step * 1e6) / 1e6));
			}));
			listen(field, () -> {
				follow(() -> {
					try {
						slider.setValue(steps(Double.parseDouble(text().strip())));
					}
					catch (final NumberFormatException e) {
						// The user is still typing.
						return;
					}
				});
				changed.run();
			});
		}

		private void follow(final Runnable update) {
			if (!following) {
				following = true;
				update.run();
				following = false;
			}
		}

		private int steps(final double value) {
			return (int) Math.round(value / step);
		}
	}
}
