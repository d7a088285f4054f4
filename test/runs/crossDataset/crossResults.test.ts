import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import {
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

	it('is read as older versions wrote it, with short names of sets and trainings', async () => {
		const file = path.resolve(__dirname, '../../../docs/results/crossDataset.json');
		const { rows, data, testParts } = await readCross(file);
		assert.deepEqual(
			rows.map(({ training }) => training),
			[['FER2013'], ['RAF-DB'], ['FER2013', 'RAF-DB']],
		);
		for (const values of [data, rows[0].tests, testParts]) {
			assert.deepEqual(Object.keys(values), ['FER2013', 'RAF-DB', 'CK+']);
		}
		assert.deepEqual(testParts, RESULTS.testParts);
		assert.equal(rows[1].tests['CK+'].allClasses.accuracy.toFixed(4), '0.6980');
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
		writeFileSync(file, '{}');
		await assert.rejects(readCross(file), /the field rows \(object\)/);
	});
});
