/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej.preview;

import java.awt.Color;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.gui.RoiListener;
import ij.plugin.frame.RoiManager;

import sc.fiji.colorize.imagej.ImageColorizer;
import sc.fiji.colorize.imagej.ImageHints;

/**
 * Edits the color hints in the overlay of an image: adds the user's selections, changes, deletes and undoes. A selected hint
 * becomes the selection of the image and follows it when the user moves or reshapes it.
 * <p>
 * The initial selection of the image is no hint: it is the area to color, and {@link #close} restores it. Not thread-safe;
 * use it on ImageJ's event thread.
 */
public final class HintEditor implements RoiListener, AutoCloseable {

	private final ImagePlus image;
	private final Roi region;
	private final Runnable changed;
	private final List<Roi> atFirst;
	private final Deque<List<Roi>> history = new ArrayDeque<>();
	/** The hint that is the selection of the image; null if none is selected. */
	private Roi selected;
	/** Whether the latest step in the history is a move of the selected hint. */
	private boolean moving;
	private boolean selecting;

	/**
	 * Starts editing.
	 *
	 * @param image the image
	 * @param changed runs after each change
	 */
	public HintEditor(final ImagePlus image, final Runnable changed) {
		this.image = image;
		this.changed = changed;
		region = image.getRoi() != null && image.getRoi().isArea() ? image.getRoi() : null;
		atFirst = all();
		Roi.addRoiListener(this);
	}

	/** {@return the area to color; null for the whole image} */
	public Roi region() {
		return region;
	}

	/** {@return the hints, which are selections in the overlay, from the lowest to the topmost} */
	public List<Roi> hints() {
		return all().stream().filter(ImageHints::isHint).toList();
	}

	private List<Roi> all() {
		return overlay().stream().filter(roi -> !LivePreview.isPicture(roi)).toList();
	}

	private List<Roi> overlay() {
		return image.getOverlay() == null ? List.of() : Arrays.asList(image.getOverlay().toArray());
	}

	/**
	 * Adds the selection of the image as a hint, or the selections of the ROI Manager if the image has none. In a stack, the
	 * selection of the image becomes a hint for the current slice; those of the ROI Manager keep their positions.
	 *
	 * @param color the color; empty to keep the predicted color
	 * @throws IllegalArgumentException if nothing is selected; the message is a sentence
	 */
	public void add(final Optional<Color> color) {
		final Roi roi = image.getRoi();
		final RoiManager manager = RoiManager.getInstance2();
		final boolean drawn = roi != null && roi != region && selected == null;
		final List<Roi> sources = drawn ? List.of(roi)
				: manager == null ? List.of() : List.of(manager.getSelectedRoisAsArray());
		if (sources.isEmpty()) {
			throw new IllegalArgumentException("Nothing is selected: draw a point, a line or an area on the image first.");
		}
		final List<Roi> hints = new ArrayList<>(all());
		for (final Roi source : sources) {
			final Roi hint = colored(source, color);
			if (drawn) {
				placeOnSlice(hint);
			}
			hints.add(hint);
		}
		replace(hints);
	}

	/** Sets the position of a new hint in a stack: the current slice and frame, all channels. */
	private void placeOnSlice(final Roi hint) {
		if (ImageColorizer.planes(image) == 1) {
			hint.setPosition(0);
		}
		else if (image.isHyperStack()) {
			hint.setPosition(0, image.getZ(), image.getT());
		}
		else {
			hint.setPosition(image.getCurrentSlice());
		}
	}

	private static Roi colored(final Roi roi, final Optional<Color> color) {
		final Roi hint = (Roi) roi.clone();
		hint.setImage(null);
		hint.setFillColor(null);
		hint.setStrokeColor(color.orElse(null));
		hint.setName(color.isPresent() ? null : ImageHints.KEEP);
		if (!hint.isLine()) {
			hint.setStrokeWidth(0f);
		}
		return hint;
	}

	/**
	 * Makes a hint the selection of the image, so that it can be moved and reshaped.
	 *
	 * @param hint one of the {@link #hints}
	 */
	public void select(final Roi hint) {
		moving = false;
		selected = hint;
		selecting = true;
		image.setRoi((Roi) hint.clone());
		selecting = false;
	}

