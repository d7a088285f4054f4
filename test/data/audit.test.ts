import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditDataset, auditTable } from '../../lib/data/audit';
import { makeDataset } from '../../lib/data/dataset';

/** By hand: images 0, 2 and 6 are copies, of labels that conflict; 1 and 5 are copies; 3 and 4 are blank. */
const DATASET = makeDataset({
	name: 'seven',
	shape: [1, 2, 1],
	pixels: Uint8Array.from([1, 2, 2, 1, 1, 2, 0, 0, 9, 9, 2, 1, 1, 2]),
	labels: Uint8Array.of(0, 1, 0, 2, 3, 1, 5),
});

test('auditDataset counts copies, conflicts and blank images', () => {
	const audit = auditDataset(DATASET);
	assert.deepEqual(audit, {
		images: 7,
		distinctImages: 4,
		copyGroups: 2,
		copyExamples: [
			[0, 2, 6],
			[1, 5],
		],
		conflictingGroups: 1,
		conflictingExamples: [[0, 2, 6]],
		blankImages: 2,
		blankExamples: [3, 4],
		crossing: [],
	});
});

test('auditDataset counts the images of one part with a copy in another', () => {
	const split = {
		protocol: 'holdout',
		seed: 1,
		train: Uint32Array.of(0, 1, 3),
		validation: Uint32Array.of(2, 4),
		test: Uint32Array.of(5, 6),
	} as const;
	assert.deepEqual(auditDataset(DATASET, split).crossing, [
		{ part: 'validation', copyIn: 'train', images: 1, of: 2, examples: [[2, 0]] },
		{
			part: 'test',
			copyIn: 'train',
			images: 2,
			of: 2,
			examples: [
				[5, 1],
				[6, 0],
			],
		},
		{ part: 'test', copyIn: 'validation', images: 1, of: 2, examples: [[6, 2]] },
	]);
});

test('auditTable gives a row a finding', () => {
	const split = {
		protocol: 'holdout',
		seed: 1,
		train: Uint32Array.of(0),
		validation: Uint32Array.of(2),
		test: Uint32Array.of(3),
	};
	const rows = auditTable(auditDataset(DATASET, { ...split, protocol: 'holdout' }));
	assert.deepEqual(rows, [
		{ finding: 'distinct images', count: 4, of: 7 },
		{ finding: 'groups of exact copies', count: 2, of: 4 },
		{ finding: 'groups of copies with conflicting labels', count: 1, of: 2 },
		{ finding: 'blank images', count: 2, of: 7 },
		{ finding: 'validation images with a copy in train', count: 1, of: 1 },
		{ finding: 'test images with a copy in train', count: 0, of: 1 },
		{ finding: 'test images with a copy in validation', count: 0, of: 1 },
	]);
});
