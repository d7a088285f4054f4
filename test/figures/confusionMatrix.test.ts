import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confusionMatrix } from '../../lib/figures/confusionMatrix';
import { assertStored } from './storedFigure';

const MATRIX = [
	[8, 2, 0],
	[1, 2, 1],
	[0, 0, 1234],
];
const EMOTIONS = ['angry', 'disgust', 'happy'];

test('confusionMatrix draws what is stored', () => {
	assertStored(confusionMatrix({ matrix: MATRIX, emotions: EMOTIONS, caption: 'n, protocol' }), 'confusionMatrix');
});

test('confusionMatrix colours each cell by its part of the true class', () => {
	const [trace] = confusionMatrix({ matrix: MATRIX, emotions: EMOTIONS }).data;
	assert.ok(trace.type === 'heatmap');
	assert.deepEqual(trace.z, [
		[80, 20, 0],
		[25, 50, 25],
		[0, 0, 100],
	]);
	assert.deepEqual(trace.customdata, MATRIX);
});

test('confusionMatrix writes count and percent, white on dark cells and black on light ones', () => {
	const [trace] = confusionMatrix({ matrix: MATRIX, emotions: EMOTIONS }).data;
	assert.ok(trace.type === 'heatmap');
	const text = trace.text as unknown as string[][];
	assert.match(text[0][0], /#ffffff">8<.*#ffffff">80\.0 %/);
	assert.match(text[0][1], /#1a1a1a">2<.*#1a1a1a">20\.0 %/);
	assert.match(text[2][2], />1,234</);
});

test('confusionMatrix has the true class from top to bottom and tells accuracy, macro F1 and n', () => {
	const { layout } = confusionMatrix({ matrix: MATRIX, emotions: EMOTIONS });
	assert.equal(layout.yaxis?.autorange, 'reversed');
	assert.match(String(layout.yaxis?.ticktext?.[2]), /happy.*n = 1,234/);
	// By hand: 1244 of 1248 right; F1 16/19, 4/8 and 2468/2469.
	const expected = 'accuracy 99.68 %, macro F1 0.7806, n = 1,248';
	assert.ok(layout.annotations?.some(({ text }) => text === expected));
});

test('confusionMatrix averages F1 over the classes it is told', () => {
	const { layout } = confusionMatrix({ matrix: MATRIX, emotions: EMOTIONS, macroLabels: [0, 1] });
	// By hand: F1 16/19 and 4/8.
	assert.ok(layout.annotations?.some(({ text }) => text?.includes('macro F1 0.6711')));
});

test('confusionMatrix gives a class without images 0 percent', () => {
	const matrix = [
		[0, 0],
		[1, 3],
	];
	const [trace] = confusionMatrix({ matrix, emotions: ['a', 'b'] }).data;
	assert.ok(trace.type === 'heatmap');
	assert.deepEqual(trace.z, [
		[0, 0],
		[25, 75],
	]);
});

test('confusionMatrix refuses what is no matrix of counts', () => {
	const draw = (matrix: number[][], emotions = ['a', 'b']) => confusionMatrix({ matrix, emotions });
	assert.throws(() => draw([[1]], ['a']), /Expected at least 2 rows for matrix/);
	assert.throws(() => draw([[1, 2], [3]]), /Expected 2 counts for matrix\[1\] but received 1/);
	assert.throws(
		() =>
			draw([
				[1, 2],
				[3, -1],
			]),
		/Expected integer counts of at least 0 for matrix\[1\] but received -1/,
	);
	assert.throws(() => draw(MATRIX), /Expected 3 names for emotions but received 2/);
});
