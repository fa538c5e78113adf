// Compares models on color photos, converted to gray, and prints a line for each model.
//
// In Fiji, open it in the Script Editor and run it. Headless:
//   fiji --headless --run scripts/evaluate.groovy 'photos="/photos",output="/report",models="default;/mine.zip"'

#@ File (label = "Folder of color photos", style = "directory") photos
#@ File (label = "Output folder", style = "directory") output
#@ String (label = "Models, separated by semicolons", value = "default", persist = false) models
#@ String (label = "Temperatures, separated by semicolons", value = "0.38", persist = false) temperatures
#@ LogService log
#@output File page

import sc.fiji.colorize.ColorizeOptions
import sc.fiji.colorize.evaluate.ColorizerEvaluation
import sc.fiji.colorize.evaluate.EvaluateListener
import sc.fiji.colorize.evaluate.EvaluateOptions
import sc.fiji.colorize.evaluate.Report

rows = [models.split(";").toList(), temperatures.split(";").toList()].combinations { model, temperature ->
	ColorizeOptions.defaults().model(model.trim()).temperature(temperature as double)
}
report = new ColorizerEvaluation(photos.toPath(), EvaluateOptions.defaults().rows(rows), EvaluateListener.NONE, { false })
		.run().get()
report.write(output.toPath())
report.skipped().each { log.warn("$it.name: $it.reason") }
report.rows().each { row ->
	log.info(String.format(Locale.ROOT, "%-30s rebalanced AuC %.2f, chroma %.1f of %.1f", row.name(), row.aucRebalanced(),
			row.chroma(), row.trueChroma()))
}
page = new File(output, Report.HTML)
