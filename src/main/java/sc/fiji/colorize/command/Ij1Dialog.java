/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.Checkbox;
import java.awt.Choice;
import java.awt.TextField;
import java.io.File;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Vector;

import ij.IJ;
import ij.gui.GenericDialog;
import ij.plugin.frame.Recorder;
import org.scijava.Context;
import org.scijava.ItemVisibility;
import org.scijava.command.CommandInfo;
import org.scijava.command.Previewable;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.service.Service;

import sc.fiji.colorize.model.ModelStore;

/**
 * A dialog of plain ImageJ 1 made of a command's parameters. A command with a preview hears of each change, and what
 * is in the dialog when it is closed can be recorded under the names of the parameters.
 */
final class Ij1Dialog {

	private static final int FIELD_COLUMNS = 20;

	private final Context context;
	private final CommandInfo command;
	private final Module module;
	private final List<ModuleItem<?>> items;
	private final Map<String, Object> inputs;
	private final GenericDialog dialog;
	private Map<String, String> answers;

	/**
	 * Prepares the dialog.
	 *
	 * @param context converts texts to values
	 * @param command tells the title
	 * @param module has the defaults, and the preview
	 * @param items the parameters that are asked for
	 * @param inputs the values of all parameters; changed if the user agrees
	 */
	Ij1Dialog(final Context context, final CommandInfo command, final Module module, final List<ModuleItem<?>> items,
			final Map<String, Object> inputs) {
		this.context = context;
		this.command = command;
		this.module = module;
		this.items = items.stream().filter(item -> !item.getName().equals(ColorizeCommand.STACK)).toList();
		this.inputs = inputs;
		dialog = new GenericDialog(command.getTitle());
	}

	/** Shows the dialog; false if the user cancels it. */
	boolean ask() {
		for (final ModuleItem<?> item : items) {
			addField(item);
		}
		for (final ModuleItem<?> item : command.inputs()) {
			if (item.getVisibility() == ItemVisibility.MESSAGE) {
				dialog.addMessage(String.valueOf(item.getValue(module)));
			}
		}
		if (module.getDelegateObject() instanceof Previewable) {
			for (final ModuleItem<?> item : command.inputs()) {
				if (Service.class.isAssignableFrom(item.getType())) {
					module.setInput(item.getName(), context.service(item.getType().asSubclass(Service.class)));
				}
			}
			dialog.addDialogListener((source, event) -> preview());
		}
		dialog.showDialog();
		if (dialog.wasCanceled()) {
			return false;
		}
		answers = texts();
		for (final ModuleItem<?> item : items) {
			inputs.put(item.getName(), Ij1Commands.value(context, item, answers.get(item.getName())));
		}
		return true;
	}

	/** Records what was in the dialog, if the recorder is on. */
	void record() {
		if (Recorder.record) {
			answers.forEach((name, text) -> {
				if (!name.equals(ColorizeCommand.PREVIEW)) {
					Recorder.recordOption(name, text);
				}
			});
		}
	}

	private void addField(final ModuleItem<?> item) {
		final String label = item.getLabel() == null ? item.getName() : item.getLabel();
		final Object value = item.getValue(module);
		final String text = value == null ? "" : value.toString();
		if (item.getType() == Boolean.class) {
			dialog.addCheckbox(label, Boolean.TRUE.equals(value));
		}
		else if (isChoice(item)) {
			dialog.addChoice(label, item.getChoices().stream().map(String::valueOf).toArray(String[]::new), text);
		}
		else if (ModelChoice.isFor(command, item)) {
			dialog.addChoice(label, ModelChoice.choices(ModelStore.ofUser(), text).toArray(String[]::new), text);
			ModelChoice.offerFiles((Choice) dialog.getChoices().lastElement());
		}
		else if (isSlider(item)) {
			dialog.addSlider(label, ((Number) item.getMinimumValue()).doubleValue(),
					((Number) item.getMaximumValue()).doubleValue(), ((Number) value).doubleValue(),
					item.getStepSize().doubleValue());
		}
		else if (item.getType() == File.class && "directory".equals(item.getWidgetStyle())) {
			dialog.addDirectoryField(label, text, FIELD_COLUMNS);
		}
		else if (item.getType() == File.class && "open".equals(item.getWidgetStyle())) {
			dialog.addFileField(label, text, FIELD_COLUMNS);
		}
		else {
			dialog.addStringField(label, text, FIELD_COLUMNS);
		}
	}

	private static boolean isChoice(final ModuleItem<?> item) {
		return item.getChoices() != null && !item.getChoices().isEmpty();
	}

	private static boolean isSlider(final ModuleItem<?> item) {
		return item.getWidgetStyle() != null && item.getWidgetStyle().contains("slider");
	}

	/**
	 * What is in the fields, for each parameter. The fields themselves are read, because the dialog would record the
	 * labels, but a macro holds the names.
	 */
	private Map<String, String> texts() {
		final Iterator<?> fields = all(dialog.getStringFields());
		final Iterator<?> numbers = all(dialog.getNumericFields());
		final Iterator<?> boxes = all(dialog.getCheckboxes());
		final Iterator<?> choices = all(dialog.getChoices());
		final Map<String, String> texts = new LinkedHashMap<>();
		for (final ModuleItem<?> item : items) {
			if (item.getType() == Boolean.class) {
				texts.put(item.getName(), Boolean.toString(((Checkbox) boxes.next()).getState()));
			}
			else if (isChoice(item) || ModelChoice.isFor(command, item)) {
				texts.put(item.getName(), ((Choice) choices.next()).getSelectedItem());
			}
			else {
				texts.put(item.getName(), ((TextField) (isSlider(item) ? numbers : fields).next()).getText());
			}
		}
		return texts;
	}

	private static Iterator<?> all(final Vector<?> fields) {
		return (fields == null ? new Vector<>() : fields).iterator();
	}

	/** Tells the command what is in the dialog; false, so that OK is disabled, if something in it makes no sense. */
	private boolean preview() {
		final Map<String, Object> values = new LinkedHashMap<>(inputs);
		final Map<String, String> texts = texts();
		try {
			for (final ModuleItem<?> item : items) {
				values.put(item.getName(), Ij1Commands.value(context, item, texts.get(item.getName())));
			}
		}
		catch (final IllegalArgumentException e) {
			IJ.showStatus(e.getMessage());
			return false;
		}
		values.forEach(module::setInput);
		module.preview();
		return true;
	}
}
