/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.AWTException;
import java.awt.Button;
import java.awt.Checkbox;
import java.awt.Choice;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Frame;
import java.awt.Menu;
import java.awt.MenuBar;
import java.awt.MenuItem;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.Scrollbar;
import java.awt.TextField;
import java.awt.Window;
import java.awt.event.ActionEvent;
import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import javax.imageio.ImageIO;

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.Menus;
import ij.WindowManager;
import ij.gui.GenericDialog;
import ij.gui.YesNoCancelDialog;
import ij.plugin.frame.Recorder;
import ij.process.ImageConverter;

import sc.fiji.colorize.ChildJvm;

/**
 * A session of plain ImageJ 1 with windows: the menu, the dialog of {@code Colorize...}, its preview, Cancel, OK. The mouse
 * operates the real components. Screenshots, the result and the recorded macro are written to a folder. Needs a screen.
 */
public final class DialogInImageJ1 {

	/** Long enough that only a hang fails. */
	private static final long TIMEOUT_MINUTES = 8;
	/** Offset of the first menu in AWT's menu bar on X11, in pixels. */
	private static final int BAR_START = 3;
	private static final int TITLE_SPACE = 22;
	/** Wider images are shown at half their size. */
	private static final int LARGE = 600;
	private static final int RIGHT = 540;
	private static final int TRIES = 20;

	private final Path folder;
	private final Robot robot;
	private final List<String> report = new ArrayList<>();

	private DialogInImageJ1(final Path folder) throws AWTException {
		this.folder = folder;
		robot = new Robot();
		robot.setAutoDelay(20);
	}

	/**
	 * Runs the session and ends the JVM.
	 *
	 * @param arguments the output folder, the image to open, the model
	 */
	public static void main(final String[] arguments) {
		int exit = 1;
		try {
			final Path folder = Path.of(arguments[0]);
			new DialogInImageJ1(folder).run(Path.of(arguments[1]), arguments[2]);
			exit = 0;
		}
		catch (final AWTException | IOException | InterruptedException | InvocationTargetException
				| RuntimeException e) {
			System.err.println("The session broke off: " + e);
		}
		System.exit(exit);
	}

	/** Runs the session on a virtual screen in a new JVM and returns its output. */
	static String run(final Path folder, final Path image, final String model)
			throws IOException, InterruptedException {
		try (VirtualScreen screen = new VirtualScreen(1600, 960)) {
			final ChildJvm.Ended ended = PlainImageJ.withEngine(folder, DialogInImageJ1.class).with("-Xmx1g")
					.env("DISPLAY", screen.display()).run(folder, DialogInImageJ1.class, folder, image, model);
			return String.join("\n", ended.out()) + "\n" + String.join("\n", ended.err());
		}
	}

