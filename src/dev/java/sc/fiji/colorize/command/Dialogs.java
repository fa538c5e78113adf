/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Frame;
import java.awt.Window;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import javax.swing.AbstractButton;
import javax.swing.JComboBox;
import javax.swing.JDialog;
import javax.swing.JFrame;
import javax.swing.JToggleButton;
import javax.swing.text.JTextComponent;

/** Finds the dialogs of the commands and their fields in an ImageJ with windows, and fills them in. */
final class Dialogs {

	/** Far more than anything takes, so that only a hang fails. */
	private static final long PATIENCE_MINUTES = 8;

	private Dialogs() {
	}

	/** A dialog, once it is shown. */
	static JDialog dialog(final String title) throws InterruptedException {
		await("a dialog " + title, () -> find(title) != null);
		return find(title);
	}

	private static JDialog find(final String title) {
		return Arrays.stream(Window.getWindows())
				.filter(window -> window.isShowing() && window instanceof JDialog dialog && title.equals(dialog.getTitle()))
				.map(JDialog.class::cast).findFirst().orElse(null);
	}

	/** The window of a training, once it is shown. */
	static JFrame training(final String model) throws InterruptedException {
		final Supplier<Optional<JFrame>> window = () -> Arrays.stream(Window.getWindows())
				.filter(open -> open.isShowing() && open instanceof JFrame frame
						&& ("Training of " + model).equals(frame.getTitle()))
				.map(JFrame.class::cast).findFirst();
		await("a training of " + model, () -> window.get().isPresent());
		return window.get().orElseThrow();
	}

	/** All components of a kind. */
	static <T> List<T> all(final Container container, final Class<T> kind) {
		final List<T> found = new ArrayList<>();
		for (final Component component : container.getComponents()) {
			if (kind.isInstance(component)) {
				found.add(kind.cast(component));
			}
			if (component instanceof Container inner) {
				found.addAll(all(inner, kind));
			}
		}
		return found;
	}

	/** The field of a parameter, or the part of it that is of a kind. */
	static <T extends Component> T field(final Container dialog, final String parameter, final Class<T> kind) {
		final Component field = all(dialog, Component.class).stream()
				.filter(component -> parameter.equals(component.getName())).findFirst()
				.orElseThrow(() -> new IllegalStateException("There is no field " + parameter + " in the dialog."));
		return kind.isInstance(field) ? kind.cast(field) : all((Container) field, kind).get(0);
	}

	/** The names of the parameters that a dialog asks for. */
	static List<String> parameters(final Container dialog) {
		return all(dialog, Component.class).stream().map(Component::getName)
				.filter(name -> name != null && name.matches("[a-z][A-Za-z]*")).toList();
	}

	/** A button by its label, also a title. */
	static AbstractButton button(final Container container, final String label) {
		return all(container, AbstractButton.class).stream().filter(button -> label.equals(button.getText())).findFirst()
				.orElseThrow(() -> new IllegalStateException("There is no button " + label + " in the dialog."));
	}

	/** Puts a value in the field of a parameter, as if it were typed or chosen. */
	static void set(final Container dialog, final String parameter, final Object value)
			throws InterruptedException, InvocationTargetException {
		EventQueue.invokeAndWait(() -> {
			if (value instanceof Boolean ticked) {
				final JToggleButton box = field(dialog, parameter, JToggleButton.class);
				if (box.isSelected() != ticked) {
					box.doClick();
				}
				return;
			}
			final List<JComboBox<?>> lists = new ArrayList<>();
			final Component field = field(dialog, parameter, Component.class);
			if (field instanceof JComboBox<?> list) {
				lists.add(list);
			}
			all((Container) field, JComboBox.class).forEach(lists::add);
			if (lists.isEmpty()) {
				field(dialog, parameter, JTextComponent.class).setText(String.valueOf(value));
			}
			else {
				lists.get(0).setSelectedItem(value);
			}
		});
	}

	/** Presses a button. */
	static void press(final Container dialog, final String label) throws InterruptedException, InvocationTargetException {
		final AbstractButton button = button(dialog, label);
		await("an enabled " + label, button::isEnabled);
		EventQueue.invokeAndWait(button::doClick);
	}

	/** Whether {@code Colorize...} runs, or waits for its dialog. */
	static boolean isRunning() {
		return Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().contains("Colorize..."));
	}

	/** Waits until a condition holds. */
	static void await(final String what, final BooleanSupplier condition) throws InterruptedException {
		final long end = end();
		while (!condition.getAsBoolean()) {
			requireBefore(end, what);
			Thread.sleep(50);
		}
	}

	/** When the patience ends that begins now. */
	static long end() {
		return System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
	}

	/** Fails when the patience has ended. */
	static void requireBefore(final long end, final String what) {
		if (System.nanoTime() > end) {
			throw new IllegalStateException("There was never " + what + ", but the windows " + titles() + ".");
		}
	}

	private static List<String> titles() {
		return Arrays.stream(Window.getWindows()).filter(Window::isShowing).map(window -> window instanceof Frame frame
				? frame.getTitle() : window instanceof Dialog dialog ? dialog.getTitle() : window.getName()).toList();
	}
}
