/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.AWTException;
import java.awt.Color;
import java.awt.Component;
import java.awt.EventQueue;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Menu;
import java.awt.MenuBar;
import java.awt.MenuItem;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.Robot;
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
import java.util.function.BooleanSupplier;

import javax.imageio.ImageIO;
import javax.swing.JCheckBox;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JSlider;
import javax.swing.text.JTextComponent;

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.Menus;
import ij.WindowManager;
import ij.gui.OvalRoi;
import ij.gui.Roi;
import ij.gui.Toolbar;
import ij.plugin.frame.Recorder;
import ij.process.ColorProcessor;
import ij.process.ImageConverter;

import sc.fiji.colorize.ChildJvm;

/**
 * A session of plain ImageJ 1 with its windows: the menu, the dialog of {@code Colorize...}, its preview, cancel, OK, hints
 * that are drawn with the mouse. Pictures of the windows, the result and the recorded macro go to a folder. Needs a screen.
 */
public final class DialogInImageJ1 {

	private static final String PREVIEW = "preview";
	/** Of the menu bar that AWT draws on X11, in pixels. */
	private static final int BAR_START = 3;
	private static final int TITLE_SPACE = 22;
	/** Wider images are shown at half their size. */
	private static final int LARGE = 600;
	private static final int RIGHT = 600;
	private static final int TOP = 130;
	private static final int TRIES = 20;
	/** Half the width of the knob of a slider. */
	private static final int KNOB = 7;

	private final Path folder;
	private final String device;
	private final Robot robot;
	private final List<String> report = new ArrayList<>();

	private DialogInImageJ1(final Path folder, final String device) throws AWTException {
		this.folder = folder;
		this.device = device;
		robot = new Robot();
		robot.setAutoDelay(20);
	}

	/**
	 * Runs the session and ends the JVM.
	 *
	 * @param arguments the folder for what comes out, the image to open, the model, the device
	 */
	public static void main(final String[] arguments) {
		int exit = 1;
		try {
			final Path folder = Path.of(arguments[0]);
			new DialogInImageJ1(folder, arguments[3]).run(Path.of(arguments[1]), arguments[2]);
			exit = 0;
		}
		catch (final AWTException | IOException | InterruptedException | InvocationTargetException
				| RuntimeException e) {
			System.err.println("The session broke off: " + e);
		}
		System.exit(exit);
	}

