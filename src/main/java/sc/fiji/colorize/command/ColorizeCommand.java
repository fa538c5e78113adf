/*
 * Fiji Colorize: plausible colour for gray images.
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
import java.util.Objects;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.macro.Interpreter;
import org.scijava.ItemIO;
import org.scijava.ItemVisibility;
import org.scijava.command.Command;
import org.scijava.command.Previewable;
import org.scijava.convert.ConvertService;
import org.scijava.plugin.Menu;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.Button;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.Upsampling;
import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageFiles;
import sc.fiji.colorize.imagej.ImageHints;
import sc.fiji.colorize.imagej.OutputType;
import sc.fiji.colorize.imagej.preview.LivePreview;
import sc.fiji.colorize.io.DescribedException;
import sc.fiji.colorize.io.Failure;
import sc.fiji.colorize.ops.HintPropagation;
import sc.fiji.colorize.torch.NativeMemory;

/**
 * {@code Plugins > Colorize > Colorize...}: colorizes the active image, into a new one unless in place. Its dialog has a
 * preview in the window of the image.
 */
@Plugin(type = Command.class, headless = true,
		menu = {@Menu(label = "Plugins"), @Menu(label = "Colorize"), @Menu(label = "Colorize...", weight = 1)},
		description = "Gives a gray image plausible, vivid colour.")
public class ColorizeCommand extends EngineCommand implements Previewable {

	/** The parameter with the image. */
	static final String INPUT = "input";
	/** The parameter that ImageJ asks for by itself: all slices of a stack or only the current one. */
	static final String STACK = "stack";
	/** The parameter that only a dialog has a use for. */
	static final String PREVIEW = "preview";

	/** Deletes files when nobody has the stacks in them any more. */
	private static final Cleaner TEMPORARY_FILES = Cleaner.create();

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private final String citation = "Please cite: Zhang, Isola, Efros, Colorful Image Colorization, ECCV 2016.";

	@Parameter
	private ConvertService converter;

	/**
	 * An {@link ImagePlus}, or what SciJava converts to one, such as a Dataset; the active image if it is not given. Of
	 * any type, because SciJava would leave out a value of a wrong one, and the active image would take its place.
	 */
	@Parameter(persist = false)
	private Object input;

	@Parameter(required = false, persist = false, label = "Model",
			description = "default, the name of a model in the store, or the path of a model zip")
	private String model = ColorizeOptions.defaults().model();

	@Parameter(required = false, persist = false, label = "Choose the model...", callback = "chooseModel")
	private Button chooseModel;

	@Parameter(required = false, persist = false, label = "Temperature", min = "0", max = "1", stepSize = "0.01",
			style = "slider,format:0.00", description = "from vivid and patchy (0) to smooth and dull (1)")
	private Double temperature = ColorizeOptions.defaults().temperature();

	@Parameter(required = false, persist = false, label = "Saturation", min = "0", max = "5", stepSize = "0.05",
			style = "slider,format:0.00", description = "factor on the colourfulness; 0 is gray")
	private Double saturation = ColorizeOptions.defaults().saturation();

	@Parameter(required = false, persist = false, label = "Network size (0: the model's own)", min = "0", max = "2048",
			stepSize = "8", description = "a multiple of 8; larger sees finer detail, smaller sees the whole")
	private Integer size = ColorizeOptions.defaults().size();

	@Parameter(required = false, persist = false, label = "Device", description = "auto, cpu, gpu or gpu:N")
	private String device = ColorizeOptions.defaults().device();

	@Parameter(required = false, persist = false, label = "Smoothing along a stack", min = "0", max = "1",
			stepSize = "0.05", style = "slider,format:0.00",
			description = "of the colours of a film: 0 each slice by itself, 0.8 even")
	private Double smoothing = ColorizeOptions.defaults().smoothing();

	@Parameter(required = false, persist = false, label = "Upsampling", choices = {"edge-aware", "bilinear"},
			description = "how colours are enlarged: along the edges of the image, or not")
	private String upsampling = ColorizeOptions.defaults().upsampling().label();

