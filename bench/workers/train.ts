import { noiseBatch, openClassifier, repeated, startTraining } from './classifier';
import { serve } from './protocol';

// Fine-tuning of all layers on one batch in memory.
void serve(async ({ network, imageSize, batchSize, steps, warmUp, frozen }) => {
	const { classifier, info } = openClassifier(network, { frozen });
	const training = startTraining(classifier.model, repeated(noiseBatch(batchSize, imageSize)));
	await training.takeSteps(warmUp);
	return {
		info,
		repeat: async () => ({ figures: { imagesPerSecond: (steps * batchSize) / (await training.takeSteps(steps)) } }),
	};
});
