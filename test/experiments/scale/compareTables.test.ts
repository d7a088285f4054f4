import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compareTables } from '../../../experiments/scale/compareTables';
import { temporaryFolder } from '../../data/readers/sources';

describe('compareTables', () => {
	it('counts rows whose numbers differ, and refuses other rows', (t) => {
		const folder = temporaryFolder(t);
		const tables = [
			'file,happy\na,0.5\nb,0.25\n',
			'file,happy\na,0.5\nb,0.125\n',
			'file,happy\na,0.5\nc,0.25\n',
			'file\n',
		];
		const [first, near, other, short] = tables.map((text, i) => {
			const file = join(folder, `${i}.csv`);
			writeFileSync(file, text);
			return file;
		});
		assert.deepEqual(compareTables(first, first), { rows: 2, differing: 0, largestDifference: 0 });
		assert.deepEqual(compareTables(first, near), { rows: 2, differing: 1, largestDifference: 0.125 });
		assert.throws(() => compareTables(first, other), /Row 3 differs/);
		assert.throws(() => compareTables(first, short), /3 and 1 rows/);
	});
});
