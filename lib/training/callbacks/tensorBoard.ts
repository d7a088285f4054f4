import { join } from 'node:path';
import { tf } from '../../tensorflow/tf';
import type { Callback } from './callback';

/**
 * Writes losses and accuracies of each epoch for TensorBoard, through tfjs-node's own callback.
 * @param logFolder Where `tensorboard --logdir` finds them.
 */
export function tensorBoard(logFolder: string): Callback {
	const stock = tf.node.tensorBoard(logFolder);
	return {
		onTrainBegin() {
			// tfjs-node makes its writers at the first epoch's end, and leaves the inputs of their making behind.
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
