import type { Batch } from '../augmentation/mixup';
import type { Monitored } from '../config';
import type { Random } from '../random';
import { flatten, unflatten } from '../tensorflow/flatten';
import type { AdamW } from '../tensorflow/optimizer';
import { RecordedComputation } from '../tensorflow/recordedComputation';
import { onDevice, tf, valuesOf } from '../tensorflow/tf';
import type { WeightAverage } from '../tensorflow/weightAverage';
import type { Callback, StepReport, Training } from './callbacks';
import type { TrainingProgress, TrainingSnapshot } from './checkpoint';
import { bestEpoch, type EpochRecord, isStale, type Validation } from './epochRecord';

/** Options of `fit`. */
export interface FitOptions {
	/** Returns logits, followed by those of a second head. */
	readonly model: tf.LayersModel;
	/** The optimizer of the trainable weights of `model`. */
	readonly optimizer: AdamW;
	/** If given, its weights are validated and kept. */
	readonly average?: WeightAverage;
	readonly epochs: number;
	readonly stepsPerEpoch: number;
	/** Returns the learning rate of a step, counted from 0 over all epochs. */
	readonly learningRate: (step: number) => number;
	/** Makes the batch of an epoch and step, both from 1, and `random` for its dropout masks; `fit` disposes it. */
	readonly batch: (epoch: number, step: number) => Batch & { readonly random?: Random };
	/** Depends on its arguments alone: called in the first steps only, which are recorded where TensorFlow runs the ops. */
	readonly loss: (targets: tf.Tensor2D, logits: tf.Tensor2D, votes?: tf.Tensor2D) => tf.Scalar;
	readonly validate: () => Promise<Validation>;
	/** Returns the side of an epoch's images. */
	readonly imageSize: (epoch: number) => number;
	/** The metric that chooses the best epoch. */
	readonly monitor: Monitored;
	/** Epochs without a better value before training stops. */
	readonly patience: number;
	readonly callbacks: readonly Callback[];
	/** Where an earlier run stopped. */
	readonly resume?: TrainingSnapshot;
	/** Ends the training after the current step, with a checkpoint. */
	readonly signal?: AbortSignal;
}

const EPOCH_START = { step: 0, running: { loss: 0, correct: 0, images: 0, seconds: 0 } };

/**
 * Trains a model and leaves it with the weights of its best epoch.
 * @returns One record an epoch, including those of an earlier run, and why training ended early, if it did.
 */
export async function fit(options: FitOptions): Promise<{ history: readonly EpochRecord[]; stopped?: string }> {
	const fitting = new Fitting(options);
	if (!fitting.progress.finished) await fitting.run();
	const { history, finished } = fitting.progress;
	if (finished && fitting.best) setWeights(fitting.best, fitting.weights);
	// A signal during the very last step does not end anything early.
	const early = !finished || history.length < options.epochs;
	return { history, stopped: early ? fitting.stopped : undefined };
}

/** One call of `fit`: its state between steps, as callbacks see it. */
class Fitting implements Training {
	readonly epochs: number;
	progress: TrainingProgress = { epoch: 0, ...EPOCH_START, stepsTaken: 0, history: [], finished: false };
	stopped: string | undefined;
	best: Float32Array | undefined;
	readonly weights: tf.Variable[];
	private readonly trainable: tf.Variable[];
	private readonly step: RecordedComputation;
	private random: Random | undefined;

	constructor(private readonly options: FitOptions) {
		const { model, optimizer, average, resume } = options;
		this.epochs = options.epochs;
		this.weights = model.weights.map((weight) => weight.read() as tf.Variable);
		this.trainable = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
		const assigned = [...this.weights, ...(average ? [average.average] : [])];
		this.step = new RecordedComputation((inputs) => this.updateWeights(inputs), assigned);
		if (!resume) return;
		this.progress = resume.progress;
		this.best = resume.vectors.best;
		setWeights(resume.vectors.weights, this.weights);
		optimizer.restore(resume.vectors, resume.progress.stepsTaken);
		if (average && resume.vectors.average) average.restore(resume.vectors.average);
	}

	get history(): readonly EpochRecord[] {
		return this.progress.history;
	}

	stop(reason: string): void {
		this.stopped = reason;
	}

	async snapshot(): Promise<TrainingSnapshot> {
		const { optimizer, average } = this.options;
		const weights = await getWeights(this.weights);
		const vectors: Record<string, Float32Array> = { weights, ...(await optimizer.state()) };
		if (average) vectors.average = await average.values();
		if (this.best) vectors.best = this.best;
		return { progress: this.progress, vectors };
	}

	async run(): Promise<void> {
		const { stepsPerEpoch, signal } = this.options;
		await this.notify((callback) => callback.onTrainBegin?.(this));
		while (this.progress.epoch < this.epochs && !this.stopped) {
			while (this.progress.step < stepsPerEpoch && !this.stopped) {
				const report = await this.takeStep(this.progress.epoch + 1, this.progress.step + 1);
				await this.notify((callback) => callback.onStepEnd?.(report, this));
				// Lets the event loop draw progress and receive signals.
				await new Promise((resolve) => setImmediate(resolve));
				if (signal?.aborted) this.stop('interrupted');
			}
			if (this.progress.step === stepsPerEpoch) await this.endEpoch();
		}
		await this.notify((callback) => callback.onTrainEnd?.(this));
	}

