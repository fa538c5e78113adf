/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.File;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import ij.ImagePlus;
import ij.WindowManager;
import ij.macro.Interpreter;
import org.scijava.ItemIO;
import org.scijava.ItemVisibility;
import org.scijava.command.Command;
import org.scijava.command.Previewable;
import org.scijava.convert.ConvertService;
import org.scijava.module.ModuleItem;
import org.scijava.plugin.Menu;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.thread.ThreadService;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.ImageHints;
import sc.fiji.colorize.imagej.OriginalFile;
import sc.fiji.colorize.imagej.OutputType;
import sc.fiji.colorize.imagej.preview.HintEditor;
import sc.fiji.colorize.imagej.preview.LivePreview;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.metadata.ResultMetadata;
import sc.fiji.colorize.ops.HintPropagation;
import sc.fiji.colorize.torch.NativeMemory;

/**
 * {@code Plugins > Colorize > Colorize...}: colorizes the active image, into a new image or in place. Its dialog shows a
 * preview in the window of the image.
 */
@Plugin(type = Command.class, headless = true,
		menu = {@Menu(label = "Plugins"), @Menu(label = "Colorize"), @Menu(label = "Colorize...", weight = 1)},
		description = "Gives a gray image plausible, vivid color.")
public class ColorizeCommand extends ColorizingCommand implements Previewable {

	// Names of parameters.
	static final String INPUT = "input";
	static final String STACK = "stack";
	static final String PREVIEW = "preview";
	static final String HINTS = "hints";

	/** Deletes temporary files once their stacks are unreachable. */
	private static final Cleaner TEMPORARY_FILES = Cleaner.create();

	@Parameter
	private ConvertService converter;

	@Parameter
	private ThreadService threads;

	/**
	 * An {@link ImagePlus}, or anything that SciJava converts to one, such as a Dataset; the active image by default.
	 * Declared as Object because SciJava drops a value of the wrong type, and the active image would silently replace it.
	 */
	@Parameter(persist = false)
	private Object input;

	@Parameter(required = false, persist = false, label = "Model", style = "model",
			description = "The bundled model (default), the name of another model, or the path of a model zip.")
	private String model = ColorizeOptions.defaults().model();

	@Parameter(required = false, persist = false, label = "Hints", style = "open,group:Color hints",
			description = "overlay: the selections with a color in the overlay; or the path of a transparent PNG with"
					+ " strokes of color, or of ImageJ selections (.zip, .roi).")
	private String hints = "";

	@Parameter(required = false, persist = false, label = "Reach", min = "0.1", max = "10", stepSize = "0.1",
			style = "slider,soft:3,group:Color hints,format:0.0", description = "How far hints spread, 0.1 to 10.")
	private Double reach = HintPropagation.REACH;

	@Parameter(required = false, persist = false, label = "Output", style = "group:Advanced",
			choices = {"automatic", "RGB", "composite", "ab channels", "Lab stack", "uncertainty"},
			description = "Automatic makes RGB of 8-bit and RGB images, and a composite of 16-bit and 32-bit ones.")
	private String outputType = OutputType.AUTOMATIC.label();

	@Parameter(required = false, persist = false, label = "Also show uncertainty", style = "group:Advanced",
			description = "A second image: the entropy in nats of the colors that each pixel could have.")
	private Boolean uncertainty = false;

	@Parameter(required = false, persist = false, label = "In place", style = "group:Advanced",
			description = "The image itself becomes RGB. A single slice can be undone, a stack cannot.")
	private Boolean inPlace = false;

	@Parameter(required = false, persist = false, label = "All slices",
			description = "Colorizes all slices of the stack, or only the current one.")
	private Boolean stack = true;

	@Parameter(required = false, persist = false, label = "Save as", style = "save,group:Advanced",
			description = "A .tif, .png or .jpg file for the result; empty only shows it.")
	private File outputFile;

	@Parameter(required = false, persist = false, label = "Copy metadata", style = "group:Advanced",
			description = "Saves resolution, date, caption, author and rights from the file of the image, too.")
	private Boolean metadata = true;

	@Parameter(required = false, persist = false, label = "Preview",
			description = "Shows the colors in the window of the image.")
	private Boolean preview = false;

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private final String citation = "Please cite: Zhang, Isola, Efros, Colorful Image Colorization, ECCV 2016.";

	@Parameter(type = ItemIO.OUTPUT)
	private ImagePlus output;

	@Parameter(type = ItemIO.OUTPUT)
	private ImagePlus uncertaintyImage;

	/** Guards the preview: the dialog reports changes on its own thread, and the command ends on another. */
	private final Object previewing = new Object();
	private LivePreview live;
	private boolean previewEnded;
	private HintEditor editor;

	@Override
	String helpPage() {
		return "colorize.md";
	}

	@Override
	boolean applies(final ModuleItem<?> item) {
		return !item.getName().equals(STACK) && !item.getName().equals("smoothing") || ImageColorizer.planes(image()) > 1;
	}

	/** Starts editing the hints of the image in a dialog. */
	HintEditor editHints(final Runnable changed) {
		editor = new HintEditor(image(), changed);
		return editor;
	}

	@Override
	public void preview() {
		synchronized (previewing) {
			// A change typed just before the dialog closed may arrive late.
			if (!previewEnded) {
				update();
			}
		}
	}

	private void update() {
		setDefaults();
		try {
			final ImagePlus image = image();
			if (!preview || image == null || image.getProcessor() == null) {
				if (live != null) {
					live.hide();
				}
				return;
			}
			final ColorizeOptions options = options(model);
			final ImageHints given = hints(image);
			if (live == null) {
				live = new LivePreview(image, editor == null ? image.getRoi() : editor.region(), status::showStatus,
						NativeMemory::trim);
			}
			live.show(options, OutputType.of(outputType), given);
		}
		catch (final IOException | IllegalArgumentException e) {
			// Usually a number that is still being typed.
			status.showStatus(e.getMessage());
		}
	}

