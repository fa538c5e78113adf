/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import java.awt.GraphicsEnvironment;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import ij.measure.ResultsTable;
import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Menu;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.batch.BatchListener;
import sc.fiji.colorize.batch.BatchOptions;
import sc.fiji.colorize.batch.BatchPlan;
import sc.fiji.colorize.batch.BatchProgress;
import sc.fiji.colorize.batch.BatchReport;
import sc.fiji.colorize.batch.BatchRunner;
import sc.fiji.colorize.batch.Job;
import sc.fiji.colorize.batch.JobResult;
import sc.fiji.colorize.batch.Outcome;
import sc.fiji.colorize.imagej.OutputType;
import sc.fiji.colorize.io.AtomicFile;
import sc.fiji.colorize.io.DescribedException;

/**
 * {@code Plugins > Colorize > Colorize Folder...}: colorizes the images of a folder into another. A file that fails is
 * listed in the table at the end and does not stop the others.
 */
@Plugin(type = Command.class, headless = true,
		menu = {@Menu(label = "Plugins"), @Menu(label = "Colorize"), @Menu(label = "Colorize Folder...", weight = 2)},
		description = "Colorizes all images of a folder; run again, it does what is missing.")
public class ColorizeFolderCommand extends ColorizingCommand {

	private static final String OVERWRITE = "Overwrite existing results";
	private static final String SKIPPED = "already exists; to replace it tick '" + OVERWRITE + "' (overwrite=true)";

	@Parameter(label = "Folder of images", style = "directory",
			description = "The images to colorize.")
	private File inputFolder;

	@Parameter(label = "Folder for the results", style = "directory",
			description = "Created if it does not exist.")
	private File outputFolder;

	@Parameter(required = false, persist = false, label = "Only files named",
			description = "Such as scan*.tif or *.{png,jpg}; empty for all images.")
	private String pattern = BatchOptions.defaults().pattern();

	@Parameter(required = false, persist = false, label = "Include subfolders",
			description = "Colorizes the images in subfolders, too, into the same subfolders of the results.")
	private Boolean recursive = BatchOptions.defaults().recursive();

	@Parameter(required = false, persist = false, label = OVERWRITE,
			description = "Otherwise they are skipped, so that a stopped run can be continued.")
	private Boolean overwrite = BatchOptions.defaults().overwrite();

	@Parameter(required = false, persist = false, label = "Type of the results", style = "group:Advanced",
			choices = {"auto", "png", "jpg", "tif"},
			description = "Auto is PNG, or TIFF where PNG cannot hold the result.")
	private String type = BatchOptions.defaults().type();

	@Parameter(required = false, persist = false, label = "Output", style = "group:Advanced",
			choices = {"automatic", "RGB", "composite", "ab channels", "Lab stack", "uncertainty"},
			description = "Automatic makes RGB of 8-bit and RGB images, and a composite of 16-bit and 32-bit ones.")
	private String outputType = BatchOptions.defaults().outputType().label();

	@Parameter(required = false, persist = false, label = "Also save uncertainty", style = "group:Advanced",
			description = "A second file for each image: the entropy in nats of the colors that each pixel could have.")
	private Boolean uncertainty = BatchOptions.defaults().uncertainty();

	@Parameter(required = false, persist = false, label = "Copy metadata", style = "group:Advanced",
			description = "Copies resolution, date, caption, author and rights (EXIF, IPTC and XMP) of each image.")
	private Boolean metadata = BatchOptions.defaults().metadata();

	@Parameter(required = false, label = "Model", style = "model",
			description = "The bundled model (default), the name of another model, or the path of a model zip.")
	private String model = ColorizeOptions.defaults().model();

	@Parameter(type = ItemIO.OUTPUT)
	private File report;

	@Override
	String helpPage() {
		return "files.md";
	}

	@Override
	void compute() throws IOException {
		try (TaskProgress shown = new TaskProgress(this, "Colorize Folder")) {
			final BatchOptions batch = new BatchOptions(pattern, recursive, type, overwrite, uncertainty,
					OutputType.of(outputType), metadata);
			final ColorizeOptions options = options(model);
			final BatchPlan plan = plan(batch);
			final Path csv = outputFolder.toPath().resolve(BatchReport.CSV);
			DescribedException.run("The folder " + csv.getParent(), "cannot be written to",
					() -> AtomicFile.requireWritable(csv));
			final BatchReport results;
			try (Colorizer colorizer = Colorizer.open(options.opening(), log::warn)) {
				results = new BatchRunner(colorizer, options, batch).run(plan, reporter(shown), shown::wantsStop);
			}
			log.info(results.summary() + (results.count(Outcome.SKIPPED) == 0 ? ""
					: " What was skipped is " + SKIPPED + "."));
			results.writeCsv(csv);
			report = csv.toFile();
			if (!GraphicsEnvironment.isHeadless()) {
				table(results).show("Colorized folder");
			}
			if (results.results().size() < results.total()) {
				cancel("The folder was not finished: " + results.summary() + " Run it again to continue.");
			}
		}
	}

	/** The table of a report. Skipped files say how to replace them. */
	static ResultsTable table(final BatchReport results) {
		final ResultsTable table = results.table();
		for (int row = 0; row < table.size(); row++) {
			if (results.results().get(row).outcome() == Outcome.SKIPPED) {
				table.setValue("message", row, SKIPPED);
			}
		}
		return table;
	}

	private BatchPlan plan(final BatchOptions batch) throws IOException {
		if (!Files.isDirectory(inputFolder.toPath())) {
			throw new IOException("There is no folder " + inputFolder + ".");
		}
		if (outputFolder.isFile()) {
			throw new IOException("The output must be a folder but is the file " + outputFolder + ".");
		}
		final BatchPlan plan = BatchPlan.of(List.of(inputFolder.toPath()), outputFolder.toPath(), batch);
		if (plan.isWithoutImages()) {
			throw new IOException("There is no image to colorize in " + inputFolder
					+ (batch.pattern().isBlank() ? "" : " with a name like " + batch.pattern()) + ".");
		}
		return plan;
	}

	/** Shows progress in the status bar and logs each file. */
	private BatchListener reporter(final TaskProgress shown) {
		return new BatchListener() {

			@Override
			public void working(final Job job, final BatchProgress progress) {
				if (shown.isDue()) {
					shown.show(String.format(Locale.ROOT, "Colorizing file %d of %d, %s, %s", progress.done() + 1,
							progress.total(), job.input().getFileName(), progress.timeLeft()),
							progress.done() + progress.fraction(), progress.total());
				}
			}

			@Override
			public void fileDone(final JobResult result, final BatchProgress progress) {
				if (result.isWithoutOutput()) {
					log.warn(result.message());
				}
				else {
					log.info(progress.line(result));
				}
			}
		};
	}
}
