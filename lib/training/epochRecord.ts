/** What one epoch gave; one row of a training curve. */
export interface EpochRecord {
	/** From 1. */
	readonly epoch: number;
	/** Mean training loss of the epoch (with label smoothing, mixup and a second head's loss where they are on). */
	readonly loss: number;
	/** Training accuracy, 0 to 1, on the augmented images. */
	readonly accuracy: number;
	readonly validationLoss: number;
	readonly validationAccuracy: number;
	readonly validationMacroF1: number;
	/** At the epoch's last step. */
	readonly learningRate: number;
	/** Side of the square images, in pixels. */
	readonly imageSize: number;
	/** Wall-clock time of the epoch with its validation. */
	readonly seconds: number;
	readonly imagesPerSecond: number;
}
