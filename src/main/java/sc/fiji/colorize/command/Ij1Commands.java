/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.GraphicsEnvironment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ij.IJ;
import ij.ImagePlus;
import ij.Macro;
import ij.WindowManager;
import ij.plugin.PlugIn;
import ij.plugin.frame.Recorder;
import org.scijava.Cancelable;
import org.scijava.Context;
import org.scijava.app.event.StatusEvent;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.convert.ConvertService;
import org.scijava.event.EventHandler;
import org.scijava.event.EventService;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.PluginService;

/**
 * Runs the commands from the menus and macros of plain ImageJ 1, which does not know SciJava commands. The active image is
 * the input. The other parameters come from the macro, by name, or from a dialog built from the command's parameters.
 * <p>
 * In Fiji and ImageJ2 the commands themselves are in the menu.
 */
public final class Ij1Commands implements PlugIn {

	private static final Pattern KEY = Pattern.compile("(\\w+)(=?)");

	/** A strong reference, because the event service only keeps a weak one. */
	private static final StatusBar STATUS_BAR = new StatusBar();

	/** Shared by all commands: ImageJ 1 would create one per call. */
	private static Context context;

	/** Shows status messages of SciJava in ImageJ 1. */
	private static final class StatusBar {

		@EventHandler
		private void show(final StatusEvent event) {
			if (event.getStatusMessage() != null) {
				IJ.showStatus(event.getStatusMessage());
			}
			if (event.getProgressMaximum() > 0) {
				IJ.showProgress((double) event.getProgressValue() / event.getProgressMaximum());
			}
		}
	}

