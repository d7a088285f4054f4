import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import {
	CROSS_FIGURES,
	crossCells,
	describeFaces,
	formatCross,
	readCross,
	writeCross,
} from '../../../lib/runs/crossDataset/crossResults';
import { temporaryFolder } from '../../data/readers/sources';
import { crossResults } from '../../fixtures/crossResults';

const RESULTS = crossResults();

describe('crossCells', () => {
	it('lists test part by test part, and CK+ once among seven classes and once among six', () => {
		const cells = crossCells(RESULTS).map(({ testedOn, ways, trainedOn, own }) => [testedOn, ways, trainedOn, own]);
		assert.deepEqual(cells, [
			['FER2013 PrivateTest', 7, 'FER2013', true],
			['FER2013 PrivateTest', 7, 'RAF-DB', false],
			['FER2013 PrivateTest', 7, 'FER2013 with RAF-DB', true],
			['RAF-DB test', 7, 'FER2013', false],
			['RAF-DB test', 7, 'RAF-DB', true],
			['RAF-DB test', 7, 'FER2013 with RAF-DB', true],
			['CK+', 7, 'FER2013', false],
			['CK+', 7, 'RAF-DB', false],
			['CK+', 7, 'FER2013 with RAF-DB', false],
			['CK+', 6, 'FER2013', false],
			['CK+', 6, 'RAF-DB', false],
			['CK+', 6, 'FER2013 with RAF-DB', false],
		]);
	});
});

describe('formatCross', () => {
	it('aligns figures and intervals under a line that says which faces these are', () => {
		const lines = formatCross(RESULTS).split('\n');
		assert.equal(lines.length, 14);
		assert.equal(lines[0], 'FER2013, RAF-DB and CK+; seed 42');
		assert.match(lines[1], /^tested on +ways +n +trained on +accuracy +macro F1$/);
		assert.match(
			lines[3],
			/^FER2013 PrivateTest +7 +3,589 +RAF-DB +41\.00 % \(40\.00 % to 42\.00 %\) +0\.3100 \(0\.3000 to 0\.3200\)$/,
		);
	});

	it('says loudly for which sets drawn faces stand in', () => {
		const text = formatCross(crossResults(['RAF-DB', 'CK+']));
		assert.match(text, /^SAMPLE FACES drawn by this project stand in for RAF-DB, CK\+; seed 42\n/);
		assert.equal(describeFaces(RESULTS), 'FER2013, RAF-DB and CK+');
	});
});

describe('results.json of a study', () => {
	it('comes back as it was written', async (t) => {
		const projectFolder = temporaryFolder(t);
		await writeCross({ name: 'cross-quick', projectFolder }, RESULTS);
		const file = path.join(projectFolder, 'runs', 'cross-quick', 'results.json');
		assert.deepEqual(await readCross(file), RESULTS);
		assert.ok(!readFileSync(file, 'utf8').includes(projectFolder));
	});

	it('is asked for with a remedy where there is none, and refused where it is damaged', async (t) => {
		const folder = temporaryFolder(t);
		const file = path.join(folder, 'results.json');
		await assert.rejects(
			readCross(file),
			/results\.json in the folder .* received no such file.*npm start -- --notebook cross-dataset/,
		);
		writeFileSync(file, '{');
		await assert.rejects(readCross(file), /received a damaged file/);
	});
});

describe('CROSS_FIGURES', () => {
	it('draws a matrix of four columns, framed where networks are at home', () => {
		const { data, layout } = CROSS_FIGURES['Cross-Dataset Matrix'](RESULTS);
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
		const { data, layout } = CROSS_FIGURES['Cross-Dataset Errors - CK+ by RAF-DB'](RESULTS);
		const [trace] = data;
		assert.ok(trace.type === 'heatmap');
		const { confusionMatrix } = RESULTS.rows[1].tests.ckPlus.allClasses;
		assert.deepEqual(trace.customdata, confusionMatrix);
		const texts = layout.annotations?.map(({ text }) => text) ?? [];
		assert.ok(texts.includes('<b>CK+, by a network trained on RAF-DB</b>'));
		// Each of the six has 3 of 4 right, and one called neutral: F1 6/7. Over seven classes it would be 36/49.
		assert.ok(texts.some((text) => text?.includes('macro F1 0.8571, n = 24')));
	});

	it('says in each figure which faces these are', () => {
		for (const draw of Object.values(CROSS_FIGURES)) {
			const captions = (standIns: string[]) => JSON.stringify(draw(crossResults(standIns)).layout.annotations);
			assert.match(captions([]), /FER2013, RAF-DB and CK\+; seed 42; efficientnet-lite0/);
			assert.match(captions(['CK+']).replaceAll('<br>', ' '), /SAMPLE FACES drawn by this project stand in for CK\+/);
		}
	});
});
