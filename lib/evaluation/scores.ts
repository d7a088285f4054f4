import type { Config } from '../config';
import type { EvaluatedViews, Evaluation, Trained } from './evaluate';
import type { ClassMetrics } from './metrics';
import type { ScoreIntervals } from './statistics';

/** The figures of an evaluation, as `metrics.json` holds them. */
export interface Scores {
	readonly accuracy: number;
	readonly macroF1: number;
	/** 95 % bootstrap intervals. */
	readonly intervals: ScoreIntervals;
	/** How far confidence and hits lie apart, 0 to 1 (Guo et al. 2017, arXiv:1706.04599; 15 bins). */
	readonly expectedCalibrationError: number;
	/** By emotion. */
	readonly perClass: Readonly<Record<string, ClassMetrics>>;
	/** `[trueLabel][predictedLabel]` counts. */
	readonly confusionMatrix: readonly (readonly number[])[];
}

/** What a trained network gives on the test part of its protocol. */
export interface TestScores extends Scores {
	readonly protocol: Config['protocol'];
	/** Names and sizes of the parts. */
	readonly split: Readonly<Record<'train' | 'validation' | 'test', number>>;
	/** Test images. */
	readonly n: number;
	readonly seed: number;
	readonly dataset: { readonly name: string; readonly drawn: boolean; readonly fingerprint: string };
	readonly backbone: string;
	/** The same figures with test-time augmentation. */
	readonly tta: Scores & { readonly views: string; readonly average: string };
	/** With test-time augmentation less without, paired. */
	readonly gain: ScoreIntervals;
	/** The same figures for the test images that have no exact copy among the training images. */
	readonly withoutCopies: Scores & { readonly n: number; readonly tta: Scores };
}

/** Puts together the figures of some predictions. */
export function scoresOf(views: EvaluatedViews, emotions: readonly string[]): Scores {
	const { report, intervals, expectedCalibrationError } = views;
	return {
		accuracy: report.accuracy,
		macroF1: report.macroF1,
		intervals,
		expectedCalibrationError,
		perClass: Object.fromEntries(emotions.map((emotion, label) => [emotion, report.perClass[label]])),
		confusionMatrix: report.confusionMatrix,
	};
}

/** Puts together what an evaluation gave. */
export function testScores(trained: Trained, { plain, tta, gain, withoutCopies }: Evaluation): TestScores {
	const { config, dataset, split, backbone } = trained;
	const scores = (views: EvaluatedViews) => scoresOf(views, dataset.emotions);
	return {
		protocol: config.protocol,
		split: { train: split.train.length, validation: split.validation.length, test: split.test.length },
		n: split.test.length,
		seed: config.seed,
		dataset: { name: dataset.name, drawn: dataset.drawn, fingerprint: dataset.fingerprint },
		backbone: backbone.name,
		...scores(plain),
		tta: { ...scores(tta), ...config.tta },
		gain,
		withoutCopies: { n: withoutCopies.n, ...scores(withoutCopies.plain), tta: scores(withoutCopies.tta) },
	};
}
