import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeKernel } from '../../../lib/model/exporters/encodeWeights';
import { paddingOf } from '../../../lib/model/exporters/graph';

describe('encodeKernel', () => {
	const kernel = { name: 'conv', shape: [2, 3], values: Float32Array.of(1.27, -0.5, 0, -0.63, 0.25, 0) };

	it('gives each output channel a scale of its own in 8 bits', () => {
		// The greatest of each column, then of each row; a channel of zeros keeps the scale 1.
		assert.deepEqual(encodeKernel({ ...kernel, channelAxis: 1 }, 8), {
			bits: 8,
			values: Int8Array.of(127, -127, 0, -63, 64, 0),
			scales: Float32Array.of(1.27 / 127, 0.5 / 127, 1),
		});
		assert.deepEqual(encodeKernel({ ...kernel, channelAxis: 0 }, 8), {
			bits: 8,
			values: Int8Array.of(127, -50, 0, -127, 50, 0),
			scales: Float32Array.of(1.27 / 127, 0.63 / 127),
		});
	});

	it('encodes in 16 bits as IEEE 754 does, and leaves 32 as they are', () => {
		const simple = { ...kernel, values: Float32Array.of(1, -2, 0.5, 65504, 0, 1.5), channelAxis: 1 };
		const expected = Uint16Array.of(0x3c00, 0xc000, 0x3800, 0x7bff, 0, 0x3e00);
		assert.deepEqual(encodeKernel(simple, 16), { bits: 16, values: expected });
		assert.equal(encodeKernel(simple, 32).values, simple.values);
	});

	it('refuses weights that a format cannot hold', () => {
		const holding = (value: number) => ({ ...kernel, values: Float32Array.of(value, 0, 0, 0, 0, 0), channelAxis: 1 });
		assert.throws(
			() => encodeKernel(holding(65505), 16),
			/^DataError: Expected weights of at most 65,504 in the layer conv/,
		);
		for (const bits of [8, 16, 32] as const) {
			assert.throws(() => encodeKernel(holding(Number.NaN), bits), /received NaN/);
			assert.throws(() => encodeKernel(holding(Number.POSITIVE_INFINITY), bits), /received Infinity/);
		}
	});
});

describe('paddingOf', () => {
	it('pads as TensorFlow does, the odd zero after the image', () => {
		assert.deepEqual(paddingOf('same', { size: 48, window: 3, stride: 2 }), [0, 1]);
		assert.deepEqual(paddingOf('same', { size: 33, window: 3, stride: 2 }), [1, 1]);
		assert.deepEqual(paddingOf('same', { size: 5, window: 5, stride: 1 }), [2, 2]);
		assert.deepEqual(paddingOf('same', { size: 4, window: 2, stride: 4 }), [0, 0]);
		assert.deepEqual(paddingOf('same', { size: 7, window: 3, stride: 1, dilation: 2 }), [2, 2]);
		assert.deepEqual(paddingOf('valid', { size: 7, window: 3, stride: 2 }), [0, 0]);
	});
});
