import assert from 'node:assert/strict';
import { test } from 'node:test';
import { augment } from '../../lib/augmentation/augment';
import { imageAt } from '../../lib/data/dataset';
import { createRandom } from '../../lib/random';
import { storeFace, summarizeData } from '../../lib/runs/storedFaces';
import { tinyRun } from '../fixtures/training/tinyRun';

const RUN = tinyRun('unused');
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

test('storeFace keeps a face with its label and place', () => {
	const face = storeFace(RUN.dataset, 8);
	assert.deepEqual([face.index, face.label], [8, 2]);
	assert.deepEqual(bytes(face.pixels), new Uint8Array(imageAt(RUN.dataset, 8)));
});

test('summarizeData counts each class in each part', () => {
	const { counts, emotions, faceShape } = summarizeData(RUN);
	assert.deepEqual([emotions, faceShape], [RUN.dataset.emotions, [16, 16, 1]]);
	for (const [part, indices] of [
		['training', RUN.split.train],
		['validation', RUN.split.validation],
		['test', RUN.split.test],
	] as const) {
		// Class of image i is i % 6.
		const expected = [0, 1, 2, 3, 4, 5].map((label) => indices.filter((index) => index % 6 === label).length);
		assert.deepEqual(counts[part], expected);
	}
	assert.equal(
		Object.values(counts)
			.flat()
			.reduce((sum, count) => sum + count, 0),
		120,
	);
});

test('summarizeData shows the first training faces of each class, as many of each', () => {
	const { samples } = summarizeData(RUN);
	samples.forEach((faces, label) => {
		assert.ok(faces.length >= 5 && faces.length === samples[0].length);
		const expected = [...RUN.split.train].filter((index) => index % 6 === label).slice(0, faces.length);
		assert.deepEqual(
			faces.map(({ index }) => index),
			expected,
		);
		assert.ok(faces.every((face) => face.label === label));
	});
});

test('summarizeData shows a face of each class as phase 2 sees it, the same for the same seed', () => {
	const { augmented } = summarizeData(RUN);
	assert.deepEqual(augmented, summarizeData(RUN).augmented);
	assert.equal(augmented.length, 6);
	for (const { original, versions } of augmented) {
		assert.deepEqual(original, storeFace(RUN.dataset, original.index));
		const { length } = versions;
		assert.ok(length >= 5 && new Set(versions).size === length);
		const { augmentation } = RUN.config.phase2;
		const seed = createRandom(RUN.config.seed, original.index);
		const images = augment(RUN.dataset, Array(length).fill(original.index), { augmentation, imageSize: 16, seed });
		const pixels = Uint8Array.from(images.dataSync(), (value) => Math.round(value));
		assert.deepEqual(Buffer.concat(versions.map(bytes)), Buffer.from(pixels));
		images.dispose();
	}
});

test('summarizeData has an empty row for a class without training faces, and no versions of it', () => {
	const train = RUN.split.train.filter((index) => index % 6 !== 2);
	const { samples, augmented, counts } = summarizeData({ ...RUN, split: { ...RUN.split, train } });
	assert.deepEqual([samples[2], counts.training[2]], [[], 0]);
	assert.deepEqual(
		augmented.map(({ original }) => original.label),
		[0, 1, 3, 4, 5],
	);
});
