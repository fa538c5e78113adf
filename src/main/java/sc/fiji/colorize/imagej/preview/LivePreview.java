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
import sc.fiji.colorize.OpenOptions;
import sc.fiji.colorize.imagej.ImageHints;
import sc.fiji.colorize.imagej.OutputType;
import sc.fiji.colorize.imagej.SourcePlanes;
import sc.fiji.colorize.io.RootCause;

/**
 * Previews an image in color in its own window, while the user moves sliders. The preview is an overlay: the pixels and the
 * other overlays of the image are never changed, and {@link #close} removes it.
 * <p>
 * One background thread does all work. The model is opened once and the network runs once; another temperature or
 * saturation only decodes again, at the scale of the window. If requests arrive faster than they are processed, only the
 * latest is.
 */
public final class LivePreview implements AutoCloseable {

	private static final System.Logger LOG = System.getLogger(LivePreview.class.getName());

	/** A preview to compute. */
	private record Request(ColorizeOptions options, OutputType type, ImageHints hints) {
	}

	/** The settings whose change requires another prediction. */
	private record Prediction(OpenOptions opening, int size, int plane) {
	}

	private final ImagePlus image;
	private final Roi region;
	private final Consumer<String> status;
	private final Runnable afterwards;
	private final ExecutorService worker;
	private final AtomicReference<Request> pending = new AtomicReference<>();
	/** Used only by the worker thread, like the next two. */
	private Colorizer colorizer;
	private ColorPreview preview;
	private Prediction predicted;
	/** The latest request; null if the preview is hidden. Guarded by this, like the next four. */
	private Request shown;
	private Picture picture;
	private Overlay before;
	private boolean hiddenBefore;
	private boolean closed;

	/**
	 * Prepares a preview. Shows nothing yet.
	 *
	 * @param image the image, with or without a window
	 * @param status receives messages about progress and problems
	 */
	public LivePreview(final ImagePlus image, final Consumer<String> status) {
		this(image, image.getRoi(), status, () -> { });
	}

	/**
	 * Prepares a preview. Shows nothing yet.
	 *
	 * @param image the image, with or without a window
	 * @param region the area to color, even if the selection changes later; null or a selection without an area colors the
	 *        whole image
	 * @param status receives messages about progress and problems
	 * @param afterwards runs in the background thread after the preview and its model are closed
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
	 * Requests a preview without hints, and returns immediately.
	 *
	 * @param options model and settings
	 * @param type {@link OutputType#UNCERTAINTY}, or any other type for the colors
	 * @return completes when this or a later request was processed
	 */
	public Future<?> show(final ColorizeOptions options, final OutputType type) {
		return show(options, type, ImageHints.NONE);
	}

	/**
	 * Requests a preview, and returns immediately.
	 *
	 * @param options model and settings
	 * @param type {@link OutputType#UNCERTAINTY}, or any other type for the colors
	 * @param hints color hints for the image
	 * @return completes when this or a later request was processed
	 */
	public synchronized Future<?> show(final ColorizeOptions options, final OutputType type, final ImageHints hints) {
		if (!closed) {
			shown = new Request(options, type, hints);
			pending.set(shown);
			return worker.submit(this::process);
		}
		return CompletableFuture.completedFuture(null);
	}

	/** Removes the preview, but keeps the prediction. */
	public synchronized void hide() {
		shown = null;
		pending.set(null);
		restore();
	}

	/** Removes the preview and closes the model. */
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

	private void process() {
		final Request request = pending.getAndSet(null);
		if (request == null) {
			return;
		}
		try {
			predict(request.options());
			preview.hint(request.hints(), request.options().smoothing() > 0);
			final ColorPreview.View view = view();
			paint(preview.render(request.options(), request.type(), view), view);
			status.accept("");
		}
		catch (final OutOfMemoryError e) {
			status.accept("The memory is not enough for a preview.");
		}
		catch (final IOException | IllegalArgumentException | IllegalStateException e) {
			status.accept(e.getMessage() == null ? RootCause.sentence("The preview", e) : e.getMessage());
		}
		catch (final RuntimeException | Error e) {
			// No caller checks the future.
			status.accept(RootCause.sentence("The preview", e));
			LOG.log(System.Logger.Level.ERROR, "The preview failed.", e);
		}
	}

	private void predict(final ColorizeOptions options) throws IOException {
		final Prediction wanted = new Prediction(options.opening(), options.size(), new SourcePlanes(image).current());
		if (wanted.equals(predicted)) {
			return;
		}
		status.accept("Preview: the network runs once ...");
		preview = null;
		if (predicted == null || !predicted.opening().equals(wanted.opening())) {
			closeModel();
			colorizer = Colorizer.open(options.opening());
			colorizer.prepare(options.prediction());
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

	/** The part of the image that its window shows; the whole image if it has no window. */
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
		if (shown == null) {
			// It was hidden during the computation.
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

	/** Removes the picture, and keeps other changes of the overlay. */
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

	/** Renders again after the window was scrolled or zoomed. */
	private synchronized void refresh() {
		if (shown != null) {
			show(shown.options(), shown.type(), shown.hints());
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
