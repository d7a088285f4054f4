import { noiseBatch, openClassifier, ourVersions } from './classifier';
import { serve } from './protocol';
import { repeated, startTraining } from './training';

interface Options {
	readonly network: string;
	readonly imageSize: number;
	readonly batchSize: number;
	readonly steps: number;
	readonly warmUp: number;
	readonly frozen: boolean;
}

// Fine-tuning of all layers on one batch in memory.
void serve(async ({ network, imageSize, batchSize, steps, warmUp, frozen }: Options) => {
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
