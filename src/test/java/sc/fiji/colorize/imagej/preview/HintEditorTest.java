/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.imagej.preview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Rectangle;
import java.util.List;
import java.util.Optional;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.gui.PointRoi;
import ij.gui.PolygonRoi;
import ij.gui.Roi;
import ij.gui.RoiListener;
import ij.gui.ShapeRoi;
import ij.gui.TextRoi;
import ij.macro.Interpreter;
import ij.process.ByteProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import sc.fiji.colorize.imagej.ImageHints;

/** Hints that are added to an overlay, changed, undone and written as a macro. */
class HintEditorTest {

	private static final Optional<Color> BLUE = Optional.of(new Color(0x3050c0));
	private static final Optional<Color> RED = Optional.of(new Color(0xc02020));

	private final ImagePlus image = new ImagePlus("photo", new ByteProcessor(100, 80));
	private HintEditor editor;
	private int changes;

	@BeforeEach
	void begin() {
		editor = new HintEditor(image, () -> changes++);
	}

	@AfterEach
	void end() {
		editor.close();
	}

	private Roi add(final Roi roi, final Optional<Color> color) {
		image.setRoi(roi);
		editor.add(color);
		return editor.hints().get(editor.hints().size() - 1);
	}

	@Test
	void selectionBecomesAHintAndIsDeselected() {
		final Roi hint = add(new OvalRoi(10, 20, 30, 10), BLUE);
		assertEquals(new Rectangle(10, 20, 30, 10), hint.getBounds());
		assertEquals(BLUE.get(), hint.getStrokeColor());
		assertNull(image.getRoi());
		assertEquals(1, changes);
		assertEquals(ImageHints.KEEP, add(new PointRoi(5, 5), Optional.empty()).getName());
	}

	@Test
	void missingSelectionIsReported() {
		assertEquals("Nothing is selected: draw a point, a line or an area on the image first.",
				assertThrows(IllegalArgumentException.class, () -> editor.add(BLUE)).getMessage());
		assertEquals(0, changes);
	}

	@Test
	void initialSelectionIsNoHintAndIsRestored() {
		editor.close();
		final Roi area = new Roi(5, 5, 50, 50);
		image.setRoi(area);
		editor = new HintEditor(image, () -> changes++);
		assertThrows(IllegalArgumentException.class, () -> editor.add(BLUE));
		add(new OvalRoi(10, 20, 30, 10), BLUE);
		assertSame(area, image.getRoi());
		image.setRoi(new OvalRoi(1, 1, 5, 5));
		assertSame(area, editor.region());
		editor.close();
		assertSame(area, image.getRoi());
	}

	@Test
	void otherSelectionsStayInTheOverlay() {
		image.setOverlay(new Overlay(new TextRoi(1, 1, "1890")));
		final Roi hint = add(new OvalRoi(10, 20, 30, 10), BLUE);
		assertEquals(List.of(hint), editor.hints());
		editor.delete(hint);
		assertEquals(1, image.getOverlay().size());
		assertEquals(List.of(), editor.hints());
	}

	@Test
	void selectedHintFollowsTheSelection() {
		final Roi hint = add(new OvalRoi(10, 20, 30, 10), BLUE);
		editor.select(hint);
		for (int x = 11; x <= 14; x++) {
			image.getRoi().setLocation(x, 20);
			image.getRoi().notifyListeners(RoiListener.MOVED);
		}
		assertEquals(14, editor.hints().get(0).getBounds().x);
		assertEquals(BLUE.get(), editor.hints().get(0).getStrokeColor());
		image.setRoi(new OvalRoi(50, 50, 5, 5));
		image.getRoi().notifyListeners(RoiListener.MOVED);
		assertEquals(14, editor.hints().get(0).getBounds().x);
		// All of the move at once.
		editor.undo();
		assertEquals(10, editor.hints().get(0).getBounds().x);
	}

	@Test
	void hintOfAStackBelongsToItsSlice() {
		editor.close();
		final ImagePlus stack = IJ.createImage("film", "8-bit black", 100, 80, 3);
		editor = new HintEditor(stack, () -> changes++);
		stack.setSlice(2);
		stack.setRoi(new OvalRoi(10, 20, 30, 10));
		editor.add(BLUE);
		assertEquals(2, editor.hints().get(0).getPosition());
		stack.setSlice(3);
		editor.recolor(editor.hints().get(0), RED);
		editor.select(editor.hints().get(0));
		stack.getRoi().setLocation(40, 20);
		stack.getRoi().notifyListeners(RoiListener.MOVED);
		final Roi moved = editor.hints().get(0);
		assertEquals(40, moved.getBounds().x);
		assertEquals(2, moved.getPosition());
		assertTrue(editor.macro().contains("Overlay.setPosition(2);"), editor.macro());
	}

