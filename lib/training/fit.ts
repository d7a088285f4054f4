import type { Batch } from '../augmentation/mixup';
import type { Monitored } from '../config';
import { flatten, unflatten } from '../tensorflow/flatten';
import type { AdamW } from '../tensorflow/optimizer';
import { tf } from '../tensorflow/tf';
import type { WeightAverage } from '../tensorflow/weightAverage';
import type { Callback, StepReport, Training, TrainingProgress, TrainingSnapshot } from './callbacks/callback';
import type { EpochRecord } from './epochRecord';
import { bestEpoch, checkMonitored, isStale } from './monitor';

/** What a validation gives. */
export type Validation = Pick<EpochRecord, 'validationLoss' | 'validationAccuracy' | 'validationMacroF1'>;

/** All that `fit` needs. */
export interface FitOptions {
	/** Gives logits, those of a second head behind them; its trainable weights are those that `optimizer` was made for. */
	readonly model: tf.LayersModel;
	readonly optimizer: AdamW;
	/** Its weights are the ones validated and kept, where given. */
	readonly average?: WeightAverage;
	readonly epochs: number;
	readonly stepsPerEpoch: number;
	/** The learning rate of a step, counted from 0 over all epochs. */
	readonly learningRate: (step: number) => number;
	/** Makes the batch of a step (both from 1), always the same for the same numbers; `fit` disposes it. */
	readonly batch: (epoch: number, step: number) => Batch;
	readonly loss: (targets: tf.Tensor2D, logits: tf.Tensor2D, votes?: tf.Tensor2D) => tf.Scalar;
	readonly validate: () => Promise<Validation>;
	/** Side of the images in an epoch, for the record. */
	readonly imageSize: (epoch: number) => number;
	/** The best epoch by this value is restored at the end. */
	readonly monitor: Monitored;
	/** Epochs without a better value after which the training ends. */
	readonly patience: number;
	readonly callbacks: readonly Callback[];
	/** Where an earlier run stopped. */
	readonly resume?: TrainingSnapshot;
	/** Ends the training after the current step, with a checkpoint. */
	readonly signal?: AbortSignal;
}

const START: TrainingProgress = {
	epoch: 0,
	step: 0,
	running: { loss: 0, correct: 0, images: 0, seconds: 0 },
	stepsTaken: 0,
	history: [],
	finished: false,
};

/**
 * Trains a model step by step and leaves it with the weights of its best epoch.
 * @returns One record an epoch, those of an earlier run included, and why the training ended early, if it did.
 * @throws {RangeError} If no epoch has the value `monitor`; before the first step.
 */
export async function fit(options: FitOptions): Promise<{ history: readonly EpochRecord[]; stopped?: string }> {
	checkMonitored(options.monitor);
	const fitting = new Fitting(options);
	if (!fitting.progress.finished) await fitting.run();
	fitting.restoreBest();
	const { history, finished } = fitting.progress;
	// A signal in the last step of all comes too late to end anything early.
	const early = !finished || history.length < options.epochs;
	return { history, stopped: early ? fitting.stopped : undefined };
}

/** One call of `fit`: its state between steps, and the view of it that callbacks get. */
class Fitting implements Training {
	progress: TrainingProgress;
	stopped: string | undefined;
	private best: Float32Array | undefined;
	private readonly weights: tf.Variable[];
	private readonly trainable: tf.Variable[];

	constructor(private readonly options: FitOptions) {
		const { model, optimizer, average, resume } = options;
		this.weights = model.weights.map((weight) => weight.read() as tf.Variable);
		this.trainable = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
		this.progress = resume?.progress ?? START;
		if (!resume) return;
		this.best = resume.vectors.best;
		setWeights(resume.vectors.weights, this.weights);
		optimizer.restore(resume.vectors, resume.progress.stepsTaken);
		if (average && resume.vectors.average) average.restore(resume.vectors.average);
	}

	get epochs(): number {
		return this.options.epochs;
	}

	get stepsPerEpoch(): number {
		return this.options.stepsPerEpoch;
	}

	get history(): readonly EpochRecord[] {
		return this.progress.history;
	}

	stop(reason: string): void {
		this.stopped = reason;
	}

	snapshot(): TrainingSnapshot {
		const { optimizer, average } = this.options;
		const vectors: Record<string, Float32Array> = { weights: getWeights(this.weights), ...optimizer.state() };
		if (average) vectors.average = average.values();
		if (this.best) vectors.best = this.best;
		return { progress: this.progress, vectors };
	}

