/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej.preview;

import java.awt.Graphics;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import ij.ImagePlus;
import ij.gui.ImageCanvas;
import ij.gui.Overlay;
import ij.gui.Roi;

import sc.fiji.colorize.ColorizeOptions;
import sc.fiji.colorize.Colorizer;
import sc.fiji.colorize.imagej.ImageHints;
import sc.fiji.colorize.imagej.OutputType;
import sc.fiji.colorize.imagej.SourcePlanes;
import sc.fiji.colorize.io.RootCause;

/**
 * Shows how an image would look in color, in its own window, while somebody moves sliders. The picture lies on the
 * image as an overlay: its pixels, its own overlay and all else are never touched, and {@link #close} brings the old
 * look back.
 * <p>
 * All work is done by one thread of its own. The model is opened once and the network runs once; another temperature or
 * saturation is only decoded, at the scale of the window. Wishes that come faster than they can be fulfilled are
 * dropped but for the latest.
 */
public final class LivePreview implements AutoCloseable {

	private static final System.Logger LOG = System.getLogger(LivePreview.class.getName());

	/**
	 * What somebody wants to see.
	 *
	 * @param options all of them
	 * @param type decides between colors and uncertainty
	 * @param hints color hints
	 */
	private record Wish(ColorizeOptions options, OutputType type, ImageHints hints) {
	}

	/**
	 * What the network must run anew for.
	 *
	 * @param model the model's name
	 * @param device where it runs
	 * @param size network size
	 * @param plane number of the plane
	 */
	private record Prediction(String model, String device, int size, int plane) {

		boolean hasModelOf(final Prediction other) {
			return other != null && model.equals(other.model) && device.equals(other.device);
		}
	}

	private final ImagePlus image;
	private final Roi region;
	private final Consumer<String> status;
	private final Runnable afterwards;
	private final ExecutorService worker;
	private final AtomicReference<Wish> latest = new AtomicReference<>();
	/** Of the worker alone. */
	private Colorizer colorizer;
	private ColorPreview preview;
	private Prediction predicted;
	/** The newest one, fulfilled or not; null if nothing is to be shown. Guarded by this, as is all below. */
	private Wish asked;
	private Picture picture;
	private Overlay before;
	private boolean hiddenBefore;
	private boolean closed;

	/**
	 * Prepares a preview; nothing is shown yet.
	 *
	 * @param image the image, with or without a window
	 * @param status is told what is going on, and in a sentence what is wrong
	 */
	public LivePreview(final ImagePlus image, final Consumer<String> status) {
		this(image, image.getRoi(), status, () -> { });
	}

	/**
	 * Prepares a preview; nothing is shown yet.
	 *
	 * @param image the image, with or without a window
	 * @param region what gets colors, whatever is selected later; all of the image if it is null or no area
	 * @param status is told what is going on, and in a sentence what is wrong
	 * @param afterwards runs when the preview was closed and has closed its model, in its own thread
	 */
	public LivePreview(final ImagePlus image, final Roi region, final Consumer<String> status,
			final Runnable afterwards) {
		this.image = image;
		this.region = region;
		this.status = status;
		this.afterwards = afterwards;
		worker = Executors.newSingleThreadExecutor(task -> {
			final Thread thread = new Thread(task, "Colorize preview");
			thread.setDaemon(true);
			return thread;
		});
	}

	/**
	 * Shows the colors without hints; returns at once.
	 *
	 * @param options all of them
	 * @param type as below
	 * @return as below
	 */
	public Future<?> show(final ColorizeOptions options, final OutputType type) {
		return show(options, type, ImageHints.NONE);
	}

	/**
	 * Shows the colors; returns at once.
	 *
	 * @param options all of them
	 * @param type {@link OutputType#UNCERTAINTY} for that, any other for the colors
	 * @param hints color hints for the image
	 * @return is done when this wish, or a later one, is fulfilled or turned out impossible
	 */
	public synchronized Future<?> show(final ColorizeOptions options, final OutputType type, final ImageHints hints) {
		if (!closed) {
			asked = new Wish(options, type, hints);
			latest.set(asked);
			return worker.submit(this::fulfil);
		}
		return CompletableFuture.completedFuture(null);
	}

	/** Brings the old look back, but keeps what was computed. */
	public synchronized void hide() {
		asked = null;
		latest.set(null);
		restore();
	}

	/** Brings the old look back and frees the model. */
	@Override
	public synchronized void close() {
		if (!closed) {
			closed = true;
			hide();
			worker.execute(this::closeModel);
			worker.execute(afterwards);
			worker.shutdown();
		}
	}

