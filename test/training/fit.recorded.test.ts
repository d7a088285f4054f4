// Steps replayed from a recording beside the same steps called from JavaScript, op by op.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Backbone } from '../../lib/model/backbones/backbone';
import { BACKBONES } from '../../lib/model/backbones/registry';
import { buildClassifier, unfreezeFrom, withVoteHead } from '../../lib/model/classifier';
import { createRandom } from '../../lib/random';
import { flatten } from '../../lib/tensorflow/flatten';
import { AdamW } from '../../lib/tensorflow/optimizer';
import { tf, valuesOf } from '../../lib/tensorflow/tf';
import { WeightAverage } from '../../lib/tensorflow/weightAverage';
import type { StepReport } from '../../lib/training/callbacks';
import { withVoteLoss } from '../../lib/training/ferPlusVotes';
import { type FitOptions, fit } from '../../lib/training/fit';
import { crossEntropy } from '../../lib/training/losses';
import { parameterGroups } from '../../lib/training/trainPhase';
import { tinyNetwork } from '../fixtures/training/tinyNetwork';
import { type Toy, type ToyOptions, toyTraining, withoutClock } from '../fixtures/training/toy';
import { withoutTapes } from '../tensorflow/otherBinding';
import { normals } from '../tensorflow/tensors';

/** Trains a toy: every step's report, the history and the final weights. */
async function train(options: ToyOptions, change?: (toy: Toy) => Partial<FitOptions>) {
	const reports: StepReport[] = [];
	const toy = toyTraining({ ...options, callbacks: [{ onStepEnd: (report) => void reports.push(report) }] });
	const changes = change?.(toy);
	try {
		const { history } = await fit({ ...toy.options, ...changes });
		const recorded = history.map(({ recorded }) => recorded);
		const records = withoutClock(history).map(({ recorded: _, ...rest }) => rest);
		return { recorded, result: { reports, history: records, weights: toy.weights() } };
	} finally {
		changes?.optimizer?.dispose();
		toy.dispose();
	}
}

/** Asserts that a training ends to the bit as without recordings. */
async function equals(options: ToyOptions, change?: (toy: Toy) => Partial<FitOptions>): Promise<void> {
	const replayed = await train(options, change);
	const eager = await withoutTapes(() => train(options, change));
	assert.deepEqual(new Set(replayed.recorded), new Set([true]));
	assert.deepEqual(new Set(eager.recorded), new Set([false]));
	assert.deepEqual(replayed.result, eager.result);
}

/** Replaces a toy's optimizer. */
function optimizing({ options }: Toy, changes: { clipNorm?: number; weightDecay?: number }): Partial<FitOptions> {
	const constants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.01, clipNorm: 2 };
	return { optimizer: new AdamW(parameterGroups(options.model, 0.5), { ...constants, ...changes }) };
}

describe('100 replayed steps equal those without a recording to the last bit', () => {
	const steps = { epochs: 2, stepsPerEpoch: 50 };
	const slow = !process.env.FER_SLOW_TESTS && 'one of several trainings: FER_SLOW_TESTS=1 runs it';

	it('with weight average and dropout', () => equals({ ...steps, dropoutRate: 0.3 }));

	it('without', () => equals({ ...steps, averageDecay: 0, dropoutRate: 0 }));

	it('without a norm limit', { skip: slow }, () => equals(steps, (toy) => optimizing(toy, { clipNorm: 0 })));

	it('without weight decay', { skip: slow }, () => equals(steps, (toy) => optimizing(toy, { weightDecay: 0 })));

	it('with batches of two sizes', { skip: slow }, () =>
		equals(steps, ({ options }) => ({
			batch: (epoch, step) => {
				const { inputs, targets, random } = options.batch(epoch, step);
				if (step % 3) return { inputs, targets, random };
				const [few, own] = [inputs, targets].map((each) => tf.slice(each, 0, 5));
				return { inputs: few, targets: own as tf.Tensor2D, random };
			},
		})),
	);

	for (const [name, loss] of Object.entries({
		'label smoothing and class weights': { labelSmoothing: 0.1, classWeights: [1, 2, 3] },
		'focal loss': { labelSmoothing: 0, focalGamma: 2 },
		'logit offsets': { labelSmoothing: 0, logitOffsets: [0.1, 0, -0.2] },
	})) {
		const options = {
			...steps,
			loss: (targets, logits) => crossEntropy(targets, logits, loss),
		} as const satisfies ToyOptions;
		it(`with ${name}`, { skip: slow }, () => equals(options));
	}
});

