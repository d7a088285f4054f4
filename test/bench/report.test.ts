import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { fillPage, formatNumber, type Results, rowTables } from '../../bench/report';
import { type Group, makeRows } from '../../bench/rows';

const GROUP: Group = {
	name: 'train',
	section: 'Training',
	workers: { ours: { file: '', options: {} } },
	rows: [
		{ what: 'speed', peer: 'Keras', side: 'keras', figure: 'rate', unit: 'images/s', goal: 1.3 },
		{ what: 'speed', peer: 'PyTorch', side: 'torch', figure: 'rate', unit: 'images/s' },
		{
			what: 'memory',
			peer: 'Keras',
			side: 'keras',
			figure: 'bytes',
			unit: 'GB',
			goal: 2,
		},
		{
			what: 'batch 64',
			peer: 'itself, batch 16',
			side: 'ours',
			figure: 'bytes',
			theirFigure: 'small',
			unit: 'GB',
			factor: 4,
			goal: 1,
		},
	],
};

const answers = (...rows: [rate: number, bytes: number][]) => ({
	answers: rows.map(([rate, bytes]) => ({ figures: { rate, bytes, small: 1e9 } })),
});

/** Three rounds by hand: the machine is half as quick in the last, and the ratio stays. */
const MEASURED = {
	ours: answers([150, 2e9], [160, 2e9], [80, 2e9]),
	keras: answers([100, 3e9], [100, 3e9], [50, 4e9]),
};

const RESULTS: Results = {
	date: '2026-01-31',
	machine: { cpu: 'A processor', cores: 2, memoryGiB: 24, system: 'linux x64', load: 0.1 },
	versions: { keras: '3.0.0' },
	repetitions: 3,
	rows: makeRows(GROUP, MEASURED, { torch: 'PyTorch: not installed' }),
	limits: { 'matrixProduct 1024': { unit: 'GFLOP/s', min: 100, median: 120, max: 130 } },
	profile: [],
};

describe('rows of the benchmark', () => {
	it('compares within rounds, in the unit of the row', () => {
		const [speed, , memory] = RESULTS.rows;
		assert.deepEqual(speed, {
			section: 'Training',
			what: 'speed',
			peer: 'Keras',
			ours: 150,
			theirs: 100,
			goal: 1.3,
			unit: 'images/s',
			ratio: { min: 1.5, median: 1.6, max: 1.6 },
		});
		assert.deepEqual([memory.ours, memory.theirs, memory.ratio], [2, 3, { min: 1.5, median: 1.5, max: 2 }]);
	});

	it('counts the work of ours where it is compared with itself', () => {
		// Four times the images for twice the bytes.
		assert.deepEqual(RESULTS.rows[3].ratio, { min: 2, median: 2, max: 2 });
	});

	it('says why a peer has no figure, and keeps ours', () => {
		const [, torch] = RESULTS.rows;
		assert.deepEqual([torch.ours, torch.theirs, torch.ratio], [150, null, null]);
		assert.equal(torch.note, 'PyTorch: not installed');
		const failed = makeRows(GROUP, { ...MEASURED, keras: { answers: [], fault: 'it ended with SIGKILL' } }, {});
		assert.equal(failed[0].note, 'it ended with SIGKILL');
	});

	it('has no ratio where a figure was not measured', () => {
		const noMemory = { answers: [{ figures: { rate: 1 } }] };
		const [speed, , memory] = makeRows(GROUP, { ours: noMemory, keras: noMemory }, {});
		assert.equal(speed.ratio?.median, 1);
		assert.deepEqual([memory.ours, memory.ratio, memory.note], [null, null, 'not measured on this system']);
	});
});

describe('tables of the benchmark', () => {
	it('writes three significant digits, and whole numbers whole', () => {
		const numbers = [1234.6, 999.7, 158.4, 12.34, 1.5, 0.01234, 275, 1].map(formatNumber);
		assert.deepEqual(numbers, ['1,235', '1,000', '158', '12.3', '1.50', '0.0123', '275', '1']);
	});

	it('marks goals as reached or not by the median', () => {
		const lines = rowTables(RESULTS.rows).split('\n');
		assert.equal(lines[0], '### Training');
		assert.equal(lines[4], '| speed | Keras | 150 images/s | 100 images/s | **1.60** (1.50 to 1.60) | 1.3 ✓ |');
		assert.equal(lines[5], '| speed | PyTorch | 150 images/s |  | PyTorch: not installed |  |');
		assert.equal(lines[6], '| memory | Keras | 2 GB | 3 GB | **1.50** (1.50 to 2) | 2 ✗ |');
	});

	it('fills the page between its marks and leaves the prose', () => {
		const page = readFileSync(resolve(__dirname, '../../docs/benchmarks.md'), 'utf8');
		const filled = fillPage(page, RESULTS);
		const prose = (text: string) => text.replace(/(<!-- bench:(\w+) -->).*?(<!-- \/bench:\2 -->)/gs, '$1$3');
		assert.equal(prose(filled), prose(page));
		assert.ok(filled.includes('| speed | Keras | 150 images/s |'));
		assert.ok(filled.includes('| matrix product, 1024 x 1024, float32 | 120 (100 to 130) GFLOP/s |'));
		assert.equal(fillPage(filled, RESULTS), filled);
		assert.throws(() => fillPage(page.replace('<!-- bench:rows -->', ''), RESULTS), /Expected <!-- bench:rows -->/);
	});
});
