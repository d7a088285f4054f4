import { EventEmitter, once } from 'node:events';
import type { Batch } from '../../lib/augmentation/mixup';
import { FULL } from '../../lib/profiles';
import { createRandom } from '../../lib/random';
import { AdamW } from '../../lib/tensorflow/optimizer';
import type { tf } from '../../lib/tensorflow/tf';
import { WeightAverage } from '../../lib/tensorflow/weightAverage';
import { fit } from '../../lib/training/fit';
import { crossEntropy } from '../../lib/training/losses';
import { SEED } from './classifier';

/**
 * Starts `fit` with the optimizer, average and loss of `fineTune`; it waits before its first step.
 * @param batch Makes the batch of a step, from 1.
 * @param onStep Called after each step.
 */
export function startTraining(model: tf.LayersModel, batch: (step: number) => Batch, onStep?: () => void) {
	const { learningRate, labelSmoothing, averageDecay, ...options } = FULL.phase2;
	const events = new EventEmitter();
	let left = 0;
	const hold = async () => {
		await once(events, 'resume');
	};
	const ended = fit({
		model,
		optimizer: new AdamW(parameterGroups(model), { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, ...options }),
		average: new WeightAverage(model, averageDecay),
		epochs: 1,
		stepsPerEpoch: Number.POSITIVE_INFINITY,
		learningRate: () => learningRate,
		batch: (_, step) => ({ ...batch(step), random: createRandom(SEED, step) }),
		loss: (targets, logits) => crossEntropy(targets, logits, { labelSmoothing }),
		validate: () => Promise.reject(new Error('The epoch never ends.')),
		imageSize: () => 0,
		monitor: 'validationAccuracy',
		patience: 1,
		callbacks: [
			{
				onTrainBegin: hold,
				onStepEnd() {
					onStep?.();
					if (--left > 0) return;
					events.emit('finished');
					return hold();
				},
			},
		],
	});
	return {
		/** Takes steps and returns how long they took, in seconds. */
		async takeSteps(steps: number): Promise<number> {
			left = steps;
			const finished = once(events, 'finished');
			const start = performance.now();
			events.emit('resume');
			// `fit` ends only by an error.
			await Promise.race([finished, ended]);
			return (performance.now() - start) / 1000;
		},
	};
}

/** Repeats one batch; each step disposes its own. */
export function repeated({ inputs, targets }: Batch): () => Batch {
	return () => ({ inputs: inputs.clone(), targets: targets.clone() });
}

/** The groups of `fineTune`: kernels, which decay, and all else, of the backbone and of the head. */
function parameterGroups(model: tf.LayersModel) {
	const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
	const head = new Set(model.getLayer('logits').trainableWeights.map((weight) => weight.read()));
	const groups = [false, true].flatMap((ofHead) =>
		[true, false].map((decays) => ({
			variables: variables.filter((variable) => head.has(variable) === ofHead && variable.rank > 1 === decays),
			decays,
			learningRateScale: 1,
		})),
	);
	return groups.filter((group) => group.variables.length > 0);
}
