// Colorizes one image file and saves the result.
//
// From the menu (Plugins > Macros > Run...) it asks for the file, and saves NAME-colorized.png beside it.
// Headless, the argument is INPUT;OUTPUT;OPTIONS with semicolons between. OUTPUT ends in .png, .jpg or .tif. OPTIONS are
// those of Colorize... and may be left out, as may be OUTPUT:
//   fiji --headless -macro macros/Colorize_Image.ijm '/scans/a.png;/colorized/a.png;temperature=0.3'

argument = getArgument();
if (argument == "") {
	argument = File.openDialog("Image to colorize");
}
parts = split(argument, ";");
input = parts[0];
output = File.getDirectory(input) + File.getNameWithoutExtension(input) + "-colorized.png";
options = "";
if (parts.length > 1) {
	output = parts[1];
}
if (parts.length > 2) {
	options = parts[2];
}

setBatchMode(true);
open(input);
name = File.getNameWithoutExtension(getTitle());
run("Colorize...", options);
// The result has this title. It is selected by it, because a headless Fiji does not make a new image the active one.
selectImage(name + "-colorized");
saveAs(kind(output), output);
print(input + " -> " + output);
close("*");

// What saveAs calls the kind of a file.
function kind(file) {
	lower = toLowerCase(file);
	if (endsWith(lower, ".png")) return "PNG";
	if (endsWith(lower, ".jpg") || endsWith(lower, ".jpeg")) return "Jpeg";
	return "Tiff";
}
