/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Renders a landscape that the project owns: an alpine lake with eroded
 * mountains, forest, meadow, a hut and cumulus clouds. The colors are known, so
 * a colorization of the gray picture can be compared with them.
 * <p>
 * World coordinates are metres: x to the right, y up from the lake, z away from
 * the viewer. Colors are linear light until the picture is developed.
 * </p>
 */
public final class SampleLandscape {

	/** Width of the committed sample picture, in pixels. */
	public static final int SAMPLE_WIDTH = 960;

	/** Height of the committed sample picture, in pixels. */
	public static final int SAMPLE_HEIGHT = 640;

	/** Seed of the committed sample picture. */
	public static final long SAMPLE_SEED = 12;

	private static final float JPEG_QUALITY = 0.88f;

	/** Each output pixel is the mean of this many pixels squared. */
	private static final int SUPERSAMPLING = 2;

	/** Focal length, as a fraction of the picture width (about 55 degrees). */
	private static final double FOCAL = 0.95;

	/** Row of the horizon, as a fraction of the picture height. */
	private static final double HORIZON = 0.535;

	/** Eye height above the lake, in metres. */
	private static final double EYE = 14;

	/** Unit vector toward the sun: from the left, behind the viewer. */
	private static final double[] SUN = unit(-0.78, 0.56, -0.30);

	/** Unit vector toward the brightest part of the sky beside the sun. */
	private static final double[] SKY_SIDE = unit(0.30, 0.75, -0.55);

	private static final double[] SUN_LIGHT = { 3.15, 2.85, 2.35 };
	private static final double[] SKY_LIGHT = { 0.42, 0.56, 0.80 };

	private static final double[] ZENITH = { 0.13, 0.29, 0.66 };
	private static final double[] HORIZON_SKY = { 0.60, 0.74, 0.90 };

	/** Daisies, buttercups and bellflowers. */
	private static final double[][] PETALS = { { 0.75, 0.74, 0.70 }, { 0.72, 0.50, 0.04 }, { 0.30, 0.20, 0.45 } };

	/** Extinction of air per metre: blue is scattered most. */
	private static final double[] HAZE = { 1 / 34000.0, 1 / 25000.0, 1 / 16500.0 };

	private static final double[] CONIFER = { 0.046, 0.070, 0.026 };
	private static final double[] FOREST_FLOOR = { 0.035, 0.042, 0.020 };
	private static final double[] GRASS = { 0.088, 0.128, 0.028 };
	private static final double[] DRY_GRASS = { 0.270, 0.225, 0.085 };
	private static final double[] LEAF = { 0.064, 0.106, 0.025 };
	private static final double[] BARK = { 0.075, 0.055, 0.040 };
	private static final double[] ROCK = { 0.200, 0.175, 0.145 };
	private static final double[] ALPINE_GRASS = { 0.130, 0.145, 0.050 };
	private static final double[] SNOW = { 0.84, 0.86, 0.90 };
	private static final double[] PEBBLES = { 0.24, 0.22, 0.19 };
	private static final double[] LAKE_BODY = { 0.014, 0.060, 0.066 };
	private static final double[] WOOD = { 0.165, 0.105, 0.062 };
	private static final double[] SHINGLE = { 0.150, 0.125, 0.110 };

	/** Nearest and farthest terrain that is drawn, in metres. */
	private static final double NEAREST = 6;
	private static final double FARTHEST = 14400;

	/** Terrain nearer than this is the meadow, without a reflection. */
	private static final double MEADOW_END = 300;

	/** Up to this distance the forest is made of single drawn trees. */
	private static final double SINGLE_TREES_END = 1250;

	private final Noise noise;
	private final long seed;
	private final int width;
	private final int height;
	private final Terrain terrain;
	private final List<Tree> shoreTrees = new ArrayList<>();
	private final List<Tree> meadowTrees = new ArrayList<>();
	private final List<Tree> shadowCasters = new ArrayList<>();
	private float[] sky;

	private SampleLandscape(int width, int height, long seed) {
		this.width = width;
		this.height = height;
		this.seed = seed;
		noise = new Noise(seed);
		terrain = new Terrain(noise);
		plantShore();
		plantMeadow();
		shadowCasters.addAll(meadowTrees);
		// The hut casts a shadow like that of a small cone.
		shadowCasters.add(new Tree(Hut.X, 1.4, Hut.Z, 6.5, 5.5, true, 0));
	}

	/**
	 * Writes the gray sample picture as JPEG.
	 *
	 * @param args the path of the JPEG file to write
	 * @throws IOException if the file cannot be written
	 */
	public static void main(String[] args) throws IOException {
		if (args.length != 1) {
			throw new IllegalArgumentException("Usage: SampleLandscape <file.jpg>");
		}
		BufferedImage gray = gray(render(SAMPLE_WIDTH, SAMPLE_HEIGHT, SAMPLE_SEED));
		age(gray, SAMPLE_SEED);
		writeJpeg(gray, new File(args[0]).toPath());
	}

	/**
	 * Renders the landscape in color. The same arguments give the same picture.
	 *
	 * @param width picture width in pixels, at least 1; the scene is composed for
	 *          an aspect ratio of 3:2
	 * @param height picture height in pixels, at least 1
	 * @param seed chooses the shapes of mountains, clouds and plants
	 * @return the sRGB picture, of type TYPE_INT_RGB
	 */
	public static BufferedImage render(int width, int height, long seed) {
		return new SampleLandscape(width, height, seed).develop();
	}

	/**
	 * Gives the pixels of the rendered landscape that show nothing but the lake.
	 *
	 * @param width picture width in pixels, at least 1
	 * @param height picture height in pixels, at least 1
	 * @param seed that of the picture
	 * @return row by row
	 */
	static boolean[] lake(int width, int height, long seed) {
		View view = new SampleLandscape(width, height, seed).draw();
		boolean[] lake = new boolean[width * height];
		Arrays.fill(lake, true);
		for (int i = 0; i < view.lake.length; i++) {
			lake[i / view.width / SUPERSAMPLING * width + i % view.width / SUPERSAMPLING] &= view.lake[i];
		}
		return lake;
	}

	/**
	 * Gives the gray picture that has the same CIE lightness as a color picture.
	 *
	 * @param color an sRGB picture
	 * @return a picture of type TYPE_BYTE_GRAY with sRGB gray values, 0 to 255
	 */
	public static BufferedImage gray(BufferedImage color) {
		int w = color.getWidth(), h = color.getHeight();
		BufferedImage gray = new BufferedImage(w, h, BufferedImage.TYPE_BYTE_GRAY);
		// The raster takes the values as they are; setRGB would convert them.
		WritableRaster raster = gray.getRaster();
		for (int y = 0; y < h; y++) {
			for (int x = 0; x < w; x++) {
				int rgb = color.getRGB(x, y);
				double luminance = 0.212671 * toLinear((rgb >> 16 & 255) / 255.0) +
					0.715160 * toLinear((rgb >> 8 & 255) / 255.0) + 0.072169 * toLinear((rgb & 255) / 255.0);
				raster.setSample(x, y, 0, toByte(luminance));
			}
		}
		return gray;
	}

	/** Adds the vignette and the film grain of an old photograph. */
	static void age(BufferedImage gray, long seed) {
		Random random = new Random(seed);
		WritableRaster raster = gray.getRaster();
		double cx = gray.getWidth() / 2.0, cy = gray.getHeight() / 2.0;
		for (int y = 0; y < gray.getHeight(); y++) {
			for (int x = 0; x < gray.getWidth(); x++) {
				double radius2 = (sq(x - cx) + sq(y - cy)) / (sq(cx) + sq(cy));
				double value = raster.getSample(x, y, 0) * (1 - 0.14 * radius2 * radius2);
				value += 1.6 * random.nextGaussian();
				raster.setSample(x, y, 0, (int) Math.round(clamp(value, 0, 255)));
			}
		}
	}

