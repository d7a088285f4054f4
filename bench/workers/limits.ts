import { tf } from '../../lib/tensorflow/tf';
import { noiseBatch, openClassifier } from './classifier';
import { profileOps } from './profile';
import { type StepProfile, secondsOf, serve } from './protocol';
import { repeated, startTraining } from './training';

/** Repetitions of an op that measures a limit. */
const TIMES = 4;

/** Measures an op on two tensors, in seconds per call. */
async function secondsPerCall<T extends tf.Tensor>(tensors: readonly [T, T], op: (a: T, b: T) => tf.Tensor) {
	op(...tensors).dispose();
	const seconds = await secondsOf(() => {
		for (let i = 0; i < TIMES; i++) op(...tensors).dispose();
	});
	tf.dispose([...tensors]);
	return seconds / TIMES;
}

/** Measures the product of two matrices, in GFLOP/s. */
async function matrixProduct(size: number): Promise<number> {
	const matrix = () => tf.randomUniform<tf.Rank.R2>([size, size]);
	return (2 * size ** 3) / (await secondsPerCall([matrix(), matrix()], (a, b) => tf.matMul(a, b))) / 1e9;
}

/** Measures the sum of two vectors in GB/s read and written, with the allocation of the result. */
async function vectorSum(megabytes: number): Promise<number> {
	const vector = (value: number) => tf.fill([megabytes * 2 ** 18], value);
	return (3 * megabytes * 2 ** 20) / (await secondsPerCall([vector(0), vector(1)], (a, b) => tf.add(a, b))) / 1e9;
}

// The limits of the machine, and how close to them each kind of op of a training step comes.
void serve(async ({ network, imageSize, batchSize, steps, matrices, megabytes }) => {
	const batch = repeated(noiseBatch(batchSize, imageSize));
	const trainings = [false, true].map((frozen) => {
		const { classifier, info } = openClassifier({ network, frozen });
		return { frozen, info, ...startTraining(classifier.model, batch) };
	});
	for (const training of trainings) await training.takeSteps(2);
	return {
		info: trainings[0].info,
		async repeat() {
			const figures: Record<string, number> = {};
			for (const size of matrices) figures[`matrixProduct ${size}`] = await matrixProduct(size);
			figures.vectorSum = await vectorSum(megabytes);
			const profile: StepProfile[] = [];
			for (const { frozen, takeSteps } of trainings) {
				const { seconds, ops } = await profileOps(() => takeSteps(steps));
				profile.push({ frozen, steps, stepMilliseconds: (1000 * seconds) / steps, ops });
			}
			return { figures, profile };
		},
	};
});
