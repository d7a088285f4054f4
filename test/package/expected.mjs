// @ts-check
import assert from 'node:assert/strict';
import fer from '../../dist/lib/index.js';

/** How far probabilities may lie apart that other programs and other backends have computed. */
export const TOLERANCE = 1e-3;

/** A photo in memory: soft waves of colour, so that half a pixel's shift is seen but shifts little. */
export function wavyPhoto() {
	const [width, height] = [150, 110];
	const pixels = new Uint8Array(width * height * 4);
	for (let i = 0; i < pixels.length; i++) {
		const [x, y, c] = [Math.floor(i / 4) % width, Math.floor(i / 4 / width), i % 4];
		pixels[i] = c === 3 ? 255 : 128 + 80 * Math.sin(x / (4 + 2 * c) + c) * Math.cos(y / (7 - c)) + 40 * Math.sin(x * y);
	}
	return { pixels, width, height, channels: /** @type {const} */ (4) };
}

/** Boxes that the tests look at: inside the photo, small and beyond its edges. */
export const BOXES = [
	{ left: 20, top: 10, width: 90, height: 90 },
	{ left: 30.5, top: 41.25, width: 20, height: 24 },
	{ left: -12, top: 40, width: 96, height: 96 },
];

/** The photo's boxes, cut out. */
function cutOut() {
	const pixels = new Uint8Array(BOXES.length * 48 * 48);
	for (const [i, box] of BOXES.entries()) pixels.set(fer.cropFace(wavyPhoto(), box), i * 48 * 48);
	const labels = new Uint8Array(BOXES.length);
	const shape = /** @type {const} */ ([48, 48, 1]);
	const dataset = fer.makeDataset({ name: 'boxes', shape, pixels, labels, emotions: fer.EMOTIONS });
	return { dataset, indices: [...labels.keys()] };
}

/** What a stored model's classifier takes. @param {import('@tensorflow/tfjs').LayersModel} model */
function inputOf(model) {
	const { backbone, imageSize } = /** @type {{backbone: keyof typeof fer.BACKBONES, imageSize: number}} */ (
		model.getUserDefinedMetadata()
	);
	return { backbone: fer.BACKBONES[backbone], imageSize };
}

/**
 * What the library gives for those boxes.
 * @param {string} folder A stored model.
 * @param {{tta: boolean}} options
 */
export async function libraryProbabilities(folder, { tta }) {
	const model = await fer.loadModel(folder);
	const { dataset, indices } = cutOut();
	const options = inputOf(model);
	const views = fer.VIEWS[tta ? 'six' : 'single'];
	const all = await fer.predictViews(fer.classifierOf(model), dataset, indices, {
		...options,
		views,
		average: 'probabilities',
	});
	model.dispose();
	return BOXES.map((_, i) => [...all.subarray(7 * i, 7 * i + 7)]);
}

/**
 * Tells whether maps of attention are the library's for the same boxes and emotions.
 * @param {string} folder The stored model that they come from.
 * @param {{emotion: import('../../dist/lib/emotions.js').Emotion, attention: {values: Record<number, number>, height: number, width: number}}[]} predictions
 */
export async function assertSameAttention(folder, predictions) {
	const model = await fer.loadModel(folder);
	const { imageSize, backbone } = inputOf(model);
	const classes = predictions.map(({ emotion }) => fer.EMOTIONS.indexOf(emotion));
	const input = { ...cutOut(), imageSize, normalization: backbone.normalization };
	const expected = await fer.explain(fer.classifierOf(model), input, classes);
	model.dispose();
	for (const [i, { attention }] of predictions.entries()) {
		const { values, height, width } = expected[i];
		assert.deepEqual([attention.height, attention.width], [height, width]);
		// A typed array comes out of JSON as an object.
		const found = Object.values(attention.values);
		assert.equal(found.length, values.length);
		for (const [place, value] of found.entries()) {
			const distance = Math.abs(value - values[place]);
			assert.ok(distance < 0.02, `box ${i}, place ${place}: ${value} against ${values[place]}`);
		}
		assert.ok(Math.max(...found) > 0.99, 'something speaks for the emotion');
	}
}

/**
 * @param {{emotion: string, probabilities: Record<string, number>}[]} predictions
 * @param {number[][]} expected
 */
export function assertNear(predictions, expected) {
	assert.equal(predictions.length, expected.length);
	for (const [i, { emotion, probabilities }] of predictions.entries()) {
		assert.deepEqual(Object.keys(probabilities), fer.EMOTIONS);
		for (const [label, name] of fer.EMOTIONS.entries()) {
			const distance = Math.abs(probabilities[name] - expected[i][label]);
			assert.ok(distance <= TOLERANCE, `box ${i}, ${name}: ${probabilities[name]} against ${expected[i][label]}`);
		}
		assert.equal(emotion, fer.EMOTIONS[expected[i].indexOf(Math.max(...expected[i]))]);
	}
}