	private void fulfil() {
		final Wish wish = latest.getAndSet(null);
		if (wish == null) {
			return;
		}
		try {
			predict(wish.options());
			preview.hint(wish.hints(), wish.options().smoothing() > 0);
			final ColorPreview.View view = view();
			paint(preview.render(wish.options(), wish.type(), view), view);
			status.accept("");
		}
		catch (final OutOfMemoryError e) {
			status.accept("The memory is not enough for a preview.");
		}
		catch (final IOException | IllegalArgumentException | IllegalStateException e) {
			status.accept(e.getMessage() == null ? RootCause.sentence("The preview", e) : e.getMessage());
		}
		catch (final RuntimeException | Error e) {
			// Nobody asks the worker how it went.
			status.accept(RootCause.sentence("The preview", e));
			LOG.log(System.Logger.Level.ERROR, "The preview failed.", e);
		}
	}

	private void predict(final ColorizeOptions options) throws IOException {
		final Prediction wanted = new Prediction(options.model(), options.device(), options.size(),
				new SourcePlanes(image).current());
		if (wanted.equals(predicted)) {
			return;
		}
		status.accept("Preview: the network runs once ...");
		preview = null;
		if (!wanted.hasModelOf(predicted)) {
			closeModel();
			colorizer = Colorizer.open(options.opening());
		}
		preview = new ColorPreview(image, region, colorizer, options);
		predicted = wanted;
	}

	private void closeModel() {
		predicted = null;
		if (colorizer != null) {
			colorizer.close();
			colorizer = null;
		}
	}

	/** What the window shows, or all of an image without one. */
	private ColorPreview.View view() {
		final ImageCanvas canvas = image.getCanvas();
		final Rectangle all = new Rectangle(image.getWidth(), image.getHeight());
		if (canvas == null) {
			return ColorPreview.View.of(all, 1);
		}
		final Rectangle region = canvas.getSrcRect().intersection(all);
		return ColorPreview.View.of(region.isEmpty() ? all : region, canvas.getMagnification());
	}

	private synchronized void paint(final BufferedImage pixels, final ColorPreview.View view) {
		if (asked == null) {
			// Hidden while it was computed.
			return;
		}
		if (picture == null) {
			picture = new Picture();
			before = image.getOverlay();
			hiddenBefore = image.getHideOverlay();
			final Overlay overlay = before == null ? new Overlay() : before.create();
			overlay.add(picture);
			if (before != null) {
				for (final Roi roi : before) {
					overlay.add(roi);
				}
			}
			picture.set(pixels, view);
			image.setHideOverlay(false);
			image.setOverlay(overlay);
		}
		else {
			picture.set(pixels, view);
			image.draw();
		}
	}

	/** Takes the picture away; what was added to the overlay or removed from it meanwhile stays so. */
	private void restore() {
		if (picture != null) {
			final Overlay now = image.getOverlay() == null ? new Overlay() : image.getOverlay();
			now.remove(picture);
			picture = null;
			final boolean unchanged = Arrays.equals(now.toArray(), before == null ? new Roi[0] : before.toArray());
			image.setOverlay(unchanged ? before : now);
			image.setHideOverlay(hiddenBefore);
			before = null;
		}
	}

	/** The window was scrolled or zoomed. */
	private synchronized void refresh() {
		if (asked != null) {
			show(asked.options(), asked.type(), asked.hints());
		}
	}

	/** Whether a selection in an overlay is the picture of a preview. */
	static boolean isPicture(final Roi roi) {
		return roi instanceof Picture;
	}

	/** A picture that covers a region of the image, at any zoom. */
	private final class Picture extends Roi {

		private static final long serialVersionUID = 1L;

		private transient BufferedImage pixels;
		private transient ColorPreview.View seen;

		Picture() {
			super(0, 0, image.getWidth(), image.getHeight());
			setName("Colorize preview");
		}

		void set(final BufferedImage newPixels, final ColorPreview.View newSeen) {
			synchronized (this) {
				pixels = newPixels;
				seen = newSeen;
			}
			if (image.getNChannels() > 1 || image.isHyperStack()) {
				setPosition(0, image.getZ(), image.getT());
			}
			else {
				setPosition(image.getStackSize() > 1 ? image.getCurrentSlice() : 0);
			}
		}

		@Override
		public void draw(final Graphics g) {
			final BufferedImage drawn;
			final ColorPreview.View view;
			synchronized (this) {
				drawn = pixels;
				view = seen;
			}
			final ImageCanvas canvas = image.getCanvas();
			if (canvas == null || drawn == null) {
				return;
			}
			final Rectangle place = view.region();
			final int x = canvas.screenX(place.x);
			final int y = canvas.screenY(place.y);
			g.drawImage(drawn, x, y, canvas.screenX(place.x + place.width) - x,
					canvas.screenY(place.y + place.height) - y, null);
			if (!view.equals(view())) {
				refresh();
			}
		}
	}
}
