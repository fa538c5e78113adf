// Trains a colorizer on a folder of colour photos and measures it on photos that it has never seen.
//
// From the menu it asks for the folders and the model's name. Headless, the argument is
// PHOTOS;TESTPHOTOS;MODEL.zip;REPORTFOLDER;OPTIONS with semicolons between; OPTIONS are those of Train Colorizer... and may
// be left out:
//   fiji --headless -macro macros/Train_And_Evaluate.ijm '/photos;/others;/mine.zip;/report;width=0.25 resume=true'
//
// ImageJ knows the names of parameters in macros only in lower case: inputfolder, outputmodel, learningrate.

argument = getArgument();
if (argument == "") {
	argument = getDir("Folder of photos to learn from") + ";" + getDir("Folder of other photos, to test") + ";"
		+ getDir("Folder for the model") + getString("Name of the model", "my-model.zip") + ";"
		+ getDir("Folder for the report");
}
parts = split(argument, ";");
options = "";
if (parts.length > 4) {
	options = parts[4];
}
if (indexOf(options, "from=") < 0) {
	// Fiji would take the model that the dialog was last used with.
	options = options + " from=[]";
}

run("Train Colorizer...", "inputfolder=[" + parts[0] + "] outputmodel=[" + parts[2] + "] " + options);
run("Evaluate Colorizer...", "inputfolder=[" + parts[1] + "] outputfolder=[" + parts[3] + "] model=[" + parts[2]
	+ "] temperature=0.2,0.38,1");
print("The model is " + parts[2] + ", the report " + parts[3] + File.separator + "index.html");