	@Override
	public void cancel() {
		synchronized (previewing) {
			previewEnded = true;
			if (live != null) {
				live.close();
				live = null;
			}
		}
	}

	@Override
	void compute() throws IOException {
		cancel();
		final ColorizeOptions options = options(model);
		final OutputType type = OutputType.of(outputType);
		final ImagePlus image = image();
		final ImageHints given = hints(image);
		status.showStatus("Colorizing " + (image == null ? "" : image.getTitle()));
		try (Colorizer colorizer = Colorizer.open(options.opening(), log::warn)) {
			colorize(colorizer, image, options, type, given);
		}
		if (Interpreter.isBatchMode()) {
			// Nothing else shows this image, and a macro can only select images that are shown.
			show(uncertaintyImage);
			show(output);
		}
	}

	/** The given image, or null. */
	ImagePlus image() {
		if (input != null && !(input instanceof ImagePlus)) {
			final ImagePlus converted = converter.convert(input, ImagePlus.class);
			if (converted == null || converted.getProcessor() == null) {
				throw new IllegalArgumentException(input instanceof String title
						? "There is no image '" + title + "' to colorize: open it first."
						: "An input of type " + input.getClass().getName() + " cannot be colorized: give an ImagePlus.");
			}
			input = converted;
		}
		return (ImagePlus) input;
	}

	private ImageHints hints(final ImagePlus image) throws IOException {
		return ImageHints.of(hints, image, reach);
	}

	private void colorize(final Colorizer colorizer, final ImagePlus image, final ColorizeOptions options,
			final OutputType type, final ImageHints given) throws IOException {
		final boolean all = stack;
		final Path file = outputFile == null || outputFile.getPath().isBlank() ? null : outputFile.toPath();
		// In place, automatic means the only type that fits.
		final boolean onlyRgb = inPlace && type == OutputType.AUTOMATIC && image != null
				&& (image.getBitDepth() == 8 || image.getBitDepth() == 24);
		final ImageColorizer images =
				new ImageColorizer(colorizer, options, onlyRgb ? OutputType.RGB : type).hints(given);
		if (inPlace) {
			final ResultMetadata described = describe(image, images, file);
			images.colorizeInPlace(image, all, this::showProgress, this::wantsStop);
			save(image, described, file);
			return;
		}
		if (image != null && image.getStack().isVirtual() && all) {
			output = file == null ? colorizeToTemporaryFile(images, image)
					: images.colorizeToFile(image, true, describe(image, images, file), tiff(file), this::showProgress,
							this::wantsStop);
			if (uncertainty) {
				uncertaintyImage = colorizeToTemporaryFile(
						new ImageColorizer(colorizer, options, OutputType.UNCERTAINTY).hints(given), image);
			}
			return;
		}
		final ImagePlus result;
		if (uncertainty) {
			final ImageColorizer.Result both =
					images.colorizeWithUncertainty(image, all, this::showProgress, this::wantsStop);
			result = both.image();
			uncertaintyImage = both.uncertainty();
		}
		else {
			result = images.colorize(image, all, this::showProgress, this::wantsStop);
		}
		save(result, describe(image, images, file), file);
		output = result;
	}

	private static Path tiff(final Path file) throws IOException {
		if (!file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.tiff?")) {
			throw new IOException("A virtual stack is saved as TIFF: let the name of " + file + " end in .tif.");
		}
		return file;
	}

	/** Colorizes a stack that may not fit in memory. */
	private ImagePlus colorizeToTemporaryFile(final ImageColorizer images, final ImagePlus image) throws IOException {
		final File file = Files.createTempFile("colorized-", ".tif").toFile();
		file.deleteOnExit();
		final ImagePlus result;
		try {
			result = images.colorizeToFile(image, true, ResultMetadata.NONE, file.toPath(), this::showProgress,
					this::wantsStop);
		}
		catch (final IOException | IllegalArgumentException | IllegalStateException e) {
			file.delete();
			throw e;
		}
		// The image may be closed while another one shows its stack.
		TEMPORARY_FILES.register(result.getStack(), file::delete);
		log.info("The result of the virtual stack is in " + file + " until it is closed; give an output file to keep it.");
		return result;
	}

	/** The metadata of a saved result; empty if it is not saved. */
	private ResultMetadata describe(final ImagePlus image, final ImageColorizer images, final Path file) {
		return image == null || file == null ? ResultMetadata.NONE
				: OriginalFile.metadata(image, images.provenance(), metadata);
	}

	private void save(final ImagePlus image, final ResultMetadata described, final Path file) throws IOException {
		if (file == null) {
			return;
		}
		DescribedException.run("The result " + file, "cannot be written", () -> ImageFiles.write(image, described, file));
		if (!described.leftOut().isEmpty()) {
			log.warn("The result " + file + " is without " + String.join(", ", described.leftOut()) + ".");
		}
	}

	/** Makes an image the active one of the macro, which waits on the thread that started this one. */
	private void show(final ImagePlus image) {
		if (image != null) {
			// Showing sets the current image of this thread. SciJava reuses the thread, and the next command would take that
			// image for the active one.
			final ImagePlus current = WindowManager.getTempCurrentImage();
			image.show();
			WindowManager.setTempCurrentImage(current);
			final Thread macro = threads.getParent(Thread.currentThread());
			if (macro != null) {
				WindowManager.setTempCurrentImage(macro, image);
			}
		}
	}
}
