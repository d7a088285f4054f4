import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classDistribution } from '../../lib/figures/classDistribution';
import { assertStored } from './storedFigure';

const EMOTIONS = ['angry', 'disgust'];
const COUNTS = { training: [3000, 400], validation: [750, 100], test: [937, 63] };

test('classDistribution draws what is stored', () => {
	assertStored(classDistribution({ emotions: EMOTIONS, counts: COUNTS }), 'classDistribution');
});

test('classDistribution has a bar for each class and part, totals and shares', () => {
	const { data, layout } = classDistribution({ emotions: EMOTIONS, counts: COUNTS });
	assert.deepEqual(
		data.map((trace) => trace.name),
		['training (3,400)', 'validation (850)', 'test (1,000)'],
	);
	assert.deepEqual(
		data.map((trace) => 'y' in trace && trace.y),
		[COUNTS.training, COUNTS.validation, COUNTS.test],
	);
	// 4,687 and 563 of 5,250.
	assert.match(String(layout.xaxis?.ticktext?.[0]), /4,687, 89\.3 %/);
	assert.match(String(layout.xaxis?.ticktext?.[1]), /563, 10\.7 %/);
});

test('classDistribution leaves out a part that is not given', () => {
	const { data } = classDistribution({ emotions: EMOTIONS, counts: { test: [1, 2] } });
	assert.deepEqual(
		data.map((trace) => trace.name),
		['test (3)'],
	);
});

test('classDistribution refuses counts that do not fit', () => {
	assert.throws(() => classDistribution({ emotions: EMOTIONS, counts: {} }), /Expected at least one part of the data/);
	const counts = { training: [1, 2, 3] };
	assert.throws(
		() => classDistribution({ emotions: EMOTIONS, counts }),
		/2 counts for counts\.training but received 3/,
	);
	const half = { test: [1, 0.5] };
	assert.throws(() => classDistribution({ emotions: EMOTIONS, counts: half }), /for counts\.test but received 0\.5/);
});
