/*
 * Fiji Colorize: plausible color for gray images.
 * Copyright (C) 2026 Fiji Colorize developers.
 * SPDX-License-Identifier: BSD-2-Clause
 */
package sc.fiji.colorize.model.weights;

import java.util.Map;

/**
 * The number type of a storage in a state dict.
 *
 * @param format null for integers and booleans
 * @param bytes bytes per number
 */
record StorageType(NumberFormat format, int bytes) {

	/** The types by the names of their Python classes. */
	static final Map<String, StorageType> BY_NAME = Map.of(
			"torch.FloatStorage", new StorageType(NumberFormat.FLOAT32, Float.BYTES),
			"torch.HalfStorage", new StorageType(NumberFormat.FLOAT16, Short.BYTES),
			"torch.BFloat16Storage", new StorageType(NumberFormat.BFLOAT16, Short.BYTES),
			"torch.DoubleStorage", new StorageType(NumberFormat.FLOAT64, Double.BYTES),
			"torch.LongStorage", new StorageType(null, Long.BYTES),
			"torch.IntStorage", new StorageType(null, Integer.BYTES),
			"torch.ShortStorage", new StorageType(null, Short.BYTES),
			"torch.CharStorage", new StorageType(null, 1),
			"torch.ByteStorage", new StorageType(null, 1),
			"torch.BoolStorage", new StorageType(null, 1));
}