	/** Runs the session on a virtual screen, in a JVM of its own; gives what it printed. */
	static String run(final Path folder, final Path image, final String model)
			throws IOException, InterruptedException {
		try (VirtualScreen screen = new VirtualScreen(1600, 960)) {
			final ChildJvm.Ended ended = PlainImageJ.withEngine(folder, DialogInImageJ1.class, Dialogs.class).with("-Xmx1g")
					.env("DISPLAY", screen.display()).run(folder, DialogInImageJ1.class, folder, image, model, "cpu");
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
		place(image.getWindow(), 20, TOP);
		final Recorder recorder = new Recorder();
		recorder.setSize(560, 220);
		place(recorder, 20, 700);
		place(IJ.getInstance(), 20, 10);
		openPluginsMenu();

		// A preview, as the first thing in this session, that is canceled.
		final BufferedImage original = canvas(image);
		chooseCommand();
		final JDialog dialog = dialog();
		tell("fields", Dialogs.parameters(dialog));
		capture("dialog", bounds(dialog));
		click(Dialogs.button(dialog, "Advanced"), () -> Dialogs.field(dialog, "size", Component.class).isShowing());
		place(dialog, RIGHT, TOP);
		capture("advanced", bounds(dialog));
		fill(dialog, model);
		settle();
		tick(dialog, PREVIEW);
		Dialogs.await("a preview", () -> image.getOverlay() != null && !same(original, canvas(image)));
		settle();
		final BufferedImage first = canvas(image);
		tell("first preview has colors", hasColors(first));
		drag(Dialogs.field(dialog, "temperature", JSlider.class), 0.04);
		Dialogs.await("another preview", () -> !same(first, canvas(image)));
		settle();
		tell("temperature", Dialogs.field(dialog, "temperature", JTextComponent.class).getText());
		tell("preview changes", !same(first, canvas(image)));
		Dialogs.set(dialog, "saturation", "9");
		tell("problem", Dialogs.all(dialog, JLabel.class).stream().map(JLabel::getText)
				.filter(text -> text != null && text.startsWith("Saturation must")).findFirst().orElse("none"));
		tell("OK with a problem", Dialogs.button(dialog, "OK").isEnabled());
		Dialogs.press(dialog, "Reset");
		tell("reset", Dialogs.field(dialog, "temperature", JTextComponent.class).getText() + " "
				+ Dialogs.field(dialog, "saturation", JTextComponent.class).getText() + " "
				+ Dialogs.button(dialog, "OK").isEnabled());
		Dialogs.press(dialog, "Cancel");
		Dialogs.await("the old look", () -> image.getOverlay() == null && same(original, canvas(image)));
		tell("cancel restores", same(original, canvas(image)) && image.getBitDepth() == 8);
		tell("images after cancel", WindowManager.getImageCount());

		colorize(image, model, recorder);
		hints(image, model, recorder);
		inPlace(image, model);
		stack(model);
		Files.write(folder.resolve("report.txt"), report);
	}

	private void colorize(final ImagePlus image, final String model, final Recorder recorder)
			throws IOException, InterruptedException, InvocationTargetException {
		chooseCommand();
		final JDialog dialog = dialog();
		fill(dialog, model);
		drag(Dialogs.field(dialog, "temperature", JSlider.class), 0.2);
		tick(dialog, PREVIEW);
		Dialogs.await("a preview", () -> image.getOverlay() != null);
		settle();
		capture("preview", bounds(image.getWindow()).union(bounds(dialog)));
		Dialogs.press(dialog, "OK");
		final ImagePlus result = result(image);
		tell("title", result.getTitle());
		tell("old look after OK", image.getOverlay() == null);
		ImageIO.write(result.getBufferedImage(), "png", folder.resolve("result.png").toFile());
		Dialogs.await("a recorded line", () -> recorder.getText().contains("run(\"Colorize...\""));
		Files.writeString(folder.resolve("recorded.ijm"), recorder.getText().lines()
				.filter(line -> line.startsWith("run(\"Colorize...\"")).reduce((a, b) -> b).orElseThrow() + "\n");
		close(result);
		recorder.toFront();
		settle();
		capture("recorder", bounds(recorder));
	}

	/** Draws hints with the mouse while the dialog is open, changes them, and takes changes back. */
	private void hints(final ImagePlus image, final String model, final Recorder recorder)
			throws IOException, InterruptedException, InvocationTargetException {
		final int before = recorder.getText().length();
		IJ.selectWindow(image.getID());
		chooseCommand();
		final JDialog dialog = dialog();
		fill(dialog, model);
		click(Dialogs.button(dialog, "Color hints"),
				() -> Dialogs.field(dialog, "hints", Component.class).isShowing());
		place(dialog, RIGHT, TOP);
		tick(dialog, PREVIEW);
		Dialogs.await("a preview", () -> image.getOverlay() != null);
		settle();
		final BufferedImage automatic = canvas(image);
		final int w = image.getWidth();
		final int h = image.getHeight();

		Dialogs.press(dialog, "Add hint");
		tell("without a selection", Dialogs.all(dialog, JLabel.class).stream().map(JLabel::getText)
				.filter(text -> text != null && text.startsWith("Nothing is selected")).count());
		hint(image, dialog, "oval", new Rectangle(w / 8, 3 * h / 4, w / 8, h / 10), new Color(0xc02020), "Add hint");
		hint(image, dialog, "line", new Rectangle(5 * w / 8, h / 8, w / 5, h / 20), new Color(0x2040c0), "Add hint");
		hint(image, dialog, "rectangle", new Rectangle(5 * w / 8, 7 * h / 8, w / 10, h / 20), Color.BLACK, "Keep gray");
		hint(image, dialog, "point", new Rectangle(w / 2, h / 2, 0, 0), Color.BLACK, "Keep predicted");
		final JList<?> list = Dialogs.field(dialog, "hintList", JList.class);
		tell("hints", list.getModel().getSize() + " " + Dialogs.field(dialog, "hints", JTextComponent.class).getText());
		Dialogs.await("a preview with hints", () -> !same(automatic, canvas(image)));
		settle();
		capture("hints", bounds(image.getWindow()).union(bounds(dialog)));

		// Moves the first one by the mouse, and takes the move back.
		EventQueue.invokeAndWait(() -> list.setSelectedIndex(0));
		// With the point tool, a drag would select points.
		IJ.setTool("rectangle");
		final Rectangle place = image.getRoi().getBounds();
		drag(image, place.x + place.width / 2, place.y + place.height / 2, w / 2, 3 * h / 4);
		Dialogs.await("a moved hint", () -> hint(list, 0).getBounds().x != place.x);
		tell("moved keeps its color", hint(list, 0).getStrokeColor().equals(new Color(0xc02020)));
		Dialogs.press(dialog, "Undo");
		tell("undone", hint(list, 0).getBounds().equals(place));
		EventQueue.invokeAndWait(() -> list.setSelectedIndex(0));
		Toolbar.setForegroundColor(new Color(0xe08020));
		Dialogs.press(dialog, "Recolor");
		tell("recolored", hint(list, 0).getStrokeColor().equals(new Color(0xe08020)));
		EventQueue.invokeAndWait(() -> list.setSelectedIndex(2));
		Dialogs.press(dialog, "Delete");
		tell("left", list.getModel().getSize());

		// From the palette of another image, with ImageJ's own tool.
		final ImagePlus palette = new ImagePlus("palette", new ColorProcessor(40, 40));
		palette.getProcessor().setColor(new Color(0x10a030));
		palette.getProcessor().fill();
		palette.show();
		place(palette.getWindow(), 20, 400);
		final String tool = IJ.getToolName();
		Dialogs.press(dialog, "Pick from an image");
		until("a picked color", () -> Toolbar.getForegroundColor().equals(new Color(0x10a030)),
				() -> click(screen(palette, 20, 20)));
		Dialogs.await("the tool of before", () -> IJ.getToolName().equals(tool));
		close(palette);
		tell("palette", Integer.toHexString(Toolbar.getForegroundColor().getRGB()));

		// A selection that ImageJ's own command adds to the overlay.
		IJ.selectWindow(image.getID());
		image.setRoi(new OvalRoi(w / 3, h / 3, w / 20, h / 20));
		IJ.run(image, "Add Selection...", "stroke=#10a030");
		Dialogs.await("the hint of the menu", () -> list.getModel().getSize() == 4);
		Dialogs.press(dialog, "OK");
		final ImagePlus result = result(image);
		result.setHideOverlay(true);
		final ImagePlus flat = new ImagePlus("", result.getProcessor());
		ImageIO.write(flat.getBufferedImage(), "png", folder.resolve("hints-result.png").toFile());
		Dialogs.await("a recorded line", () -> recorder.getText().substring(before).contains("hints=overlay"));
		Files.writeString(folder.resolve("hints.ijm"), recorder.getText().substring(before));
		tell("selection after hints", image.getRoi());
		tell("overlay after hints", image.getOverlay().size());
		close(result);
		image.setOverlay(null);
	}

	/** The result of an image, once it is shown; it need not be the active image yet. */
	private static ImagePlus result(final ImagePlus image) throws InterruptedException {
		final String title = image.getTitle().replaceFirst("\\.\\w+$", "") + "-colorized";
		Dialogs.await("a result", () -> WindowManager.getImage(title) != null);
		return WindowManager.getImage(title);
	}

	private static Roi hint(final JList<?> list, final int index) {
		return (Roi) list.getModel().getElementAt(index);
	}

	/** Draws a selection with the mouse, and makes a hint of it. */
	private void hint(final ImagePlus image, final JDialog dialog, final String tool, final Rectangle place,
			final Color color, final String button) throws InterruptedException, InvocationTargetException {
		final int before = Dialogs.field(dialog, "hintList", JList.class).getModel().getSize();
		IJ.setTool(tool);
		until("a selection", () -> image.getRoi() != null, () -> {
			if (place.width == 0) {
				click(screen(image, place.x, place.y));
			}
			else {
				drag(screen(image, place.x, place.y), screen(image, place.x + place.width, place.y + place.height));
			}
		});
		Toolbar.setForegroundColor(color);
		Dialogs.press(dialog, button);
		Dialogs.await("another hint",
				() -> Dialogs.field(dialog, "hintList", JList.class).getModel().getSize() == before + 1);
	}

	private static Point screen(final ImagePlus image, final int x, final int y) {
		final Point corner = image.getCanvas().getLocationOnScreen();
		return new Point(corner.x + image.getCanvas().screenX(x), corner.y + image.getCanvas().screenY(y));
	}

	private void drag(final ImagePlus image, final int x, final int y, final int toX, final int toY)
			throws InterruptedException {
		drag(screen(image, x, y), screen(image, toX, toY));
		settle();
	}

	private void drag(final Point from, final Point to) {
		robot.mouseMove(from.x, from.y);
		robot.mousePress(InputEvent.BUTTON1_DOWN_MASK);
		final int steps = 10;
		for (int i = 1; i <= steps; i++) {
			robot.mouseMove(from.x + (to.x - from.x) * i / steps, from.y + (to.y - from.y) * i / steps);
		}
		robot.mouseRelease(InputEvent.BUTTON1_DOWN_MASK);
	}

	private void click(final Point place) {
		robot.mouseMove(place.x, place.y);
		robot.mousePress(InputEvent.BUTTON1_DOWN_MASK);
		robot.mouseRelease(InputEvent.BUTTON1_DOWN_MASK);
	}

	private static void close(final ImagePlus image) {
		// Otherwise ImageJ asks.
		image.changes = false;
		image.close();
	}

	/** In place and back by the Undo of the menu. */
	private void inPlace(final ImagePlus image, final String model)
			throws InterruptedException, InvocationTargetException {
		IJ.selectWindow(image.getID());
		final Object pixels = image.getProcessor().getPixelsCopy();
		chooseCommand();
		final JDialog dialog = dialog();
		fill(dialog, model);
		Dialogs.set(dialog, "inPlace", true);
		Dialogs.press(dialog, "OK");
		Dialogs.await("an RGB image", () -> image.getBitDepth() == 24);
		Dialogs.await("the end of the command", () -> !Dialogs.isRunning());
		IJ.selectWindow(image.getID());
		IJ.doCommand("Undo");
		Dialogs.await("the gray image", () -> image.getBitDepth() == 8);
		tell("undo restores", Arrays.equals((byte[]) pixels, (byte[]) image.getProcessor().getPixels()));
	}

	/** A stack: only the slice that is shown. */
	private void stack(final String model) throws IOException, InterruptedException, InvocationTargetException {
		final ImagePlus stack = IJ.createImage("film", "8-bit ramp", 96, 64, 3);
		stack.show();
		stack.setSlice(2);
		settle();
		chooseCommand();
		final JDialog dialog = dialog();
		tell("fields for a stack", Dialogs.parameters(dialog));
		fill(dialog, model);
		capture("stack", bounds(dialog));
		Dialogs.set(dialog, "stack", false);
		Dialogs.press(dialog, "OK");
		Dialogs.await("the colors of the slice", () -> WindowManager.getImage("film-colorized") != null);
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
		// The submenu of the plugin is the last one.
		type(KeyEvent.VK_UP);
		type(KeyEvent.VK_RIGHT);
		settle();
		capture("menu", new Rectangle(10, 5, 760, 480));
		type(KeyEvent.VK_ESCAPE);
		type(KeyEvent.VK_ESCAPE);
		robot.mouseMove(1590, 950);
		robot.mousePress(InputEvent.BUTTON1_DOWN_MASK);
		robot.mouseRelease(InputEvent.BUTTON1_DOWN_MASK);
		settle();
	}

	private void type(final int key) {
		robot.keyPress(key);
		robot.keyRelease(key);
	}

	/** What a click on the menu's leaf does. */
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

	/** Beside the image, where nothing lies over it. */
	private JDialog dialog() throws InterruptedException {
		final JDialog dialog = Dialogs.dialog("Colorize...");
		dialog.toFront();
		place(dialog, RIGHT, TOP);
		settle();
		return dialog;
	}

	private void fill(final JDialog dialog, final String model)
			throws InterruptedException, InvocationTargetException {
		Dialogs.set(dialog, "model", model);
		Dialogs.set(dialog, "device", device);
	}

	/** Drags the knob of a slider of hundredths until it is where it should be; AWT loses an event at times. */
	private void drag(final JSlider slider, final double to) throws InterruptedException {
		until("a slider at " + to, () -> Math.abs(slider.getValue() / 100.0 - to) <= 0.05,
				() -> drag(knob(slider, slider.getValue() / 100.0), knob(slider, to)));
	}

	private static Point knob(final JSlider slider, final double value) {
		final Rectangle place = bounds(slider);
		return new Point((int) Math.round(place.x + KNOB + value * (place.width - 2 * KNOB)), place.y + place.height / 2);
	}

	/** Ticks a box. */
	private void tick(final JDialog dialog, final String parameter) throws InterruptedException {
		final JCheckBox box = Dialogs.field(dialog, parameter, JCheckBox.class);
		click(box, box::isSelected);
	}

	/** Clicks on something until it has had an effect. */
	private void click(final Component component, final BooleanSupplier effect) throws InterruptedException {
		until("an effect of a click on " + component, effect, () -> {
			final Rectangle place = bounds(component);
			click(new Point(place.x + Math.min(10, place.width / 2), place.y + place.height / 2));
		});
	}

	/** Does something again and again, each time after the last one has had its effect, until a condition holds. */
	private void until(final String what, final BooleanSupplier condition, final Runnable action)
			throws InterruptedException {
		final long end = Dialogs.end();
		while (!condition.getAsBoolean()) {
			Dialogs.requireBefore(end, what);
			action.run();
			settle();
		}
	}

	/**
	 * Waits until AWT has done all that the X server and the program have asked of it, painting too. Without it, a second
	 * click on a box would take the first one back.
	 */
	private void settle() throws InterruptedException {
		Dialogs.await("an idle AWT", () -> {
			try {
				robot.waitForIdle();
				return true;
			}
			catch (final RuntimeException e) {
				// AWT's own patience is short.
				return false;
			}
		});
	}

	private static Rectangle bounds(final Component component) {
		return new Rectangle(component.getLocationOnScreen(), component.getSize());
	}

	/**
	 * Puts a window somewhere. News of the place where it was opened may reach AWT later and overrule the new one, though
	 * the window is there: then it is put there again.
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

	/** A picture of a place of the screen, once something is drawn there: a busy machine draws a window late. */
	private void capture(final String name, final Rectangle place) throws IOException, InterruptedException {
		Dialogs.await("a drawn " + name, () -> isDrawn(robot.createScreenCapture(place)));
		ImageIO.write(robot.createScreenCapture(place), "png", folder.resolve(name + ".png").toFile());
	}

	/** Whether a picture shows more than an empty window on an empty screen. */
	static boolean isDrawn(final BufferedImage picture) {
		return Arrays.stream(pixels(picture)).distinct().count() > 2;
	}

	private void tell(final String what, final Object value) {
		report.add(what + ": " + value);
	}
}
