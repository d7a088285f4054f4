import { join } from 'node:path';
import { stratifiedSample } from '../data/stratify';
import { predict } from '../evaluation/predict';
import type { OnProgress } from '../progress';
import { createRandom, shuffle } from '../random';
import { setDropoutNoise } from '../tensorflow/dropout';
import { AdamW } from '../tensorflow/optimizer';
import { tf } from '../tensorflow/tf';
import { valuesOf } from '../tensorflow/values';
import { checkpointing } from './callbacks/checkpointing';
import { nanGuard } from './callbacks/nanGuard';
import { progressReport } from './callbacks/progressReport';
import type { EpochRecord } from './epochRecord';
import { fit } from './fit';
import { crossEntropy } from './losses';
import { takeUp } from './resume';
import type { Run } from './run';
import { learningRateAt } from './schedule';
import { batchTargets } from './targets';
import { validationOf } from './validation';

/** What a phase gives. */
export interface PhaseResult {
	readonly history: readonly EpochRecord[];
	/** What the user should know: a stored training taken up, an early end; often empty. */
	readonly notes: readonly string[];
}

/** Number of the phase in the seeds of what is drawn. */
const PHASE = 1;
const CONSTANTS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, clipNorm: 0 };

/**
 * Phase 1: trains the new head on the frozen base. The base, its batch normalisation in inference mode, runs once for
 * each image and its mirror image; the head then learns from the stored features, which takes seconds an epoch.
 */
export async function trainHead(run: Run, onProgress?: OnProgress): Promise<PhaseResult> {
	const { config, dataset, split, classifier } = run;
	const { epochs, batchSize, learningRate, weightDecay, labelSmoothing, patience } = config.phase1;
	const folder = join(run.folder, 'phase1');
	const key = headKey(run);
	const { snapshot, note } = await takeUp(folder, key, run.resume);
	const images = trainingImages(run);
	const steps = Math.max(1, Math.floor((2 * images.length) / batchSize));
	const [kernel, bias] = classifier.head.trainableWeights.map((weight) => weight.read() as tf.Variable);
	const groups = [
		{ variables: [kernel], decays: true, learningRateScale: 1 },
		{ variables: [bias], decays: false, learningRateScale: 1 },
	];
	const optimizer = new AdamW(groups, { ...CONSTANTS, weightDecay });
	const features = snapshot?.progress.finished ? undefined : await extractFeatures(run, images, onProgress);
	const { history, stopped } = await fit({
		model: classifier.head,
		optimizer,
		epochs,
		stepsPerEpoch: steps,
		learningRate: (step) => learningRateAt(step, { learningRate, warmupSteps: steps, totalSteps: epochs * steps }),
		batch: (epoch, step) => {
			setDropoutNoise(createRandom(config.seed, PHASE, epoch, step));
			const order = epochOrder(2 * images.length, config.seed, epoch).subarray(
				(step - 1) * batchSize,
				step * batchSize,
			);
			return (features as Features).batch(order);
		},
		loss: (targets, logits) => crossEntropy(targets, logits, { labelSmoothing }),
		validate: async () => {
			const logits = (features as Features).validationLogits();
			return validationOf(logits, dataset, split.validation);
		},
		imageSize: () => config.imageSize,
		monitor: 'validationAccuracy',
		patience,
		callbacks: [
			nanGuard(),
			...(onProgress ? [progressReport('Phase 1', Math.min(2 * images.length, steps * batchSize), onProgress)] : []),
			checkpointing(folder, key),
		],
		resume: snapshot,
		signal: run.signal,
	});
	setDropoutNoise(undefined);
	optimizer.dispose();
	features?.dispose();
	return { history, notes: [note, stopped ? `Phase 1 ended early: ${stopped}.` : ''].filter((text) => text) };
}

/** What a stored phase 1 must have in common with the run at hand. */
export function headKey({ config, dataset, backbone }: Run) {
	const { seed, protocol, validationFraction, keepCopiesTogether, weights, imageSize, phase1 } = config;
	const splitting = { seed, protocol, validationFraction, keepCopiesTogether };
	return { data: dataset.fingerprint, backbone: backbone.name, weights, ...splitting, imageSize, phase1 };
}

function trainingImages({ config, dataset, split }: Run): Uint32Array {
	const { images } = config.phase1;
	if (images === 0 || images >= split.train.length) return split.train;
	return stratifiedSample(dataset.labels, images, createRandom(config.seed, PHASE), split.train);
}

/** The order in which an epoch visits its examples. */
function epochOrder(size: number, seed: number, epoch: number): Uint32Array {
	return shuffle(
		Uint32Array.from({ length: size }, (_, i) => i),
		createRandom(seed, PHASE, epoch),
	);
}

/** Features of the base, kept in memory for the whole phase. */
interface Features {
	batch(order: Uint32Array): { inputs: tf.Tensor2D; targets: tf.Tensor2D };
	validationLogits(): Float32Array;
	dispose(): void;
}

async function extractFeatures(run: Run, images: Uint32Array, onProgress?: OnProgress): Promise<Features> {
	const { config, dataset, split, classifier, backbone } = run;
	const extract = async (indices: Uint32Array, mirror: boolean, stage: string) => {
		const options = { backbone, imageSize: config.imageSize, placement: { mirror }, onProgress, stage };
		const values = await predict(classifier.base, dataset, indices, options);
		return tf.tensor2d(values, [indices.length, backbone.features]);
	};
	const plain = await extract(images, false, 'Phase 1, features');
	const mirrored = await extract(images, true, 'Phase 1, features of the mirrored images');
	const validation = await extract(split.validation, false, 'Phase 1, features for validation');
	const training = tf.concat2d([plain, mirrored], 0);
	tf.dispose([plain, mirrored]);
	return {
		batch: (order) => ({
			inputs: tf.tidy(() => tf.gather(training, tf.tensor1d(Int32Array.from(order), 'int32')) as tf.Tensor2D),
			targets: batchTargets(
				dataset,
				order.map((i) => images[i % images.length]),
			),
		}),
		validationLogits: () => valuesOf(() => classifier.head.apply(validation) as tf.Tensor),
		dispose: () => tf.dispose([training, validation]),
	};
}