	/** {@return whether a hint is selected; true until another selection is made in the image} */
	public boolean isSelecting() {
		return selected != null;
	}

	/** Deselects the hint, so that the next selection is for a new one. */
	public void deselect() {
		moving = false;
		selected = null;
		selecting = true;
		restoreRegion();
		selecting = false;
	}

	private void restoreRegion() {
		if (region == null) {
			image.deleteRoi();
		}
		else if (image.getRoi() != region) {
			image.setRoi(region);
		}
	}

	/**
	 * Changes the color of a hint.
	 *
	 * @param hint one of the {@link #hints}
	 * @param color the color; empty to keep the predicted color
	 */
	public void recolor(final Roi hint, final Optional<Color> color) {
		set(hint, colored(hint, color));
	}

	/**
	 * Deletes a hint.
	 *
	 * @param hint one of the {@link #hints}
	 */
	public void delete(final Roi hint) {
		final List<Roi> rest = new ArrayList<>(all());
		rest.remove(indexOf(hint));
		replace(rest);
	}

	private void set(final Roi hint, final Roi other) {
		final List<Roi> hints = new ArrayList<>(all());
		hints.set(indexOf(hint), other);
		if (!moving) {
			history.push(all());
		}
		show(hints);
		if (selected == hint) {
			selected = other;
		}
		changed.run();
	}

	/** The index by identity, because hints may be equal. */
	private int indexOf(final Roi hint) {
		final List<Roi> all = all();
		for (int i = 0; i < all.size(); i++) {
			if (all.get(i) == hint) {
				return i;
			}
		}
		throw new IllegalArgumentException("The hint is not in the overlay any more: choose another one.");
	}

	/** Reverts the latest change of the hints, if there is one. */
	public void undo() {
		if (!history.isEmpty()) {
			show(history.pop());
			deselect();
			changed.run();
		}
	}

	private void replace(final List<Roi> hints) {
		history.push(all());
		show(hints);
		deselect();
		changed.run();
	}

	private void show(final List<Roi> rois) {
		final Overlay overlay = new Overlay();
		overlay().stream().filter(LivePreview::isPicture).forEach(overlay::add);
		rois.forEach(overlay::add);
		image.setOverlay(overlay.size() == 0 ? null : overlay);
	}

	@Override
	public void roiModified(final ImagePlus of, final int event) {
		if (of != image || selecting) {
			return;
		}
		if (event == CREATED || event == DELETED) {
			// Something else is selected now.
			selected = null;
			moving = false;
		}
		else if (selected != null && image.getRoi() != null) {
			final Roi moved = (Roi) image.getRoi().clone();
			moved.setImage(null);
			moved.setName(selected.getName());
			moved.setStrokeColor(selected.getStrokeColor());
			moved.setFillColor(selected.getFillColor());
			set(selected, moved);
			moving = true;
		}
	}

	/**
	 * The changes so far as lines of ImageJ's macro language. Selections of several parts are left out, because the language
	 * cannot express them.
	 *
	 * @return the lines; empty without changes
	 */
	public String macro() {
		final List<Roi> now = all();
		int same = 0;
		while (same < Math.min(atFirst.size(), now.size()) && atFirst.get(same) == now.get(same)) {
			same++;
		}
		if (same == Math.max(atFirst.size(), now.size())) {
			return "";
		}
		// Another image may be active.
		final StringBuilder macro = new StringBuilder("selectImage(\"" + image.getTitle().replace("\"", "\\\"") + "\");\n");
		// Also removes hints that ImageJ's own commands may have recorded.
		macro.append("while (Overlay.size > ").append(same).append(") Overlay.removeSelection(Overlay.size - 1);\n");
		now.subList(same, now.size()).forEach(roi -> RoiMacro.add(roi).ifPresent(macro::append));
		return macro.append(region == null ? "Roi.remove;\n" : RoiMacro.make(region).orElse("")).toString();
	}

	/** {@return whether {@link #macro} has all hints; false if one of them is a selection of several parts} */
	public boolean hasMacro() {
		return hints().stream().allMatch(hint -> RoiMacro.make(hint).isPresent());
	}

	/** Ends the editing, and restores the initial selection. */
	@Override
	public void close() {
		Roi.removeRoiListener(this);
		restoreRegion();
	}
}
