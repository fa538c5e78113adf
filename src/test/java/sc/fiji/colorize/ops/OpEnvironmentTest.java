/*
 * Fiji Colorize: plausible colour for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.lang.reflect.Method;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;
import org.junit.jupiter.api.Test;

/**
 * The ops as users of SciJava Ops call them: by name, through the engine. The engine is not on Maven Central; where it is
 * not on the class path these tests are skipped.
 */
class OpEnvironmentTest {

	@Test
	void aComputerIsFoundByName() throws ReflectiveOperationException {
		final Img<FloatType> ab = ArrayImgs.floats(new float[] {10, -20}, 1, 1, 2);
		final Img<FloatType> scaled = ArrayImgs.floats(1, 1, 2);
		final Object builder = invoke(invoke(environment(), "binary", "colorize.saturation"), "input", ab, 1.5);
		invoke(invoke(builder, "output", scaled), "compute");
		assertArrayEquals(new float[] {15, -30}, Rows.floats(scaled));
	}

	@Test
	void aFunctionIsFoundByName() throws ReflectiveOperationException {
		final Object builder =
				invoke(invoke(environment(), "unary", "colorize.priorEntropy"), "input", (Object) Golden.prior());
		assertEquals(3.4369, (double) invoke(builder, "apply"), 5e-5);
	}

	private static Object environment() throws ReflectiveOperationException {
		try {
			return Class.forName("org.scijava.ops.api.OpEnvironment").getMethod("build").invoke(null);
		}
		catch (final ClassNotFoundException e) {
			return abort("The engine of SciJava Ops (org.scijava.ops.api.OpEnvironment) is not on the class path.");
		}
	}

	/** Calls the public method of that name that takes these arguments; the builders' classes are not public. */
	private static Object invoke(final Object target, final String name, final Object... arguments)
			throws ReflectiveOperationException {
		for (final Method method : target.getClass().getMethods()) {
			if (method.getName().equals(name) && takes(method, arguments)) {
				method.setAccessible(true);
				return method.invoke(target, arguments);
			}
		}
		throw new NoSuchMethodException(target.getClass() + "." + name);
	}

	private static boolean takes(final Method method, final Object... arguments) {
		final Class<?>[] types = method.getParameterTypes();
		boolean fits = types.length == arguments.length;
		for (int i = 0; fits && i < types.length; i++) {
			fits = types[i].isInstance(arguments[i]);
		}
		return fits;
	}
}
