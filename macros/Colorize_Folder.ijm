// Colorizes the images of a folder and its subfolders into another folder.
//
// Existing results are skipped, so you can run the macro again after an interruption. If a file cannot be read, the table
// colorize-folder.csv in the output folder names it, and the others continue.
//
// From the menu, the macro asks for the folders. Headless, its argument is INPUTFOLDER;OUTPUTFOLDER;OPTIONS, separated by
// semicolons. OPTIONS are those of Colorize Folder... and are optional:
//   fiji --headless -macro macros/Colorize_Folder.ijm '/scans;/colorized;pattern=*.tif temperature=0.3'
//
// In macros, write parameter names in lower case: inputfolder, outputfolder.

argument = getArgument();
if (argument == "") {
	argument = getDir("Folder of images") + ";" + getDir("Folder for the results");
}
parts = split(argument, ";");
options = "";
if (parts.length > 2) {
	options = parts[2];
}
if (indexOf(options, "model=") < 0) {
	// Without this, Fiji would use the model from the last dialog.
	options = options + " model=default";
}

run("Colorize Folder...", "inputfolder=[" + parts[0] + "] outputfolder=[" + parts[1] + "] " + options);

table = parts[1] + File.separator + "colorize-folder.csv";
lines = split(File.openAsString(table), "\n");
failed = 0;
for (i = 1; i < lines.length; i++) {
	if (indexOf(lines[i], ",failed,") >= 0) {
		failed++;
	}
}
print((lines.length - 1 - failed) + " images are in " + parts[1] + ", " + failed + " failed; see " + table);
