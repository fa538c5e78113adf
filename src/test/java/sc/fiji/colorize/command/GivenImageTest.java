/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import ij.ImagePlus;
import ij.WindowManager;
import ij.process.ByteProcessor;
import net.imglib2.img.array.ArrayImg;
import net.imglib2.img.array.ArrayImgs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.Priority;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.convert.AbstractConverter;
import org.scijava.convert.Converter;
import org.scijava.module.Module;
import org.scijava.module.process.AbstractPreprocessorPlugin;
import org.scijava.module.process.AbstractSingleInputPreprocessor;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.PluginInfo;
import org.scijava.plugin.PluginService;
import org.scijava.plugin.SciJavaPlugin;

import sc.fiji.colorize.TinyModel;

/** {@code Colorize...} takes the image that it is given, and the active one only if it is given none. */
class GivenImageTest {

	/** ImageJ has an active image for each thread. */
	private static ImagePlus active;
	private static Thread thread;

	private Context context;

	/** Makes the image the active one of the thread in which the command runs. */
	public static final class Activation extends AbstractPreprocessorPlugin {

		@Override
		public void process(final Module module) {
			thread = Thread.currentThread();
			WindowManager.setTempCurrentImage(thread, active);
		}
	}

	/** Does what imagej-legacy's ActiveImagePlusPreprocessor does. */
	public static final class ActiveImagePlus extends AbstractSingleInputPreprocessor {

		@Override
		public void process(final Module module) {
			final String input = getSingleInput(module, ImagePlus.class);
			if (input != null) {
				module.setInput(input, WindowManager.getCurrentImage());
				module.resolveInput(input);
			}
		}
	}

	/** Stands for imagej-legacy's converter of a Dataset. */
	public static final class ToImagePlus extends AbstractConverter<byte[], ImagePlus> {

		@Override
		public <T> T convert(final Object bytes, final Class<T> type) {
			return type.cast(new ImagePlus("converted", new ByteProcessor(((byte[]) bytes).length, 1, (byte[]) bytes)));
		}

		@Override
		public Class<ImagePlus> getOutputType() {
			return ImagePlus.class;
		}

		@Override
		public Class<byte[]> getInputType() {
			return byte[].class;
		}
	}

	@BeforeEach
	void anImageIsActive() {
		context = new Context();
		active = new ImagePlus("active", new ByteProcessor(32, 24));
		add(Activation.class, PreprocessorPlugin.class, Priority.EXTREMELY_HIGH);
		add(ActiveImagePlus.class, PreprocessorPlugin.class, Priority.VERY_HIGH + 1);
		add(ToImagePlus.class, Converter.class, Priority.LOW);
	}

	@AfterEach
	void noImageIsActive() {
		WindowManager.setTempCurrentImage(thread, null);
		context.dispose();
	}

	private <P extends SciJavaPlugin> void add(final Class<? extends P> plugin, final Class<P> type,
			final double priority) {
		final PluginInfo<P> info = new PluginInfo<>(plugin, type);
		info.setPriority(priority);
		context.service(PluginService.class).addPlugin(info);
	}

	private CommandModule colorize(final Map<String, Object> input) throws InterruptedException, ExecutionException {
		final Map<String, Object> inputs = new LinkedHashMap<>(input);
		inputs.putAll(Map.of("model", TinyModel.file().toString(), "device", "cpu", "size", 32, "temperature", 0.4,
				"saturation", 1.0));
		return context.service(CommandService.class).run(ColorizeCommand.class, true, inputs).get();
	}

	private static String title(final CommandModule module) {
		return ((ImagePlus) module.getOutput("output")).getTitle();
	}

	@Test
	void activeImageIsTheDefault() throws InterruptedException, ExecutionException {
		assertEquals("active-colorized", title(colorize(Map.of())));
	}

	@Test
	void givenImageIsColorized() throws InterruptedException, ExecutionException {
		assertEquals("given-colorized",
				title(colorize(Map.of("input", new ImagePlus("given", new ByteProcessor(32, 24))))));
	}

	@Test
	void convertibleInputIsColorized() throws InterruptedException, ExecutionException {
		assertEquals("converted-colorized", title(colorize(Map.of("input", new byte[40]))));
	}

	@Test
	void otherInputIsRefusedAndNoImageIsColorized() throws InterruptedException, ExecutionException {
		final CommandModule img = colorize(Map.of("input", ArrayImgs.unsignedBytes(32, 24)));
		assertEquals("An input of type " + ArrayImg.class.getName() + " cannot be colorized: give an ImagePlus.",
				img.getCancelReason());
		assertNull(img.getOutput("output"));
		final CommandModule title = colorize(Map.of("input", "closed.tif"));
		assertEquals("There is no image 'closed.tif' to colorize: open it first.", title.getCancelReason());
		assertNull(title.getOutput("output"));
	}

	@Test
	void missingImageIsReported() throws InterruptedException, ExecutionException {
		active = null;
		assertEquals("There is no image to colorize: open one first.", colorize(Map.of()).getCancelReason());
	}
}