	@Override
	public void run(final String commandClass) {
		final Thread thread = Thread.currentThread();
		final ClassLoader before = thread.getContextClassLoader();
		// ImageJ 1 loads plugins with its own class loader, in which SciJava and DJL must look up their parts.
		thread.setContextClassLoader(Ij1Commands.class.getClassLoader());
		try {
			run(context(), context().service(CommandService.class).getCommand(commandClass), true);
		}
		catch (final RuntimeException | Error e) {
			if (Macro.MACRO_CANCELED.equals(e.getMessage())) {
				// ImageJ shows the error and aborts the macro.
				throw e;
			}
			IJ.error("Colorize", ReportingCommand.sentence(e));
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	/** Asks for the parameters of a command and runs it inside another one, unrecorded. Returns whether it completed. */
	static boolean runUnrecorded(final Context context, final Class<? extends Command> command) {
		return run(context, context.service(CommandService.class).getCommand(command), false);
	}

	private static boolean run(final Context context, final CommandInfo command, final boolean record) {
		final Module module = context.service(ModuleService.class).createModule(command);
		try {
			if (module.getDelegateObject() instanceof EngineCommand && !EngineCommand.offerEngine(context)) {
				Recorder.setCommand(null);
				return false;
			}
			return fill(context, command, module, record) && run(context, command, module);
		}
		finally {
			// Ends a preview in every case.
			module.cancel();
		}
	}

	private static synchronized Context context() {
		if (context == null) {
			context = new Context();
			context.service(EventService.class).subscribe(STATUS_BAR);
		}
		return context;
	}

	/** Whether this class runs the commands of a context, and so reports their errors. */
	static synchronized boolean owns(final Context other) {
		return other == context;
	}

	private static boolean run(final Context context, final CommandInfo command, final Module module) {
		final Map<String, Object> inputs = new LinkedHashMap<>();
		// Set explicitly, so that SciJava does not load the last values.
		CommandDialog.parameters(command).forEach(item -> inputs.put(item.getName(), item.getValue(module)));
		if (command.getInput(ColorizeCommand.INPUT) != null) {
			inputs.put(ColorizeCommand.INPUT, module.getInput(ColorizeCommand.INPUT));
		}
		try {
			// The images are shown below. SciJava's own postprocessor has no display for them here and would log that.
			context.service(ModuleService.class).run(module,
					context.service(PluginService.class).createInstancesOfType(PreprocessorPlugin.class), List.of(), inputs)
					.get();
			if (module instanceof Cancelable cancelable && cancelable.isCanceled()) {
				IJ.error("Colorize", cancelable.getCancelReason());
				return false;
			}
			for (final ModuleItem<?> item : command.outputs()) {
				if (item.getValue(module) instanceof ImagePlus image && WindowManager.getImage(image.getID()) == null) {
					image.show();
				}
			}
			return true;
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
		}
		catch (final ExecutionException e) {
			IJ.error("Colorize", ReportingCommand.sentence(e));
		}
		return false;
	}

	/** Sets the parameters of a command; false if the user cancels the dialog. */
	private static boolean fill(final Context context, final CommandInfo command, final Module module,
			final boolean record) {
		if (command.getInput(ColorizeCommand.INPUT) != null) {
			final ImagePlus image = WindowManager.getCurrentImage();
			module.setInput(ColorizeCommand.INPUT, image == null ? new ImagePlus() : image);
		}
		final String options = Macro.getOptions();
		if (options != null) {
			read(context, parse(options), CommandDialog.parameters(command), module);
			return true;
		}
		if (GraphicsEnvironment.isHeadless()) {
			return true;
		}
		final CommandDialog dialog = new CommandDialog(context, module);
		if (!dialog.ask()) {
			// A canceled command is not recorded.
			Recorder.setCommand(null);
			return false;
		}
		if (record) {
			dialog.record();
		}
		return true;
	}

	/**
	 * Parses the options of a macro in the syntax of {@link Macro#getValue}: {@code key=value}, {@code key=[value with
	 * spaces]}, {@code key='value with spaces'}, or a key alone. Brackets nest. The first of repeated keys wins.
	 */
	static Map<String, String> parse(final String options) {
		final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		final Matcher key = KEY.matcher(options);
		int from = 0;
		while (key.find(from)) {
			from = key.end();
			String value = "true";
			if (!key.group(2).isEmpty()) {
				final boolean quoted = from < options.length() && "'[".indexOf(options.charAt(from)) >= 0;
				final int end = quoted ? closing(options, from) : (options + " ").indexOf(' ', from);
				if (end < 0) {
					throw new IllegalArgumentException("The value of the parameter " + key.group(1) + " has no "
							+ (options.charAt(from) == '[' ? "]" : "second '") + " at its end.");
				}
				value = options.substring(quoted ? from + 1 : from, end);
				from = Math.min(options.length(), end + 1);
			}
			values.putIfAbsent(key.group(1), value);
		}
		return values;
	}

	/** The index of the closing quotation mark or bracket; negative if there is none. */
	private static int closing(final String options, final int from) {
		if (options.charAt(from) == '\'') {
			return options.indexOf('\'', from + 1);
		}
		int open = 0;
		for (int i = from; i < options.length(); i++) {
			open += options.charAt(i) == '[' ? 1 : options.charAt(i) == ']' ? -1 : 0;
			if (open == 0) {
				return i;
			}
		}
		return -1;
	}

	private static void read(final Context context, final Map<String, String> options,
			final List<ModuleItem<?>> items, final Module module) {
		for (final Map.Entry<String, String> option : options.entrySet()) {
			final ModuleItem<?> item = items.stream().filter(i -> i.getName().equalsIgnoreCase(option.getKey()))
					.findFirst().orElseThrow(() -> new IllegalArgumentException("There is no parameter '"
							+ option.getKey() + "': give "
							+ String.join(", ", items.stream().map(ModuleItem::getName).toList()) + "."));
			module.setInput(item.getName(), value(context, item, option.getValue()));
		}
	}

	/** Converts text to the type of a parameter. */
	static Object value(final Context context, final ModuleItem<?> item, final String text) {
		Object value = null;
		try {
			value = context.service(ConvertService.class).convert(text, item.getType());
		}
		catch (final IllegalArgumentException e) {
			// Not a number: reported below.
		}
		if (value == null) {
			throw new IllegalArgumentException("The parameter " + item.getName() + " must be "
					+ (Number.class.isAssignableFrom(item.getType()) ? "a number" : "a "
							+ item.getType().getSimpleName().toLowerCase(Locale.ROOT))
					+ " but is '" + text + "'.");
		}
		return value;
	}
}
