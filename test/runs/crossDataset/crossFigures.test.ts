import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crossFigures } from '../../../lib/runs/crossDataset/crossFigures';
import { crossResults } from '../../fixtures/crossResults';

const RESULTS = crossResults();

describe('crossFigures', () => {
	it('draws a matrix of four columns, framed where networks are at home', () => {
		const { data, layout } = crossFigures(RESULTS)['Cross-Dataset Matrix'];
		const [trace] = data;
		assert.ok(trace.type === 'heatmap');
		const percents = (trace.z as unknown as number[][]).map((row) => row.map(Math.round));
		assert.deepEqual(percents, [
			[40, 50, 60, 70],
			[41, 51, 61, 71],
			[42, 52, 62, 72],
		]);
		assert.equal(layout.shapes?.length, 4);
	});

	it('shows errors among all classes, with macro F1 over those that the test part has', () => {
		const { data, layout } = crossFigures(RESULTS)['Cross-Dataset Errors - CK+ by RAF-DB'];
		const [trace] = data;
		assert.ok(trace.type === 'heatmap');
		const { confusionMatrix } = RESULTS.rows[1].tests['CK+'].allClasses;
		assert.deepEqual(trace.customdata, confusionMatrix);
		const texts = layout.annotations?.map(({ text }) => text) ?? [];
		assert.ok(texts.includes('<b>CK+, by a network trained on RAF-DB</b>'));
		// Each of the six has 3 of 4 right, and one called neutral: F1 6/7. Over seven classes it would be 36/49.
		assert.ok(texts.some((text) => text?.includes('macro F1 0.8571, n = 24')));
	});

	it('says in each figure which faces these are', () => {
		const captions = (standIns: readonly string[]) =>
			Object.values(crossFigures(crossResults(standIns))).map(({ layout }) =>
				JSON.stringify(layout.annotations).replaceAll('<br>', ' '),
			);
		for (const text of captions([])) assert.match(text, /FER2013, RAF-DB and CK\+; seed 42; efficientnet-lite0/);
		for (const text of captions(['CK+'])) assert.match(text, /SAMPLE FACES drawn by this project stand in for CK\+/);
	});

	it('shows the errors of networks trained on one set on each of the others', () => {
		assert.deepEqual(Object.keys(crossFigures(RESULTS)), [
			'Cross-Dataset Matrix',
			'Cross-Dataset Errors - FER2013 by RAF-DB',
			'Cross-Dataset Errors - RAF-DB by FER2013',
			'Cross-Dataset Errors - CK+ by FER2013',
			'Cross-Dataset Errors - CK+ by RAF-DB',
		]);
	});

	it('takes any number of sets and trainings, and refuses none', () => {
		const rows = RESULTS.rows.map((row) => ({ ...row, tests: { ...row.tests, 'A & B': row.tests.FER2013 } }));
		const more = [
			...rows,
			{ ...rows[0], training: ['A & B'] },
			{ ...rows[0], training: ['FER2013', 'RAF-DB', 'A & B'] },
		];
		const results = { ...RESULTS, rows: more, testParts: { ...RESULTS.testParts, 'A & B': 'A & B test' } };
		const { 'Cross-Dataset Matrix': matrix, ...errors } = crossFigures(results);
		const z = (matrix.data[0] as { z?: unknown[][] }).z ?? [];
		assert.deepEqual([z.length, z[0].length, matrix.layout.shapes?.length], [5, 5, 4 + 1 + 3]);
		// Each of three networks on three others' test parts.
		assert.equal(Object.keys(errors).length, 9);
		assert.match(
			JSON.stringify(errors['Cross-Dataset Errors - A & B by RAF-DB'].layout),
			/A &amp; B test, by a network/,
		);
		assert.throws(() => crossFigures({ ...RESULTS, rows: [] }), /at least one name for rows/);
	});
});