describe('a training that cannot be recorded', () => {
	it('goes on in JavaScript, and its history says so', async () => {
		const { recorded, result } = await train({
			loss: (targets, logits) => {
				const noise = tf.mul(logits, 1 + 0.01 * Math.random()) as tf.Tensor2D;
				return crossEntropy(targets, noise, { labelSmoothing: 0 });
			},
		});
		assert.deepEqual([recorded, result.reports.length], [[false, false, false], 9]);
	});
});

/** Takes steps with a whole network, all layers trainable or batch normalisation frozen, and returns its weights. */
async function tune(backbone: Backbone, { frozen, steps }: { frozen: boolean; steps: number }) {
	const [size, images] = [32, 4];
	const classifier = buildClassifier(backbone, { classes: 7, dropoutRate: 0.3, stochasticDepthRate: 0.2, seed: 3 });
	unfreezeFrom(classifier.model, 'all', frozen);
	const model = withVoteHead(classifier, { votes: 10, seed: 3 });
	const variables = model.weights.map((weight) => weight.read() as tf.Variable);
	// Kernels are drawn without a seed.
	for (const [i, variable] of variables.entries()) {
		if (variable.rank < 2) continue;
		const deviation = Math.sqrt((2 * variable.shape[variable.rank - 1]) / variable.size);
		tf.tidy(() => variable.assign(tf.tensor(normals(variable.size, i, deviation), variable.shape)));
	}
	const constants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.05, clipNorm: 2 };
	const optimizer = new AdamW(parameterGroups(model, 0.5), constants);
	const average = new WeightAverage(model, 0.9);
	const losses: number[] = [];
	const { history } = await fit({
		...{ model, optimizer, average, epochs: 1, stepsPerEpoch: steps, monitor: 'validationLoss', patience: 1 },
		learningRate: (step) => 1e-3 / (step + 1),
		batch: (_, step) => ({
			inputs: tf.tensor4d(normals(images * size * size * 3, step), [images, size, size, 3]),
			targets: tf.oneHot(tf.tensor1d([0, 1, 2, 3], 'int32'), 7) as tf.Tensor2D,
			votes: tf.softmax(tf.tensor2d(normals(images * 10, step), [images, 10])),
			random: createRandom(step),
		}),
		loss: withVoteLoss((targets, logits) => crossEntropy(targets, logits, { labelSmoothing: 0.1 }), 0.5),
		validate: async () => ({ validationLoss: 1, validationAccuracy: 0, validationMacroF1: 0 }),
		imageSize: () => size,
		callbacks: [{ onStepEnd: ({ loss }) => void losses.push(loss) }],
	});
	const weights = (await valuesOf(() => flatten(variables))).slice();
	optimizer.dispose();
	average.dispose();
	tf.dispose(variables);
	return { recorded: history[0].recorded, losses, weights };
}

describe('a whole network is trained to the same bits by replayed steps', () => {
	for (const backbone of [tinyNetwork, ...Object.values(BACKBONES)]) {
		const isSlow = backbone !== tinyNetwork && !process.env.FER_SLOW_TESTS;
		const skip = isSlow && 'takes minutes with the other networks: FER_SLOW_TESTS=1 runs it';
		for (const frozen of [false, true]) {
			it(`${backbone.name}, batch normalisation ${frozen ? 'frozen' : 'in training'}`, { skip }, async () => {
				const options = { frozen, steps: 100 };
				const { recorded, ...replayed } = await tune(backbone, options);
				const { recorded: __, ...eager } = await withoutTapes(() => tune(backbone, options));
				assert.equal(recorded, true);
				assert.deepEqual(replayed.losses, eager.losses);
				assert.ok(replayed.losses.every(Number.isFinite));
				assert.ok(Buffer.from(replayed.weights.buffer).equals(Buffer.from(eager.weights.buffer)));
			});
		}
	}
});
