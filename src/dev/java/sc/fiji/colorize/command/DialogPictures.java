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
import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.Window;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

import javax.imageio.ImageIO;
import javax.swing.AbstractButton;
import javax.swing.JDialog;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JTabbedPane;

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.OvalRoi;
import ij.gui.Roi;
import ij.gui.Toolbar;
import ij.process.ImageConverter;

/**
 * Pictures of all dialogs in a plain ImageJ 1, as a newcomer sees them, of hints on the rendered landscape, and of the
 * window of a training. Needs a screen.
 */
public final class DialogPictures {

	private static final Map<String, String> DIALOGS = Map.of("folder", "Colorize Folder...", "train",
			"Train Colorizer...", "evaluate", "Evaluate Colorizer...", "import", "Import Colorizer Weights...", "install",
			"Install Colorizer Engine...");
	/** Paths in the dialogs, by dialog and parameter. The dialogs are canceled, so these need not exist. */
	private static final Map<String, Map<String, String>> PATHS = Map.of(
			"folder", Map.of("inputFolder", "/photos/album", "outputFolder", "/photos/album-colorized"),
			"train", Map.of("inputFolder", "/photos/color", "outputModel", "/photos/my-model.zip"),
			"evaluate", Map.of("inputFolder", "/photos/other", "outputFolder", "/photos/report"),
			"import", Map.of("weights", "/photos/colorization.pth", "outputModel", "/photos/colorization.zip"),
			"install", Map.of());
	private static final int PHOTOS = 24;
	private static final int EPOCHS = 24;
	private static final int LEFT = 600;
	/** Longer than a window takes to be drawn. */
	private static final int PAUSE = 2000;

	private final Path folder;
	private final Robot robot;

	private DialogPictures(final Path folder) throws AWTException {
		this.folder = folder;
		robot = new Robot();
	}

	/**
	 * Makes the pictures and ends the JVM.
	 *
	 * @param arguments the folder for the pictures, and a color image
	 */
	public static void main(final String[] arguments) {
		int exit = 1;
		try {
			final DialogPictures pictures = new DialogPictures(Path.of(arguments[0]));
			new ImageJ(ImageJ.STANDALONE);
			place(IJ.getInstance(), 20, 10);
			pictures.dialogs();
			pictures.hints(Path.of(arguments[1]));
			pictures.training(Path.of(arguments[1]));
			exit = 0;
		}
		catch (final AWTException | IOException | InterruptedException | InvocationTargetException
				| RuntimeException e) {
			System.err.println("The session broke off: " + e);
		}
		System.exit(exit);
	}

	private void dialogs() throws IOException, InterruptedException, InvocationTargetException {
		for (final Map.Entry<String, String> entry : DIALOGS.entrySet()) {
			IJ.doCommand(entry.getValue());
			final JDialog dialog = Dialogs.dialog(entry.getValue());
			for (final Map.Entry<String, String> path : PATHS.get(entry.getKey()).entrySet()) {
				Dialogs.set(dialog, path.getKey(), path.getValue());
			}
			hideHome(dialog);
			place(dialog, LEFT, 20);
			capture(entry.getKey(), dialog);
			if (Dialogs.all(dialog, AbstractButton.class).stream()
					.anyMatch(button -> "Advanced".equals(button.getText()))) {
				Dialogs.press(dialog, "Advanced");
				place(dialog, LEFT, 20);
				capture(entry.getKey() + "-advanced", dialog);
			}
			Dialogs.press(dialog, "Cancel");
		}
	}

	/** Shows the usual cache of PyTorch instead of that of this session, which is in a temporary folder. */
	private static void hideHome(final JDialog dialog) throws InterruptedException, InvocationTargetException {
		EventQueue.invokeAndWait(() -> {
			for (final JLabel label : Dialogs.all(dialog, JLabel.class)) {
				if (label.getText() != null) {
					label.setText(label.getText().replace(System.getProperty("DJL_CACHE_DIR"), "~/.djl.ai"));
				}
			}
			dialog.pack();
		});
	}

