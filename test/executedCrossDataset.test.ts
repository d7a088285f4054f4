import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { crossFigures } from '../lib/runs/crossDataset/crossFigures';
import { type CrossResults, crossCells, formatCross, readCross } from '../lib/runs/crossDataset/crossResults';
import { assertSaved, type Executed, readExecuted, testExecuted } from './executed';

// Looks at what `npm test` has just executed: the notebook across data sets with the smoke profile.
const NAME = 'Cross-dataset evaluation.ipynb';
const RUN = 'cross-smoke';
let executed: Executed;
let results: CrossResults;

before(async () => {
	executed = readExecuted(RUN, NAME);
	results = await readCross(join(executed.folder, 'results.json'));
});

testExecuted(RUN, NAME);

test('each figure is shown, and saved as PNG', () => {
	const names = Object.keys(crossFigures(results));
	assert.deepEqual([executed.figures.length, names.length], [5, 5]);
	for (const name of names) assertSaved(executed, name);
});

test('drawn faces are said to stand in for each set: in the banners and the printed matrix', () => {
	const html = executed.outputs.map(({ data }) => String(data?.['text/html'] ?? '')).join('');
	for (const title of ['FER2013', 'RAF-DB', 'CK\\+']) {
		assert.match(html, new RegExp(`No ${title} (?:at hand|found): these are \\d+ sample faces drawn by this project`));
	}
	assert.ok(executed.printed.includes(formatCross(results)));
	assert.match(executed.printed, /SAMPLE FACES drawn by this project stand in for FER2013, RAF-DB, CK\+/);
	assert.deepEqual(results.standIns, ['FER2013', 'RAF-DB', 'CK+']);
});

test('the faces that stand in lie in the layouts of RAF-DB and CK+48, and were read from there', () => {
	const drawn = join(executed.folder, 'drawn faces');
	assert.deepEqual(readdirSync(join(drawn, 'RAF-DB', 'DATASET', 'train')), ['1', '2', '3', '4', '5', '6', '7']);
	assert.equal(readdirSync(join(drawn, 'CK+', 'happy')).length, 50);
});

test('results.json has every training on every test part, and its figures agree with each other', () => {
	assert.deepEqual(
		results.rows.map(({ training, split }) => [training, split.train, split.validation]),
		[
			[['FER2013'], 280, 35],
			[['RAF-DB'], 283, 32],
			[['FER2013', 'RAF-DB'], 563, 67],
		],
	);
	const cells = crossCells(results);
	assert.deepEqual(
		cells.map(({ n, ways }) => [n, ways]),
		[35, 35, 300, 300].flatMap((n, column) => Array(3).fill([n, column === 3 ? 6 : 7])),
	);
	for (const { tests } of results.rows) {
		for (const { n, allClasses, presentClasses } of Object.values(tests)) {
			for (const scores of presentClasses ? [allClasses, presentClasses] : [allClasses]) {
				const hits = scores.confusionMatrix.reduce((sum, row, label) => sum + row[label], 0);
				assert.ok(Math.abs(hits / n - scores.accuracy) < 1e-12);
				const f1 = Object.values(scores.perClass).filter(({ support }) => support > 0);
				const mean = f1.reduce((sum, metrics) => sum + metrics.f1, 0) / f1.length;
				assert.ok(Math.abs(mean - scores.macroF1) < 1e-12);
				const { low, high } = scores.intervals.accuracy;
				assert.ok(low <= scores.accuracy && scores.accuracy <= high);
			}
		}
	}
});

test('no model for use is left, only the checkpoints of the trainings', () => {
	for (const training of ['fer2013', 'rafDb', 'both']) {
		const folder = join(executed.folder, training);
		assert.ok(existsSync(join(folder, 'phase2')));
		assert.equal(existsSync(join(folder, 'model')), false);
	}
});
