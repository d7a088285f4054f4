import { noiseBatch, openClassifier, ourVersions } from './classifier';
import { serve } from './protocol';
import { repeated, startTraining } from './training';

// Fine-tuning of all layers on one batch in memory.
void serve(async ({ network, imageSize, batchSize, steps, warmUp, frozen }) => {
	const { model } = openClassifier({ network, frozen }).classifier;
	const training = startTraining(model, repeated(noiseBatch(batchSize, imageSize)));
	await training.takeSteps(warmUp);
	return {
		info: { versions: ourVersions(), parameters: model.countParams() },
		repeat: async () => ({
			figures: { imagesPerSecond: (steps * batchSize) / (await training.takeSteps(steps)) },
		}),
	};
});
