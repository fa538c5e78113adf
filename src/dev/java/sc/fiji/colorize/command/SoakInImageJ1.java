/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.Button;
import java.awt.Checkbox;
import java.awt.Choice;
import java.awt.Color;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Scrollbar;
import java.awt.TextField;
import java.awt.Window;
import java.awt.event.ActionEvent;
import java.awt.event.ActionListener;
import java.awt.event.AdjustmentEvent;
import java.awt.event.ItemEvent;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.Undo;
import ij.WindowManager;
import ij.gui.GenericDialog;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.gui.YesNoCancelDialog;
import ij.process.ImageConverter;
import ij.process.ImageProcessor;

import sc.fiji.colorize.ChildJvm;

/**
 * A soak test in one ImageJ 1 with windows: opens images of all types, colorizes, previews, undoes and closes them, and
 * colorizes folders, for a given time or number of commands. Prints a table of the memory over time. Needs a screen.
 */
public final class SoakInImageJ1 {

	/** Header of the table. */
	static final List<String> COLUMNS = List.of("seconds", "commands", "heap MB", "process MB", "threads", "windows",
			"images", "images in memory", "temporary files");

	private static final String COMMAND = "Colorize...";
	private static final String FOLDER_COMMAND = "Colorize Folder...";
	private static final int MEASURES = 16;
	/** Number of measurements during the warm-up, which do not count. */
	private static final int WARM_UP = 4;
	private static final double GROWTH = 1.05;
	private static final int MAX_IMAGES = 4;
	private static final int FILES = 4;
	private static final int SLIDES = 5;
	/** ImageJ's windows sometimes fail to paint smaller images. */
	private static final int SMALLEST = 40;
	/** Largest number of garbage collections, and number of those without an effect at the end. */
	private static final int COLLECTIONS = 100;
	private static final int UNCHANGED = 3;
	private static final long SETTLING = 150;
	private static final double MEBIBYTE = 1 << 20;
	private static final double KIBIBYTES = 1 << 10;

