// @ts-check
/** What face-api's and human's expression networks give on a data set's faces, on this TensorFlow. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { humanFolder } from './human.mjs';

const require = createRequire(import.meta.url);
const BATCH = 16;
const FACE_API = path.join(ROOT, 'node_modules', '@vladmandic', 'face-api');
/** Their names of the emotions, in the order of their outputs. */
const FACE_API_EMOTIONS = ['neutral', 'happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised'];
const HUMAN_EMOTIONS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];
/** Ours by theirs, where the names differ. */
const OURS = new Map([
	['fearful', 'fear'],
	['disgusted', 'disgust'],
	['surprised', 'surprise'],
]);

/** @typedef {typeof import('../../dist/lib/index.js')} Library */
/** @typedef {import('../../dist/lib/index.js').tf.Tensor4D} Images Grey, 0 to 255, `[n, 48, 48, 1]`. */
/** @typedef {{name: string, emotions: readonly string[], answer: (images: Images) => import('../../dist/lib/index.js').tf.Tensor}} Network */

/**
 * Loads both networks. human's takes grey images of its own size from -1 to 1, made as human itself makes them.
 * @param {Library} fer
 * @returns {Promise<Network[]>}
 */
export async function peerNetworks({ tf }) {
	const api = require(path.join(FACE_API, 'dist', 'face-api.node-gpu.js'));
	await api.nets.faceExpressionNet.loadFromDisk(path.join(FACE_API, 'model'));
	const human = await tf.loadGraphModel(`file://${path.join(await humanFolder(), 'models', 'emotion.json')}`);
	const side = human.inputs[0].shape?.[1] ?? 0;
	return [
		{
			name: '@vladmandic/face-api',
			emotions: FACE_API_EMOTIONS,
			answer: (images) => {
				const faces = new api.NetInput(tf.unstack(tf.tile(images, [1, 1, 1, 3])));
				return api.nets.faceExpressionNet.forwardInput(faces);
			},
		},
		{
			name: '@vladmandic/human',
			emotions: HUMAN_EMOTIONS,
			answer: (images) => {
				const large = tf.image.resizeBilinear(/** @type {Images} */ (tf.div(images, 255)), [side, side]);
				return /** @type {import('../../dist/lib/index.js').tf.Tensor} */ (
					human.execute(tf.mul(tf.sub(large, 0.5), 2))
				);
			},
		},
	];
}

/**
 * Accuracy and macro F1 of a network.
 * @param {Library} fer
 * @param {Network} network
 * @param {import('../../dist/lib/index.js').Dataset} dataset
 * @param {Uint32Array} indices
 * @param {import('../../dist/lib/index.js').OnProgress} onProgress
 */
export async function judgeNetwork(fer, { name, emotions, answer }, dataset, indices, onProgress) {
	const labelOf = emotions.map((emotion) => dataset.emotions.indexOf(OURS.get(emotion) ?? emotion));
	const predictedLabels = new Uint8Array(indices.length);
	const meter = new fer.ProgressMeter(name, indices.length, onProgress);
	for (let done = 0; done < indices.length; done += BATCH) {
		const batch = [...indices.slice(done, done + BATCH)];
		const best = fer.tf.tidy(() => {
			const pixels = fer.tf.concat(
				batch.map((index) =>
					fer.tf.tensor4d(Float32Array.from(fer.faceAt(dataset, index).pixels), [1, ...dataset.shape]),
				),
			);
			return fer.tf.argMax(answer(/** @type {Images} */ (pixels)), 1).dataSync();
		});
		best.forEach((/** @type {number} */ output, /** @type {number} */ i) => {
			predictedLabels[done + i] = labelOf[output];
		});
		meter.add(batch.length);
		// Lets the terminal draw progress.
		await new Promise((resolve) => setImmediate(resolve));
	}
	const trueLabels = Uint8Array.from(indices, (index) => dataset.labels[index]);
	const { accuracy, macroF1 } = fer.classificationReport({
		trueLabels,
		predictedLabels,
		classes: dataset.emotions.length,
	});
	return { accuracy, macroF1 };
}