	@Parameter(required = false, persist = false, label = "Color hints (overlay, or a file)",
			description = "overlay: selections in the overlay with a color; or the path of a transparent PNG with strokes"
					+ " of color, or of ImageJ selections (.zip, .roi)")
	private String hints = "";

	@Parameter(required = false, persist = false, label = "Reach of the hints", min = "0.1", max = "10",
			stepSize = "0.1", style = "slider,format:0.0", description = "how far the color of a hint spreads")
	private Double reach = HintPropagation.REACH;

	@Parameter(required = false, persist = false, label = "Output",
			choices = {"automatic", "RGB", "composite", "ab channels", "Lab stack", "uncertainty"},
			description = "automatic: RGB of 8-bit and RGB images, a composite of 16-bit and 32-bit ones")
	private String outputType = OutputType.AUTOMATIC.label();

	@Parameter(required = false, persist = false, label = "Uncertainty image, too",
			description = "a second image: entropy in nats of the colours that each pixel could have")
	private Boolean uncertainty = false;

	@Parameter(required = false, persist = false, label = "In place",
			description = "the image itself becomes RGB; one slice can be undone")
	private Boolean inPlace = false;

	@Parameter(required = false, persist = false, label = "All slices",
			description = "of a stack: all of them, or the current one")
	private Boolean stack = true;

	@Parameter(required = false, persist = false, label = "Save as (empty: only show)", style = "save",
			description = "a .tif, .png or .jpg file for the result")
	private File outputFile;

	@Parameter(required = false, persist = false, label = "Preview",
			description = "shows the colours in the window of the image")
	private Boolean preview = false;

	@Parameter(type = ItemIO.OUTPUT)
	private ImagePlus output;

	@Parameter(type = ItemIO.OUTPUT)
	private ImagePlus uncertaintyImage;

	/** Guards the preview: the dialog tells of changes in its own thread, the command ends in another. */
	private final Object previewing = new Object();
	private LivePreview live;
	private boolean previewEnded;

	private void chooseModel() {
		model = ModelChoice.ask(model);
	}

	@Override
	public void preview() {
		synchronized (previewing) {
			// A change that was typed just before the dialog was closed may be told afterwards.
			if (!previewEnded) {
				update();
			}
		}
	}

