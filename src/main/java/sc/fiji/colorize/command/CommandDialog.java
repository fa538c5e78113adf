/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.EventQueue;
import java.awt.FlowLayout;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import javax.swing.BorderFactory;
import javax.swing.JButton;
import javax.swing.JComponent;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.KeyStroke;
import javax.swing.UIManager;
import javax.swing.WindowConstants;

import ij.IJ;
import ij.gui.GUI;
import ij.plugin.BrowserLauncher;
import ij.plugin.frame.Recorder;
import org.scijava.Context;
import org.scijava.ItemVisibility;
import org.scijava.command.CommandInfo;
import org.scijava.command.Previewable;
import org.scijava.module.MethodCallException;
import org.scijava.module.Module;
import org.scijava.module.ModuleInfo;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;
import org.scijava.service.Service;
import org.scijava.widget.WidgetStyle;

import sc.fiji.colorize.io.RootCause;

/**
 * The dialog of a command in plain ImageJ 1 and in Fiji. It is built from the command's parameters: labels, descriptions as
 * tooltips, defaults, ranges and choices. It is not modal. Styles of a parameter beyond those of SciJava:
 * <ul>
 * <li>{@code group:NAME}: the section of the dialog. The section {@value #ADVANCED} starts collapsed and shows the
 * descriptions.</li>
 * <li>{@code initial:VALUE}: the initial value of the dialog, where it differs from the default of macros.</li>
 * <li>{@code soft:NUMBER}: the end of a slider; larger numbers can be typed.</li>
 * <li>{@code model}, {@code models}, {@code device}: a choice of those available.</li>
 * </ul>
 */
final class CommandDialog {

	static final String ADVANCED = "Advanced";
	static final String HINTS = "Color hints";

	private static final String DOCUMENTATION = "https://github.com/fiji/fiji-colorize/blob/main/docs/";
	private static final int SCREEN_MARGIN = 80;

	private final Context context;
	private final Module module;
	private final CommandInfo command;
	private final List<DialogField> fields = new ArrayList<>();
	private final CountDownLatch closed = new CountDownLatch(1);
	private JDialog dialog;
	private JLabel message;
	private JButton ok;
	private HintPanel hintPanel;
	private boolean accepted;
	/** True while this class fills the fields, so that they are not taken for edits by the user. */
	private boolean filling;

	/** Prepares a dialog that asks for the unresolved inputs of a command of this project. */
	CommandDialog(final Context context, final Module module) {
		this.context = context;
		this.module = module;
		command = (CommandInfo) module.getInfo();
		for (final ModuleItem<?> item : command.inputs()) {
			if (Service.class.isAssignableFrom(item.getType())) {
				module.setInput(item.getName(), context.service(item.getType().asSubclass(Service.class)));
			}
		}
	}

	/** The parameters of a command that a user or a macro can set, without the image. */
	static List<ModuleItem<?>> parameters(final ModuleInfo command) {
		return inOrder(command)
				.filter(item -> !item.getName().equals(ColorizeCommand.INPUT) && item.getType() != Context.class
						&& !Service.class.isAssignableFrom(item.getType())
						&& item.getVisibility() != ItemVisibility.MESSAGE)
				.toList();
	}

	/** Files, folders and models come first. SciJava puts the parameters of a superclass before them. */
	private static Stream<ModuleItem<?>> inOrder(final ModuleInfo command) {
		return StreamSupport.stream(command.inputs().spliterator(), false).<ModuleItem<?>>map(item -> item)
				.sorted(Comparator.comparing(item -> !DialogField.isPath(item) || style(item, "group").isPresent()));
	}

	/** Shows the dialog and waits until it closes. False if the user canceled; otherwise the inputs have its values. */
	boolean ask() {
		final String recording = Recorder.getCommand();
		// Other commands may run meanwhile, and would record this one when they end.
		Recorder.setCommand(null);
		try {
			if (EventQueue.isDispatchThread()) {
				show(true);
			}
			else {
				EventQueue.invokeAndWait(() -> show(false));
				closed.await();
			}
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			EventQueue.invokeLater(dialog::dispose);
			return false;
		}
		catch (final InvocationTargetException e) {
			throw new IllegalStateException(RootCause.sentence("The dialog", e.getCause()), e.getCause());
		}
		if (accepted) {
			fields.forEach(field -> module.setInput(field.name(), field.value()));
			Recorder.setCommand(recording);
		}
		return accepted;
	}

