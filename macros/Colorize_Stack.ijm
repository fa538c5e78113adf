// Colorizes all slices of a stack or time series with steady colors, and saves the result.
//
// Slices that are colorized separately flicker. smoothing=0.8 takes the colors of earlier slices into account; moving
// objects keep their colors, and a new scene starts afresh. 0 switches smoothing off; 0.9 is stronger.
// From the menu, the macro uses the active image, or asks for a file if there is none, and shows the result.
// Headless, its argument is INPUT;OUTPUT.tif;OPTIONS, separated by semicolons. OPTIONS are those of Colorize... and are
// optional:
//   fiji --headless -macro macros/Colorize_Stack.ijm '/films/a.tif;/films/a-colorized.tif;temperature=0.3'

parts = split(getArgument(), ";");
output = "";
options = "";
if (parts.length > 1) {
	output = parts[1];
}
if (parts.length > 2) {
	options = parts[2];
}
if (indexOf(options, "smoothing=") < 0) {
	options = options + " smoothing=0.8";
}
setBatchMode(true);
if (parts.length > 0 && parts[0] != "") {
	open(parts[0]);
}
else if (nImages == 0) {
	open(File.openDialog("Stack to colorize"));
}

name = File.getNameWithoutExtension(getTitle());
run("Colorize...", options);
selectImage(name + "-colorized");
if (output == "") {
	setBatchMode("exit and display");
}
else {
	saveAs("Tiff", output);
	print(nSlices + " slices are in " + output);
	close("*");
}
