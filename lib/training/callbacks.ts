import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type OnProgress, ProgressMeter } from '../progress';
import { onTensorFlow, tf } from '../tensorflow/tf';
import { type TrainingHeader, type TrainingSnapshot, writeCheckpoint } from './checkpoint';
import type { EpochRecord } from './epochRecord';

/** The state of a training after a step. Epochs and steps count from 1; loss and accuracy are means over the epoch. */
export interface StepReport extends Pick<EpochRecord, 'epoch' | 'loss' | 'accuracy' | 'learningRate'> {
	readonly step: number;
	/** Training examples in this step. */
	readonly images: number;
}

/** The training as callbacks see it. */
export interface Training {
	readonly epochs: number;
	/** Finished epochs, including those before a resume. */
	readonly history: readonly EpochRecord[];
	/** Ends the training after this step or epoch. */
	stop(reason: string): void;
	/** Returns the state from which the training can be resumed. */
	snapshot(): Promise<TrainingSnapshot>;
}

/** Reacts to the events of a training. Async methods are awaited. */
export interface Callback {
	onTrainBegin?(training: Training): void | Promise<void>;
	onStepEnd?(report: StepReport, training: Training): void | Promise<void>;
	onEpochEnd?(record: EpochRecord, training: Training): void | Promise<void>;
	onTrainEnd?(training: Training): void | Promise<void>;
}

/** Stops a training at the first loss that is not finite. List it before `checkpointing`. */
export function nanGuard(): Callback {
	const check = (name: string, loss: number, where: string, learningRate: number) => {
		if (Number.isFinite(loss)) return;
		throw new RangeError(
			`Expected a finite ${name} but received ${loss} at ${where} (learning rate ${learningRate.toPrecision(2)}). ` +
				'The last checkpoint is intact: lower the learning rate or the gradient norm limit and start again.',
		);
	};
	return {
		onStepEnd: ({ epoch, step, loss, learningRate }) =>
			check('loss', loss, `step ${step} of epoch ${epoch}`, learningRate),
		// The last step of an epoch can spoil the weights although its own loss was finite.
		onEpochEnd: ({ epoch, validationLoss, learningRate }) =>
			check('validation loss', validationLoss, `the end of epoch ${epoch}`, learningRate),
	};
}

/** Writes a checkpoint after each epoch, and every few minutes within long epochs. */
export function checkpointing<Key>(folder: string, key: Key, everySeconds = 300): Callback {
	let last = performance.now();
	let written = '';
	const write = async (training: Training) => {
		const { progress, vectors } = await training.snapshot();
		// The last step of an epoch and the end of that epoch have the same step count.
		const place = `${progress.epoch}.${progress.step}`;
		// If the last step spoilt the weights, `nanGuard` stops at the next one, and the previous checkpoint is kept.
		if (place === written || !vectors.weights.every(Number.isFinite)) return;
		await writeCheckpoint<TrainingHeader<Key>>(folder, progress.stepsTaken, { header: { key, progress }, vectors });
		last = performance.now();
		written = place;
	};
	return {
		async onStepEnd(_report, training) {
			if (performance.now() - last > everySeconds * 1000) await write(training);
		},
		onEpochEnd: (_record, training) => write(training),
		onTrainEnd: write,
	};
}

/** Reports each step of a training: images/s, mean loss and accuracy of the epoch, time left. */
export function progressReport(name: string, imagesPerEpoch: number, onProgress: OnProgress): Callback {
	let meter: ProgressMeter | undefined;
	let epoch = 0;
	return {
		onStepEnd({ epoch: current, step, images, loss, accuracy }, { epochs }) {
			if (current === epoch && meter) return void meter.add(images, { loss, accuracy });
			epoch = current;
			// The duration of an epoch's first step is unknown: it counts as done, but not in the rate.
			const done = step * images;
			const withLaterEpochs: OnProgress = (progress) => {
				const later = ((epochs - current) * imagesPerEpoch) / progress.itemsPerSecond;
				onProgress({ ...progress, secondsLeft: progress.secondsLeft + later });
			};
			meter = new ProgressMeter(`${name}, epoch ${current} of ${epochs}`, imagesPerEpoch, withLaterEpochs, done);
			meter.add(0, { loss, accuracy });
		},
	};
}

/** Writes the losses and accuracies of each epoch for `tensorboard --logdir`, with tfjs-node's own callback. */
export function tensorBoard(logFolder: string): Callback {
	const stock = tf.node.tensorBoard(logFolder);
	return {
		onTrainBegin() {
			// TensorFlow reports a disk that cannot be written as an internal error.
			mkdirSync(logFolder, { recursive: true });
			accessSync(logFolder, constants.W_OK);
			// tfjs-node would make its writers at the end of the first epoch, and leak the tensors it makes for them.
			return onTensorFlow(() =>
				tf.tidy(() => {
					for (const part of ['train', 'val']) {
						tf.keep(Reflect.get(tf.node.summaryFileWriter(join(logFolder, part)), 'resourceHandle'));
					}
				}),
			);
		},
		onEpochEnd({ epoch, loss, accuracy, validationLoss, validationAccuracy, learningRate }) {
			const logs = { loss, acc: accuracy, val_loss: validationLoss, val_acc: validationAccuracy, lr: learningRate };
			// tfjs counts epochs from 0 and writes them from 1.
			return onTensorFlow(() => stock.onEpochEnd(epoch - 1, logs));
		},
		onTrainEnd: () => stock.onTrainEnd(),
	};
}