	/**
	 * The state after a garbage collection, with all images closed.
	 *
	 * @param seconds seconds since the start
	 * @param commands number of commands
	 * @param heap used heap in megabytes
	 * @param process resident memory of the process in megabytes, including native memory; NaN without /proc
	 * @param threads number of live threads
	 * @param windows number of AWT windows that were not collected, visible or not
	 * @param images number of open images
	 * @param held number of closed images that were not collected
	 * @param files number of temporary files
	 */
	private record State(double seconds, int commands, double heap, double process, int threads, int windows, int images,
			int held, long files) {

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "%.0f\t%d\t%.1f\t%.0f\t%d\t%d\t%d\t%d\t%d", seconds, commands, heap, process,
					threads, windows, images, held, files);
		}
	}

	private final Path folder;
	private final String model;
	private final Random random;
	private final List<WeakReference<ImagePlus>> made = new ArrayList<>();
	private final long start = System.nanoTime();
	private int commands;

	private SoakInImageJ1(final Path folder, final String model, final long seed) {
		this.folder = folder;
		this.model = model;
		random = new Random(seed);
	}

	/**
	 * Runs the soak test and exits with 0, or 1 if a command failed.
	 *
	 * @param arguments a working folder, the model, the number of commands or, with the suffix m, of minutes, and the seed
	 */
	public static void main(final String[] arguments) {
		int exit = 1;
		try {
			final String length = arguments[2];
			new SoakInImageJ1(Path.of(arguments[0]), arguments[1], Long.parseLong(arguments[3])).run(
					Double.parseDouble(length.replace("m", "")), length.endsWith("m"));
			exit = 0;
		}
		catch (final IOException | InterruptedException | InvocationTargetException | RuntimeException e) {
			System.out.println("The soak broke off: " + e + Arrays.asList(e.getStackTrace()));
			Arrays.stream(Window.getWindows()).filter(Window::isShowing)
					.forEach(window -> System.out.println("It shows " + window));
			Thread.getAllStackTraces().forEach((thread, stack) -> {
				if (thread.getName().contains("Colorize")) {
					System.out.println("It is at " + thread + Arrays.asList(stack));
				}
			});
		}
		System.exit(exit);
	}

	/** Runs on a virtual screen in a new JVM and returns its output. */
	static String run(final Path folder, final Path model, final int commands) throws IOException, InterruptedException {
		try (VirtualScreen screen = new VirtualScreen(1600, 960)) {
			final ChildJvm.Ended ended = PlainImageJ.withEngine(folder, SoakInImageJ1.class, DialogInImageJ1.class)
					.with("-Xmx512m", "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")))
					.env("DISPLAY", screen.display()).run(folder, SoakInImageJ1.class, folder, model, commands, 1);
			return String.join("\n", ended.out()) + "\n" + String.join("\n", ended.err());
		}
	}

	private void run(final double length, final boolean minutes)
			throws IOException, InterruptedException, InvocationTargetException {
		new ImageJ(ImageJ.STANDALONE);
		makeFolder();
		System.out.println(String.join("\t", COLUMNS));
		final List<State> states = new ArrayList<>();
		while (states.size() < MEASURES) {
			final double progress = minutes ? seconds() / TimeUnit.MINUTES.toSeconds(1) / length : commands / length;
			if (progress < (states.size() + 1.0) / MEASURES) {
				step();
				commands++;
			}
			else {
				states.add(measure());
				System.out.println(states.get(states.size() - 1));
			}
		}
		final State warm = states.get(WARM_UP - 1);
		final State end = states.get(states.size() - 1);
		System.out.printf(Locale.ROOT, "After warm-up and at the end: heap %.1f and %.1f MB (%+.1f %%),"
				+ " process %.0f and %.0f MB (%+.1f %%)%n", warm.heap, end.heap, 100 * (end.heap / warm.heap - 1),
				warm.process, end.process, 100 * (end.process / warm.process - 1));
		// A few commands are not enough for a warm-up.
		if (minutes && (end.heap > GROWTH * warm.heap || end.process > GROWTH * warm.process)) {
			throw new IllegalStateException("The memory grew by more than five percent.");
		}
	}

	private double seconds() {
		return (System.nanoTime() - start) * 1e-9;
	}

	// -- Actions --

	private void step() throws IOException, InterruptedException, InvocationTargetException {
		if (WindowManager.getImageCount() >= MAX_IMAGES) {
			closeAll();
		}
		switch (random.nextInt(8)) {
			case 0 -> colorizeFolder();
			case 1 -> undo();
			case 2 -> refuse();
			case 3, 4 -> preview(open(), random.nextBoolean());
			case 5 -> colorize(openVirtual(), "");
			default -> colorize(open(), " stack=" + random.nextBoolean() + " uncertainty=" + random.nextBoolean()
					+ " smoothing=" + random.nextInt(2) * 0.8);
		}
	}

	/** Opens an image of a random type. */
	private ImagePlus open() {
		final int width = SMALLEST + random.nextInt(400);
		final int height = SMALLEST + random.nextInt(300);
		final int bits = List.of(8, 16, 32, 24).get(random.nextInt(4));
		final int slices = 1 + random.nextInt(2);
		final int frames = 1 + random.nextInt(2);
		final ImagePlus image = IJ.createHyperStack("image " + commands, width, height, 1, slices, frames, bits);
		final int planes = image.getStackSize();
		for (int i = 1; i <= planes; i++) {
			final ImageProcessor plane = image.getStack().getProcessor(i);
			plane.setColor(bits == 24 ? new Color(random.nextInt(1 << 24)) : Color.WHITE);
			if (bits != 24) {
				plane.setValue(40 + random.nextInt(200));
			}
			plane.fillOval(width / 4, height / 4, width / 2, height / 2);
			plane.noise(10);
			if (bits == 32) {
				plane.setf(random.nextInt(width * height), Float.NaN);
			}
		}
		if (bits != 24) {
			image.setDisplayRange(0, 255);
		}
		if (planes == 1 && bits == 24 && random.nextBoolean()) {
			new ImageConverter(image).convertRGBtoIndexedColor(256);
		}
		if (bits == 8 && random.nextBoolean()) {
			IJ.run(image, List.of("Fire", "Invert LUT", "Red").get(random.nextInt(3)), "");
		}
		if (random.nextInt(3) == 0) {
			image.setRoi(new Roi(width / 8, height / 8, width / 2, height / 2));
		}
		if (random.nextInt(3) == 0) {
			image.setOverlay(new Overlay(new Roi(1, 1, 5, 5)));
		}
		return show(image);
	}

	private ImagePlus show(final ImagePlus image) {
		image.show();
		made.add(new WeakReference<>(image));
		return image;
	}

	private ImagePlus openVirtual() throws IOException {
		final ImagePlus image = open();
		final Path file = folder.resolve("virtual.tif");
		IJ.saveAsTiff(image, file.toString());
		close(image);
		return show(IJ.openVirtual(file.toString()));
	}

	private void colorize(final ImagePlus image, final String more) {
		run(image, COMMAND, options(image) + more);
	}

	private String options(final ImagePlus image) {
		final List<String> types = List.of("automatic", "RGB", "composite", "[ab channels]", "[Lab stack]", "uncertainty");
		return "model=[" + model + "] device=cpu temperature=" + random.nextInt(101) / 100.0 + " saturation="
				+ random.nextInt(11) / 5.0 + " size=" + 32 * (1 + random.nextInt(3)) + " outputtype="
				+ types.get(random.nextInt(types.size()));
	}

	/** Runs a command like a macro; an error ends the test. */
	private void run(final ImagePlus image, final String command, final String options) {
		final String error = error(image, command, options);
		if (error != null) {
			throw new IllegalStateException(command + " " + options + " said: " + error);
		}
		remember();
	}

	private static String error(final ImagePlus image, final String command, final String options) {
		IJ.redirectErrorMessages(true);
		try {
			IJ.run(image, command, options);
		}
		catch (final RuntimeException e) {
			// ImageJ throws this to end a macro.
			if (!"Macro canceled".equals(e.getMessage())) {
				throw e;
			}
		}
		return IJ.getErrorMessage();
	}

	private void refuse() {
		final ImagePlus image = open();
		final String error = error(image, COMMAND, "temperature=2");
		if (error == null || !error.contains("temperature must be from 0 to 1")) {
			throw new IllegalStateException("A temperature of 2 was not refused: " + error);
		}
		close(image);
	}

	/** Colorizes in place and undoes it. */
	private void undo() {
		final int side = 16 + random.nextInt(300);
		final ImagePlus image = show(IJ.createImage("undo " + commands, "8-bit ramp", side, side, 1));
		final byte[] before = (byte[]) image.getProcessor().getPixelsCopy();
		run(image, COMMAND, "model=[" + model + "] device=cpu size=32 inplace=true");
		if (image.getBitDepth() != 24) {
			throw new IllegalStateException("In place the image has " + image.getBitDepth() + " bits.");
		}
		IJ.run(image, "Undo", "");
		if (image.getBitDepth() != 8 || !Arrays.equals(before, (byte[]) image.getProcessor().getPixels())) {
			throw new IllegalStateException("Undo did not bring the image back.");
		}
	}

	private void makeFolder() throws IOException {
		final Path in = Files.createDirectories(folder.resolve("in"));
		for (int i = 0; i < FILES; i++) {
			IJ.saveAs(IJ.createImage("", "8-bit ramp", 64 + i, 48, 1), i % 2 == 0 ? "PNG" : "Tiff",
					in.resolve("photo" + i).toString());
		}
		Files.writeString(in.resolve("broken.png"), "no image");
	}

	private void colorizeFolder() {
		run(null, FOLDER_COMMAND, "inputfolder=[" + folder.resolve("in") + "] outputfolder=[" + folder.resolve("out")
				+ "] overwrite=true model=[" + model + "] device=cpu size=32");
	}

	/** Colorizes with the dialog. */
	private void preview(final ImagePlus image, final boolean cancel)
			throws InterruptedException, InvocationTargetException {
		final int images = WindowManager.getImageCount();
		IJ.selectWindow(image.getID());
		IJ.doCommand(COMMAND);
		final GenericDialog dialog = DialogInImageJ1.window(GenericDialog.class);
		final Checkbox box = DialogInImageJ1.checkbox(dialog, "Preview");
		EventQueue.invokeAndWait(() -> {
			final Choice models = (Choice) dialog.getChoices().get(0);
			models.insert(model, 0);
			models.select(model);
			((TextField) dialog.getStringFields().get(0)).setText("64");
			((TextField) dialog.getStringFields().get(1)).setText("cpu");
			box.setState(true);
			dialog.itemStateChanged(new ItemEvent(box, ItemEvent.ITEM_STATE_CHANGED, box, ItemEvent.SELECTED));
		});
		DialogInImageJ1.await("a preview", () -> hasPreview(image));
		final Scrollbar temperature = (Scrollbar) dialog.getSliders().get(0);
		for (int i = 0; i < SLIDES; i++) {
			final int value = random.nextInt(temperature.getMaximum());
			EventQueue.invokeAndWait(() -> {
				temperature.setValue(value);
				dialog.adjustmentValueChanged(new AdjustmentEvent(temperature,
						AdjustmentEvent.ADJUSTMENT_VALUE_CHANGED, AdjustmentEvent.TRACK, value));
			});
		}
		press(dialog, cancel ? "Cancel" : "OK");
		if (!cancel && image.getStackSize() > 1) {
			press(DialogInImageJ1.window(YesNoCancelDialog.class), "Yes");
		}
		DialogInImageJ1.await("the end of the command", () -> !DialogInImageJ1.isRunning());
		if (hasPreview(image) || WindowManager.getImageCount() != images + (cancel ? 0 : 1)) {
			throw new IllegalStateException("After a preview there are " + WindowManager.getImageCount()
					+ " images, before it there were " + images + ".");
		}
		remember();
	}

	private static boolean hasPreview(final ImagePlus image) {
		final Overlay overlay = image.getOverlay();
		return overlay != null
				&& Arrays.stream(overlay.toArray()).anyMatch(roi -> "Colorize preview".equals(roi.getName()));
	}

	private static <D extends Dialog & ActionListener> void press(final D dialog, final String label) {
		final Button button = DialogInImageJ1.button(dialog, label);
		EventQueue.invokeLater(
				() -> dialog.actionPerformed(new ActionEvent(button, ActionEvent.ACTION_PERFORMED, label)));
	}

	// -- Measurements --

	private void remember() {
		WindowManager.setTempCurrentImage(null);
		if (WindowManager.getIDList() != null) {
			Arrays.stream(WindowManager.getIDList()).mapToObj(WindowManager::getImage)
					.filter(image -> made.stream().noneMatch(known -> known.refersTo(image))).toList()
					.forEach(image -> made.add(new WeakReference<>(image)));
		}
	}

	private static void closeAll() {
		while (WindowManager.getImageCount() > 0) {
			close(WindowManager.getImage(WindowManager.getIDList()[0]));
		}
	}

	private static void close(final ImagePlus image) {
		// Prevents a question from ImageJ.
		image.changes = false;
		image.close();
	}

	private State measure() throws IOException, InterruptedException, InvocationTargetException {
		closeAll();
		// Both refer to the last image.
		Undo.reset();
		WindowManager.setTempCurrentImage(null);
		// AWT and cleaners release objects later, so repeat until nothing changes.
		List<Number> last = List.of();
		for (int unchanged = 0, i = 0; unchanged < UNCHANGED && i < COLLECTIONS; i++) {
			EventQueue.invokeAndWait(System::gc);
			Thread.sleep(SETTLING);
			final List<Number> now = held();
			unchanged = now.equals(last) ? unchanged + 1 : 0;
			last = now;
		}
		made.removeIf(image -> image.refersTo(null));
		try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
			final Runtime java = Runtime.getRuntime();
			return new State(seconds(), commands, (java.totalMemory() - java.freeMemory()) / MEBIBYTE, resident(),
					Thread.activeCount(), Window.getWindows().length, WindowManager.getImageCount(), made.size(),
					files.filter(file -> file.getFileName().toString().startsWith("colorized-")).count());
		}
	}

	/** Counts threads, windows and images. */
	private List<Number> held() {
		return List.of(Thread.activeCount(), Window.getWindows().length,
				made.stream().filter(image -> !image.refersTo(null)).count());
	}

	/** Resident memory of the process in megabytes. */
	private static double resident() throws IOException {
		final Path status = Path.of("/proc/self/status");
		if (!Files.exists(status)) {
			return Double.NaN;
		}
		return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmRSS:"))
				.mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / KIBIBYTES).findFirst()
				.orElse(Double.NaN);
	}
}
