import { tf } from '../tensorflow/tf';
import type { Callback } from './callback';

/**
 * Writes losses and accuracies of each epoch for TensorBoard, through tfjs-node's own callback.
 * @param logFolder Where `tensorboard --logdir` finds them.
 */
export function tensorBoard(logFolder: string): Callback {
	const stock = tf.node.tensorBoard(logFolder);
	return {
		async onEpochEnd({ epoch, loss, accuracy, validationLoss, validationAccuracy, learningRate }) {
			const logs = { loss, acc: accuracy, val_loss: validationLoss, val_acc: validationAccuracy, lr: learningRate };
			await stock.onEpochEnd(epoch, logs);
		},
		async onTrainEnd() {
			await stock.onTrainEnd();
		},
	};
}
