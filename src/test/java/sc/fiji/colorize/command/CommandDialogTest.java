/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scijava.Context;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;

import sc.fiji.colorize.Slow;
import sc.fiji.colorize.TinyModel;

/** What all dialogs have in common. */
class CommandDialogTest {

	@TempDir
	private Path folder;

	@ParameterizedTest
	@ValueSource(classes = {ColorizeCommand.class, ColorizeFolderCommand.class, TrainCommand.class, EvaluateCommand.class,
		ImportCommand.class, InstallEngineCommand.class})
	void everyFieldHasALabelAndADescription(final Class<? extends ReportingCommand> command) {
		try (Context context = new Context()) {
			final CommandInfo info = context.service(CommandService.class).getCommand(command);
			final List<ModuleItem<?>> items = CommandDialog.parameters(info);
			assertTrue(items.size() > 0);
			for (final ModuleItem<?> item : items) {
				assertTrue(item.getLabel() != null && !item.getLabel().isBlank(), item.getName());
				assertTrue(item.getDescription() != null && item.getDescription().matches("\\S.*\\."),
						item.getName() + ": " + item.getDescription());
			}
		}
	}

	@ParameterizedTest
	@ValueSource(classes = {ColorizeCommand.class, ColorizeFolderCommand.class, TrainCommand.class, EvaluateCommand.class,
		ImportCommand.class, InstallEngineCommand.class})
	void helpOpensAPageOfTheDocumentation(final Class<? extends ReportingCommand> command) throws IOException {
		try (Context context = new Context()) {
			final String page = ((ReportingCommand) context.service(ModuleService.class)
					.createModule(context.service(CommandService.class).getCommand(command)).getDelegateObject()).helpPage();
			final Path file = Path.of("docs", page.replaceAll("#.*", ""));
			assertTrue(Files.exists(file), page);
			if (page.contains("#")) {
				final String heading = "# " + page.substring(page.indexOf('#') + 1).replace('-', ' ');
				assertTrue(Files.readString(file).toLowerCase(Locale.ROOT).contains(heading), page);
			}
		}
	}

	@Slow
	@Test
	void dialogAsksForMissingValuesInFiji() throws IOException, InterruptedException {
		assumeTrue(VirtualScreen.isPossible(), "Xvfb is not installed");
		assertEquals(List.of("fields [model, temperature, saturation, preview, hints, reach, hintList, device, upsampling,"
				+ " outputType, uncertainty, inPlace, outputFile, metadata]", "canceled true", "windows 0",
				"title photo-colorized", "temperature 0.2", "size 64", "unresolved []", "no dialog photo-colorized"),
				CommandsInWindows.run(folder, TinyModel.file()));
	}
}