	private void run(final Path file, final String model)
			throws IOException, InterruptedException, InvocationTargetException {
		new ImageJ(ImageJ.STANDALONE);
		final ImagePlus image = IJ.openImage(file.toString());
		if (image.getBitDepth() != 8) {
			new ImageConverter(image).convertToGray8();
		}
		image.show();
		if (image.getWidth() > LARGE) {
			IJ.run(image, "Set... ", "zoom=50 x=" + image.getWidth() / 2 + " y=" + image.getHeight() / 2);
		}
		place(image.getWindow(), 20, 130);
		final Recorder recorder = new Recorder();
		recorder.setSize(560, 220);
		place(recorder, RIGHT, 700);
		place(IJ.getInstance(), 20, 10);
		openPluginsMenu();

		// Cancel a preview at the start of the session.
		final BufferedImage original = canvas(image);
		chooseCommand();
		GenericDialog dialog = dialog();
		fill(dialog, model);
		settle();
		capture("dialog", bounds(dialog));
		click(checkbox(dialog, "Preview"));
		await("a preview", () -> image.getOverlay() != null && !same(original, canvas(image)));
		settle();
		final BufferedImage first = canvas(image);
		tell("first preview has colours", hasColors(first));
		capture("preview", bounds(image.getWindow()).union(bounds(dialog)));
		final Scrollbar temperature = (Scrollbar) dialog.getSliders().get(0);
		drag(temperature, 0.04);
		await("another preview", () -> !same(first, canvas(image)));
		settle();
		tell("temperature", ((TextField) dialog.getNumericFields().get(0)).getText());
		tell("preview changes", !same(first, canvas(image)));
		capture("preview-vivid", bounds(image.getWindow()).union(bounds(dialog)));
		click(button(dialog, "Cancel"));
		await("the old look", () -> image.getOverlay() == null && same(original, canvas(image)));
		tell("cancel restores", same(original, canvas(image)) && image.getBitDepth() == 8);
		tell("images after cancel", WindowManager.getImageCount());

		// Confirm a preview.
		chooseCommand();
		dialog = dialog();
		fill(dialog, model);
		drag((Scrollbar) dialog.getSliders().get(0), 0.2);
		click(checkbox(dialog, "Preview"));
		await("a preview", () -> image.getOverlay() != null);
		click(button(dialog, "OK"));
		await("a result", () -> WindowManager.getImageCount() == 2);
		final ImagePlus result = WindowManager.getCurrentImage();
		place(result.getWindow(), 60, 170);
		tell("title", result.getTitle());
		tell("old look after OK", image.getOverlay() == null);
		capture("result", bounds(result.getWindow()));
		ImageIO.write(result.getBufferedImage(), "png", folder.resolve("result.png").toFile());
		await("a recorded line", () -> recorder.getText().contains("run(\"Colorize...\""));
		Files.writeString(folder.resolve("recorded.ijm"), recorder.getText().lines()
				.filter(line -> line.startsWith("run(\"Colorize...\"")).reduce((a, b) -> b).orElseThrow() + "\n");
		recorder.toFront();
		settle();
		capture("recorder", bounds(recorder));

		inPlace(image, model);
		askForStack(model);
		Files.write(folder.resolve("report.txt"), report);
	}

	/** Colorizes in place and undoes it from the menu. */
	private void inPlace(final ImagePlus image, final String model)
			throws InterruptedException, InvocationTargetException {
		IJ.selectWindow(image.getID());
		final Object pixels = image.getProcessor().getPixelsCopy();
		chooseCommand();
		final GenericDialog dialog = dialog();
		fill(dialog, model);
		click(checkbox(dialog, "In place"));
		click(button(dialog, "OK"));
		await("an RGB image", () -> image.getBitDepth() == 24);
		await("the end of the command", () -> !isRunning());
		IJ.selectWindow(image.getID());
		IJ.doCommand("Undo");
		await("the gray image", () -> image.getBitDepth() == 8);
		tell("undo restores", Arrays.equals((byte[]) pixels, (byte[]) image.getProcessor().getPixels()));
	}

