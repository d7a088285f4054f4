import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { DataError } from '../lib/errors';
import { loadModel, saveModel } from '../lib/modelFile';
import { tf } from '../lib/tensorflow/tf';

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

	it('refuses what 16 bits cannot hold, and writes nothing', async () => {
		for (const wrong of [65505, Number.NaN, Number.NEGATIVE_INFINITY]) {
			const place = join(folder, String(wrong));
			await assert.rejects(saveModel(dense([1, wrong]), place, { bits: 16 }), (error: Error) => {
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
