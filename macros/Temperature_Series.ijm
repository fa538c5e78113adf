// Colorizes one image at several temperatures and shows the results side by side in a montage.
//
// A low temperature is vivid and may be patchy; a high one is smooth and may be dull. The montage helps you to choose.
// From the menu, the macro uses the active image, or asks for a file if there is none, and shows the montage.
// Headless, its argument is INPUT;OUTPUT;OPTIONS, separated by semicolons. OPTIONS are those of Colorize... except the
// temperature, and are optional:
//   fiji --headless -macro macros/Temperature_Series.ijm '/scans/a.png;/montage.png;saturation=1.2'

temperatures = newArray(0.05, 0.2, 0.38, 0.7, 1);

parts = split(getArgument(), ";");
output = "";
options = "";
if (parts.length > 1) {
	output = parts[1];
}
if (parts.length > 2) {
	options = parts[2];
}
setBatchMode(true);
if (parts.length > 0 && parts[0] != "") {
	open(parts[0]);
}
else if (nImages == 0) {
	open(File.openDialog("Image to colorize"));
}

// A copy leaves an open image unchanged. Results of 8-bit and RGB images are RGB, which a montage supports.
run("Duplicate...", "title=temperature");
if (bitDepth() != 8 && bitDepth() != 24) {
	run("8-bit");
}
source = getImageID();
for (i = 0; i < temperatures.length; i++) {
	selectImage(source);
	run("Colorize...", options + " temperature=" + temperatures[i]);
	selectImage("temperature-colorized");
	rename("T = " + d2s(temperatures[i], 2));
}
run("Images to Stack", "name=Temperatures title=[T = ] use");
run("Make Montage...", "columns=" + temperatures.length + " rows=1 scale=1 font=12 label");
rename("Temperature series");
if (output == "") {
	setBatchMode("exit and display");
}
else {
	saveAs("PNG", output);
	print("The montage is in " + output);
	close("*");
}
