// @ts-check

import { predictViews, VIEWS } from '../../dist/lib/evaluation/tta.js';
import { emotionModel } from '../../dist/lib/model/exportModel.js';
import { tf } from '../../dist/lib/tensorflow/tf.js';
import { noiseFaces, openClassifier, versionsOfOurs } from './classifier.mjs';
import { secondsOf, serve } from './protocol.mjs';

/**
 * Prediction of many faces with the mirrored view, and of one face at a time.
 * @typedef {{network: string, imageSize: number, faces: number, calls: number}} Options
 */
await serve(async (/** @type {Options} */ { network, imageSize, faces, calls }) => {
	const { backbone, classifier } = openClassifier({ network });
	const { model } = classifier;
	const dataset = noiseFaces(faces);
	const indices = Uint32Array.from(dataset.labels.keys());
	/** @param {Uint32Array} some */
	const many = (some) =>
		secondsOf(() =>
			predictViews(model, dataset, some, { backbone, imageSize, views: VIEWS.mirror, average: 'probabilities' }),
		);
	const { shape, emotions, pixels } = dataset;
	const forUse = await emotionModel(model, { backbone, imageSize, imageShape: shape, emotions });
	/** @param {number} index */
	const one = (index) =>
		secondsOf(() => {
			const face = tf.tensor4d(Float32Array.from(pixels.subarray(index * 48 * 48, (index + 1) * 48 * 48)), [
				1,
				...shape,
			]);
			const probabilities = /** @type {tf.Tensor} */ (forUse.predict(face));
			probabilities.dataSync();
			tf.dispose([face, probabilities]);
		});
	await many(indices);
	for (let i = 0; i < 5; i++) await one(0);
	return {
		info: { versions: versionsOfOurs(), parameters: model.countParams() },
		async repeat() {
			const figures = { imagesPerSecond: faces / (await many(indices)) };
			const milliseconds = [];
			for (let i = 0; i < calls; i++) milliseconds.push(1000 * (await one(i % faces)));
			return { figures, samples: { latency: milliseconds } };
		},
	};
});
