// Colorizes the images of a folder and its subfolders into another folder.
//
// What is done already is skipped, so that the macro can be run again after an interruption. A file that cannot be read is
// named in the table colorize-folder.csv among the results, and does not stop the others.
//
// From the menu it asks for the folders. Headless, the argument is INPUTFOLDER;OUTPUTFOLDER;OPTIONS with semicolons
// between; OPTIONS are those of Colorize Folder... and may be left out:
//   fiji --headless -macro macros/Colorize_Folder.ijm '/scans;/colorized;pattern=*.tif temperature=0.3'
//
// ImageJ knows the names of parameters in macros only in lower case: inputfolder, outputfolder.

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
	// Fiji would take the model that the dialog was last used with.
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
