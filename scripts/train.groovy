// Trains a colorizer on a folder of color photos. Run it again to continue an interrupted training.
//
// The script can change all settings, including those that the dialog does not show. In Fiji, open it in the Script Editor and
// run it. Headless:
//   fiji --headless --run scripts/train.groovy 'photos="/photos",output="/mine.zip",width=0.25,schedule="64x32x18,96x24x5"'

#@ File (label = "Folder of color photos", style = "directory") photos
#@ File (label = "Output model (.zip)", style = "save") output
#@ String (label = "Start from", value = "", required = false, persist = false) from
#@ Double (label = "Width", value = 0.5, persist = false) width
#@ String (label = "Schedule", value = "64x32x20,112x16x5", persist = false) schedule
#@ Double (label = "Learning rate", value = 0.002, style = "format:0.000000", persist = false) learningRate
#@ String (label = "Device", value = "auto", persist = false) device
#@ LogService log
#@output Boolean complete

import sc.fiji.colorize.train.ColorizerTrainer
import sc.fiji.colorize.train.TrainListener
import sc.fiji.colorize.train.TrainOptions

options = TrainOptions.defaults().from(from ?: "").width(width).schedule(TrainOptions.parseSchedule(schedule))
		.learningRate(learningRate).device(device)
		// Settings that the dialog does not show.
		.warmupSteps(300).neighbors(5).checkpointMinutes(10).cacheMegabytes(1000).sourceWeights([:])

class LogListener implements TrainListener {

	def log

	void message(String sentence) {
		log.info(sentence)
	}

	void finished(String summary) {
		log.info(summary)
	}

	void epochDone(TrainListener.EpochSummary epoch, java.awt.image.BufferedImage chart,
			java.awt.image.BufferedImage contactSheet) {
		log.info(String.format(Locale.ROOT, "epoch %d: rebalanced AuC %.2f, chroma %.1f of %.1f", epoch.epoch(),
				epoch.aucRebalanced(), epoch.chroma(), epoch.trueChroma()))
	}
}

complete = new ColorizerTrainer(photos.toPath(), output.toPath(), options, new LogListener(log: log), { false }).run(true)
