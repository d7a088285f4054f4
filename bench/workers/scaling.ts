import { tf } from '../../lib/tensorflow/tf';
import { noiseBatch, openClassifier, repeated, startTraining } from './classifier';
import { peakBytes, serve } from './protocol';

// Training at several shapes in one process.
void serve(async ({ network, shapes, imagesAShape, minSteps }) => {
	const { classifier, info } = openClassifier(network);
	let batch = noiseBatch(shapes[0].batchSize, shapes[0].imageSize);
	const training = startTraining(classifier.model, () => repeated(batch)());
	return {
		info,
		async repeat() {
			const figures: Record<string, number> = {};
			for (const { batchSize, imageSize } of shapes) {
				tf.dispose({ ...batch });
				batch = noiseBatch(batchSize, imageSize);
				await training.takeSteps(1);
				const steps = Math.max(minSteps, Math.round(imagesAShape / batchSize));
				const imagesPerSecond = (steps * batchSize) / (await training.takeSteps(steps));
				const name = `${batchSize}x${imageSize}`;
				figures[`imagesPerSecond ${name}`] = imagesPerSecond;
				figures[`pixelsPerSecond ${name}`] = imagesPerSecond * imageSize ** 2;
				figures[`peakBytes ${name}`] = peakBytes('self') ?? 0;
			}
			return { figures };
		},
	};
});
