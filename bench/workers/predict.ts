import { writeFileSync } from 'node:fs';
import { VIEWS } from '../../lib/augmentation/views';
import { predictViews } from '../../lib/evaluation/predict';
import { toOnnx } from '../../lib/model/exporters/onnx';
import { exportModel } from '../../lib/model/exportModel';
import { tf } from '../../lib/tensorflow/tf';
import { noiseFaces, openClassifier } from './classifier';
import { secondsOf, serve } from './protocol';

// Prediction of many faces with the mirrored view, and of one face at a time; `file` receives the network for ONNX Runtime.
void serve(async ({ network, imageSize, faces, calls, file }) => {
	const { backbone, classifier, info } = openClassifier(network);
	const { model } = classifier;
	const dataset = noiseFaces(faces);
	const { shape, emotions, pixels } = dataset;
	const indices = Uint32Array.from(dataset.labels.keys());
	const options = { backbone, imageSize, views: VIEWS.mirror, average: 'probabilities' } as const;
	const many = () => secondsOf(() => predictViews(model, dataset, indices, options));
	const published = await exportModel(model, { backbone, imageSize, imageShape: shape, emotions });
	const about = { producer: 'fer bench', version: '', description: 'random weights' };
	writeFileSync(file, toOnnx(published, about, 32));
	const one = (index: number) =>
		secondsOf(() => {
			const values = Float32Array.from(pixels.subarray(index * 48 * 48, (index + 1) * 48 * 48));
			const face = tf.tensor4d(values, [1, ...shape]);
			const probabilities = published.predict(face) as tf.Tensor;
			probabilities.dataSync();
			tf.dispose([face, probabilities]);
		});
	await many();
	for (let i = 0; i < 5; i++) await one(0);
	return {
		info,
		async repeat() {
			const figures = { imagesPerSecond: faces / (await many()) };
			const latency: number[] = [];
			for (let i = 0; i < calls; i++) latency.push(1000 * (await one(i % faces)));
			return { figures, samples: { latency } };
		},
	};
});
