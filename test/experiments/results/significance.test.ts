import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { significanceTable } from '../../../experiments/results/significance';

/** Answers in base64 of a network that is certain of each label. */
function answers(trueLabels: readonly number[], predictedLabels: readonly number[]) {
	const rows = Float32Array.from(predictedLabels.flatMap((label) => [0, 1, 2].map((each) => Number(each === label))));
	return { trueLabels, probabilities: Buffer.from(rows.buffer).toString('base64') };
}

describe("the table of McNemar's test", () => {
	const trueLabels = [0, 1, 2, 0, 1, 2, 0, 1];
	// Only the first is right once, only the second five times: p = 2 (1 + 6) / 2^6.
	const official = answers(trueLabels, [0, 0, 0, 1, 2, 0, 0, 1]);
	const distilled = answers(trueLabels, [1, 1, 2, 0, 1, 2, 0, 1]);

	it('counts the images that only one of two models reads correctly', () => {
		const lines = significanceTable({ official, 'official-distilled': distilled }).split('\n');
		assert.deepEqual(lines.slice(2), ['| `models/official` | `models/official-distilled` | 8 | 1 | 5 | 0.2188 |']);
	});

	it('leaves out pairs that are not complete, and refuses pairs with different test images', () => {
		assert.equal(significanceTable({ official }).split('\n').length, 2);
		const other = answers([...trueLabels].reverse(), trueLabels);
		assert.throws(() => significanceTable({ official, 'official-distilled': other }), /tested on different images/);
	});
});
