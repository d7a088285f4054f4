import { argmaxRows, type ClassificationReport, classificationReport, softmaxRows } from './metrics';
import type { OnProgress } from './progress';
import type { Run } from './run';
import { bootstrapIntervals, pairedBootstrap, type ScoreIntervals } from './statistics';
import { averageViews, predictEachView, VIEWS } from './tta';

/** What a network gives on the test images. */
export interface Evaluation {
	/** True labels of the test images, in the order of `split.test`. */
	readonly trueLabels: Uint8Array;
	/** One view an image. */
	readonly plain: EvaluatedViews;
	/** The average of several views. */
	readonly tta: EvaluatedViews;
	/** From `plain` to `tta` on the same images: paired bootstrap. */
	readonly gain: ScoreIntervals;
}

/** Predictions and what they are worth. */
export interface EvaluatedViews {
	/** `[n, classes]`, rows sum to 1. */
	readonly probabilities: Float32Array;
	readonly report: ClassificationReport;
	/** Bootstrap intervals, 95 %. */
	readonly intervals: ScoreIntervals;
}

/** Predicts all test images of a run, without and with test-time augmentation. */
export async function evaluate(run: Run, onProgress?: OnProgress): Promise<Evaluation> {
	const { config, dataset, split, classifier, backbone } = run;
	const classes = dataset.emotions.length;
	const trueLabels = Uint8Array.from(split.test, (index) => dataset.labels[index]);
	const options = { backbone, imageSize: config.imageSize, onProgress, views: VIEWS[config.tta.views], stage: 'Test' };
	const logits = await predictEachView(classifier.model, dataset, split.test, options);
	const judge = (probabilities: Float32Array): EvaluatedViews => {
		const labels = { trueLabels, predictedLabels: argmaxRows(probabilities, classes), classes };
		const intervals = bootstrapIntervals(labels, { seed: config.seed });
		return { probabilities, report: classificationReport(labels), intervals };
	};
	// The first view of every list is the image as it is.
	const plain = judge(softmaxRows(logits[0], classes));
	const tta = judge(averageViews(logits, classes, config.tta.average));
	const [before, after] = [plain, tta].map(({ probabilities }) => argmaxRows(probabilities, classes));
	const gain = pairedBootstrap({ trueLabels, before, after, classes }, { seed: config.seed });
	return { trueLabels, plain, tta, gain };
}
