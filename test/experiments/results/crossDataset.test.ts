import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { matrixTable, trainingTable } from '../../../experiments/results/crossDataset';
import { crossResults } from '../../fixtures/crossResults';

describe('tables of docs/cross-dataset.md', () => {
	it('have a row for each cell of the matrix, with its intervals', () => {
		const lines = matrixTable(crossResults()).split('\n');
		assert.equal(lines.length, 2 + 12);
		assert.equal(lines[0], '| tested on | trained on | its own set | ways | n | accuracy | macro F1 |');
		assert.equal(
			lines[6],
			'| RAF-DB test | RAF-DB | yes | 7 | 3,068 | 51.00 % (50.00 % to 52.00 %) | 0.4100 (0.4000 to 0.4200) |',
		);
	});

	it('show how each network was trained', () => {
		const lines = trainingTable(crossResults()).split('\n');
		assert.equal(lines[4], '| FER2013 with RAF-DB | 28,709 | 3,589 | 10, 4 | 10,000 | 0.800 |');
	});
});
