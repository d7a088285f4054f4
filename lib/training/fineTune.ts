import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mirrorOnly } from '../augmentation/augment';
import type { Config } from '../config';
import { predict } from '../evaluation/predict';
import { unfreezeFrom, VOTE_HEAD, withVoteHead } from '../model/classifier';
import type { OnProgress } from '../progress';
import { createRandom } from '../random';
import { setDropoutNoise } from '../tensorflow/dropout';
import { AdamW, type ParameterGroup } from '../tensorflow/optimizer';
import type { tf } from '../tensorflow/tf';
import { WeightAverage } from '../tensorflow/weightAverage';
import { augmentedBatch } from './batch';
import { checkpointing } from './callbacks/checkpointing';
import { nanGuard } from './callbacks/nanGuard';
import { progressReport } from './callbacks/progressReport';
import { tensorBoard } from './callbacks/tensorBoard';
import { askTeachers } from './distillation';
import { withVoteLoss } from './ferPlusVotes';
import { fit } from './fit';
import { countsOf, epochOrder, imbalanceLoss } from './imbalance';
import { crossEntropy } from './losses';
import { takeUp } from './resume';
import type { Run } from './run';
import { learningRateAt } from './schedule';
import { headKey, type PhaseResult } from './trainHead';
import { validationOf } from './validation';

/** Number of the phase in the seeds of what is drawn. */
const PHASE = 2;
const CONSTANTS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/**
 * Phase 2: fine-tunes the network on augmented images and leaves `run.classifier.model` with its best weights.
 * Start from the head that `trainHead` trained.
 */
export async function fineTune(run: Run, onProgress?: OnProgress): Promise<PhaseResult> {
	const { config, dataset, split, classifier, backbone, votes } = run;
	const { epochs, batchSize, learningRate, labelSmoothing, averageDecay, imbalance } = config.phase2;
	const { model } = classifier;
	const trained = votes ? withVoteHead(classifier, { votes: votes.classes, seed: config.seed }) : model;
	unfreezeFrom(model, config.phase2.unfreezeFrom, config.phase2.frozenBatchNormalization);
	const folder = join(run.folder, 'phase2');
	const key = phaseKey(run);
	// A run that stopped in phase 1 has nothing here yet, and phase 1 has shown that it is the same.
	const resume = run.resume === 'required' && !existsSync(folder) ? 'if-same' : run.resume;
	const { snapshot, note } = await takeUp(folder, key, resume);
	const teaching = snapshot?.progress.finished ? undefined : await askTeachers(run, onProgress);
	const perEpoch = Math.min(config.phase2.imagesPerEpoch || split.train.length, split.train.length);
	const steps = Math.max(1, Math.floor(perEpoch / batchSize));
	const schedule = {
		learningRate,
		warmupSteps: Math.round(config.phase2.warmupEpochs * steps),
		totalSteps: epochs * steps,
	};
	const lossOptions = { labelSmoothing, ...imbalanceLoss(imbalance, countsOf(dataset, split.train)) };
	const optimizer = new AdamW(parameterGroups(trained, config), { ...CONSTANTS, ...config.phase2 });
	const average = averageDecay > 0 ? new WeightAverage(trained, averageDecay) : undefined;
	const imageSize = (epoch: number) => imageSizeAt(config, epoch);
	const { history, stopped } = await fit({
		model: trained,
		optimizer,
		average,
		epochs,
		stepsPerEpoch: steps,
		learningRate: (step) => learningRateAt(step, schedule),
		batch: (epoch, step) => {
			// Everything that a step draws comes from its own numbers: a resumed run draws what an unbroken one does.
			const random = createRandom(config.seed, PHASE, epoch, step);
			setDropoutNoise(random);
			const order = epochOrder(dataset, split.train, imbalance, createRandom(config.seed, PHASE, epoch));
			const indices = order.subarray((step - 1) * batchSize, step * batchSize);
			const augmentation = augmentationAt(config, epoch);
			const options = { augmentation, backbone, imageSize: imageSize(epoch), teaching, votes };
			return augmentedBatch(dataset, indices, options, random);
		},
		loss: withVoteLoss((targets, logits) => crossEntropy(targets, logits, lossOptions), config.ferPlus.lossWeight),
		validate: async () => {
			const options = {
				backbone,
				imageSize: config.imageSize,
				onProgress,
				stage: 'Phase 2, validation',
			};
			return validationOf(await predict(model, dataset, split.validation, options), dataset, split.validation);
		},
		imageSize,
		monitor: config.phase2.monitor,
		patience: config.phase2.patience,
		callbacks: callbacksOf(run, folder, key, Math.min(perEpoch, steps * batchSize), onProgress),
		resume: snapshot,
		signal: run.signal,
	});
	setDropoutNoise(undefined);
	optimizer.dispose();
	average?.dispose();
	if (votes) trained.getLayer(VOTE_HEAD).dispose();
	return { history, notes: [note, stopped ? `Phase 2 ended early: ${stopped}.` : ''].filter((text) => text) };
}

/** What a stored training must have in common with this one; options that are off are no part of it. */
function phaseKey(run: Run) {
	const { imbalance, plainEpochs, ...phase2 } = run.config.phase2;
	return {
		...headKey(run),
		phase2,
		plainEpochs: plainEpochs || undefined,
		imbalance: imbalance.method === 'none' ? undefined : imbalance,
		distillation: teachingKey(run),
		ferPlus: run.votes && { ...run.config.ferPlus, votes: run.votes.fingerprint },
	};
}

/** Teachers by their weights: a run that is published has another name, and says the same. */
function teachingKey({ teachers, config }: Run) {
	return teachers.length === 0
		? undefined
		: { ...config.distillation, teachers: teachers.map(({ weights }) => weights) };
}

function callbacksOf(run: Run, folder: string, key: object, imagesPerEpoch: number, onProgress?: OnProgress) {
	const logFolder = run.config.phase2.tensorBoard;
	return [
		nanGuard(),
		...(onProgress ? [progressReport('Phase 2', imagesPerEpoch, onProgress)] : []),
		...(logFolder ? [tensorBoard(join(run.folder, logFolder))] : []),
		checkpointing(folder, key),
	];
}

/** The augmentation of an epoch: at the end the network sees faces as they will come (He et al. 2019, arXiv:1909.09148). */
function augmentationAt({ phase2 }: Config, epoch: number) {
	return epoch > phase2.epochs - phase2.plainEpochs ? mirrorOnly(phase2.augmentation) : phase2.augmentation;
}

/** Side of the training images in an epoch. */
function imageSizeAt({ imageSize, phase2 }: Config, epoch: number): number {
	return phase2.imageSizes.filter(({ fromEpoch }) => fromEpoch <= epoch).at(-1)?.size ?? imageSize;
}

/** Kernels and all else (biases, batch normalisation), of the backbone and of the heads: decay is for kernels only. */
function parameterGroups(model: tf.LayersModel, { phase2 }: Config): ParameterGroup[] {
	const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
	const heads = model.layers.filter(({ name }) => name === 'logits' || name === VOTE_HEAD);
	const head = new Set(heads.flatMap((layer) => layer.trainableWeights.map((weight) => weight.read())));
	const group = (ofHead: boolean, decays: boolean): ParameterGroup => ({
		variables: variables.filter((variable) => head.has(variable) === ofHead && variable.rank > 1 === decays),
		decays,
		learningRateScale: ofHead ? 1 : phase2.backboneLearningRateScale,
	});
	const groups = [group(false, true), group(false, false), group(true, true), group(true, false)];
	return groups.filter((each) => each.variables.length > 0);
}
