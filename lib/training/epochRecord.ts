/** The metrics of one epoch: one row of the training history. */
export interface EpochRecord {
	/** From 1. */
	readonly epoch: number;
	/** Mean training loss, with label smoothing, mixup and a second head's loss where they are on. */
	readonly loss: number;
	/** Training accuracy on the augmented images, 0 to 1. */
	readonly accuracy: number;
	readonly validationLoss: number;
	readonly validationAccuracy: number;
	readonly validationMacroF1: number;
	/** At the last step. */
	readonly learningRate: number;
	/** Side of the square training images, in pixels. */
	readonly imageSize: number;
	/** Wall-clock time of training and validation. */
	readonly seconds: number;
	/** Training only. */
	readonly imagesPerSecond: number;
}
