import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { SsdOutput, SsdWeights } from '../../lib/photos/faceApi';
import { ssdForward } from '../../lib/photos/ssdForward';
import { tf } from '../../lib/tensorflow/tf';
import { drawnPhoto } from '../fixtures/drawnPhoto';

interface Network {
	readonly params: SsdWeights;
	loadFromDisk(folder: string): Promise<void>;
	forward(image: tf.Tensor): Promise<SsdOutput>;
}

describe('ssdForward', () => {
	let theirs: Network;

	before(async () => {
		// Not the one that openDetector changes.
		const file = require.resolve('@vladmandic/face-api/dist/face-api.node-gpu.js');
		theirs = new (require(file) as { SsdMobilenetv1: new () => Network }).SsdMobilenetv1();
		await theirs.loadFromDisk(join(dirname(dirname(file)), 'model'));
	});

	it('gives the boxes and scores of face-api’s forward pass, and leaves no tensor behind', async () => {
		const { pixels, width, height } = await drawnPhoto();
		const photo = tf.tensor3d(Float32Array.from(pixels), [height, width, 1]);
		const square = tf.tidy(() => tf.image.resizeBilinear(tf.tile(photo, [1, 1, 3]) as tf.Tensor3D, [512, 512]));
		const forward = ssdForward(theirs.params);
		const before = tf.memory().numTensors;
		const image = tf.tidy(() => square.expandDims<tf.Tensor4D>());
		const ours = forward(image);
		image.dispose();
		const expected = await theirs.forward(square);
		assert.equal(tf.memory().numTensors, before + 4);
		assert.deepEqual([ours.boxes[0].shape, ours.scores[0].shape], [[5118, 4], [5118]]);
		for (const part of ['boxes', 'scores'] as const) {
			const [difference, most] = tf.tidy(() => [
				tf.max(tf.abs(tf.sub(ours[part][0], expected[part][0]))).dataSync()[0],
				tf.max(expected[part][0]).dataSync()[0],
			]);
			assert.ok(difference < 1e-4, `${part} differ by ${difference}`);
			assert.ok(most > 0.4, `${part} are at most ${most}`);
		}
	});
});
