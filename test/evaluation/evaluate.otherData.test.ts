import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Config } from '../../lib/config';
import { type Dataset, makeDataset } from '../../lib/data/dataset';
import { evaluateOn } from '../../lib/evaluation/evaluate';
import { tf } from '../../lib/tensorflow/tf';
import { tinyRun } from '../fixtures/training/tinyRun';

/** Pixels red, green and blue of an image are the logits of angry, happy and neutral; the other classes have -1,000. */
function readingPixels(views: 'single' | 'mirror' = 'single', average: 'probabilities' | 'logits' = 'probabilities') {
	const input = tf.input({ shape: [null, null, 3] });
	const dense = tf.layers.dense({ units: 7, name: 'logits' });
	const pooled = tf.layers.globalAveragePooling2d({}).apply(input);
	const model = tf.model({ inputs: input, outputs: dense.apply(pooled) as tf.SymbolicTensor });
	const kernel = [0, 3, 6].map((label) => Array.from({ length: 7 }, (_, column) => Number(column === label)));
	const bias = Array.from({ length: 7 }, (_, label) => (label % 3 === 0 ? 0 : -1000));
	tf.tidy(() => dense.setWeights([tf.tensor2d(kernel), tf.tensor1d(bias)]));
	const tiny = tinyRun('unused');
	const config: Config = { ...tiny.config, imageSize: 1, tta: { views, average } };
	const backbone = { ...tiny.backbone, normalization: { scale: 1, offset: 0 } };
	return { config, dataset: coloured([[0, 0, 0, 0]]), backbone, classifier: { model } };
}

function coloured(images: readonly (readonly [label: number, red: number, green: number, blue: number])[]): Dataset {
	return makeDataset({
		name: 'coloured',
		shape: [1, 1, 3],
		pixels: Uint8Array.from(images.flatMap(([, ...pixel]) => pixel)),
		labels: Uint8Array.from(images, ([label]) => label),
	});
}

describe('evaluateOn', () => {
	const WITHOUT_NEUTRAL = coloured([
		[6, 0, 0, 50], // not among the images that are judged
		[0, 10, 0, 0],
		[0, 5, 0, 9],
		[0, 0, 5, 9],
		[3, 0, 8, 0],
		[3, 0, 3, 7],
	]);
	const JUDGED = [5, 4, 3, 2, 1];

	it('counts neutral as a mistake where there is none, and averages F1 over the classes that are there', async () => {
		const { n, present, allClasses } = await evaluateOn(readingPixels(), WITHOUT_NEUTRAL, JUDGED);
		assert.deepEqual(present, [0, 3]);
		// By hand: angry, neutral, neutral are called the three angry faces, and happy, neutral the two happy ones.
		const { intervals, ...report } = allClasses;
		assert.equal(n, 5);
		assert.equal(report.accuracy, 2 / 5);
		assert.deepEqual(report.confusionMatrix[0], [1, 0, 0, 0, 0, 0, 2]);
		assert.deepEqual(report.confusionMatrix[3], [0, 0, 0, 1, 0, 0, 1]);
		// F1: angry 2 * 1 / (3 + 1), happy 2 * 1 / (2 + 1); the other five classes would make it 1/6.
		assert.ok(Math.abs(report.macroF1 - (1 / 2 + 2 / 3) / 2) < 1e-12);
		assert.equal(intervals.macroF1.estimate, report.macroF1);
		assert.ok(intervals.accuracy.low < 0.4 && intervals.accuracy.high > 0.4);
	});

	it('leaves neutral out of the choice for the six-way figures', async () => {
		const { presentClasses } = await evaluateOn(readingPixels(), WITHOUT_NEUTRAL, JUDGED);
		assert.ok(presentClasses);
		const report = presentClasses;
		// By hand: angry, angry, happy; and happy, happy. F1: angry 4 / (3 + 2), happy 4 / (2 + 3).
		assert.deepEqual(report.confusionMatrix, [
			[2, 1],
			[0, 2],
		]);
		assert.equal(report.accuracy, 4 / 5);
		assert.ok(Math.abs(report.macroF1 - 0.8) < 1e-12);
		// Without neutral the logits differ by 3, 8, 5, 5 and 10: all confidences lie in the last bin, and four are right.
		const confidences = [3, 8, 5, 5, 10].map((difference) => 1 / (1 + Math.exp(-difference)));
		const error = (confidences.reduce((sum, confidence) => sum + confidence) - 4) / 5;
		assert.ok(Math.abs(report.expectedCalibrationError - Math.abs(error)) < 1e-6);
		assert.deepEqual(Object.keys(report.perClass), ['angry', 'happy']);
	});

	it('has no six-way figures where all classes are there', async () => {
		const all = coloured(Array.from({ length: 7 }, (_, label) => [label, 9, 1, 1] as const));
		const evaluation = await evaluateOn(readingPixels(), all, [...all.labels.keys()]);
		assert.equal(evaluation.presentClasses, undefined);
		assert.equal(evaluation.allClasses.accuracy, 1 / 7);
		// Angry has precision 1/7 and recall 1, so F1 1/4; the rest have 0.
		assert.ok(Math.abs(evaluation.allClasses.macroF1 - 1 / 28) < 1e-12);
	});

	it('takes the views and the average of the network’s own config', async () => {
		const stages = new Set<string>();
		const onProgress = ({ stage }: { stage: string }) => void stages.add(stage);
		const averaged = await evaluateOn(readingPixels('mirror', 'logits'), WITHOUT_NEUTRAL, JUDGED, { onProgress });
		// A picture of one pixel is its own mirror image.
		const single = await evaluateOn(readingPixels(), WITHOUT_NEUTRAL, JUDGED);
		const counted = ({ presentClasses }: typeof single) => presentClasses?.confusionMatrix;
		assert.deepEqual(counted(averaged), counted(single));
		assert.deepEqual([...stages], ['Test on coloured, view 1 of 2', 'Test on coloured, view 2 of 2']);
	});

	it('draws whole groups for the intervals', async () => {
		const groups = new Uint32Array(6).fill(7);
		const { allClasses, presentClasses } = await evaluateOn(readingPixels(), WITHOUT_NEUTRAL, JUDGED, { groups });
		// One group: each resample is all of the images.
		assert.deepEqual(allClasses.intervals.accuracy, { estimate: 0.4, low: 0.4, high: 0.4 });
		assert.deepEqual(presentClasses?.intervals.accuracy, { estimate: 0.8, low: 0.8, high: 0.8 });
	});

	it('leaves no tensor, and refuses other classes and no image', async () => {
		const network = readingPixels();
		await evaluateOn(network, WITHOUT_NEUTRAL, JUDGED);
		const before = tf.memory().numTensors;
		await evaluateOn(network, WITHOUT_NEUTRAL, JUDGED);
		assert.equal(tf.memory().numTensors, before);
		await assert.rejects(evaluateOn(network, WITHOUT_NEUTRAL, []), /at least one image for indices/);
		const other = makeDataset({ ...WITHOUT_NEUTRAL, emotions: [...'abcdefg'] });
		await assert.rejects(
			evaluateOn(network, other, JUDGED),
			/the classes of the network \(angry,.*for dataset\.emotions/,
		);
	});
});