	private async takeStep(epoch: number, step: number): Promise<StepReport> {
		const [start, before] = [performance.now(), this.progress.running];
		const stepsTaken = this.progress.stepsTaken + 1;
		const learningRate = this.options.learningRate(stepsTaken - 1);
		this.options.optimizer.beginStep(learningRate);
		this.options.average?.beginStep(stepsTaken);
		const { images, results } = await onDevice(() => tf.tidy(() => this.runStep(epoch, step)));
		// Read when all of the step is queued: a graphics card goes on meanwhile.
		const [[loss], [correct]] = [await valuesOf(() => results[0]), await valuesOf(() => results[1])];
		const running = {
			loss: before.loss + loss * images,
			correct: before.correct + correct,
			images: before.images + images,
			seconds: before.seconds + (performance.now() - start) / 1000,
		};
		this.progress = { ...this.progress, step, running, stepsTaken };
		return { epoch, step, ...means(running), images, learningRate };
	}

	private runStep(epoch: number, step: number) {
		const { inputs, targets, votes, random } = this.options.batch(epoch, step);
		this.random = random;
		const results = this.step.run([inputs, targets, ...(votes ? [votes] : [])]);
		return { images: inputs.shape[0], results };
	}

	/** Takes a step on a batch and returns its loss and the number of images that were right. */
	private updateWeights([inputs, targets, votes]: tf.Tensor[]): tf.Tensor[] {
		const { model, optimizer, average, loss } = this.options;
		// Each step has its own, and a recorded one draws from that of the step which replays it.
		const random = this.random && liveRandom(() => this.random as Random);
		let correct: tf.Tensor | undefined;
		const { value, grads } = tf.variableGrads(() => {
			const logits = model.apply(inputs, { training: true, random }) as tf.Tensor2D;
			// Kept: what a gradient function returns beside the loss is disposed.
			correct = tf.keep(countCorrect(targets as tf.Tensor2D, logits));
			return loss(targets as tf.Tensor2D, logits, votes as tf.Tensor2D | undefined);
		}, this.trainable);
		optimizer.update(grads);
		average?.update();
		return [value, correct as unknown as tf.Tensor];
	}

	private async endEpoch(): Promise<void> {
		const { average, monitor, patience } = this.options;
		average?.putIn();
		try {
			const record = await this.validate();
			const history = [...this.history, record];
			if (bestEpoch(history, monitor) === record) this.best = await getWeights(this.weights);
			const stale = isStale(history, monitor, patience) && record.epoch < this.epochs;
			if (stale) this.stop(`no better ${monitor} in ${patience} epochs`);
			const finished = stale || record.epoch === this.epochs;
			this.progress = { ...this.progress, ...EPOCH_START, epoch: record.epoch, history, finished };
		} finally {
			average?.putBack();
		}
		await this.notify((callback) => callback.onEpochEnd?.(this.history.at(-1) as EpochRecord, this));
	}

	private async validate(): Promise<EpochRecord> {
		const { learningRate, imageSize } = this.options;
		const { epoch, running, stepsTaken } = this.progress;
		const start = performance.now();
		const validation = await this.options.validate();
		return {
			epoch: epoch + 1,
			...means(running),
			...validation,
			learningRate: learningRate(stepsTaken - 1),
			imageSize: imageSize(epoch + 1),
			seconds: running.seconds + (performance.now() - start) / 1000,
			imagesPerSecond: running.images / running.seconds,
			recorded: this.step.isRecorded,
		};
	}

	private async notify(call: (callback: Callback) => void | Promise<void>): Promise<void> {
		for (const callback of this.options.callbacks) await call(callback);
	}
}

function means({ loss, correct, images }: TrainingProgress['running']) {
	return { loss: loss / images, accuracy: correct / images };
}

/** Counts the rows whose largest logit of the first head is at the largest target. */
function countCorrect(targets: tf.Tensor2D, logits: tf.Tensor2D): tf.Tensor {
	return tf.tidy(() => {
		const own = tf.slice2d(logits, [0, 0], [-1, targets.shape[1]]);
		return tf.sum(tf.equal(tf.argMax(own, 1), tf.argMax(targets, 1)));
	});
}

/** Draws from the generator that is the current one at each draw. */
function liveRandom(current: () => Random): Random {
	return {
		uniform: () => current().uniform(),
		integer: (below) => current().integer(below),
		normal: () => current().normal(),
	};
}

async function getWeights(variables: tf.Variable[]): Promise<Float32Array> {
	return (await valuesOf(() => flatten(variables))).slice();
}

function setWeights(values: Float32Array, variables: tf.Variable[]): void {
	tf.tidy(() => unflatten(tf.tensor1d(values), variables));
}
