// Trains a colorizer on a folder of color photos and evaluates it on photos that it has never seen.
//
// From the menu, the macro asks for the folders and the name of the model. Headless, its argument is
// PHOTOS;TESTPHOTOS;MODEL.zip;REPORTFOLDER;OPTIONS, separated by semicolons. OPTIONS are those of Train Colorizer... and are
// optional:
//   fiji --headless -macro macros/Train_And_Evaluate.ijm '/photos;/others;/mine.zip;/report;width=0.25 resume=true'
//
// In macros, write parameter names in lower case: inputfolder, outputmodel, learningrate.

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
	// Without this, Fiji would use the model from the last dialog.
	options = options + " from=[]";
}

run("Train Colorizer...", "inputfolder=[" + parts[0] + "] outputmodel=[" + parts[2] + "] " + options);
run("Evaluate Colorizer...", "inputfolder=[" + parts[1] + "] outputfolder=[" + parts[3] + "] model=[" + parts[2]
	+ "] temperature=0.2,0.38,1");
print("The model is " + parts[2] + ", the report " + parts[3] + File.separator + "index.html");