	static void writeJpeg(BufferedImage image, Path path) throws IOException {
		if (path.getParent() != null) {
			Files.createDirectories(path.getParent());
		}
		Files.deleteIfExists(path);
		ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
		ImageWriteParam param = writer.getDefaultWriteParam();
		param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
		param.setCompressionQuality(JPEG_QUALITY);
		try (ImageOutputStream out = ImageIO.createImageOutputStream(path.toFile())) {
			writer.setOutput(out);
			writer.write(null, new IIOImage(image, null, null), param);
		}
		finally {
			writer.dispose();
		}
	}

	// -- Picture --

	private BufferedImage develop() {
		View view = draw();
		BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
		double[] mean = new double[3];
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				Arrays.fill(mean, 0);
				for (int i = 0; i < SUPERSAMPLING * SUPERSAMPLING; i++) {
					int row = y * SUPERSAMPLING + i / SUPERSAMPLING;
					int p = 3 * (row * view.width + x * SUPERSAMPLING + i % SUPERSAMPLING);
					// Each part is exposed by itself, so that bright edges stay smooth.
					for (int c = 0; c < 3; c++) {
						mean[c] += expose(view.rgb[p + c]);
					}
				}
				int rgb = 0;
				for (double m : mean) {
					rgb = rgb << 8 | toByte(m / (SUPERSAMPLING * SUPERSAMPLING));
				}
				image.setRGB(x, y, rgb);
			}
		}
		return image;
	}

	/** The film curve: a short toe and a soft shoulder. */
	private static double expose(double light) {
		double x = 0.98 * light;
		double shoulder = x * (1 + x * 0.10) / (1 + 0.62 * x + 0.10 * x * x);
		return 1.08 * Math.pow(shoulder, 1.18);
	}

	private View draw() {
		View view = new View(width * SUPERSAMPLING, height * SUPERSAMPLING, EYE);
		// Ripples blur the reflection, so it needs no supersampling.
		View mirror = new View(width, height, -EYE);
		sky = paintSky();
		for (View v : List.of(mirror, view)) {
			for (int column = 0; column < v.width; column++) {
				copySky(v, column);
				castColumn(v, column, mirror);
			}
			for (Tree tree : shoreTrees) {
				drawConifer(v, tree);
			}
		}
		for (Tree tree : meadowTrees) {
			if (tree.conifer) {
				drawConifer(view, tree);
			}
			else {
				drawBroadleaf(view, tree);
			}
		}
		new Hut(view).draw();
		drawGrass(view);
		return view;
	}

	// -- Sky --

	/** The layer of clouds, in metres above the lake. */
	private static final double CLOUD_BASE = 1900;
	private static final double CLOUD_TOP = 3300;
	private static final int CLOUD_STEPS = 64;

	/** The rows above the horizon, one value triple for each output pixel. */
	private float[] paintSky() {
		int rows = (int) Math.ceil(HORIZON * height) + 1;
		float[] result = new float[3 * rows * width];
		double focal = FOCAL * width;
		double[] color = new double[3];
		for (int row = 0; row < rows; row++) {
			double up = Math.max(0, (HORIZON * height - row - 0.5) / focal);
			for (int x = 0; x < width; x++) {
				double across = (x + 0.5 - width / 2.0) / focal;
				clearSky(across, up, color);
				addClouds(across, up, hash01(x, row), color);
				for (int c = 0; c < 3; c++) {
					result[3 * (row * width + x) + c] = (float) color[c];
				}
			}
		}
		return result;
	}

	private static void clearSky(double across, double up, double[] color) {
		double low = Math.exp(-up * 5.5);
		double sunSide = 1 - 0.22 * across;
		for (int c = 0; c < 3; c++) {
			color[c] = (ZENITH[c] + (HORIZON_SKY[c] - ZENITH[c]) * low) * sunSide;
		}
	}

	private void addClouds(double across, double up, double jitter, double[] color) {
		if (up < 0.03) {
			return;
		}
		double norm = Math.sqrt(across * across + up * up + 1);
		double step = (CLOUD_TOP - CLOUD_BASE) / up / CLOUD_STEPS;
		double transmitted = 1, light = 0, ambient = 0, distance = 0;
		for (int i = 0; i < CLOUD_STEPS && transmitted > 0.02; i++) {
			double z = CLOUD_BASE / up + (i + jitter) * step;
			double density = cloudDensity(across * z, up * z, z, 5);
			if (density <= 0) {
				continue;
			}
			double absorbed = 1 - Math.exp(-density * step * norm * 0.020);
			double weight = transmitted * absorbed;
			light += weight * cloudLight(across * z, up * z, z, density);
			ambient += weight * (0.55 + 0.45 * (up * z - CLOUD_BASE) / (CLOUD_TOP - CLOUD_BASE));
			distance += weight * z * norm;
			transmitted *= 1 - absorbed;
		}
		double cover = 1 - transmitted;
		if (cover < 0.002) {
			return;
		}
		double clear = distance / cover;
		for (int c = 0; c < 3; c++) {
			double cloud = (light * 0.86 * SUN_LIGHT[c] + ambient * 0.9 * (0.5 * SKY_LIGHT[c] + 0.25)) / cover;
			double air = Math.exp(-clear * HAZE[c] * 0.8);
			color[c] += cover * (cloud * air + HORIZON_SKY[c] * (1 - air) - color[c]);
		}
	}

	private double cloudDensity(double x, double y, double z, int octaves) {
		double up = (y - CLOUD_BASE) / (CLOUD_TOP - CLOUD_BASE);
		if (up < 0 || up > 1) {
			return 0;
		}
		double s = 1 / 2600.0;
		double weather = noise.at(x * s + 3.7, 0.5, z * s + 1.3);
		double field = weather - 0.12 - 0.55 * up;
		if (field < -0.6) {
			return 0;
		}
		double amplitude = 0.36, frequency = 1 / 950.0;
		for (int i = 0; i < octaves; i++) {
			field += amplitude * noise.at(x * frequency + i * 7.1, y * frequency, z * frequency);
			amplitude *= 0.53;
			frequency *= 2.17;
		}
		return clamp(field * 6, 0, 1) * smooth(0, 0.07, up);
	}

	/** Share of sunlight that reaches a point in a cloud, 0 to 1. */
	private double cloudLight(double x, double y, double z, double density) {
		double depth = 0;
		double step = 55;
		double way = 0;
		for (int i = 0; i < 5; i++) {
			way += step;
			depth += step * cloudDensity(x + SUN[0] * way, y + SUN[1] * way, z + SUN[2] * way, 3);
			step *= 1.5;
		}
		// The second term stands for light scattered many times.
		return 0.72 * Math.exp(-0.011 * depth) + 0.28 * Math.exp(-0.0022 * depth) - 0.12 * (1 - density);
	}

	private void copySky(View view, int column) {
		float scale = (float) width / view.width;
		for (int row = 0; row < view.height; row++) {
			float fx = (column + 0.5f) * scale - 0.5f;
			float fy = Math.min((row + 0.5f) * scale - 0.5f, (float) (HORIZON * height));
			int x = (int) clamp(fx, 0, width - 1), y = (int) Math.max(0, fy);
			int nextX = Math.min(x + 1, width - 1);
			float ax = Math.max(0, fx - x), ay = Math.max(0, fy - y);
			int last = sky.length / 3 / width - 1;
			int nextY = Math.min(y + 1, last);
			for (int c = 0; c < 3; c++) {
				float above = mix(sky[3 * (y * width + x) + c], sky[3 * (y * width + nextX) + c], ax);
				float below = mix(sky[3 * (nextY * width + x) + c], sky[3 * (nextY * width + nextX) + c], ax);
				view.rgb[3 * (row * view.width + column) + c] = mix(above, below, ay);
			}
		}
	}

	// -- Land and lake --

	/** Draws one column of land from near to far; nearer land hides farther. */
	private void castColumn(View view, int column, View mirror) {
		double across = (column + 0.5 - view.width / 2.0) / view.focal;
		boolean reflected = view == mirror;
		double z = reflected ? MEADOW_END : NEAREST;
		int top = reflected ? (int) view.horizon : view.height;
		double lastRow = top, lastZ = z;
		while (z < FARTHEST && top > 0) {
			double y = terrain.surface(across * z, z);
			double row = view.row(Math.max(0, y), z);
			if (y > 0 || !reflected) {
				while (top - 0.5 > row && top > 0) {
					top--;
					double part = clamp((top + 0.5 - lastRow) / Math.min(-1e-9, row - lastRow), 0, 1);
					double hitZ = lastZ + part * (z - lastZ);
					shade(view, column, top, across * hitZ, hitZ, mirror);
				}
			}
			lastRow = row;
			lastZ = z;
			z += Math.max(0.05, z * (z < MEADOW_END ? 0.004 : 0.0018));
		}
	}

	private void shade(View view, int column, int row, double x, double z, View mirror) {
		double[] color = new double[3];
		double ground = terrain.ground(x, z);
		if (ground <= 0 && view != mirror) {
			shadeLake(view, row, x, z, ground, mirror, color);
		}
		else if (z < MEADOW_END) {
			shadeMeadow(x, z, ground, color);
		}
		else {
			shadeMountain(view, x, z, ground, color);
		}
		view.set(column, row, z, color);
		view.lake[row * view.width + column] = ground <= 0 && view != mirror;
	}

	private void shadeMeadow(double x, double z, double y, double[] color) {
		double patch = noise.fractal(x / 6, z / 6, 4);
		double fine = noise.fractal(x * 1.7, z * 0.9, 3);
		double dry = smooth(-0.25, 0.5, patch + 0.6 * fine);
		double shore = 1 - smooth(0.02, 0.28, y + 0.25 * fine);
		double light = 0.55 * sunOnMeadow(x, y, z) * (0.85 + 0.4 * fine);
		for (int c = 0; c < 3; c++) {
			double albedo = mix(mix(GRASS[c], DRY_GRASS[c], 0.45 * dry), PEBBLES[c] * (1 + 0.9 * fine), shore);
			color[c] = albedo * (SUN_LIGHT[c] * light + SKY_LIGHT[c] * 0.7) * 0.8;
		}
	}

	private void shadeMountain(View view, double x, double z, double ground, double[] color) {
		double size = Math.max(0.8, 1.3 * z / view.focal);
		double here = terrain.surface(x, z);
		double sx = (terrain.surface(x + size, z) - terrain.surface(x - size, z)) / (2 * size);
		double sz = (terrain.surface(x, z + size) - terrain.surface(x, z - size)) / (2 * size);
		double length = Math.sqrt(sx * sx + sz * sz + 1);
		double diffuse = Math.max(0, (-sx * SUN[0] + SUN[1] - sz * SUN[2]) / length);
		double sun = diffuse * terrain.sunReaching(x, ground + 2, z) * cloudShadow(x, z);
		// In the shade, land that faces the bright sky behind the viewer is lighter.
		double open = 0.25 + 0.95 * Math.max(0, (-sx * SKY_SIDE[0] + SKY_SIDE[1] - sz * SKY_SIDE[2]) / length);
		double canopy = here - ground;
		double[] albedo = canopy > 0.3 ? canopyAlbedo(x, z) : bareAlbedo(x, z, ground, 1 / length);
		if (canopy > 0.3) {
			open *= smooth(-3, 12, canopy);
		}
		for (int c = 0; c < 3; c++) {
			color[c] = albedo[c] * (SUN_LIGHT[c] * sun + SKY_LIGHT[c] * open);
		}
		haze(color, z);
	}

	private double[] canopyAlbedo(double x, double z) {
		double vary = 1 + 0.5 * noise.at(x / 9, z / 9) + 0.45 * noise.at(x / 170, z / 170);
		double yellow = 1 + 0.35 * Math.max(0, noise.at(x / 60 + 9, z / 60));
		return new double[] { CONIFER[0] * vary * yellow, CONIFER[1] * vary, CONIFER[2] * vary };
	}

	private double[] bareAlbedo(double x, double z, double y, double flat) {
		double rough = noise.fractal(x / 140, z / 140, 5);
		double strata = noise.at(y / 26 + 2.5 * noise.at(x / 400, z / 400), 0.3) + 0.5 * noise.at(y / 9, x / 300);
		double streak = noise.fractal(x / 34, z / 34, 3);
		double snow = smooth(-0.12, 0.12, (y - 1060) / 700 + 0.55 * rough + 1.1 * (flat - 0.72));
		snow *= smooth(0.36, 0.56, flat + 0.15 * rough);
		double green = (1 - smooth(520, 980, y + 260 * rough)) * smooth(0.60, 0.80, flat + 0.2 * rough);
		double floor = terrain.forest(x, z, y);
		double[] albedo = new double[3];
		for (int c = 0; c < 3; c++) {
			double stone = ROCK[c] * Math.max(0.3, 1 + 0.5 * rough + 0.25 * strata + 0.55 * streak);
			double soil = mix(mix(stone, ALPINE_GRASS[c] * (1 + 0.5 * rough), green), FOREST_FLOOR[c], floor);
			albedo[c] = mix(soil, SNOW[c], snow);
		}
		return albedo;
	}

	/** Share of sun that the clouds let through to the far land. */
	private double cloudShadow(double x, double z) {
		return 0.42 + 0.58 * smooth(-0.22, 0.10, noise.fractal(x / 2300 + 4.2, z / 2900 + 1.1, 3));
	}

	private static void haze(double[] color, double z) {
		for (int c = 0; c < 3; c++) {
			double air = Math.exp(-z * HAZE[c]);
			color[c] = color[c] * air + HORIZON_SKY[c] * 0.92 * (1 - air);
		}
	}

	/** Reflected places that are mixed in each point of the lake. */
	private static final int LAKE_SAMPLES = 10;

	private void shadeLake(View view, int row, double x, double z, double bed, View mirror, double[] color) {
		double wind = smooth(-0.15, 0.35, noise.fractal(x / 90 + 5, z / 260, 3));
		double ripple = noise.at(x / 2.1, z / 1.3) + 0.7 * noise.at(x / 0.9 + 4, z / 0.55) + noise.at(x / 6, z / 4);
		double mirrorRow = 2 * view.horizon - row;
		double column = view.width / 2.0 + view.focal * x / z;
		double spread = view.focal * (0.006 + 0.020 * wind);
		double near = 0.5 + 0.5 * Math.min(1, z / 160);
		for (int i = 0; i < LAKE_SAMPLES; i++) {
			double tilt = (hash01(row * 31 + i, (int) column) - 0.35) * 1.3 + 0.9 * ripple;
			double side = (hash01((int) column, row * 17 + i) - 0.5 + 0.5 * ripple) * 0.16;
			mirror.addTo(color, (column + spread * side) / SUPERSAMPLING,
				(mirrorRow - spread * tilt * near) / SUPERSAMPLING, 1.0 / LAKE_SAMPLES);
		}
		double sine = EYE / Math.sqrt(EYE * EYE + z * z + x * x);
		double reflectance = 0.02 + 0.98 * Math.pow(1 - sine, 5);
		double shallow = Math.exp(bed * 1.6);
		for (int c = 0; c < 3; c++) {
			double body = mix(LAKE_BODY[c], PEBBLES[c] * 0.55, 0.8 * shallow) * 1.5;
			color[c] = reflectance * (0.93 + 0.05 * ripple) * color[c] + (1 - reflectance) * body;
		}
	}

	// -- Plants --

	/** A plant: its foot, height and crown radius in metres. */
	private record Tree(double x, double y, double z, double height, double radius, boolean conifer, long seed) {}

	private void plantShore() {
		double cell = 6.5;
		Random random = new Random(seed ^ 0x5eed);
		for (double z = SINGLE_TREES_END; z > 430; z -= cell) {
			double half = 0.56 * z;
			for (double x = -half; x < half; x += cell) {
				double tx = x + cell * random.nextDouble(), tz = z + cell * random.nextDouble();
				double size = random.nextDouble(), chance = random.nextDouble();
				long treeSeed = random.nextLong();
				double y = terrain.ground(tx, tz);
				if (y < 0.8 || chance > terrain.forest(tx, tz, y)) {
					continue;
				}
				double tall = 6 + 15 * Math.pow(size, 1.5) + 9 * noise.fractal(tx / 45, tz / 45, 2);
				tall = Math.max(4, tall);
				shoreTrees.add(new Tree(tx, y - 0.3, tz, tall, tall * (0.15 + 0.08 * chance), true, treeSeed));
			}
		}
	}

	/** Spruces near the viewer: x, z and height in metres. */
	private static final double[][] SPRUCES = { { -37, 72, 23 }, { -32.5, 66, 19 }, { -29.5, 75, 21.5 },
		{ -25, 70, 13 }, { -39, 60, 17 }, { -21.5, 73, 8 }, { -34, 80, 24 }, { -18.5, 71.5, 4.5 },
		{ 56, 101, 15 }, { 51, 106, 18 }, { 61, 110, 19 } };

	/** Broad-leaved trees and bushes: x, z, height and crown radius in metres. */
	private static final double[][] BROADLEAVES = { { 46, 90, 10.5, 4.3 }, { 51, 94, 8.5, 3.7 },
		{ 24.5, 93, 7.5, 3.0 }, { 27, 90, 2.4, 1.5 }, { 42, 84, 2.2, 1.5 }, { -14, 72, 2.0, 1.3 },
		{ 28, 96, 3.0, 1.8 } };

	private void plantMeadow() {
		Random random = new Random(seed ^ 0x7ee5);
		for (double[] p : SPRUCES) {
			addMeadowTree(p[0], p[1], p[2], p[2] * (0.15 + 0.04 * random.nextDouble()), true, random);
		}
		for (double[] p : BROADLEAVES) {
			addMeadowTree(p[0], p[1], p[2], p[3], false, random);
		}
	}

	private void addMeadowTree(double x, double far, double tall, double radius, boolean conifer, Random random) {
		double z = far;
		// The shore differs from seed to seed: step back from the water.
		while (terrain.ground(x, z) < 0.3 && z > 50) {
			z -= 0.5;
		}
		double y = terrain.ground(x, z);
		meadowTrees.add(new Tree(x, y - 0.1, z, tall, radius, conifer, random.nextLong()));
	}

	/** Share of sun at a place on the meadow, between the shadows of its trees. */
	private double sunOnMeadow(double x, double y, double z) {
		double sun = 0.45 + 0.55 * smooth(-0.30, 0.12, noise.fractal(x / 42 + 0.6, z / 34 + 0.35, 3));
		double run = Math.hypot(SUN[0], SUN[2]);
		double ux = SUN[0] / run, uz = SUN[2] / run;
		for (Tree tree : shadowCasters) {
			double along = (tree.x - x) * ux + (tree.z - z) * uz;
			if (along < -tree.radius) {
				continue;
			}
			double off = Math.abs((tree.x - x) * uz - (tree.z - z) * ux);
			double level = (y + along * SUN[1] / run - tree.y) / tree.height;
			double reach = tree.conifer ? tree.radius * Math.max(0, 1 - level)
				: tree.radius * Math.sqrt(Math.max(0, 1 - sq((level - 0.6) / 0.42)));
			double soft = 0.25 + 0.02 * along + 0.5 * Math.abs(noise.at(x * 1.3, z * 1.3));
			if (level < 1) {
				sun *= 1 - 0.9 * smooth(-soft, soft, reach - off) * smooth(0, 0.1, reach);
			}
		}
		return sun;
	}

	/** Draws a spruce as whorls of drooping branches made of needle strokes. */
	private void drawConifer(View view, Tree tree) {
		Random random = new Random(tree.seed);
		double pixels = tree.height * view.focal / tree.z;
		int whorls = (int) clamp(pixels / 3.2, 7, 12 + 1.3 * tree.height);
		int sprays = (int) clamp(pixels / 42, 1, 14);
		double tint = 0.8 + 0.4 * random.nextDouble(), warm = 0.85 + 0.4 * random.nextDouble();
		if (tree.z > MEADOW_END) {
			tint *= 0.85 + 0.45 * noise.at(tree.x / 55, tree.z / 55);
			// Larches stand between the spruces of the far shore.
			if (random.nextInt(9) == 0) {
				warm *= 1.3;
			}
		}
		double[] albedo = { CONIFER[0] * tint * warm, CONIFER[1] * tint, CONIFER[2] * tint };
		double bare = 0.03 + 0.12 * random.nextDouble(), fullness = 0.7 + 0.4 * random.nextDouble();
		double lean = 0.012 * random.nextGaussian();
		drawTrunk(view, tree, lean, 0.011 * tree.height);
		for (int w = 0; w < whorls; w++) {
			double down = (w + random.nextDouble()) / whorls * (1 - bare);
			double reach = tree.radius * Math.pow(down, fullness) * (0.75 + 0.4 * random.nextDouble());
			int branches = 5 + (int) (down * clamp(pixels / 30, 2, 9));
			for (int b = 0; b < branches; b++) {
				double away = down + 0.012 * random.nextGaussian();
				double angle = 2 * Math.PI * (b + random.nextDouble()) / branches;
				double arm = 0.1 + reach * (0.45 + 0.75 * random.nextDouble());
				drawBranch(view, tree, albedo, new double[] { away, angle, arm, lean }, sprays, random);
			}
		}
		double side = tree.x + lean * tree.height;
		new Stroke(side, tree.y + tree.height * 1.01, tree.z, 0.02)
			.to(view, side, tree.y + tree.height * 0.93, tree.z, 0.09, lit(albedo, 0.5, 0.9, tree.z));
	}

	/**
	 * Draws one branch: sprays of needles to both sides, or a single stroke where
	 * the tree is too far for more.
	 *
	 * @param shape the way down from the tip (0 to 1), the angle around the trunk,
	 *          the length in metres and the lean of the tree
	 */
	private void drawBranch(View view, Tree tree, double[] albedo, double[] shape, int sprays, Random random) {
		boolean single = sprays == 1;
		double down = shape[0], arm = shape[2], cos = Math.cos(shape[1]), sin = Math.sin(shape[1]);
		double level = tree.y + tree.height * (1 - down), center = tree.x + shape[3] * tree.height * (1 - down);
		double slack = 0.05 + 0.50 * down;
		double facing = Math.max(0, (cos * SUN[0] + sin * SUN[2]) * 0.8 + 0.45 * SUN[1]);
		double health = single ? 0.85 : 0.7 + 0.6 * random.nextDouble();
		for (int i = 0; i < sprays; i++) {
			double part = (i + random.nextDouble()) / sprays;
			double out = single ? 0.6 + 0.4 * part : 0.12 + 0.88 * part;
			double r = arm * out, y = level - slack * r + 0.22 * slack * arm * out * out;
			double open = (0.10 + 0.90 * out * out) * health;
			double size = single ? 0.5 * arm + 0.15 : 0.16 + 0.30 * arm * (1.15 - out);
			if (!single) {
				size *= 0.6 + 0.7 * random.nextDouble();
			}
			double thick = single ? 0.35 * size : 0.035 + 0.10 * size;
			double x = center + cos * r, z = tree.z + sin * r;
			for (int turn = single ? 0 : -1; turn <= (single ? 0 : 1); turn++) {
				double angle = shape[1] + turn * (0.6 + 0.4 * random.nextDouble());
				double vary = single ? 0.75 : 0.55 + 0.7 * random.nextDouble();
				double[] color = lit(albedo, 1.7 * facing * open * vary, (0.12 + 0.75 * open) * (1 - 0.35 * down), z);
				double fall = (0.20 + 0.5 * random.nextDouble()) * size;
				new Stroke(x, y, z, thick)
					.to(view, x + Math.cos(angle) * size, y - fall, z + Math.sin(angle) * size, 0.4 * thick, color);
			}
		}
	}

	private void drawTrunk(View view, Tree tree, double lean, double thick) {
		double top = (tree.conifer ? 0.9 : 0.55) * tree.height;
		new Stroke(tree.x, tree.y, tree.z, thick).to(view, tree.x + lean * top, tree.y + top, tree.z,
			thick * (tree.conifer ? 0.25 : 0.5), lit(BARK, 0.12, 0.35, tree.z));
	}

	/** Draws a broad-leaved tree or bush as clumps of leaves. */
	private void drawBroadleaf(View view, Tree tree) {
		Random random = new Random(tree.seed);
		boolean bush = tree.height < 4;
		if (!bush) {
			drawTrunk(view, tree, 0.03, 0.022 * tree.height);
		}
		double middle = tree.y + tree.height * (bush ? 0.45 : 0.62);
		double rise = tree.height * (bush ? 0.5 : 0.40);
		int clumps = bush ? 40 : 190;
		double tint = 0.8 + 0.35 * random.nextDouble();
		double[] albedo = { LEAF[0] * tint * (0.9 + 0.4 * random.nextDouble()), LEAF[1] * tint, LEAF[2] * tint };
		double phase = 20 * random.nextDouble();
		for (int i = 0; i < clumps; i++) {
			double[] n = direction(random);
			// Noise on the sphere of directions makes an uneven crown.
			double bulge = 1 + 0.55 * noise.at(1.6 * n[0] + phase, 1.6 * n[1], 1.6 * n[2]);
			double r = bulge * (0.35 + 0.6 * Math.cbrt(random.nextDouble()));
			double taper = 1 - 0.25 * n[1];
			double[] center = { tree.x + n[0] * r * taper * tree.radius, middle + n[1] * r * rise,
				tree.z + n[2] * r * taper * tree.radius };
			drawClump(view, center, n, r, 0.17 * tree.radius * (0.4 + random.nextDouble()), albedo, random);
		}
	}

	private void drawClump(View view, double[] center, double[] out, double r, double radius, double[] albedo,
			Random random) {
		int leaves = (int) clamp(sq(radius * view.focal / center[2]) * 0.8, 3, 260);
		for (int i = 0; i < leaves; i++) {
			double[] n = direction(random);
			double r1 = radius * (0.35 + 0.65 * Math.abs(random.nextGaussian()));
			double x = center[0] + n[0] * r1, y = center[1] + 0.6 * n[1] * r1, z = center[2] + n[2] * r1;
			double facing = 0.30 * dot(n, SUN) + 0.7 * dot(out, SUN);
			double open = clamp(0.38 + 0.35 * n[1] + 0.3 * out[1] * r, 0.06, 1) * smooth(0.1, 1, r);
			double glint = 0.45 + 1.1 * random.nextDouble();
			double[] color = lit(albedo, glint * 1.1 * smooth(-0.25, 0.9, facing) * smooth(0.2, 0.95, r), open, z);
			double size = 0.07 + 0.08 * random.nextDouble();
			new Stroke(x, y, z, size).to(view, x + size * random.nextGaussian(), y - size * random.nextDouble(), z,
				size * 0.6, color);
		}
	}

	/** One of so many blades carries a flower, or is a tall stalk. */
	private static final int FLOWER_ODDS = 40;
	private static final int STALK_ODDS = 60;
	private static final int BLADE_PARTS = 3;

	private void drawGrass(View view) {
		Random random = new Random(seed ^ 0x97a55);
		double area = (view.height - view.horizon) * view.width * 0.45;
		int blades = (int) (area * 0.36);
		for (int i = 0; i < blades; i++) {
			double row = view.horizon + (view.height * 1.12 - view.horizon) * (0.34 + 0.66 * random.nextDouble());
			double across = (random.nextDouble() - 0.5) * 1.04 * view.width / view.focal;
			double z = terrain.meadowDistance(across, (row - view.horizon) / view.focal);
			double x = across * z, y = terrain.ground(x, z);
			boolean flower = random.nextInt(FLOWER_ODDS) == 0 && noise.fractal(x / 4 + 60, z / 6, 3) > 0.12;
			boolean reed = y < 0.25 && noise.fractal(x / 6 + 8, z / 8, 2) > 0.02;
			double lowest = reed ? -0.35 : 0.12 + 0.25 * random.nextDouble();
			if (z > 0 && y > lowest) {
				drawBlade(view, x, y, z, flower, random);
			}
		}
	}

	private void drawBlade(View view, double x, double y, double z, boolean flower, Random random) {
		double tuft = noise.fractal(x * 0.9, z * 0.9, 2);
		double tall = (0.20 + 0.22 * random.nextDouble()) * (1 + 0.9 * tuft) * smooth(0, 1.4, y) + 0.08;
		boolean stalk = random.nextInt(STALK_ODDS) == 0;
		// At the water grow reeds.
		if (y < 0.25) {
			tall = 0.5 + 0.6 * random.nextDouble();
		}
		else if (stalk) {
			tall *= 1.9;
		}
		double sun = sunOnMeadow(x, y, z) * (0.55 + 0.5 * random.nextDouble());
		double[] albedo = grassAlbedo(x, z, tuft, stalk, random);
		double bend = Math.min(tall, 0.4) * (0.30 + 0.35 * random.nextGaussian());
		double deep = 0.2 * tall * random.nextGaussian();
		double thick = 0.006 + 0.006 * random.nextDouble();
		double px = x, py = y;
		for (int i = 1; i <= BLADE_PARTS; i++) {
			double t = (double) i / BLADE_PARTS, nx = x + bend * t * t, ny = y + tall * t * (1 - 0.15 * t);
			// Little light comes down between the blades.
			double[] color = lit(albedo, sun * (0.10 + 0.85 * t), 0.15 + 0.75 * t, z);
			double last = thick * (1 - 0.8 * (i - 1) / BLADE_PARTS);
			new Stroke(px, py, z, last).to(view, nx, ny, z + deep * t, thick * (1 - 0.8 * t), color);
			px = nx;
			py = ny;
		}
		if (flower && z < 45) {
			drawFlower(view, px, py, z, sun, random);
		}
	}

	private double[] grassAlbedo(double x, double z, double tuft, boolean stalk, Random random) {
		double patch = noise.fractal(x / 5, z / 5, 4);
		double dry = clamp((stalk ? 0.7 : 0.25) + 0.9 * patch + 0.25 * random.nextGaussian(), 0, 1);
		double tint = 0.75 + 0.5 * random.nextDouble() + 0.4 * tuft;
		double[] albedo = new double[3];
		for (int c = 0; c < 3; c++) {
			albedo[c] = mix(GRASS[c], DRY_GRASS[c], 0.75 * dry) * tint;
		}
		return albedo;
	}

	private void drawFlower(View view, double x, double y, double z, double sun, Random random) {
		// One kind prevails in each part of the meadow.
		double kind = noise.at(x / 5 + 2.7, z / 7) + 0.25 * random.nextGaussian();
		double[] petal = PETALS[kind < -0.05 ? 0 : kind < 0.4 ? 1 : 2];
		double size = 0.010 + 0.008 * random.nextDouble();
		// A flower smaller than a pixel would be drawn too large: leave some out.
		if (random.nextDouble() > 2.5 * size * view.focal / z) {
			return;
		}
		new Stroke(x - size, y, z, size).to(view, x + size, y + 0.3 * size, z, size, lit(petal, 0.7 * sun, 0.8, z));
	}

	/** Light from a matt surface, for a share of sun and of sky, seen from afar. */
	private static double[] lit(double[] albedo, double sun, double open, double z) {
		double[] color = new double[3];
		for (int c = 0; c < 3; c++) {
			color[c] = albedo[c] * (SUN_LIGHT[c] * sun + SKY_LIGHT[c] * open);
		}
		haze(color, z);
		return color;
	}

	// -- Hut --

	/** A log hut with a shingle roof on the headland. */
	private final class Hut {

		private static final double X = 33, Z = 86, LONG = 7.5, WIDE = 5.2, WALL = 2.6, RIDGE = 4.9, EAVES = 0.6;
		private final View view;
		private final double base = Math.max(0.4, terrain.ground(X, Z)) - 0.1;
		private final double cos = Math.cos(-0.42), sin = Math.sin(-0.42);

		Hut(View view) {
			this.view = view;
		}

		void draw() {
			double l = LONG / 2, w = WIDE / 2;
			face(new double[] { -l, 0, -w }, new double[] { LONG, 0, 0 }, new double[] { 0, WALL, 0 }, false);
			face(new double[] { -l, 0, -w }, new double[] { 0, 0, WIDE }, new double[] { 0, RIDGE, 0 }, false);
			double out = EAVES / w, drop = (RIDGE - WALL) * out;
			face(new double[] { -l - EAVES, WALL - drop, -w - EAVES }, new double[] { LONG + 2 * EAVES, 0, 0 },
				new double[] { 0, RIDGE - WALL + drop, w + EAVES }, true);
			face(new double[] { -l - EAVES, WALL - drop, w + EAVES }, new double[] { LONG + 2 * EAVES, 0, 0 },
				new double[] { 0, RIDGE - WALL + drop, -w - EAVES }, true);
		}

		/** Draws a parallelogram, by points closer than pixels. */
		private void face(double[] corner, double[] u, double[] v, boolean roof) {
			double lengthU = Math.sqrt(dot(u, u)), lengthV = Math.sqrt(dot(v, v));
			double step = 0.4 * Z / view.focal;
			int nu = (int) (lengthU / step) + 1, nv = (int) (lengthV / step) + 1;
			boolean gable = !roof && u[0] == 0;
			double facing = Math.max(0, dot(turned(normal(u, v)), SUN));
			for (int i = 0; i <= nu; i++) {
				for (int j = 0; j <= nv; j++) {
					double a = (double) i / nu, b = (double) j / nv;
					double[] p = new double[3];
					for (int c = 0; c < 3; c++) {
						p[c] = corner[c] + a * u[c] + b * v[c];
					}
					double limit = WALL + (RIDGE - WALL) * (1 - Math.abs(2 * a - 1));
					if (gable && p[1] > limit) {
						continue;
					}
					double along = a * lengthU;
					plot(p, roof ? roofColor(along, b * lengthV, facing) : wallColor(along, p[1], facing, gable));
				}
			}
		}

		private double[] wallColor(double along, double up, double facing, boolean gable) {
			double log = up / 0.26 - Math.floor(up / 0.26);
			double round = 0.45 + 0.75 * Math.sin(Math.PI * log);
			double grain = 1 + 0.35 * noise.fractal(along * 0.8, up * 14, 3);
			double shade = smooth(0.1, 0.75, WALL - up + (gable ? 1.5 : 0));
			boolean door = !gable && along > 4.4 && along < 5.4 && up < 2.0;
			boolean window = !gable && Math.abs(along - 2.3) < 0.5 && Math.abs(up - 1.4) < 0.42;
			boolean frame = !gable && Math.abs(along - 2.3) < 0.64 && Math.abs(up - 1.4) < 0.56;
			double dark = window ? 0.18 : door ? 0.55 : frame ? 2.3 : round * grain;
			double[] albedo = { WOOD[0] * dark, WOOD[1] * dark, WOOD[2] * dark };
			return lit(albedo, facing * (0.15 + 0.85 * shade), 0.35 + 0.5 * shade, Z);
		}

		private double[] roofColor(double along, double up, double facing) {
			double course = up / 0.35 - Math.floor(up / 0.35);
			int row = (int) Math.floor(up / 0.35), tile = (int) Math.floor(along / 0.22 + 0.5 * (row % 2));
			double vary = 0.75 + 0.45 * hash01(row, tile) + 0.3 * noise.at(along, up);
			double dark = vary * (course < 0.16 ? 0.5 : 1);
			double[] albedo = { SHINGLE[0] * dark, SHINGLE[1] * dark, SHINGLE[2] * dark };
			return lit(albedo, facing, 0.9, Z);
		}

		/** The unit normal that looks up or toward the viewer. */
		private double[] normal(double[] u, double[] v) {
			double[] n = unit(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]);
			boolean flip = Math.abs(n[1]) > 0.1 ? n[1] < 0 : n[0] + n[2] > 0;
			return flip ? new double[] { -n[0], -n[1], -n[2] } : n;
		}

		private double[] turned(double[] p) {
			return new double[] { p[0] * cos + p[2] * sin, p[1], -p[0] * sin + p[2] * cos };
		}

		private void plot(double[] p, double[] color) {
			double[] q = turned(p);
			double z = Z + q[2];
			int column = (int) Math.floor(view.column(X + q[0], z)), row = (int) Math.floor(view.row(base + q[1], z));
			if (view.shows(column, row, z)) {
				view.set(column, row, z, color);
			}
		}
	}

	// -- Drawing --

	/** A picture in the making, seen by a level camera with a shifted lens. */
	private static final class View {

		final int width;
		final int height;
		final double focal;
		final double horizon;
		final double eye;
		final float[] rgb;
		final float[] depth;
		final boolean[] lake;

		View(int width, int height, double eye) {
			this.width = width;
			this.height = height;
			this.eye = eye;
			focal = FOCAL * width;
			horizon = HORIZON * height;
			rgb = new float[3 * width * height];
			depth = new float[width * height];
			lake = new boolean[width * height];
			Arrays.fill(depth, Float.MAX_VALUE);
		}

		double column(double x, double z) {
			return width / 2.0 + focal * x / z;
		}

		double row(double y, double z) {
			return horizon - focal * (y - eye) / z;
		}

		boolean shows(int column, int row, double z) {
			return column >= 0 && row >= 0 && column < width && row < height && z < depth[row * width + column];
		}

		void set(int column, int row, double z, double[] color) {
			int p = row * width + column;
			depth[p] = (float) z;
			lake[p] = false;
			for (int c = 0; c < 3; c++) {
				rgb[3 * p + c] = (float) color[c];
			}
		}

		void addTo(double[] sum, double column, double row, double weight) {
			int x = (int) clamp(column, 0, width - 1), y = (int) clamp(row, 0, height - 1);
			for (int c = 0; c < 3; c++) {
				sum[c] += weight * rgb[3 * (y * width + x) + c];
			}
		}
	}

	/** The start of a line that is drawn with a thickness; all in metres. */
	private record Stroke(double x, double y, double z, double thick) {

		void to(View view, double x1, double y1, double z1, double thick1, double[] color) {
			if (z < 1 || z1 < 1) {
				return;
			}
			double c0 = view.column(x, z), r0 = view.row(y, z), c1 = view.column(x1, z1), r1 = view.row(y1, z1);
			double radius0 = thick * view.focal / z, radius1 = thick1 * view.focal / z1;
			int steps = (int) Math.ceil(Math.max(Math.abs(c1 - c0), Math.abs(r1 - r0)) / 0.8) + 1;
			for (int i = 0; i <= steps; i++) {
				double t = (double) i / steps;
				double radius = mix(radius0, radius1, t);
				dot(view, mix(c0, c1, t), mix(r0, r1, t), mix(z, z1, t), radius, color);
			}
		}

		private static void dot(View view, double column, double row, double z, double radius, double[] color) {
			double r = Math.max(0.5, radius);
			for (int y = (int) Math.ceil(row - r - 0.5); y <= row + r - 0.5; y++) {
				for (int x = (int) Math.ceil(column - r - 0.5); x <= column + r - 0.5; x++) {
					boolean inside = r < 0.8 || sq(x + 0.5 - column) + sq(y + 0.5 - row) <= r * r;
					if (inside && view.shows(x, y, z - 0.15)) {
						view.set(x, y, z, color);
					}
				}
			}
		}
	}

	// -- Terrain --

	/** Heights above the lake, in metres. */
	private static final class Terrain {

		/** Ground covered by the eroded grid. */
		private static final double GRID_X = -7600, GRID_Z = 450, GRID_SPAN = 15200;
		private static final double PEAK = 2050;
		private static final double NEAR_SHORE = 72;
		private static final double MEADOW_SLOPE = 0.17;
		private static final double TREE_CELL = 7;

		private final Noise noise;
		private final int n;
		private final float[] grid;

		Terrain(Noise noise) {
			this.noise = noise;
			Erosion erosion = new Erosion(noise);
			n = erosion.n;
			grid = erosion.h;
		}

		double surface(double x, double z) {
			double ground = ground(x, z);
			return z > SINGLE_TREES_END && ground > 0 ? ground + canopy(x, z, ground) : ground;
		}

		double ground(double x, double z) {
			return z < MEADOW_END ? meadow(x, z) : mountain(x, z);
		}

		private double meadow(double x, double z) {
			double shore = NEAR_SHORE + 9 * noise.at(x / 15, 0.4) + 4 * noise.at(x / 5, 3.3) +
				1.6 * noise.fractal(x / 3, z / 3, 2);
			double hill = MEADOW_SLOPE * (shore - z) + 0.35 * noise.fractal(x / 9, z / 9, 3);
			double tip = 112 + 7 * noise.at(x / 11, 7.7) + 2 * noise.fractal(x / 4, z / 4, 2);
			double inland = x - 0.1 * (z - 80) + 3 * noise.fractal(x / 7, z / 7 + 3, 3);
			double head = Math.min(2.9 * smooth(15, 30, inland) - 1.2, 0.16 * (tip - z));
			return Math.max(Math.max(hill, head + 0.12 * noise.at(x / 5, z / 5)), -4);
		}

		/** Distance where a ray with this slope below the horizon meets the meadow. */
		double meadowDistance(double across, double down) {
			double last = NEAREST;
			for (double z = NEAREST * 0.7; z < 125; z *= 1.012) {
				if (EYE - down * z <= meadow(across * z, z)) {
					return (z + last) / 2;
				}
				last = z;
			}
			return -1;
		}

		private double mountain(double x, double z) {
			double shore = 900 - 430 * smooth(110, 300, -x) - 260 * smooth(190, 400, x) + 45 * noise.at(x / 130, 2.2) +
				9 * noise.at(x / 28, 5.1);
			double inland = z - shore;
			if (inland < 0) {
				return -3;
			}
			double coarse = bicubic(x, z) * smooth(0, 600, inland);
			double rocky = smooth(120, 700, coarse);
			double detail = 0, wave = 150;
			for (int i = 0; i < 5 && wave > z / 900; i++) {
				detail += wave * (0.28 - 1.4 * Math.abs(noise.at(x / wave + 3.1 * i, z / wave)));
				wave *= 0.47;
			}
			// Snow fills the gullies.
			detail *= (0.05 + 0.38 * rocky) * (1 - 0.5 * smooth(950, 1450, coarse));
			return coarse + 2.5 * (1 - Math.exp(-inland / 25)) + detail * smooth(20, 300, inland);
		}

		/** Share of forest, 0 to 1. */
		double forest(double x, double z, double y) {
			double patch = noise.fractal(x / 420, z / 420, 3);
			double line = 1 - smooth(-70, 70, y - 760 - 460 * patch);
			double glade = smooth(-0.40, -0.24, noise.fractal(x / 210 + 31, z / 210, 3));
			// Trees line the lake nearly everywhere.
			glade = Math.max(glade, 0.9 * (1 - smooth(5, 14, y)));
			return line * glade * (1 - smooth(0.75, 1.05, slope(x, z) + 0.5 * patch));
		}

		private double slope(double x, double z) {
			double d = 40;
			double across = bilinear(x + d, z) - bilinear(x - d, z), along = bilinear(x, z + d) - bilinear(x, z - d);
			return Math.hypot(across, along) / (2 * d);
		}

		/** Height of the tree crowns above the ground: a cone for each tree. */
		private double canopy(double x, double z, double ground) {
			if (ground > 1300) {
				return 0;
			}
			double forest = forest(x, z, ground);
			if (forest <= 0.02) {
				return 0;
			}
			int cx = (int) Math.floor(x / TREE_CELL), cz = (int) Math.floor(z / TREE_CELL);
			double best = 0;
			for (int i = cx - 1; i <= cx + 1; i++) {
				for (int j = cz - 1; j <= cz + 1; j++) {
					double a = hash01(i, j), b = hash01(i + 911, j), c = hash01(i, j + 577);
					if (c > forest) {
						continue;
					}
					double away = Math.hypot(x - (i + a) * TREE_CELL, z - (j + b) * TREE_CELL);
					double tall = 8 + 12 * hash01(i + 37, j + 73);
					best = Math.max(best, tall * (1 - away / (0.27 * tall)));
				}
			}
			return best;
		}

		/** Share of the sun disc that no mountain hides. */
		double sunReaching(double x, double y, double z) {
			double share = 1, way = 45;
			while (way < 5000 && share > 0) {
				double px = x + SUN[0] * way, pz = z + SUN[2] * way;
				double gap = y + SUN[1] * way - bilinear(px, pz) * smooth(0, 600, pz - 900);
				share = Math.min(share, 0.5 + gap / (0.07 * way + 8));
				way *= 1.13;
			}
			return clamp(share, 0, 1);
		}

		private float node(int i, int j) {
			int ci = Math.max(0, Math.min(n - 1, i)), cj = Math.max(0, Math.min(n - 1, j));
			return grid[cj * n + ci];
		}

		private double bilinear(double x, double z) {
			double gx = (x - GRID_X) / GRID_SPAN * (n - 1), gz = (z - GRID_Z) / GRID_SPAN * (n - 1);
			int i = (int) Math.floor(gx), j = (int) Math.floor(gz);
			double a = gx - i, b = gz - j;
			return mix(mix(node(i, j), node(i + 1, j), a), mix(node(i, j + 1), node(i + 1, j + 1), a), b);
		}

		private double bicubic(double x, double z) {
			double gx = (x - GRID_X) / GRID_SPAN * (n - 1), gz = (z - GRID_Z) / GRID_SPAN * (n - 1);
			int i = (int) Math.floor(gx), j = (int) Math.floor(gz);
			double a = gx - i;
			double[] rows = new double[4];
			for (int k = 0; k < 4; k++) {
				int row = j + k - 1;
				rows[k] = cubic(node(i - 1, row), node(i, row), node(i + 1, row), node(i + 2, row), a);
			}
			return cubic(rows[0], rows[1], rows[2], rows[3], gz - j);
		}

		private static double cubic(double p, double q, double r, double s, double t) {
			return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
		}
	}

	/**
	 * Mountains carved by rivers: land rises, and each place wears down with the
	 * water that drains through it. Implicit steps along the drainage tree follow
	 * Braun and Willett (Geomorphology 180, 2013).
	 */
	private static final class Erosion {

		/** Nodes along a side, from coarse to fine, and the rounds at each. */
		private static final int[] LEVELS = { 64, 128, 256, 512 };
		private static final int[] ROUNDS = { 60, 40, 18, 6 };
		private static final double AREA_POWER = 0.42;
		private static final double WEAR = 0.55;

		/** Metres that land rises in a round where its rate is 1. */
		private static final double UPLIFT = 70;

		/** Slopes steeper than this fall down. */
		private static final double STEEPEST = 1.15;

		private final Noise noise;
		private int n;
		private float[] h;
		private float[] rise;

		Erosion(Noise noise) {
			this.noise = noise;
			for (int level = 0; level < LEVELS.length; level++) {
				resize(LEVELS[level]);
				for (int i = 0; i < ROUNDS[level]; i++) {
					step();
				}
			}
			rescale();
		}

		private void resize(int size) {
			float[] old = h;
			int m = n;
			n = size;
			h = new float[n * n];
			for (int i = 0; i < n * n; i++) {
				int x = i % n, z = i / n;
				float roughness = (float) (6 * hash01(x, z));
				h[i] = old == null ? roughness : old[(z * m / n) * m + x * m / n] + roughness * 128 / n;
			}
			rise = new float[n * n];
			for (int i = 0; i < n * n; i++) {
				rise[i] = (float) rise(i % n, i / n);
			}
		}

		/** Rate of rise: a valley in the middle, high ground behind and beside it. */
		private double rise(int x, int z) {
			double wx = Terrain.GRID_X + Terrain.GRID_SPAN * x / (n - 1);
			double wz = Terrain.GRID_Z + Terrain.GRID_SPAN * z / (n - 1);
			double rough = noise.fractal(wx / 2600, wz / 2600, 4);
			double off = Math.abs(wx - 350 - 500 * Math.sin(wz / 1900) + 500 * rough);
			double beside = smooth(150, 2600, off) * smooth(900, 5200, wz);
			double front = 0.16 * smooth(900, 1900, wz) * smooth(100, 900, off);
			double behind = 0.85 * Math.exp(-sq((wx + 700) / 1900) - sq((wz - 8600) / 1500)) +
				0.75 * Math.exp(-sq((wx - 2200) / 1300) - sq((wz - 8000) / 1500));
			double back = 0.45 * smooth(8000, 11500, wz);
			return Math.max(0.02, (0.52 * beside + front + behind + back) * (1 + 1.1 * rough));
		}

		private void step() {
			double cell = Terrain.GRID_SPAN / (n - 1);
			int[] receiver = receivers();
			long[] order = new long[n * n];
			// Heights are not negative, so that their bits sort like numbers.
			for (int i = 0; i < order.length; i++) {
				order[i] = (long) Float.floatToIntBits(h[i]) << 32 | i;
			}
			Arrays.sort(order);
			double[] area = drainage(order, receiver, cell * cell);
			for (long key : order) {
				int i = (int) key, r = receiver[i], x = i % n, z = i / n;
				if (z == 0 || x == 0 || x == n - 1 || z == n - 1) {
					continue;
				}
				double raised = h[i] + UPLIFT * rise[i];
				if (r != i) {
					double far = cell * (r % n != x && r / n != z ? Math.sqrt(2) : 1);
					double wear = WEAR * Math.pow(area[i], AREA_POWER) / far;
					raised = Math.min((raised + wear * h[r]) / (1 + wear), h[r] + STEEPEST * far);
				}
				h[i] = (float) Math.max(0, raised);
			}
		}

		/** The area in square metres that drains through each node. */
		private static double[] drainage(long[] order, int[] receiver, double cellArea) {
			double[] area = new double[order.length];
			Arrays.fill(area, cellArea);
			for (int k = order.length - 1; k >= 0; k--) {
				int i = (int) order[k];
				if (receiver[i] != i) {
					area[receiver[i]] += area[i];
				}
			}
			return area;
		}

		/** For each node the neighbor in the steepest direction down, or itself. */
		private int[] receivers() {
			int[] receiver = new int[n * n];
			for (int i = 0; i < n * n; i++) {
				int x = i % n, z = i / n;
				double steepest = 0;
				receiver[i] = i;
				for (int k = 0; k < 9; k++) {
					int nx = x + k % 3 - 1, nz = z + k / 3 - 1;
					if (nx < 0 || nz < 0 || nx >= n || nz >= n) {
						continue;
					}
					double drop = (h[i] - h[nz * n + nx]) * (nx != x && nz != z ? Math.sqrt(0.5) : 1);
					if (drop > steepest) {
						steepest = drop;
						receiver[i] = nz * n + nx;
					}
				}
			}
			return receiver;
		}

		private void rescale() {
			float highest = 0;
			for (float y : h) {
				highest = Math.max(highest, y);
			}
			for (int i = 0; i < h.length; i++) {
				h[i] *= Terrain.PEAK / highest;
			}
		}
	}

	// -- Mathematics --

	/** Gradient noise after Perlin, about -0.8 to 0.8. */
	private static final class Noise {

		private final int[] table = new int[512];

		Noise(long seed) {
			Random random = new Random(seed);
			for (int i = 0; i < 256; i++) {
				table[i] = i;
			}
			for (int i = 255; i > 0; i--) {
				int j = random.nextInt(i + 1), swap = table[i];
				table[i] = table[j];
				table[j] = swap;
			}
			System.arraycopy(table, 0, table, 256, 256);
		}

		double at(double x, double y) {
			int i = (int) Math.floor(x), j = (int) Math.floor(y);
			double a = x - i, b = y - j, u = fade(a), v = fade(b);
			int p = table[i & 255] + (j & 255), q = table[i + 1 & 255] + (j & 255);
			double top = mix(slope(table[p], a, b), slope(table[q], a - 1, b), u);
			double low = mix(slope(table[p + 1 & 511], a, b - 1), slope(table[q + 1 & 511], a - 1, b - 1), u);
			return mix(top, low, v);
		}

		double at(double x, double y, double z) {
			int i = (int) Math.floor(x), j = (int) Math.floor(y), k = (int) Math.floor(z);
			double a = x - i, b = y - j, c = z - k, u = fade(a), v = fade(b), w = fade(c);
			return mix(layer(i, j, k, a, b, c, u, v), layer(i, j, k + 1, a, b, c - 1, u, v), w);
		}

		private double layer(int i, int j, int k, double a, double b, double c, double u, double v) {
			int base = table[k & 255];
			int p = table[base + (i & 255)], q = table[base + (i + 1 & 255)];
			int s = j & 255, t = j + 1 & 255;
			double top = mix(slope(table[p + s], a, b, c), slope(table[q + s], a - 1, b, c), u);
			double low = mix(slope(table[p + t], a, b - 1, c), slope(table[q + t], a - 1, b - 1, c), u);
			return mix(top, low, v);
		}

		/** A sum of noises, each half as large and half as wide as the one before. */
		double fractal(double x, double y, int octaves) {
			double sum = 0, amplitude = 1, frequency = 1;
			for (int i = 0; i < octaves; i++) {
				sum += amplitude * at(x * frequency + 17.3 * i, y * frequency - 9.1 * i);
				amplitude *= 0.5;
				frequency *= 2.03;
			}
			return sum;
		}

		private static double fade(double t) {
			return t * t * t * (t * (t * 6 - 15) + 10);
		}

		private static double slope(int hash, double x, double y) {
			double major = (hash & 1) == 0 ? x : -x, minor = (hash & 2) == 0 ? y : -y;
			return switch (hash >> 2 & 3) {
				case 0 -> major + 0.4 * minor;
				case 1 -> 0.4 * major + minor;
				default -> 0.76 * (major + minor);
			};
		}

		private static double slope(int hash, double x, double y, double z) {
			double u = (hash & 8) == 0 ? x : y, v = (hash & 4) == 0 ? y : z;
			return ((hash & 1) == 0 ? u : -u) + ((hash & 2) == 0 ? v : -v);
		}
	}

	private static double hash01(int x, int y) {
		int h = x * 0x27d4eb2d ^ y * 0x165667b1;
		h = (h ^ h >>> 15) * 0x2c1b3c6d;
		h = (h ^ h >>> 12) * 0x297a2d39;
		return ((h ^ h >>> 15) & 0xffffff) / (double) 0x1000000;
	}

	private static double[] direction(Random random) {
		return unit(random.nextGaussian(), random.nextGaussian(), random.nextGaussian());
	}

	private static double[] unit(double x, double y, double z) {
		double length = Math.max(1e-12, Math.sqrt(x * x + y * y + z * z));
		return new double[] { x / length, y / length, z / length };
	}

	private static double dot(double[] a, double[] b) {
		return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
	}

	private static double smooth(double from, double to, double x) {
		double t = clamp((x - from) / (to - from), 0, 1);
		return t * t * (3 - 2 * t);
	}

	private static double clamp(double x, double low, double high) {
		return Math.max(low, Math.min(high, x));
	}

	private static double mix(double a, double b, double t) {
		return a + t * (b - a);
	}

	private static float mix(float a, float b, float t) {
		return a + t * (b - a);
	}

	private static double sq(double x) {
		return x * x;
	}

	/** sRGB value, 0 to 1, to linear light. */
	private static double toLinear(double value) {
		return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
	}

	/** Linear light to an sRGB value, 0 to 255. */
	private static int toByte(double light) {
		double value = light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
		return (int) Math.round(255 * clamp(value, 0, 1));
	}
}