	@Test
	void hintOfAHyperstackBelongsToAllChannelsOfItsSlice() {
		editor.close();
		final ImagePlus stack = IJ.createHyperStack("film", 100, 80, 3, 2, 4, 8);
		stack.setOpenAsHyperStack(true);
		editor = new HintEditor(stack, () -> changes++);
		stack.setPositionWithoutUpdate(3, 2, 4);
		stack.setRoi(new OvalRoi(10, 20, 30, 10));
		editor.add(BLUE);
		final Roi hint = editor.hints().get(0);
		assertEquals(List.of(0, 2, 4), List.of(hint.getCPosition(), hint.getZPosition(), hint.getTPosition()));
	}

	@Test
	void hintOfASingleImageHasNoPosition() {
		final Roi roi = new OvalRoi(10, 20, 30, 10);
		roi.setPosition(2);
		assertEquals(0, add(roi, BLUE).getPosition());
	}

	@Test
	void undoRevertsOneStepAtATime() {
		final Roi first = add(new OvalRoi(10, 20, 30, 10), BLUE);
		final Roi second = add(new Line(1, 1, 40, 40), RED);
		editor.recolor(first, RED);
		assertEquals(RED.get(), editor.hints().get(0).getStrokeColor());
		editor.delete(second);
		assertEquals(1, editor.hints().size());
		editor.undo();
		editor.undo();
		assertEquals(List.of(first, second), editor.hints());
		editor.undo();
		editor.undo();
		assertNull(image.getOverlay());
		final int before = changes;
		editor.undo();
		assertEquals(before, changes, "nothing is left to undo");
	}

	@Test
	void missingHintIsReported() {
		final Roi hint = add(new OvalRoi(10, 20, 30, 10), BLUE);
		image.setOverlay(null);
		assertEquals("The hint is not in the overlay any more: choose another one.",
				assertThrows(IllegalArgumentException.class, () -> editor.delete(hint)).getMessage());
	}

	@Test
	void macroOfAHintGivesTheSameHint() {
		final Roi wide = new Line(3, 4, 60.5, 20);
		wide.setStrokeWidth(5);
		final Roi placed = new Roi(1, 2, 30, 40, 10);
		placed.setPosition(1);
		final Roi keeps = new PointRoi(7, 9);
		keeps.setName(ImageHints.KEEP);
		final List<Roi> hints = List.of(new Roi(3, 4, 20, 10), placed, new OvalRoi(10, 20, 30, 10), wide,
				new PointRoi(new float[] {5, 6.25f}, new float[] {7, 9}), keeps,
				new PolygonRoi(new float[] {1, 30, 20}, new float[] {1, 2, 40.5f}, Roi.POLYGON),
				new PolygonRoi(new float[] {1, 30, 20}, new float[] {1, 2, 40}, Roi.FREELINE),
				new PolygonRoi(new int[] {1, 30, 20}, new int[] {1, 2, 40}, 3, Roi.FREEROI));
		for (final Roi hint : hints) {
			hint.setStrokeColor(hint == keeps ? null : BLUE.get());
			final ImagePlus other = new ImagePlus("other", new ByteProcessor(100, 80));
			WindowManager.setTempCurrentImage(other);
			try {
				final Interpreter macro = new Interpreter();
				macro.setIgnoreErrors(true);
				macro.run(RoiMacro.add(hint).orElseThrow(), "");
				assertNull(macro.getErrorMessage());
			}
			finally {
				WindowManager.setTempCurrentImage(null);
			}
			final Roi made = other.getOverlay().get(0);
			assertEquals(hint.getFloatPolygon().npoints, made.getFloatPolygon().npoints, hint.toString());
			assertEquals(hint.getFloatWidth(), made.getFloatWidth(), 1e-3, hint.toString());
			assertEquals(hint.getFloatHeight(), made.getFloatHeight(), 1e-3, hint.toString());
			assertEquals(hint.getXBase(), made.getXBase(), 1e-3, hint.toString());
			assertEquals(hint.getYBase(), made.getYBase(), 1e-3, hint.toString());
			assertEquals(hint.getType(), made.getType());
			assertEquals(hint.getName(), hint == keeps ? made.getName() : null);
			assertEquals(hint.getStrokeColor(), hint == keeps ? null : made.getStrokeColor());
			assertEquals(hint.getStrokeWidth(), made.getStrokeWidth());
			assertEquals(hint.getPosition(), made.getPosition());
		}
	}

	@Test
	void selectionOfSeveralPartsHasNoMacro() {
		final ShapeRoi parts = new ShapeRoi(new Roi(1, 1, 5, 5)).or(new ShapeRoi(new OvalRoi(20, 20, 5, 5)));
		assertEquals(Optional.empty(), RoiMacro.add(parts));
	}
}
