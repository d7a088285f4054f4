import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type recorded, recordedAs, recordPredict } from '../../lib/tensorflow/recordedModel';
import { tf } from '../../lib/tensorflow/tf';
import { withoutTapes } from './otherBinding';
import { keepsNoTensors, normals } from './tensors';

/** A small network of three layers that differ in training. */
function network(): tf.Sequential {
	const layers = [
		tf.layers.dense({ units: 4, inputShape: [3], kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) }),
		tf.layers.batchNormalization(),
		tf.layers.dropout({ rate: 0.5 }),
	];
	return tf.sequential({ layers });
}

const input = (rows: number, seed: number) => tf.tensor2d(normals(3 * rows, seed), [rows, 3]);

/** The values that a model predicts for some rows. */
function predicted(model: tf.LayersModel, rows: number, seed: number): number[] {
	return tf.tidy(() => [...(model.predict(input(rows, seed)) as tf.Tensor).dataSync()]);
}

describe('a model whose `predict` is recorded', () => {
	it('gives what it gives without, for each number of rows, also after its weights changed', async () => {
		const model = network();
		recordPredict(model);
		for (const rows of [1, 5, 32, 33, 70]) {
			for (let seed = 0; seed < 4; seed++) {
				const expected = await withoutTapes(() => predicted(model, rows, seed));
				assert.deepEqual(predicted(model, rows, seed), expected);
				assert.equal(expected.length, 4 * rows);
			}
		}
		tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.add(weight, 0.5))));
		const expected = await withoutTapes(() => predicted(model, 5, 9));
		assert.deepEqual(predicted(model, 5, 9), expected);
		model.dispose();
	});

	it('does not run its layers again after the recordings', () => {
		const model = network();
		let calls = 0;
		const [layer] = model.layers;
		const call = layer.call.bind(layer);
		layer.call = (inputs, options) => {
			calls++;
			return call(inputs, options);
		};
		recordPredict(model);
		for (let i = 0; i < 5; i++) predicted(model, 2, i);
		assert.equal(calls, 2);
		model.dispose();
	});

	it('keeps the errors, options and saved form of tfjs', () => {
		const [model, stock] = [network(), network()];
		recordPredict(model);
		assert.throws(() => model.predict(tf.zeros([1, 4])), /shape/);
		const rows = input(3, 1);
		const [whole, parts] = [model.predict(rows), model.predict(rows, { batchSize: 1 })] as tf.Tensor[];
		assert.deepEqual(whole.shape, parts.shape);
		const names = (json: unknown) => JSON.stringify(json).replace(/_[A-Za-z]+\d+|\d+/g, '');
		assert.equal(names(model.toJSON(null, false)), names(stock.toJSON(null, false)));
		tf.dispose([rows, whole, parts]);
		model.dispose();
		stock.dispose();
	});

	it('keeps no tensors', () => {
		const model = network();
		recordPredict(model);
		keepsNoTensors(() => {
			for (let i = 0; i < 4; i++) predicted(model, 2, i);
		});
		model.dispose();
	});
});

describe('a computation remembered with a model', () => {
	it('is recorded once for each name', () => {
		const model = network();
		let calls = 0;
		const of = (name: string, factor: number) =>
			recordedAs(name, model, (x) => {
				calls++;
				return tf.mul(model.apply(x, { training: false }) as tf.Tensor, factor);
			});
		const first = (forward: ReturnType<typeof recorded>) =>
			tf.tidy(() => forward(input(1, 2) as unknown as tf.Tensor4D).dataSync()[0]);
		const [once] = Array.from({ length: 4 }, () => first(of('once', 1)));
		assert.equal(calls, 2);
		const twice = Array.from({ length: 4 }, () => first(of('twice', 2)));
		assert.equal(calls, 4);
		assert.deepEqual(twice, Array(4).fill(2 * once));
		model.dispose();
	});
});
