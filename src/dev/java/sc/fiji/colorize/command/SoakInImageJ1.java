/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.Color;
import java.awt.EventQueue;
import java.awt.Window;
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

import javax.swing.JDialog;
import javax.swing.JSlider;

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.Undo;
import ij.WindowManager;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.process.ImageConverter;
import ij.process.ImageProcessor;

import sc.fiji.colorize.ChildJvm;

/**
 * Random work in one ImageJ 1 with its windows: images of all kinds are opened, colorized in all ways, previewed, undone
 * and closed, and folders colorized, for a given time or a given number of commands. A table tells the memory over time.
 * Needs a screen.
 */
public final class SoakInImageJ1 {

	/** Head of the table. */
	static final List<String> COLUMNS = List.of("seconds", "commands", "heap MB", "process MB", "threads", "windows",
			"images", "images in memory", "temporary files");

	private static final String COMMAND = "Colorize...";
	private static final String FOLDER_COMMAND = "Colorize Folder...";
	private static final int MEASURES = 16;
	/** Measures until everything has been used once, which is not counted. */
	private static final int WARM_UP = 4;
	private static final double GROWTH = 1.05;
	private static final int MAX_IMAGES = 4;
	private static final int FILES = 4;
	private static final int SLIDES = 5;
	/** ImageJ's own windows fail to paint smaller images, now and then. */
	private static final int SMALLEST = 40;
	/** Garbage collections, at most, and those without an effect at the end. */
	private static final int COLLECTIONS = 100;
	private static final int UNCHANGED = 3;
	private static final long SETTLING = 150;
	private static final double MEBIBYTE = 1 << 20;
	private static final double KIBIBYTES = 1 << 10;

	/**
	 * The state after a garbage collection, with all images closed.
	 *
	 * @param seconds since the start
	 * @param commands so many were run
	 * @param heap megabytes in use
	 * @param process resident megabytes of the whole process, native memory included; NaN where there is no /proc
	 * @param threads live ones
	 * @param windows of AWT that were not collected, shown or not
	 * @param images that ImageJ has open
	 * @param held images that are closed but not collected
	 * @param files temporary ones
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
	 * Runs and ends the JVM: 0, or 1 if a command failed or did what it must not.
	 *
	 * @param arguments a folder to work in, the model, the number of commands or, with an m, of minutes, and the seed
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

	/** Runs on a virtual screen, in a JVM of its own; gives what it printed. */
	static String run(final Path folder, final Path model, final int commands) throws IOException, InterruptedException {
		try (VirtualScreen screen = new VirtualScreen(1600, 960)) {
			final ChildJvm.Ended ended = PlainImageJ.withEngine(folder, SoakInImageJ1.class, Dialogs.class)
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
		// A few commands do not warm it up.
		if (minutes && (end.heap > GROWTH * warm.heap || end.process > GROWTH * warm.process)) {
			throw new IllegalStateException("The memory grew by more than five percent.");
		}
	}

	private double seconds() {
		return (System.nanoTime() - start) * 1e-9;
	}

	// -- What is done --

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

	/** An image of any kind, in a window. */
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

	/** Runs as a macro does; an error ends the soak. */
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
			// So ends a macro.
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

	/** In place and back. */
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

	/** By the dialog, as from the menu. */
	private void preview(final ImagePlus image, final boolean cancel)
			throws InterruptedException, InvocationTargetException {
		final int images = WindowManager.getImageCount();
		IJ.selectWindow(image.getID());
		IJ.doCommand(COMMAND);
		final JDialog dialog = Dialogs.dialog(COMMAND);
		Dialogs.set(dialog, "model", model);
		Dialogs.set(dialog, "size", 64);
		Dialogs.set(dialog, "device", "cpu");
		Dialogs.set(dialog, "preview", true);
		Dialogs.await("a preview", () -> hasPreview(image));
		final JSlider temperature = Dialogs.field(dialog, "temperature", JSlider.class);
		for (int i = 0; i < SLIDES; i++) {
			final int value = random.nextInt(temperature.getMaximum());
			EventQueue.invokeAndWait(() -> temperature.setValue(value));
		}
		Dialogs.press(dialog, cancel ? "Cancel" : "OK");
		Dialogs.await("the end of the command", () -> !Dialogs.isRunning());
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

	// -- What is left of it --

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
		// Otherwise ImageJ asks.
		image.changes = false;
		image.close();
	}

	private State measure() throws IOException, InterruptedException, InvocationTargetException {
		closeAll();
		// Both hold the last image.
		Undo.reset();
		WindowManager.setTempCurrentImage(null);
		// What AWT disposes of and what cleaners clean, they do later: until nothing more goes.
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

	/** Threads, windows, and images in memory. */
	private List<Number> held() {
		return List.of(Thread.activeCount(), Window.getWindows().length,
				made.stream().filter(image -> !image.refersTo(null)).count());
	}

	/** Megabytes of memory that the process really has. */
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
