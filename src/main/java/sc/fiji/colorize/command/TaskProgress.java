/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.command;

import org.scijava.task.Task;

/** The progress of a long command: in the status bar, and as a task that Fiji lists and can cancel. */
final class TaskProgress implements AutoCloseable {

	private static final long INTERVAL = 300_000_000L;
	private static final int STEPS = 1000;

	private final ReportingCommand command;
	private final Task task;
	private long last;

	TaskProgress(final ReportingCommand command, final String name) {
		this.command = command;
		task = command.tasks.createTask(name);
		task.start();
		task.setProgressMaximum(STEPS);
	}

	boolean isDue() {
		final boolean due = System.nanoTime() - last > INTERVAL;
		last = due ? System.nanoTime() : last;
		return due;
	}

	/** Shows a sentence and the completed share. */
	void show(final String text, final double done, final double all) {
		final int step = (int) Math.round(STEPS * done / Math.max(1, all));
		task.setProgressValue(step);
		task.setStatusMessage(text);
		command.status.showStatus(step, STEPS, text);
	}

	/** Whether the user canceled the command, or the task in the list. */
	boolean wantsStop() {
		return command.wantsStop() || task.isCanceled();
	}

	@Override
	public void close() {
		task.finish();
	}
}
