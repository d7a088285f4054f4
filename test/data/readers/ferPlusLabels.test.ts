import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ferPlusLabels } from '../../../lib/data/readers/ferPlusLabels';

/** Votes in FER+'s order: neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, no face. */
type Votes = readonly number[];

/** The label and target of one row, or why it is dropped; worked by hand from the rules of the paper and its code. */
function labelled(votes: Votes, mode: 'majority' | 'soft') {
	const { rows, labels, targets, dropped } = ferPlusLabels(Uint8Array.from(votes), mode);
	if (rows.length === 1) return { label: labels[0], target: [...targets] };
	return Object.entries(dropped).find(([, count]) => count === 1)?.[0];
}

function near(found: ReturnType<typeof labelled>, label: number, target: readonly number[]) {
	assert.ok(found !== undefined && typeof found !== 'string', String(found));
	assert.equal(found.label, label);
	for (const [place, share] of found.target.entries()) assert.ok(Math.abs(share - target[place]) < 1e-6, `${place}`);
}

describe("ferPlusLabels with 'majority'", () => {
	it('takes the class with more than half of the votes that are no outliers', () => {
		// 10 votes: 5 neutral are half, but the single vote for fear falls away, so they are 5 of 9.
		near(labelled([5, 0, 0, 4, 0, 0, 1, 0, 0, 0], 'majority'), 6, [0, 0, 0, 0, 0, 0, 1]);
		near(labelled([0, 0, 0, 0, 0, 8, 0, 0, 2, 0], 'majority'), 1, [0, 1, 0, 0, 0, 0, 0]);
	});
	it('drops rows where half of the votes is the most', () => {
		assert.equal(labelled([5, 0, 0, 5, 0, 0, 0, 0, 0, 0], 'majority'), 'no agreement');
		assert.equal(labelled([4, 0, 0, 3, 3, 0, 0, 0, 0, 0], 'majority'), 'no agreement');
		assert.equal(labelled([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 'majority'), 'no agreement');
	});
	it('drops and counts contempt, unknown and no face', () => {
		assert.equal(labelled([2, 0, 0, 0, 0, 0, 0, 8, 0, 0], 'majority'), 'contempt');
		assert.equal(labelled([2, 0, 0, 0, 0, 0, 0, 0, 8, 0], 'majority'), 'unknown');
		assert.equal(labelled([0, 0, 0, 0, 0, 0, 0, 0, 0, 10], 'majority'), 'no face');
	});
});

describe("ferPlusLabels with 'soft'", () => {
	it('takes the greatest classes until they have three quarters of the votes', () => {
		// Sadness 6 of 10, anger 4 more: 10 of 10.
		near(labelled([0, 0, 0, 6, 4, 0, 0, 0, 0, 0], 'soft'), 4, [0.4, 0, 0, 0, 0.6, 0, 0]);
		// Happiness 8 of 10 is enough; surprise's 2 are not taken.
		near(labelled([0, 8, 2, 0, 0, 0, 0, 0, 0, 0], 'soft'), 3, [0, 0, 0, 1, 0, 0, 0]);
		// The single votes for fear and disgust are outliers.
		near(labelled([5, 0, 0, 3, 0, 1, 1, 0, 0, 0], 'soft'), 6, [0, 0, 0, 0, 3 / 8, 0, 5 / 8]);
	});
	it('takes classes of equal votes together, and no more than three', () => {
		near(labelled([4, 0, 0, 3, 3, 0, 0, 0, 0, 0], 'soft'), 6, [0.3, 0, 0, 0, 0.3, 0, 0.4]);
		// 2 of 10, five times: all five have equal votes.
		assert.equal(labelled([2, 2, 2, 2, 2, 0, 0, 0, 0, 0], 'soft'), 'no agreement');
	});
	it('stops at unknown and no face, which count only when they come first', () => {
		// Anger 6 of 10; then unknown's 4 end it and are not taken: 6 of 10 is more than half.
		near(labelled([0, 0, 0, 0, 6, 0, 0, 0, 4, 0], 'soft'), 0, [1, 0, 0, 0, 0, 0, 0]);
		// Anger 5 of 10, then unknown's 5 end it: half is too little.
		assert.equal(labelled([0, 0, 0, 0, 5, 0, 0, 0, 5, 0], 'soft'), 'no agreement');
		assert.equal(labelled([0, 0, 0, 0, 3, 0, 0, 0, 7, 0], 'soft'), 'unknown');
		assert.equal(labelled([0, 0, 0, 0, 2, 0, 0, 0, 0, 8], 'soft'), 'no face');
	});
	it('takes contempt away where it is a smaller share, and drops the row where it is the first', () => {
		const { rows, targets, contemptShares } = ferPlusLabels(Uint8Array.of(0, 3, 0, 0, 3, 0, 0, 2, 0, 0), 'soft');
		assert.deepEqual([...rows], [0]);
		assert.deepEqual([...targets], [0.5, 0, 0, 0.5, 0, 0, 0]);
		// 3 + 3 of 8 are three quarters: contempt's 2 were never taken.
		assert.equal(contemptShares, 0);
		const other = ferPlusLabels(Uint8Array.of(0, 5, 0, 0, 0, 0, 0, 4, 0, 0), 'soft');
		assert.deepEqual([...other.targets], [0, 0, 0, 1, 0, 0, 0]);
		assert.equal(other.contemptShares, 1);
		assert.equal(labelled([0, 4, 0, 0, 0, 0, 0, 6, 0, 0], 'soft'), 'contempt');
	});
});

it('keeps the numbers of the rows that remain', () => {
	const votes = [
		[9, 0, 0, 0, 0, 0, 0, 0, 0, 0],
		[0, 0, 0, 0, 0, 0, 0, 0, 0, 10],
		[0, 0, 0, 0, 0, 0, 9, 0, 0, 0],
	].flat();
	const { rows, labels, dropped } = ferPlusLabels(Uint8Array.from(votes), 'majority');
	assert.deepEqual([...rows], [0, 2]);
	assert.deepEqual([...labels], [6, 2]);
	assert.deepEqual(dropped, { 'no face': 1, unknown: 0, 'no agreement': 0, contempt: 0 });
});

it('refuses votes that are no whole rows', () => {
	assert.throws(() => ferPlusLabels(new Uint8Array(11), 'soft'), /rows of 10 votes for votes but received "11 values"/);
});