	/** Records the values of the dialog with ImageJ 1's recorder, if it is on. */
	void record() {
		if (Recorder.record) {
			fields.stream().filter(field -> !field.name().equals(ColorizeCommand.PREVIEW))
					.forEach(field -> Recorder.recordOption(field.name(), field.text()));
		}
	}

	private ReportingCommand delegate() {
		return (ReportingCommand) module.getDelegateObject();
	}

	// -- Building --

	private void show(final boolean modal) {
		dialog = new JDialog(IJ.getInstance(), command.getTitle(), modal);
		dialog.setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
		dialog.addWindowListener(new WindowAdapter() {

			@Override
			public void windowClosed(final WindowEvent event) {
				if (hintPanel != null) {
					hintPanel.close();
				}
				closed.countDown();
			}
		});
		final Form content = new Form();
		content.setBorder(BorderFactory.createEmptyBorder(2 * Form.GAP, 2 * Form.GAP, 2 * Form.GAP, 2 * Form.GAP));
		message = new JLabel(" ");
		message.setForeground(new Color(0xb00020));
		final Map<String, Form> groups = new LinkedHashMap<>();
		groups.put("", new Form());
		for (final ModuleItem<?> item : inOrder(command).toList()) {
			if (item.getVisibility() == ItemVisibility.MESSAGE) {
				final String sentence = text(item, module);
				if (!sentence.isEmpty()) {
					group(groups, item).row(Form.sentence(sentence));
				}
			}
			else if (parameters(command).contains(item) && !module.isInputResolved(item.getName())
					&& delegate().applies(item)) {
				addField(group(groups, item), item);
			}
		}
		if (groups.containsKey(HINTS)) {
			hintPanel = new HintPanel((ColorizeCommand) delegate(), field(ColorizeCommand.HINTS)::show, this::showMessage,
					() -> changed(null), dialog::dispose);
			groups.get(HINTS).row(hintPanel);
		}
		final Form advanced = groups.remove(ADVANCED);
		if (advanced != null) {
			// Last, although the hints are declared later.
			groups.put(ADVANCED, advanced);
		}
		groups.forEach((name, panel) -> content.row(name.isEmpty() ? panel : new Section(name, panel, this::pack)));
		content.row(message);
		content.row(buttons());
		Form.plain(content);
		// A large expanded section may be taller than the screen.
		final JScrollPane scroll = new JScrollPane(content);
		scroll.setBorder(BorderFactory.createEmptyBorder());
		dialog.setContentPane(scroll);
		fill(this::initial);
		changed(null);
		propose();
		pack();
		GUI.centerOnImageJScreen(dialog);
		dialog.setVisible(true);
	}

	/** Fits the dialog to its content, and keeps it on the screen. */
	private void pack() {
		dialog.pack();
		final Rectangle screen = GUI.getMaxWindowBounds(dialog);
		final Dimension size = dialog.getSize();
		if (size.height > screen.height - SCREEN_MARGIN) {
			final int bar = UIManager.getInt("ScrollBar.width");
			dialog.setSize(size.width + bar, screen.height - SCREEN_MARGIN);
		}
		final int lowest = screen.y + screen.height - SCREEN_MARGIN / 2 - dialog.getHeight();
		if (dialog.getY() > lowest) {
			dialog.setLocation(dialog.getX(), lowest);
		}
	}

	private Form group(final Map<String, Form> groups, final ModuleItem<?> item) {
		return groups.computeIfAbsent(style(item, "group").orElse(""), name -> new Form());
	}

	/** The value of a keyword in the style of a parameter. */
	static Optional<String> style(final ModuleItem<?> item, final String word) {
		return Optional.ofNullable(WidgetStyle.getStyleModifier(item.getWidgetStyle(), word + ":"));
	}

	private void addField(final Form panel, final ModuleItem<?> item) {
		final DialogField field = DialogField.of(context, item, delegate().choices(item), () -> changed(item));
		fields.add(field);
		JLabel label = null;
		if (!field.isLabeled()) {
			label = new JLabel(Objects.requireNonNullElse(item.getLabel(), item.getName()));
			label.setToolTipText(tooltip(item));
		}
		panel.row(label, field.component());
		explain(field.component(), tooltip(item));
		if (style(item, "group").filter(ADVANCED::equals).isPresent() && tooltip(item) != null) {
			panel.row(null, Form.sentence(tooltip(item)));
		}
	}

	private static String tooltip(final ModuleItem<?> item) {
		return item.getDescription() == null || item.getDescription().isBlank() ? null : item.getDescription();
	}