	async run(): Promise<void> {
		await this.notify((callback) => callback.onTrainBegin?.(this));
		while (this.progress.epoch < this.epochs && !this.stopped) {
			await this.runSteps();
			if (this.progress.step === this.stepsPerEpoch) await this.endEpoch();
		}
		await this.notify((callback) => callback.onTrainEnd?.(this));
	}

	/** Takes the steps of an epoch that are left. */
	private async runSteps(): Promise<void> {
		const { signal } = this.options;
		while (this.progress.step < this.stepsPerEpoch && !this.stopped) {
			const report = this.takeStep(this.progress.epoch + 1, this.progress.step + 1);
			await this.notify((callback) => callback.onStepEnd?.(report, this));
			// Lets the event loop draw progress and hear signals.
			await new Promise((resolve) => setImmediate(resolve));
			if (signal?.aborted) this.stop('interrupted');
		}
	}

	private takeStep(epoch: number, step: number): StepReport {
		const start = performance.now();
		const { model, optimizer, average, batch, loss: lossOf } = this.options;
		const learningRate = this.options.learningRate(this.progress.stepsTaken);
		const { inputs, targets, votes } = batch(epoch, step);
		let correct = 0;
		const { value, grads } = tf.variableGrads(() => {
			const logits = model.apply(inputs, { training: true }) as tf.Tensor2D;
			correct = countCorrect(targets, logits);
			return lossOf(targets, logits, votes);
		}, this.trainable);
		const loss = value.dataSync()[0];
		optimizer.step(grads, learningRate);
		tf.dispose([inputs, targets, votes, value, grads]);
		const stepsTaken = this.progress.stepsTaken + 1;
		average?.update(stepsTaken);
		const images = inputs.shape[0];
		const before = this.progress.running;
		const running = {
			loss: before.loss + loss * images,
			correct: before.correct + correct,
			images: before.images + images,
			seconds: before.seconds + (performance.now() - start) / 1000,
		};
		this.progress = { ...this.progress, step, running, stepsTaken };
		const [meanLoss, accuracy] = [running.loss / running.images, running.correct / running.images];
		return { epoch, step, loss: meanLoss, accuracy, images, learningRate };
	}

	private async endEpoch(): Promise<void> {
		const { average, monitor, patience, validate } = this.options;
		const { running, stepsTaken, history } = this.progress;
		const start = performance.now();
		average?.putIn();
		const validation = await validate();
		const record: EpochRecord = {
			epoch: this.progress.epoch + 1,
			loss: running.loss / running.images,
			accuracy: running.correct / running.images,
			...validation,
			learningRate: this.options.learningRate(stepsTaken - 1),
			imageSize: this.options.imageSize(this.progress.epoch + 1),
			seconds: running.seconds + (performance.now() - start) / 1000,
			imagesPerSecond: running.images / running.seconds,
		};
		const longer = [...history, record];
		if (bestEpoch(longer, monitor) === record) this.best = getWeights(this.weights);
		average?.putBack();
		const stale = isStale(longer, monitor, patience) && record.epoch < this.epochs;
		if (stale) this.stop(`no better ${monitor} in ${patience} epochs`);
		const finished = stale || record.epoch === this.epochs;
		this.progress = { ...START, epoch: record.epoch, stepsTaken, history: longer, finished };
		await this.notify((callback) => callback.onEpochEnd?.(record, this));
	}

	restoreBest(): void {
		if (this.best && this.progress.finished) setWeights(this.best, this.weights);
	}

	private async notify(call: (callback: Callback) => void | Promise<void>): Promise<void> {
		for (const callback of this.options.callbacks) await call(callback);
	}
}

/** How many rows of logits, without those of a second head, are largest where the targets are. */
function countCorrect(targets: tf.Tensor2D, logits: tf.Tensor2D): number {
	return tf.tidy(() => {
		const own = tf.slice2d(logits, [0, 0], [-1, targets.shape[1]]);
		return tf.sum(tf.equal(tf.argMax(own, 1), tf.argMax(targets, 1))).dataSync()[0];
	});
}

function getWeights(variables: tf.Variable[]): Float32Array {
	const flat = flatten(variables);
	const values = flat.dataSync<'float32'>().slice();
	flat.dispose();
	return values;
}

function setWeights(values: Float32Array, variables: tf.Variable[]): void {
	tf.tidy(() => unflatten(tf.tensor1d(values), variables));
}
