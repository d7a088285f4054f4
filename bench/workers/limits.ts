import { tf } from '../../lib/tensorflow/tf';
import { noiseBatch, openClassifier, repeated, startTraining } from './classifier';
import { profileOps } from './profile';
import { type StepProfile, secondsOf, serve } from './protocol';

/** Measures an op on two tensors: billions of flops or bytes per second, of which a call has `amount`. */
async function rateOf<T extends tf.Tensor>(amount: number, tensors: readonly [T, T], op: (a: T, b: T) => tf.Tensor) {
	const calls = 4;
	op(...tensors).dispose();
	const seconds = await secondsOf(() => {
		for (let i = 0; i < calls; i++) op(...tensors).dispose();
	});
	tf.dispose([...tensors]);
	return (calls * amount) / seconds / 1e9;
}

// The limits of the machine, and how close to them each kind of op of a training step comes.
void serve(async ({ network, imageSize, batchSize, steps, matrices, megabytes }) => {
	const batch = repeated(noiseBatch(batchSize, imageSize));
	const trainings = [false, true].map((frozen) => {
		const { classifier, info } = openClassifier(network, { frozen });
		return { frozen, info, ...startTraining(classifier.model, batch) };
	});
	for (const training of trainings) await training.takeSteps(2);
	return {
		info: trainings[0].info,
		async repeat() {
			const figures: Record<string, number> = {};
			for (const size of matrices) {
				const matrix = () => tf.randomUniform<tf.Rank.R2>([size, size]);
				figures[`matrixProduct ${size}`] = await rateOf(2 * size ** 3, [matrix(), matrix()], tf.matMul);
			}
			// Bytes read and written, with the allocation of the result.
			const vector = (value: number) => tf.fill([megabytes * 2 ** 18], value);
			figures.vectorSum = await rateOf(3 * megabytes * 2 ** 20, [vector(0), vector(1)], tf.add);
			const profile: StepProfile[] = [];
			for (const { frozen, takeSteps } of trainings) {
				const { seconds, ops } = await profileOps(() => takeSteps(steps));
				profile.push({ frozen, steps, stepMilliseconds: (1000 * seconds) / steps, ops });
			}
			return { figures, profile };
		},
	};
});
