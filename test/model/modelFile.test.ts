import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { DataError } from '../../lib/errors';
import { loadModel, saveModel } from '../../lib/model/modelFile';
import { tf } from '../../lib/tensorflow/tf';

const folder = mkdtempSync(join(tmpdir(), 'model-file-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** One dense layer with these weights. */
function dense(weights: number[]): tf.LayersModel {
	const model = tf.sequential({
		layers: [tf.layers.dense({ units: 1, useBias: false, inputShape: [weights.length] })],
	});
	model.setWeights([tf.tensor2d(weights, [weights.length, 1])]);
	return model;
}

/** A kernel of this shape whose values follow a formula. */
function kernel(shape: number[], value: (i: number) => number) {
	return { shape, values: Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => value(i)) };
}

/** Convolutions with these kernels, each on its own input; those with one filter are depthwise. */
function kernelsModel(kernels: ReturnType<typeof kernel>[]): tf.LayersModel {
	const inputs = kernels.map(({ shape }) => tf.input({ shape: [4, 4, shape[2]] }));
	const outputs = kernels.map(({ shape: [kernelSize, , , filters] }, i) => {
		const options = { kernelSize, useBias: false };
		const layer = filters === 1 ? tf.layers.depthwiseConv2d(options) : tf.layers.conv2d({ ...options, filters });
		return layer.apply(inputs[i]) as tf.SymbolicTensor;
	});
	const model = tf.model({ inputs, outputs });
	tf.tidy(() => model.setWeights(kernels.map(({ shape, values }) => tf.tensor(values, shape))));
	return model;
}

const weightsOf = (model: tf.LayersModel) => [...model.getWeights()[0].dataSync()];

describe('saveModel and loadModel', () => {
	it('keep all 32 bits', async () => {
		const weights = [1, -1 / 3, 1e-30, 3.4e38].map(Math.fround);
		const place = join(folder, 'whole');
		assert.equal(await saveModel(dense(weights), place, { bits: 32 }), 16);
		assert.deepEqual(weightsOf(await loadModel(place)), weights);
		assert.deepEqual(readdirSync(place).sort(), ['model.json', 'weights.bin']);
	});

	it('round to the nearest of 16 bits', async () => {
		const place = join(folder, 'half');
		// IEEE 754: 11 significant bits; a tie goes to the even one; below 2^-14 steps of 2^-24.
		const weights = [1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 / 3, -65504, 2 ** -24, 0];
		assert.equal(await saveModel(dense(weights), place, { bits: 16 }), 14);
		const expected = [1, 1, 1 + 2 ** -9, 1365 / 4096, -65504, 2 ** -24, 0];
		assert.deepEqual(weightsOf(await loadModel(place)), expected);
		assert.equal(statSync(join(place, 'weights.bin')).size, 14);
	});

	it('round large kernels to the nearest of 256 steps, and all else to 16 bits: by hand', async () => {
		const place = join(folder, 'steps');
		const kernels = [
			// From -1.004 to 4.096 in steps of 0.02, of which -1 is the first: zero is the 50th.
			kernel([1, 1, 256, 256], (i) => [-1.004, 4.096, 0][i] ?? 0.011 * (i % 200)),
			kernel([1, 1, 256, 256], () => 0),
			kernel([3, 3, 8192, 1], (i) => i / 7),
			kernel([1, 1, 256, 255], (i) => i / 7),
		];
		const model = kernelsModel(kernels);
		assert.equal(await saveModel(model, place, { bits: 8 }), 2 * 256 * 256 + 2 * (3 * 3 * 8192 + 256 * 255));
		const manifest = JSON.parse(readFileSync(join(place, 'model.json'), 'utf8')).weightsManifest[0];
		const [steps, zeros, ...halves] = manifest.weights.map((spec: { quantization: object }) => spec.quantization);
		assert.equal(steps.dtype, 'uint8');
		assert.ok(Math.abs(steps.scale - 0.02) < 1e-7 && Math.abs(steps.min + 1) < 1e-7);
		assert.deepEqual(zeros, { dtype: 'uint8', scale: 1, min: 0 });
		assert.deepEqual(halves, [{ dtype: 'float16' }, { dtype: 'float16' }]);
		assert.deepEqual([...readFileSync(join(place, 'weights.bin')).subarray(0, 5)], [0, 255, 50, 52, 52]);
		const loaded = (await loadModel(place)).getWeights().map((weight) => weight.dataSync<'float32'>());
		// Half a step, and what float32 rounds.
		assert.ok(loaded[0].every((value, i) => Math.abs(value - kernels[0].values[i]) <= 0.01 + 1e-6));
		assert.deepEqual(loaded[1], kernels[1].values);
		// 11 significant bits.
		for (const i of [2, 3]) {
			const { values } = kernels[i];
			assert.ok(loaded[i].every((value, k) => Math.abs(value - values[k]) <= 2 ** -11 * Math.abs(values[k])));
		}
	});

	it('refuses what 16 bits cannot hold, and writes nothing', async () => {
		for (const wrong of [65505, Number.NaN, Number.NEGATIVE_INFINITY]) {
			const bits = Number.isNaN(wrong) ? 8 : 16;
			const place = join(folder, String(wrong));
			await assert.rejects(saveModel(dense([1, wrong]), place, { bits }), (error: Error) => {
				assert.ok(error instanceof DataError);
				assert.match(error.message, /the weight dense_Dense\d*\/kernel/);
				assert.ok(error.message.includes(String(wrong)) && error.message.includes('32 bits'));
				return true;
			});
			assert.deepEqual(readdirSync(place), []);
		}
	});

	it('name the folder whose files are missing or damaged', async () => {
		await assert.rejects(loadModel(join(folder, 'nowhere')), /nowhere.*train/s);
		const place = join(folder, 'damaged');
		await saveModel(dense([1, 2, 3]), place, { bits: 32 });
		truncateSync(join(place, 'weights.bin'), 5);
		await assert.rejects(loadModel(place), DataError);
		writeFileSync(join(place, 'model.json'), '{');
		await assert.rejects(loadModel(place), DataError);
	});
});