	/** On the sky, the lake and the meadow, as in the picture of the page about hints. */
	private void hints(final Path file) throws IOException, InterruptedException, InvocationTargetException {
		final ImagePlus image = IJ.openImage(file.toString());
		new ImageConverter(image).convertToGray8();
		image.show();
		IJ.run(image, "Set... ", "zoom=50 x=" + image.getWidth() / 2 + " y=" + image.getHeight() / 2);
		place(image.getWindow(), 20, 130);
		IJ.doCommand("Colorize...");
		final JDialog dialog = Dialogs.dialog("Colorize...");
		Dialogs.press(dialog, "Color hints");
		place(dialog, 540, 130);
		Dialogs.set(dialog, "preview", true);
		Dialogs.await("a preview", () -> image.getOverlay() != null);
		hint(image, dialog, new OvalRoi(613, 315, 27, 27), new Color(0x46603c));
		hint(image, dialog, new OvalRoi(523, 475, 27, 27), new Color(0x6f9fc8));
		hint(image, dialog, new OvalRoi(480, 573, 27, 27), new Color(0xb08030));
		image.getWindow().toFront();
		Dialogs.await("a preview that stays", () -> isSteady(image.getWindow()));
		final Rectangle place = image.getWindow().getBounds().union(dialog.getBounds());
		ImageIO.write(robot.createScreenCapture(place), "png", folder.resolve("hints.png").toFile());
		Dialogs.press(dialog, "Cancel");
		image.changes = false;
		image.close();
	}

	private static void hint(final ImagePlus image, final JDialog dialog, final Roi roi, final Color color)
			throws InterruptedException, InvocationTargetException {
		Toolbar.setForegroundColor(color);
		image.setRoi(roi);
		Dialogs.press(dialog, "Add hint");
	}

	/** Trains a little on parts of the colorized image, which stand for photos. */
	private void training(final Path file) throws IOException, InterruptedException, InvocationTargetException {
		final Path photos = Files.createDirectories(folder.resolve("photos"));
		final ImagePlus gray = IJ.openImage(file.toString());
		gray.show();
		IJ.run(gray, "Colorize...", "device=cpu");
		final ImagePlus image = WindowManager.getCurrentImage();
		for (int i = 0; i < PHOTOS; i++) {
			image.setRoi(i % 6 * 120, i / 6 * 100, 360, 300);
			IJ.saveAs(image.crop(), "PNG", photos.resolve("photo" + i).toString());
		}
		Arrays.stream(WindowManager.getIDList()).mapToObj(WindowManager::getImage).forEach(open -> {
			open.changes = false;
			open.close();
		});
		IJ.doCommand("Train Colorizer...");
		final JDialog dialog = Dialogs.dialog("Train Colorizer...");
		Dialogs.set(dialog, "inputFolder", photos.toString());
		Dialogs.set(dialog, "outputModel", folder.resolve("landscapes.zip").toString());
		// A small network and small pictures learn fast enough to be watched.
		Dialogs.set(dialog, "from", "");
		Dialogs.set(dialog, "width", "0.125");
		Dialogs.set(dialog, "schedule", "32x8x" + EPOCHS);
		Dialogs.press(dialog, "OK");
		Dialogs.await("half of the epochs", () -> epochs() >= EPOCHS / 2);
		final JFrame window = Dialogs.training("landscapes.zip");
		place(window, 20, 130);
		capture("training", window);
		EventQueue.invokeAndWait(() -> Dialogs.all(window, JTabbedPane.class).get(0).setSelectedIndex(1));
		capture("training-photos", window);
		Dialogs.press(window, "Stop and keep the best");
		Dialogs.await("the end of the training", () -> Thread.getAllStackTraces().keySet().stream()
				.noneMatch(thread -> thread.getName().contains("Train Colorizer...")));
		capture("training-stopped", window);
	}

	private long epochs() {
		try {
			return Files.readAllLines(folder.resolve("landscapes-training/log.csv")).size() - 1;
		}
		catch (final IOException e) {
			// Not there yet.
			return 0;
		}
	}

	private static void place(final Window window, final int x, final int y)
			throws InterruptedException, InvocationTargetException {
		EventQueue.invokeAndWait(() -> window.setLocation(x, y));
	}

	/** Whether nothing changes for some time. */
	private boolean isSteady(final Component window) {
		final Rectangle place = window.getBounds();
		final BufferedImage before = robot.createScreenCapture(place);
		robot.delay(5 * PAUSE);
		final BufferedImage after = robot.createScreenCapture(place);
		return Arrays.equals(before.getRGB(0, 0, place.width, place.height, null, 0, place.width),
				after.getRGB(0, 0, place.width, place.height, null, 0, place.width));
	}

	private void settle() throws InterruptedException {
		robot.waitForIdle();
		Thread.sleep(PAUSE);
	}

	private void capture(final String name, final Component window) throws IOException, InterruptedException {
		settle();
		final BufferedImage picture =
				robot.createScreenCapture(new Rectangle(window.getLocationOnScreen(), window.getSize()));
		ImageIO.write(picture, "png", folder.resolve(name + ".png").toFile());
	}
}
