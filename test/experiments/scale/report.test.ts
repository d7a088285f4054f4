import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scaleParts } from '../../../experiments/scale/report';

const spread = (median: number) => ({ min: median - 1, median, max: median + 1 });
const about = {
	date: '2026-01-02',
	machine: { cpu: 'a processor', cores: 2, memoryGiB: 8, system: 'linux x64', load: 0 },
	node: 'v20.1.0',
};

describe('scaleParts', () => {
	it('computes more machines from the measured one, up to the limit of the rows', () => {
		const ray = { startSeconds: 10, seconds: spread(2010), rate: spread(10), bytes: 123.4e6, workerBytes: 987.6e6 };
		const { size, ...others } = scaleParts({
			size: { ...about, photos: 20_000, workers: 2, broken: 200, ray, rowsPerSecond: 400 },
		});
		assert.deepEqual(others, {});
		const rows = size.split('\n').filter((line) => line.startsWith('| '));
		assert.deepEqual(rows.slice(2), [
			// 100,000 s at 10 photos/s; 12,500 s; 2,500 s on 64 machines are 44.4 hours of machines.
			'| 1, measured | 10 | 27:46:40 | 28 |',
			'| 8, on paper | 80 | 3:28:20 | 28 |',
			'| 64, on paper | 400, the limit of the rows | 41:40 | 44 |',
		]);
		assert.match(size, /^20,000 photos took 33:30 with 2 workers \(10\.0 photos\/s\); 200 of them cannot be read/);
		assert.match(size, /needed 123 MB of memory, the largest worker 988 MB\./);
	});

	it('says whether the goal was reached', () => {
		const side = { startSeconds: 1, seconds: spread(100), rate: spread(10) };
		const text = (gain: number, differing: number) =>
			scaleParts({
				comparison: {
					...about,
					photos: 1000,
					repetitions: 3,
					workers: 2,
					one: { ...side, busyCores: 1.25 },
					ray: { ...side, busyCores: 1.9 },
					gain: { min: gain, median: gain, max: gain },
					wholeGain: { min: 1.5, median: 1.5, max: 1.5 },
					tables: { rows: 1000, differing, largestDifference: 1e-4 },
				},
			}).comparison;
		assert.match(text(1.7, 0), /1\.70 \(1\.70 to 1\.70\) times as fast once they run, which reaches the goal of 1\.6/);
		assert.match(
			text(1.4, 3),
			/which misses the goal of 1\.6.* keeps 1\.25 of the 2 cores busy, the workers 1\.90\..*the same but for 3, which differ by at most 0\.0001/,
		);
		assert.match(text(1.7, 0), /in the same order, the same to the last digit\./);
	});
});
