// Colorizes the images of a folder, one after the other.
//
// What is done already is skipped, so that the macro can be run again after an interruption. A file that cannot be opened
// is named and does not stop the others. This is the place to add steps of your own before or after run("Colorize...").
// For very many files `fiji-colorize colorize` is quicker: it opens the model only once.
//
// From the menu it asks for the folders. Headless, the argument is INPUTFOLDER;OUTPUTFOLDER;OPTIONS with semicolons
// between; OPTIONS are those of Colorize... and may be left out:
//   fiji --headless -macro macros/Colorize_Folder.ijm '/scans;/colorized;temperature=0.3'

argument = getArgument();
if (argument == "") {
	argument = getDir("Folder of images") + ";" + getDir("Folder for the results");
}
parts = split(argument, ";");
inputFolder = folder(parts[0]);
outputFolder = folder(parts[1]);
options = "";
if (parts.length > 2) {
	options = parts[2];
}
File.makeDirectory(outputFolder);

done = 0;
skipped = 0;
failed = 0;
setBatchMode(true);
files = getFileList(inputFolder);
for (i = 0; i < files.length; i++) {
	if (isImage(files[i])) {
		name = File.getNameWithoutExtension(files[i]);
		output = outputFolder + name + "-colorized.tif";
		if (File.exists(output)) {
			skipped++;
		}
		else if (colorize(inputFolder + files[i], name, output)) {
			print(files[i] + " -> " + output);
			done++;
		}
		else {
			print(files[i] + ": it cannot be opened");
			failed++;
		}
	}
}
print(done + " colorized, " + skipped + " skipped, " + failed + " failed.");

// Returns whether it worked.
function colorize(input, name, output) {
	if (isText(input)) {
		return false;
	}
	// An error of the next open() goes to the log and does not end the macro.
	IJ.redirectErrorMessages();
	open(input);
	if (nImages == 0) {
		return false;
	}
	run("Colorize...", options);
	selectImage(name + "-colorized");
	// Written under another name first: a file with the right name is then a complete one.
	saveAs("Tiff", output + ".part.tif");
	renamed = File.rename(output + ".part.tif", output);
	close("*");
	return true;
}

// Such as a web page saved as .jpg: ImageJ would open an editor for it. Files shorter than a header count, too.
function isText(path) {
	length = File.length(path);
	if (length < 4) return true;
	head = File.openAsRawString(path, 4);
	if (startsWith(head, "GIF") || startsWith(head, "BM")) return false;
	return matches(head, "[\t-~]{4}");
}

function isImage(file) {
	return matches(toLowerCase(file), ".*\\.(png|jpg|jpeg|tif|tiff|gif|bmp)");
}

// A folder's path with a separator at its end.
function folder(path) {
	if (endsWith(path, "/") || endsWith(path, File.separator)) return path;
	return path + File.separator;
}