	private void update() {
		try {
			final ImagePlus image = image();
			if (!Boolean.TRUE.equals(preview) || image == null || image.getProcessor() == null) {
				if (live != null) {
					live.hide();
				}
				return;
			}
			final ColorizeOptions options = options();
			final ImageHints given = hints(image);
			if (live == null) {
				live = new LivePreview(image, status::showStatus, NativeMemory::trim);
			}
			live.show(options, OutputType.of(outputType), given);
		}
		catch (final IOException | IllegalArgumentException e) {
			// A number that somebody is still typing, mostly.
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
		final ColorizeOptions options = options();
		final OutputType type = OutputType.of(Objects.requireNonNullElse(outputType, OutputType.AUTOMATIC.label()));
		final ImagePlus image = image();
		final ImageHints given = hints(image);
		IJ.resetEscape();
		status.showStatus("Colorizing " + (image == null ? "" : image.getTitle()));
		try (Colorizer colorizer = Colorizer.open(options.opening(), log::warn)) {
			colorize(colorizer, image, options, type, given);
		}
		if (Interpreter.isBatchMode()) {
			// Nobody else shows it there, and a macro can only select what is shown.
			show(uncertaintyImage);
			show(output);
		}
	}

	/** The image that was given, null if none was. */
	private ImagePlus image() {
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
		return ImageHints.of(hints, image, Objects.requireNonNullElse(reach, HintPropagation.REACH));
	}

	private ColorizeOptions options() {
		final ColorizeOptions defaults = ColorizeOptions.defaults();
		return new ColorizeOptions(Objects.requireNonNullElse(model, defaults.model()),
				Objects.requireNonNullElse(device, defaults.device()),
				Objects.requireNonNullElse(temperature, defaults.temperature()),
				Objects.requireNonNullElse(saturation, defaults.saturation()),
				Objects.requireNonNullElse(size, defaults.size()),
				Objects.requireNonNullElse(smoothing, defaults.smoothing()),
				upsampling == null ? defaults.upsampling() : Upsampling.of(upsampling), defaults.reference());
	}

	private void colorize(final Colorizer colorizer, final ImagePlus image, final ColorizeOptions options,
			final OutputType type, final ImageHints given) throws IOException {
		final boolean all = !Boolean.FALSE.equals(stack);
		final Path file = outputFile == null || outputFile.getPath().isBlank() ? null : outputFile.toPath();
		if (Boolean.TRUE.equals(inPlace)) {
			// In place automatic means the one type that fits.
			final boolean eightBits = image != null && (image.getBitDepth() == 8 || image.getBitDepth() == 24);
			new ImageColorizer(colorizer, options, eightBits && type == OutputType.AUTOMATIC ? OutputType.RGB : type)
					.hints(given).colorizeInPlace(image, all, this::tell, this::wantsStop);
			save(image, file);
			return;
		}
		final ImageColorizer images = new ImageColorizer(colorizer, options, type).hints(given);
		if (image != null && image.getStack().isVirtual() && all) {
			output = file == null ? colorizeToTemporaryFile(images, image)
					: images.colorizeToFile(image, true, tiff(file), this::tell, this::wantsStop);
			if (Boolean.TRUE.equals(uncertainty)) {
				uncertaintyImage = colorizeToTemporaryFile(
						new ImageColorizer(colorizer, options, OutputType.UNCERTAINTY).hints(given), image);
			}
			return;
		}
		final ImagePlus result;
		if (Boolean.TRUE.equals(uncertainty)) {
			final ImageColorizer.Result both = images.colorizeWithUncertainty(image, all, this::tell, this::wantsStop);
			result = both.image();
			uncertaintyImage = both.uncertainty();
		}
		else {
			result = images.colorize(image, all, this::tell, this::wantsStop);
		}
		save(result, file);
		output = result;
	}

	private static Path tiff(final Path file) throws IOException {
		if (!file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.tiff?")) {
			throw new IOException("A virtual stack is saved as TIFF: let the name of " + file + " end in .tif.");
		}
		return file;
	}

	/** For a stack that may be larger than the memory. */
	private ImagePlus colorizeToTemporaryFile(final ImageColorizer images, final ImagePlus image) throws IOException {
		final File file = Files.createTempFile("colorized-", ".tif").toFile();
		file.deleteOnExit();
		final ImagePlus result;
		try {
			result = images.colorizeToFile(image, true, file.toPath(), this::tell, this::wantsStop);
		}
		catch (final IOException | IllegalArgumentException | IllegalStateException e) {
			file.delete();
			throw e;
		}
		// The image may be closed while another shows its stack.
		TEMPORARY_FILES.register(result.getStack(), file::delete);
		log.info("The result of the virtual stack is in " + file
				+ " until it is closed; give an output file to keep it.");
		return result;
	}

	private static void save(final ImagePlus image, final Path file) throws IOException {
		if (file == null) {
			return;
		}
		try {
			ImageFiles.write(image, file);
		}
		catch (final IOException e) {
			throw new DescribedException("The result " + file, "cannot be written (" + Failure.reason(e) + ")", "", e);
		}
	}

	private static void show(final ImagePlus image) {
		if (image != null) {
			// Showing makes the image the current one of this thread, which SciJava uses again: the next command would
			// take it for the active image.
			final ImagePlus current = WindowManager.getTempCurrentImage();
			image.show();
			WindowManager.setTempCurrentImage(current);
		}
	}

	private void tell(final double fraction) {
		status.showProgress((int) Math.round(100 * fraction), 100);
	}

	private boolean wantsStop() {
		return isCanceled() || IJ.escapePressed();
	}
}
