import { join } from 'node:path';
import type { Batch } from '../augmentation/mixup';
import type { Phase1Config, Phase2Config } from '../config';
import { VOTE_HEAD } from '../model/classifier';
import type { OnProgress } from '../progress';
import { createRandom, type Random } from '../random';
import { AdamW, type ParameterGroup } from '../tensorflow/optimizer';
import type { tf } from '../tensorflow/tf';
import { WeightAverage } from '../tensorflow/weightAverage';
import { checkpointing, nanGuard, progressReport, tensorBoard } from './callbacks';
import { findStoredTraining } from './checkpoint';
import { type EpochRecord, validationOf } from './epochRecord';
import { type FitOptions, fit } from './fit';
import type { PublishedTraining } from './published';
import type { Run } from './run';
import { learningRateAt } from './schedule';
import type { TrainingKey } from './trainingKey';

/** The result of a training phase. */
export interface PhaseResult {
	readonly history: readonly EpochRecord[];
	/** Messages for the user, such as that training was resumed or ended early; often empty. */
	readonly notes: readonly string[];
}

/** The parts in which the two phases differ. */
export interface Phase extends Pick<FitOptions, 'model' | 'loss' | 'imageSize'> {
	/** Part of all random seeds. */
	readonly number: 1 | 2;
	readonly key: TrainingKey;
	readonly settings: Pick<Phase1Config, 'epochs' | 'batchSize' | 'learningRate' | 'weightDecay' | 'patience'> &
		Pick<Phase2Config, 'warmupEpochs' | 'clipNorm' | 'averageDecay' | 'monitor' | 'tensorBoard'> &
		Pick<Phase2Config, 'backboneLearningRateScale'>;
	/** Training examples in an epoch. */
	readonly examples: number;
	/** Returns the order in which an epoch visits its examples. */
	order(random: Random): Uint32Array;
	/** Prepares the data. Not called for a training that has finished. */
	prepare(): Promise<PhaseData>;
}

export interface PhaseData {
	/** Makes the batch of these examples; the caller disposes it. */
	batch(examples: Uint32Array, epoch: number, random: Random): Batch;
	/** Returns the current model's logits for the validation part. */
	validate(): Promise<Float32Array>;
	dispose?(): void;
}

/** Runs a phase, resuming its stored training if there is one. Disposes all tensors that it makes. */
export async function trainPhase(run: Run, onProgress: OnProgress | undefined, phase: Phase): Promise<PhaseResult> {
	const { number, model, settings, examples, prepare } = phase;
	const { epochs, batchSize, averageDecay } = settings;
	const title = `Phase ${number}`;
	const folder = join(run.folder, `phase${number}`);
	const { snapshot, note } = await findStoredTraining(folder, phase.key, run.resume);
	const stepsPerEpoch = Math.max(1, Math.floor(examples / batchSize));
	const warmupSteps = Math.round(settings.warmupEpochs * stepsPerEpoch);
	const schedule = { ...settings, warmupSteps, totalSteps: epochs * stepsPerEpoch };
	const groups = parameterGroups(model, settings.backboneLearningRateScale);
	const optimizer = new AdamW(groups, { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, ...settings });
	const average = averageDecay > 0 ? new WeightAverage(model, averageDecay) : undefined;
	for (const record of snapshot?.progress.history ?? []) run.onEpoch?.(number, record);
	let data: PhaseData | undefined;
	try {
		if (!snapshot?.progress.finished) data = await prepare();
		const { history, stopped } = await fit({
			...phase,
			...settings,
			optimizer,
			average,
			stepsPerEpoch,
			learningRate: (step) => learningRateAt(step, schedule),
			batch: batchMaker(run.config.seed, phase, data),
			validate: async () => validationOf(await (data as PhaseData).validate(), run.dataset, run.split.validation),
			callbacks: [
				nanGuard(),
				...(onProgress ? [progressReport(title, Math.min(examples, stepsPerEpoch * batchSize), onProgress)] : []),
				...(settings.tensorBoard ? [tensorBoard(join(run.folder, settings.tensorBoard))] : []),
				checkpointing(folder, phase.key),
				{ onEpochEnd: (record) => run.onEpoch?.(number, record) },
			],
			resume: snapshot,
			signal: run.signal,
		});
		return { history, notes: [note, stopped ? `${title} ended early: ${stopped}.` : ''].filter(Boolean) };
	} finally {
		optimizer.dispose();
		average?.dispose();
		data?.dispose?.();
	}
}

/** Groups the weights by backbone and heads, and by decay: kernels decay, biases and batch normalization do not. */
export function parameterGroups(model: tf.LayersModel, backboneLearningRateScale: number): ParameterGroup[] {
	const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
	const heads = model.layers.filter(({ name }) => name === 'logits' || name === VOTE_HEAD);
	const head = new Set(heads.flatMap((layer) => layer.trainableWeights.map((weight) => weight.read())));
	const group = (ofHead: boolean, decays: boolean): ParameterGroup => ({
		variables: variables.filter((variable) => head.has(variable) === ofHead && variable.rank > 1 === decays),
		decays,
		learningRateScale: ofHead ? 1 : backboneLearningRateScale,
	});
	const groups = [group(false, true), group(false, false), group(true, true), group(true, false)];
	return groups.filter(({ variables }) => variables.length > 0);
}

/** Every step draws from its own seed, so that a resumed run draws the same as an uninterrupted one. */
function batchMaker(seed: number, { number, settings, order }: Phase, data?: PhaseData): FitOptions['batch'] {
	const { batchSize } = settings;
	let orderedEpoch = 0;
	let examples: Uint32Array;
	return (epoch, step) => {
		if (epoch !== orderedEpoch) examples = order(createRandom(seed, number, epoch));
		orderedEpoch = epoch;
		const random = createRandom(seed, number, epoch, step);
		const chosen = examples.subarray((step - 1) * batchSize, step * batchSize);
		return { ...(data as PhaseData).batch(chosen, epoch, random), random };
	};
}

/** Returns the result of a phase of a published training. */
export function publishedPhase({ name, history }: PublishedTraining, phase: 'phase1' | 'phase2'): PhaseResult {
	const note = `Taken from ${name}, which was trained with these settings and data; nothing was trained here.`;
	return { history: history[phase], notes: [note] };
}
