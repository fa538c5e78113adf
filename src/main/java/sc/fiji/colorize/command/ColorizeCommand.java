/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.io.IOException;
import java.util.Objects;

import ij.ImagePlus;
import ij.macro.Interpreter;
import org.scijava.ItemIO;
import org.scijava.ItemVisibility;
import org.scijava.app.StatusService;
import org.scijava.command.Command;
import org.scijava.command.ContextCommand;
import org.scijava.log.LogService;
import org.scijava.plugin.Menu;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.Button;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.image.ImageColorizer;

/** {@code Plugins > Colorize > Colorize...}: colorizes the active image into a new one. */
@Plugin(type = Command.class, headless = true,
		menu = {@Menu(label = "Plugins"), @Menu(label = "Colorize"), @Menu(label = "Colorize...", weight = 1)},
		description = "Gives a gray image plausible, vivid colour.")
public class ColorizeCommand extends ContextCommand {

	@Parameter
	private StatusService status;

	@Parameter
	private LogService log;

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private final String citation = "Please cite: Zhang, Isola, Efros, Colorful Image Colorization, ECCV 2016.";

	@Parameter
	private ImagePlus input;

	@Parameter(required = false, label = "Model", initializer = "forgetVanishedModel",
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

	@Parameter(type = ItemIO.OUTPUT)
	private ImagePlus output;

	private void forgetVanishedModel() {
		ModelChoice.forgetVanished(context(), getClass(), status::showStatus);
	}

	private void chooseModel() {
		model = ModelChoice.ask(model);
	}

	@Override
	public void run() {
		try {
			final ColorizeOptions defaults = ColorizeOptions.defaults();
			final ColorizeOptions options = new ColorizeOptions(model, device,
					Objects.requireNonNullElse(temperature, defaults.temperature()),
					Objects.requireNonNullElse(saturation, defaults.saturation()),
					Objects.requireNonNullElse(size, defaults.size()));
			status.showStatus("Colorizing " + (input == null ? "" : input.getTitle()));
			try (Colorizer colorizer = Colorizer.open(options)) {
				output = new ImageColorizer(colorizer, options).colorize(input,
						fraction -> status.showProgress((int) Math.round(100 * fraction), 100), this::isCanceled);
			}
			if (Interpreter.isBatchMode()) {
				// Nobody else shows it there, and a macro can only select what is shown.
				output.show();
			}
		}
		catch (final IOException | IllegalArgumentException | IllegalStateException e) {
			log.debug(e);
			cancel(e.getMessage());
		}
		catch (final OutOfMemoryError e) {
			log.debug(e);
			cancel("The memory is not enough for this image: start Java with a larger -Xmx.");
		}
		finally {
			status.clearStatus();
		}
	}
}
