import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ferPlusLabels } from '../../../lib/data/readers/ferPlusLabels';

/** Votes in FER+'s order: neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, no face. */
type Votes = readonly number[];

/** The label of one row, or why it is dropped; worked by hand from the rules of the paper and its code. */
function labelled(votes: Votes) {
	const { rows, labels, dropped } = ferPlusLabels(Uint8Array.from(votes));
	if (rows.length === 1) return labels[0];
	return Object.entries(dropped).find(([, count]) => count === 1)?.[0];
}

describe('ferPlusLabels', () => {
	it('takes the class with more than half of the votes that are no outliers', () => {
		// 10 votes: 5 neutral are half, but the single vote for fear falls away, so they are 5 of 9.
		assert.equal(labelled([5, 0, 0, 4, 0, 0, 1, 0, 0, 0]), 6);
		assert.equal(labelled([0, 0, 0, 0, 0, 8, 0, 0, 2, 0]), 1);
	});
	it('drops rows where half of the votes is the most', () => {
		assert.equal(labelled([5, 0, 0, 5, 0, 0, 0, 0, 0, 0]), 'no agreement');
		assert.equal(labelled([4, 0, 0, 3, 3, 0, 0, 0, 0, 0]), 'no agreement');
		assert.equal(labelled([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]), 'no agreement');
	});
	it('drops and counts contempt, unknown and no face', () => {
		assert.equal(labelled([2, 0, 0, 0, 0, 0, 0, 8, 0, 0]), 'contempt');
		assert.equal(labelled([2, 0, 0, 0, 0, 0, 0, 0, 8, 0]), 'unknown');
		assert.equal(labelled([0, 0, 0, 0, 0, 0, 0, 0, 0, 10]), 'no face');
	});
});

it('keeps the numbers of the rows that remain', () => {
	const votes = [
		[9, 0, 0, 0, 0, 0, 0, 0, 0, 0],
		[0, 0, 0, 0, 0, 0, 0, 0, 0, 10],
		[0, 0, 0, 0, 0, 0, 9, 0, 0, 0],
	].flat();
	const { rows, labels, dropped } = ferPlusLabels(Uint8Array.from(votes));
	assert.deepEqual([...rows], [0, 2]);
	assert.deepEqual([...labels], [6, 2]);
	assert.deepEqual(dropped, { 'no face': 1, unknown: 0, 'no agreement': 0, contempt: 0 });
});

it('refuses votes that are no whole rows', () => {
	assert.throws(() => ferPlusLabels(new Uint8Array(11)), /rows of 10 votes for votes but received "11 values"/);
});
