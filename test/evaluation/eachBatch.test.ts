import assert from 'node:assert/strict';
import { it } from 'node:test';
import { makeDataset } from '../../lib/data/dataset';
import { eachBatch } from '../../lib/evaluation/predict';
import { type Progress, ProgressMeter } from '../../lib/progress';
import { tf } from '../../lib/tensorflow/tf';

it('eachBatch gives every image to the network once, in order, and its rows to the caller', async () => {
	const pixels = Uint8Array.of(0, 1, 10, 11, 20, 21, 30, 31, 40, 41);
	const dataset = makeDataset({ name: 'five', shape: [1, 2, 1], pixels, labels: new Uint8Array(5) });
	const reports: Progress[] = [];
	const meter = new ProgressMeter('Sums', 3, (progress) => void reports.push(progress));
	const taken: [number[], number[]][] = [];
	const before = tf.memory().numTensors;
	await eachBatch(
		{ dataset, indices: [4, 0, 2], batchSize: 2, meter },
		(images) => tf.sum(images, [1, 2, 3]),
		(batch, rows) => void taken.push([Array.from(batch), [...rows]]),
	);
	assert.deepEqual(taken, [
		[
			[4, 0],
			[81, 1],
		],
		[[2], [41]],
	]);
	assert.equal(reports.at(-1)?.done, 3);
	assert.equal(tf.memory().numTensors, before);
});
