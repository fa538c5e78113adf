// Colorizes all images of a folder tree, or one part of them.
//
// The script loads the model once, keeps the subfolders, skips existing results and names files that fail. In Fiji, open it
// in the Script Editor and run it. Headless, on computer 2 of 8:
//   fiji --headless --run scripts/colorize_folder.groovy 'input="/scans",output="/colorized",shard=2,shards=8'

#@ File (label = "Folder of images", style = "directory") input
#@ File (label = "Output folder", style = "directory") output
#@ String (label = "Model", value = "default", persist = false) model
#@ Double (label = "Temperature", value = 0.38, min = 0, max = 1, persist = false) temperature
#@ Double (label = "Smoothing along stacks", value = 0, min = 0, max = 1, persist = false) smoothing
#@ String (label = "Output", choices = {"automatic", "RGB", "composite", "ab channels", "Lab stack", "uncertainty"}, value = "automatic", persist = false) outputType
#@ String (label = "Files to include, such as *.tif (empty: all)", value = "", required = false, persist = false) pattern
#@ Boolean (label = "Include subfolders", value = true, persist = false) recursive
#@ Integer (label = "Part to colorize", value = 1, min = 1, persist = false) shard
#@ Integer (label = "Number of parts", value = 1, min = 1, persist = false) shards
#@ LogService log
#@output String summary

import sc.fiji.colorize.ColorizeOptions
import sc.fiji.colorize.Colorizer
import sc.fiji.colorize.batch.BatchListener
import sc.fiji.colorize.batch.BatchOptions
import sc.fiji.colorize.batch.BatchPlan
import sc.fiji.colorize.batch.BatchRunner
import sc.fiji.colorize.imagej.OutputType

options = ColorizeOptions.defaults().model(model).temperature(temperature).smoothing(smoothing)
batch = BatchOptions.defaults().pattern(pattern ?: "").recursive(recursive).outputType(OutputType.of(outputType))
plan = BatchPlan.of([input.toPath()], output.toPath(), batch).shard(shard, shards)
colorizer = Colorizer.open(options.opening())
try {
	listener = { result, progress ->
		if (result.isWithoutOutput()) {
			log.error(result.message())
		}
		else {
			log.info(progress.line(result))
		}
	} as BatchListener
	report = new BatchRunner(colorizer, options, batch).run(plan, listener, { false })
	report.writeCsv(output.toPath().resolve("share-$shard-of-${shards}.csv"))
	summary = report.summary()
	log.info(summary)
}
finally {
	colorizer.close()
}
