import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tf } from '../../lib/tensorflow/tf';
import { WeightAverage } from '../../lib/tensorflow/weightAverage';
import { BACKENDS, leavesNoTensors, near, normals, onBackend } from './tensors';

/** A model of two weights: x -> x * kernel + bias. */
function smallModel(kernel: number, bias: number): tf.LayersModel {
	const dense = tf.layers.dense({ units: 1, inputShape: [1], weights: [tf.tensor2d([[kernel]]), tf.tensor1d([bias])] });
	return tf.sequential({ layers: [dense] });
}

function setWeights(model: tf.LayersModel, ...values: number[]): void {
	tf.tidy(() => model.setWeights([tf.tensor2d([[values[0]]]), tf.tensor1d([values[1]])]));
}

function weightsOf(model: tf.LayersModel): number[] {
	return model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
}

describe('WeightAverage', () => {
	it('has the values worked by hand', async () => {
		const model = smallModel(1, -8);
		const average = new WeightAverage(model, 0.5);
		assert.deepEqual([...(await average.values())], [1, -8]);
		// Step 1 keeps min(0.5, 2 / 11) of 1 and -8.
		setWeights(model, 2, 3);
		average.beginStep(1);
		average.update();
		near(await average.values(), [1 * (2 / 11) + 2 * (9 / 11), -8 * (2 / 11) + 3 * (9 / 11)], 1e-6);
		// Step 2 keeps 3 / 12 of 20 / 11 and 1.
		setWeights(model, 4, 0);
		average.beginStep(2);
		average.update();
		near(await average.values(), [(20 / 11) * 0.25 + 4 * 0.75, 1 * 0.25], 1e-6);
		// From step 8 on, (1 + 8) / (10 + 8), the limit holds.
		average.restore(Float32Array.of(2, 6));
		setWeights(model, 4, 10);
		average.beginStep(100);
		average.update();
		near(await average.values(), [3, 8], 1e-6);
		average.dispose();
		model.dispose();
	});

	it('is its formula in double precision over many steps, on every backend', async () => {
		const decay = 0.8;
		for (const backend of BACKENDS) {
			await onBackend(backend, async () => {
				const model = smallModel(1, -2);
				const average = new WeightAverage(model, decay);
				let expected = [1, -2];
				for (let step = 1; step <= 60; step++) {
					const weights = normals(2, step);
					setWeights(model, ...weights);
					average.beginStep(step);
					average.update();
					const kept = Math.min(decay, (1 + step) / (10 + step));
					expected = expected.map((value, i) => kept * value + (1 - kept) * weights[i]);
					near(await average.values(), expected, 1e-6, backend);
				}
				average.dispose();
				model.dispose();
			});
		}
	});

	it('puts the average in and the own weights back, bit for bit', async () => {
		const model = smallModel(0.1, 0.2);
		const average = new WeightAverage(model, 0.9);
		setWeights(model, 0.7, -0.3);
		average.beginStep(5);
		average.update();
		const own = weightsOf(model);
		const averaged = [...(await average.values())];
		assert.notDeepEqual(own, averaged);
		average.putIn();
		assert.deepEqual(weightsOf(model), averaged);
		average.putBack();
		assert.deepEqual(weightsOf(model), own);
		average.putBack();
		assert.deepEqual(weightsOf(model), own);
		assert.deepEqual([...(await average.values())], averaged);
		average.dispose();
		model.dispose();
	});

	it('averages batch statistics too', async () => {
		const layer = tf.layers.batchNormalization({ inputShape: [1] });
		const model = tf.sequential({ layers: [layer] });
		const average = new WeightAverage(model, 0.5);
		assert.deepEqual([...(await average.values())], [1, 0, 0, 1]);
		tf.tidy(() => layer.setWeights([[1], [0], [4], [3]].map((value) => tf.tensor1d(value))));
		average.beginStep(100);
		average.update();
		near(await average.values(), [1, 0, 2, 2], 1e-6);
		average.dispose();
		model.dispose();
	});

	it('goes on from stored values as if it had not stopped', async () => {
		const model = smallModel(1, 2);
		const unbroken = new WeightAverage(model, 0.9);
		const stopped = new WeightAverage(model, 0.9);
		const step = (average: WeightAverage, number: number) => {
			setWeights(model, Math.sin(number), Math.cos(number));
			average.beginStep(number);
			average.update();
		};
		for (const number of [1, 2, 3]) step(unbroken, number);
		for (const number of [1, 2]) step(stopped, number);
		const resumed = new WeightAverage(model, 0.9);
		resumed.restore(await stopped.values());
		step(resumed, 3);
		assert.deepEqual(await resumed.values(), await unbroken.values());
		for (const average of [unbroken, stopped, resumed]) average.dispose();
		model.dispose();
	});

	it('hands out copies', async () => {
		const model = smallModel(1, 2);
		const average = new WeightAverage(model, 0.9);
		const values = await average.values();
		values[0] = 100;
		assert.deepEqual([...(await average.values())], [1, 2]);
		average.restore(values);
		values[1] = 50;
		assert.deepEqual([...(await average.values())], [100, 2]);
		average.dispose();
		model.dispose();
	});

	it('leaves no tensors', async () => {
		const model = smallModel(1, 2);
		await leavesNoTensors(async () => {
			const average = new WeightAverage(model, 0.9);
			average.beginStep(1);
			average.update();
			average.putIn();
			average.putBack();
			average.restore(await average.values());
			average.putIn();
			average.dispose();
		});
		model.dispose();
	});
});
