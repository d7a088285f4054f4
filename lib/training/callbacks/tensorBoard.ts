import { join } from 'node:path';
import { tf } from '../../tensorflow/tf';
import type { Callback } from './callback';

/** Writes the losses and accuracies of each epoch for `tensorboard --logdir`, with tfjs-node's own callback. */
export function tensorBoard(logFolder: string): Callback {
	const stock = tf.node.tensorBoard(logFolder);
	return {
		onTrainBegin() {
			// tfjs-node would make its writers at the end of the first epoch, and leak the tensors it makes them from.
			tf.tidy(() => {
				for (const part of ['train', 'val']) {
					tf.keep(Reflect.get(tf.node.summaryFileWriter(join(logFolder, part)), 'resourceHandle'));
				}
			});
		},
		async onEpochEnd({ epoch, loss, accuracy, validationLoss, validationAccuracy, learningRate }) {
			const logs = { loss, acc: accuracy, val_loss: validationLoss, val_acc: validationAccuracy, lr: learningRate };
			// tfjs counts epochs from 0 and writes them from 1.
			await stock.onEpochEnd(epoch - 1, logs);
		},
		async onTrainEnd() {
			await stock.onTrainEnd();
		},
	};
}
