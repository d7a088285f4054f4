import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { readFer2013 } from '../../lib/data/readers/fer2013';
import { tf } from '../../lib/tensorflow/tf';
import { batchVotes, findVotes, voteShares, withVoteLoss } from '../../lib/training/ferPlusVotes';
import { ferPlusText } from '../data/readers/layouts';
import { csvText, temporaryFolder, writeFiles } from '../data/readers/sources';

const VOTES = [
	[0, 0, 0, 9, 1, 0, 0, 0, 0, 0],
	[0, 6, 2, 0, 0, 0, 0, 0, 0, 0],
	[0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
	[0, 0, 0, 0, 0, 0, 0, 10, 0, 0],
	[2, 0, 0, 0, 8, 0, 0, 0, 0, 0],
];

function values(tensor: tf.Tensor): number[] {
	const copied = [...tensor.dataSync()];
	tensor.dispose();
	return copied;
}

describe('voteShares and batchVotes', () => {
	it('divide an image’s votes by their number, and leave an image without votes at 0', () => {
		const votes = voteShares(Uint8Array.from([3, 1, 0, 0, 2, 2]), 2);
		assert.deepEqual([...votes.shares], [0.75, 0.25, 0, 0, 0.5, 0.5]);
		assert.deepEqual(values(batchVotes(votes, [2, 0, 1])), [0.5, 0.5, 0.75, 0.25, 0, 0]);
	});

	it('have a fingerprint of their own', () => {
		const [first, same, other] = [
			[1, 2],
			[1, 2],
			[2, 1],
		].map((votes) => voteShares(Uint8Array.from(votes), 2).fingerprint);
		assert.equal(first, same);
		assert.notEqual(first, other);
	});
});

test('findVotes joins the votes of fer2013new.csv to the images by row', async (t) => {
	const folder = temporaryFolder(t);
	writeFiles(folder, { 'fer2013.csv': csvText(5) });
	const fer2013 = await readFer2013(join(folder, 'fer2013.csv'));
	await assert.rejects(findVotes(fer2013, folder), {
		name: 'DataError',
		message:
			/^Expected the FER\+ votes fer2013new\.csv in data\/ but received no such file\. Download it with npx fer data --votes, /,
	});
	writeFileSync(join(folder, 'fer2013new.csv'), ferPlusText(VOTES));
	const votes = await findVotes(fer2013, folder);
	assert.equal(votes.classes, 10);
	assert.deepEqual([...votes.shares.subarray(10, 20)], [0, 0.75, 0.25, 0, 0, 0, 0, 0, 0, 0]);
	writeFileSync(join(folder, 'fer2013new.csv'), ferPlusText(VOTES.slice(1)));
	await assert.rejects(findVotes(fer2013, folder), /5 rows of votes, one for each image/);
});

describe('withVoteLoss', () => {
	const first = (targets: tf.Tensor2D, logits: tf.Tensor2D) => tf.sum(tf.mul(targets, logits)) as tf.Scalar;

	it('adds the cross-entropy of the columns behind the targets’, by its weight: worked by hand', () => {
		const targets = tf.tensor2d([[1, 0]]);
		const logits = tf.tensor2d([[5, 7, Math.log(3), 0]]);
		const votes = tf.tensor2d([[0.5, 0.5]]);
		const loss = withVoteLoss(first, 0.2)(targets, logits, votes);
		// Probabilities 3/4 and 1/4, each with half of the votes.
		const expected = 5 + 0.2 * -(0.5 * Math.log(0.75) + 0.5 * Math.log(0.25));
		assert.ok(Math.abs(values(loss)[0] - expected) < 1e-6);
		tf.dispose([targets, logits, votes]);
	});

	it('counts an image without votes as nothing, and leaves a batch without votes to the first loss', () => {
		const targets = tf.tensor2d([[1, 0]]);
		const logits = tf.tensor2d([[5, 7, 1, 2]]);
		const none = tf.tensor2d([[0, 0]]);
		assert.deepEqual(values(withVoteLoss(first, 1)(targets, logits, none)), [5]);
		const own = tf.slice2d(logits, [0, 0], [1, 2]);
		assert.deepEqual(values(withVoteLoss(first, 1)(targets, own)), [5]);
		tf.dispose([targets, logits, none, own]);
	});
});