	static boolean isRunning() {
		return Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().contains("Colorize..."));
	}

	/** Colorizes only the current slice of a stack. */
	private void askForStack(final String model) throws IOException, InterruptedException, InvocationTargetException {
		final ImagePlus stack = IJ.createImage("film", "8-bit ramp", 96, 64, 3);
		stack.show();
		stack.setSlice(2);
		settle();
		chooseCommand();
		final GenericDialog dialog = dialog();
		fill(dialog, model);
		click(button(dialog, "OK"));
		final YesNoCancelDialog question = window(YesNoCancelDialog.class);
		question.toFront();
		place(question, RIGHT, 130);
		capture("all-slices", bounds(question));
		click(button(question, "No"));
		await("the colours of the slice", () -> WindowManager.getImage("film-colorized") != null);
		tell("slices", WindowManager.getImage("film-colorized").getStackSize());
	}

	private void openPluginsMenu() throws IOException, InterruptedException {
		final MenuBar bar = Menus.getMenuBar();
		final ImageJ imagej = IJ.getInstance();
		final Font font = Menus.getFont() == null ? new Font("Dialog", Font.PLAIN, 12) : Menus.getFont();
		final FontMetrics metrics = imagej.getFontMetrics(font);
		int x = BAR_START;
		int i = 0;
		while (!bar.getMenu(i).getLabel().equals("Plugins")) {
			x += metrics.stringWidth(bar.getMenu(i++).getLabel()) + TITLE_SPACE;
		}
		final Point corner = imagej.getLocationOnScreen();
		robot.mouseMove(corner.x + imagej.getInsets().left + x + TITLE_SPACE, corner.y + imagej.getInsets().top - 12);
		robot.mousePress(InputEvent.BUTTON1_DOWN_MASK);
		robot.mouseRelease(InputEvent.BUTTON1_DOWN_MASK);
		settle();
		capture("menu", new Rectangle(10, 5, 640, 480));
		robot.keyPress(KeyEvent.VK_ESCAPE);
		robot.keyRelease(KeyEvent.VK_ESCAPE);
		robot.mouseMove(1590, 950);
		robot.mousePress(InputEvent.BUTTON1_DOWN_MASK);
		robot.mouseRelease(InputEvent.BUTTON1_DOWN_MASK);
		settle();
	}

	/** Runs a menu command like a click. */
	private void chooseCommand() throws InterruptedException, InvocationTargetException {
		final MenuItem leaf = leaf();
		EventQueue.invokeAndWait(() -> IJ.getInstance().actionPerformed(
				new ActionEvent(leaf, ActionEvent.ACTION_PERFORMED, leaf.getActionCommand())));
	}

	private static MenuItem leaf() {
		final MenuBar bar = Menus.getMenuBar();
		for (int i = 0; i < bar.getMenuCount(); i++) {
			final Menu menu = bar.getMenu(i);
			for (int j = 0; menu.getLabel().equals("Plugins") && j < menu.getItemCount(); j++) {
				if (menu.getItem(j) instanceof Menu colorize && colorize.getLabel().equals("Colorize")) {
					for (int k = 0; k < colorize.getItemCount(); k++) {
						if (colorize.getItem(k).getLabel().equals("Colorize...")) {
							return colorize.getItem(k);
						}
					}
				}
			}
		}
		throw new IllegalStateException("There is no Plugins > Colorize > Colorize... in the menu.");
	}

	/** Waits for the dialog and moves it next to the image, where nothing covers it. */
	private GenericDialog dialog() throws InterruptedException {
		final GenericDialog dialog = window(GenericDialog.class);
		dialog.toFront();
		place(dialog, RIGHT, 130);
		return dialog;
	}

	/**
	 * Waits for a modal dialog and for the command that waits for it. If a dialog is closed before, AWT lets the command
	 * wait forever; users are not that fast.
	 */
	static <T extends Dialog> T window(final Class<T> type) throws InterruptedException {
		await("a window " + type.getSimpleName(), () -> find(type) != null && isWaitedFor());
		return find(type);
	}

	/** Whether a thread waits for the end of a modal dialog. */
	static boolean isWaitedFor() {
		return Thread.getAllStackTraces().values().stream().map(Arrays::asList)
				.anyMatch(stack -> !stack.isEmpty() && stack.get(0).getMethodName().startsWith("wait")
						&& stack.stream().anyMatch(frame -> frame.getClassName().endsWith(".WaitDispatchSupport")));
	}

	private static <T extends Window> T find(final Class<T> type) {
		return Arrays.stream(Window.getWindows()).filter(window -> type.isInstance(window) && window.isShowing())
				.map(type::cast).findFirst().orElse(null);
	}

	private static void fill(final GenericDialog dialog, final String model)
			throws InterruptedException, InvocationTargetException {
		EventQueue.invokeAndWait(() -> {
			// In place of the file dialog.
			final Choice models = (Choice) dialog.getChoices().get(0);
			models.insert(model, 0);
			models.select(model);
			((TextField) dialog.getStringFields().get(1)).setText("cpu");
		});
	}

	/** Drags the knob of a slider of hundredths to a value; repeats because AWT sometimes loses events. */
	private void drag(final Scrollbar slider, final double to) throws InterruptedException {
		until("a slider at " + to, () -> Math.abs(slider.getValue() / 100.0 - to) <= 0.05,
				() -> dragOnce(slider, slider.getValue() / 100.0, to));
	}

	private void dragOnce(final Scrollbar slider, final double from, final double to) {
		final Rectangle place = bounds(slider);
		// The track lies between two square arrows.
		final int start = place.x + place.height;
		final int length = place.width - 2 * place.height;
		final int y = place.y + place.height / 2;
		robot.mouseMove(start + (int) (from * length), y);
		robot.mousePress(InputEvent.BUTTON1_DOWN_MASK);
		final int steps = 10;
		for (int i = 1; i <= steps; i++) {
			robot.mouseMove(start + (int) ((from + (to - from) * i / steps) * length), y);
		}
		robot.mouseRelease(InputEvent.BUTTON1_DOWN_MASK);
	}

	/** Clicks on a check box until it is checked, or on a button until its window is closed. */
	private void click(final Component component) throws InterruptedException {
		until("an effect of a click on " + component, () -> !isWaiting(component), () -> {
			final Rectangle place = bounds(component);
			robot.mouseMove(place.x + Math.min(10, place.width / 2), place.y + place.height / 2);
			robot.mousePress(InputEvent.BUTTON1_DOWN_MASK);
			robot.mouseRelease(InputEvent.BUTTON1_DOWN_MASK);
		});
	}

	/** Repeats an action until a condition holds; waits for the effect of each repetition. */
	private void until(final String what, final BooleanSupplier condition, final Runnable action)
			throws InterruptedException {
		final long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(TIMEOUT_MINUTES);
		while (!condition.getAsBoolean()) {
			requireBefore(end, what);
			action.run();
			settle();
		}
	}

	/**
	 * Waits until AWT has processed all events, including paint events. Otherwise a second click on a check box could undo
	 * the first.
	 */
	private void settle() throws InterruptedException {
		await("an idle AWT", () -> {
			try {
				robot.waitForIdle();
				return true;
			}
			catch (final RuntimeException e) {
				// The timeout of AWT is short.
				return false;
			}
		});
	}

	private static boolean isWaiting(final Component component) {
		return component.isShowing() && !(component instanceof Checkbox box && box.getState());
	}

	private static Rectangle bounds(final Component component) {
		return new Rectangle(component.getLocationOnScreen(), component.getSize());
	}

	static Checkbox checkbox(final GenericDialog dialog, final String label) {
		for (final Object box : dialog.getCheckboxes()) {
			if (((Checkbox) box).getLabel().trim().equals(label)) {
				return (Checkbox) box;
			}
		}
		throw new IllegalStateException("There is no " + label + " in the dialog.");
	}

	static Button button(final Container container, final String label) {
		for (final Component child : container.getComponents()) {
			if (child instanceof Button button && button.getLabel().trim().equals(label)) {
				return button;
			}
			if (child instanceof Container inner) {
				final Button found = button(inner, label);
				if (found != null) {
					return found;
				}
			}
		}
		return null;
	}

	/**
	 * Moves a window. A late event with its first position may override the new one in AWT; then the window is moved again.
	 */
	private void place(final Window window, final int x, final int y) throws InterruptedException {
		int tries = 0;
		do {
			window.setLocation(x, y);
			settle();
		}
		while (++tries < TRIES && !window.getLocationOnScreen().equals(new Point(x, y)));
	}

	private BufferedImage canvas(final ImagePlus image) {
		return robot.createScreenCapture(bounds(image.getCanvas()));
	}

	private static boolean same(final BufferedImage a, final BufferedImage b) {
		return a.getWidth() == b.getWidth() && a.getHeight() == b.getHeight()
				&& Arrays.equals(pixels(a), pixels(b));
	}

	private static int[] pixels(final BufferedImage picture) {
		return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
	}

	private static boolean hasColors(final BufferedImage picture) {
		return Arrays.stream(pixels(picture)).anyMatch(color -> (color >> 16 & 0xff) != (color & 0xff));
	}

	/** Takes a screenshot of a region once it is painted. */
	private void capture(final String name, final Rectangle place) throws IOException, InterruptedException {
		await("a drawn " + name, () -> isDrawn(robot.createScreenCapture(place)));
		ImageIO.write(robot.createScreenCapture(place), "png", folder.resolve(name + ".png").toFile());
	}

	/** Whether a screenshot shows more than an empty window. */
	static boolean isDrawn(final BufferedImage picture) {
		return Arrays.stream(pixels(picture)).distinct().count() > 2;
	}

	private void tell(final String what, final Object value) {
		report.add(what + ": " + value);
	}

	static void await(final String what, final BooleanSupplier condition) throws InterruptedException {
		final long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(TIMEOUT_MINUTES);
		while (!condition.getAsBoolean()) {
			requireBefore(end, what);
			Thread.sleep(50);
		}
	}

	private static void requireBefore(final long end, final String what) {
		if (System.nanoTime() > end) {
			throw new IllegalStateException("There was never " + what + ", but the windows " + titles() + ".");
		}
	}

	private static List<String> titles() {
		return Arrays.stream(Window.getWindows()).filter(Window::isShowing).map(window -> window instanceof Frame frame
				? frame.getTitle() : window instanceof Dialog dialog ? dialog.getTitle() : window.getName()).toList();
	}
}
