// Colorizes all images of a folder tree, or one machine's share of them.
//
// Opens the model once, keeps the subfolders, skips what is done and names what fails. In Fiji: open in the Script Editor
// and run. Headless, on machine 2 of 8:
//   fiji --headless --run scripts/colorize_folder.groovy 'input="/scans",output="/colorized",shard=2,shards=8'

#@ File (label = "Folder of images", style = "directory") input
#@ File (label = "Folder for the results", style = "directory") output
#@ String (label = "Model", value = "default", persist = false) model
#@ Double (label = "Temperature", value = 0.38, min = 0, max = 1, persist = false) temperature
#@ Integer (label = "This machine", value = 1, min = 1, persist = false) shard
#@ Integer (label = "of so many", value = 1, min = 1, persist = false) shards
#@ LogService log
#@output String summary

import sc.fiji.colorize.ColorizeOptions
import sc.fiji.colorize.Colorizer
import sc.fiji.colorize.image.BatchColorizer
import sc.fiji.colorize.image.BatchColorizer.Outcome

options = ColorizeOptions.defaults().model(model).temperature(temperature)
jobs = BatchColorizer.shard(BatchColorizer.plan([input.toPath()], output.toPath()), shard, shards)
colorizer = Colorizer.open(options)
try {
	report = { job, outcome, message, done, total ->
		if (outcome == Outcome.FAILED) {
			log.error(message)
		}
		else {
			log.info("[$done/$total] ${outcome == Outcome.DONE ? "$job.input -> $message" : "$message, skipped"}")
		}
	} as BatchColorizer.Listener
	counts = new BatchColorizer(colorizer, options, false).run(jobs, report, { false })
	summary = Outcome.values().collect { "${it.name().toLowerCase()} ${counts.getOrDefault(it, 0)}" }.join(", ")
	log.info(summary)
}
finally {
	colorizer.close()
}
