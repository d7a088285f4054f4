/** One class's row of a report. */
export interface ClassMetrics {
	readonly precision: number;
	readonly recall: number;
	readonly f1: number;
	/** Number of images whose true label is this class. */
	readonly support: number;
}

/** What classification reports hold: all from plain arrays of labels. */
export interface ClassificationReport {
	readonly n: number;
	/** Fraction of images whose predicted label is the true one. */
	readonly accuracy: number;
	/** Mean of the classes' F1, each class weighing the same. */
	readonly macroF1: number;
	/** By label. */
	readonly perClass: readonly ClassMetrics[];
	/** `[trueLabel][predictedLabel]` counts. */
	readonly confusionMatrix: readonly (readonly number[])[];
}