	private static void explain(final JComponent component, final String tooltip) {
		component.setToolTipText(tooltip);
		for (final Component child : component.getComponents()) {
			if (child instanceof JComponent inner && inner.getToolTipText() == null) {
				explain(inner, tooltip);
			}
		}
	}

	private JComponent buttons() {
		final JButton help = new JButton("Help");
		help.setToolTipText("Opens the page about this dialog in the browser.");
		help.addActionListener(event -> new BrowserLauncher().run(DOCUMENTATION + delegate().helpPage()));
		final JButton reset = new JButton("Reset");
		reset.setToolTipText("Brings the defaults back; paths and the model stay.");
		reset.addActionListener(event -> reset());
		ok = new JButton("OK");
		ok.addActionListener(event -> {
			accepted = true;
			if (hintPanel != null) {
				hintPanel.record();
			}
			dialog.dispose();
		});
		final JButton cancel = new JButton("Cancel");
		cancel.addActionListener(event -> dialog.dispose());
		dialog.getRootPane().setDefaultButton(ok);
		dialog.getRootPane().registerKeyboardAction(event -> dialog.dispose(),
				KeyStroke.getKeyStroke(KeyEvent.VK_ESCAPE, 0), JComponent.WHEN_IN_FOCUSED_WINDOW);
		final JPanel left = new JPanel(new FlowLayout(FlowLayout.LEFT, Form.GAP, Form.GAP));
		left.add(help);
		left.add(reset);
		final JPanel right = new JPanel(new FlowLayout(FlowLayout.RIGHT, Form.GAP, Form.GAP));
		right.add(IJ.isMacOSX() ? cancel : ok);
		right.add(IJ.isMacOSX() ? ok : cancel);
		final JPanel buttons = new JPanel(new BorderLayout());
		buttons.add(left, BorderLayout.WEST);
		buttons.add(right, BorderLayout.EAST);
		return buttons;
	}

	// -- Working --

	private DialogField field(final String name) {
		return fields.stream().filter(field -> field.name().equals(name)).findFirst().orElseThrow();
	}

	/** The initial value of a field: the command's own, or the dialog's proposal if that is only the default. */
	private String initial(final ModuleItem<?> item) {
		final String now = text(item, module);
		return now.equals(text(item, fresh())) ? style(item, "initial").orElse(now) : now;
	}

	private Module fresh() {
		return context.service(ModuleService.class).createModule(command);
	}

	/** A number without Java's exponents. */
	private static String text(final ModuleItem<?> item, final Module of) {
		return item.getValue(of) instanceof Double number
				? BigDecimal.valueOf(number).toPlainString().replaceAll("(\\.\\d+?)0+$", "$1")
				: Objects.toString(item.getValue(of), "");
	}

	private void fill(final Function<ModuleItem<?>, String> texts) {
		filling = true;
		fields.forEach(field -> field.show(texts.apply(field.item())));
		filling = false;
	}

	private void reset() {
		final Module fresh = fresh();
		fill(item -> DialogField.isPath(item) || item.getName().equals(ColorizeCommand.HINTS) ? field(item.getName()).text()
				: style(item, "initial").orElse(text(item, fresh)));
		changed(null);
		propose();
	}

	/** Fills in the fields that depend on the dialog's proposals. */
	private void propose() {
		fields.stream().filter(field -> style(field.item(), "initial").isPresent()).forEach(field -> changed(field.item()));
	}

	private void showMessage(final String sentence) {
		message.setText(sentence.isEmpty() ? " " : sentence);
	}

	/** Passes valid values to the command; OK is enabled only if all are valid. */
	private void changed(final ModuleItem<?> item) {
		if (filling) {
			return;
		}
		String problem = "";
		for (final DialogField field : fields) {
			try {
				module.setInput(field.name(), field.value());
			}
			catch (final IllegalArgumentException e) {
				problem = problem.isEmpty() ? e.getMessage() : problem;
			}
		}
		if (item != null && item.getCallback() != null && !item.getCallback().isEmpty()) {
			call(item);
		}
		showMessage(problem);
		ok.setEnabled(problem.isEmpty());
		if (problem.isEmpty() && delegate() instanceof Previewable) {
			module.preview();
		}
	}

	/** Runs the callback of a parameter, which may change others. */
	private void call(final ModuleItem<?> item) {
		try {
			item.callback(module);
		}
		catch (final MethodCallException e) {
			throw new IllegalStateException(e);
		}
		// Not the changed field, in which the user may be typing.
		fill(each -> each == item ? field(each.getName()).text() : text(each, module));
	}
}
