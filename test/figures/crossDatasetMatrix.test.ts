import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CrossDatasetMatrixOptions, crossDatasetMatrix } from '../../lib/figures/crossDatasetMatrix';
import { assertStored } from './storedFigure';

const cell = (accuracy: number, macroF1: number, own = false) => ({
	accuracy: { estimate: accuracy, low: accuracy - 0.02, high: accuracy + 0.01 },
	macroF1: { estimate: macroF1, low: macroF1 - 0.03, high: macroF1 + 0.03 },
	own,
});

const OPTIONS: CrossDatasetMatrixOptions = {
	rows: ['FER2013', 'FER2013 with RAF-DB'],
	columns: [
		{ name: 'FER2013 PrivateTest', n: 3589, ways: 7 },
		{ name: 'CK+', n: 927, ways: 7 },
		{ name: 'CK+', n: 927, ways: 6 },
	],
	cells: [
		[cell(0.625, 0.5512, true), cell(0.5, 0.4), cell(0.7, 0.65)],
		[cell(0.6, 0.5, true), cell(0.59, 0.45), cell(0.8049, 0.75)],
	],
};

test('crossDatasetMatrix draws what is stored', () => {
	assertStored(crossDatasetMatrix({ ...OPTIONS, caption: 'seed 42' }), 'crossDatasetMatrix');
});

test('crossDatasetMatrix colours each cell by its accuracy and writes accuracy, interval and macro F1', () => {
	const [trace] = crossDatasetMatrix(OPTIONS).data;
	assert.ok(trace.type === 'heatmap');
	const percents = trace.z as unknown as number[][];
	assert.deepEqual(percents[0], [62.5, 50, 70]);
	const text = trace.text as unknown as string[][];
	assert.match(text[0][0], /#1a1a1a"><b>62\.5 %<\/b>.*>60\.5 to 63\.5<.*>F1 0\.551</);
	assert.match(text[1][1], /#1a1a1a"><b>59\.0 %/);
	assert.match(text[1][2], /#ffffff"><b>80\.5 %<\/b>.*>78\.5 to 81\.5</);
});

test('crossDatasetMatrix tells both columns of one test part apart', () => {
	const { layout, data } = crossDatasetMatrix(OPTIONS);
	const [trace] = data;
	assert.ok(trace.type === 'heatmap');
	assert.equal(new Set(trace.x as string[]).size, 3);
	const names = layout.xaxis?.ticktext as string[];
	assert.match(names[1], /^CK\+<br>.*7-way, n = 927/);
	assert.match(names[2], /^CK\+<br>.*6-way, n = 927/);
	const hover = trace.customdata as unknown as string[][];
	assert.equal(
		hover[0][2],
		'tested on CK+, 6-way, n = 927<br>accuracy 70.0 % (68.0 to 71.0)<br>macro F1 0.6500 (0.6200 to 0.6800)',
	);
});

test('crossDatasetMatrix frames the cells of a network’s own data set, inside the cell', () => {
	const { shapes = [] } = crossDatasetMatrix(OPTIONS).layout;
	assert.equal(shapes.length, 2);
	// Both in the first column, one row below the other.
	const centres = shapes.map(({ x0, x1, y0, y1 }) => [(Number(x0) + Number(x1)) / 2, (Number(y0) + Number(y1)) / 2]);
	assert.deepEqual(centres, [
		[0, 0],
		[0, 1],
	]);
	for (const { x0, x1 } of shapes) assert.ok(Number(x1) - Number(x0) < 1);
});

test('crossDatasetMatrix refuses what is no matrix', () => {
	const [first] = OPTIONS.cells;
	const draw = (changes: Partial<CrossDatasetMatrixOptions>) => () => crossDatasetMatrix({ ...OPTIONS, ...changes });
	assert.throws(draw({ cells: [first] }), /Expected 2 rows for cells but received 1/);
	assert.throws(draw({ cells: [first, first.slice(1)] }), /Expected 3 cells for cells\[1\] but received 2/);
	assert.throws(draw({ rows: [], cells: [] }), /at least one name for rows/);
	assert.throws(draw({ columns: [] }), /at least one column for columns/);
});
