import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressOf } from '../../../lib/data/readers/readerOptions';
import type { Progress } from '../../../lib/progress';

test('progressOf calls at most once a percent, never backwards, and not above 1', () => {
	const calls: [number, string][] = [];
	const onProgress = ({ done, stage }: Progress) => calls.push([done, stage]);
	const report = progressOf({ onProgress }, 'Reading');
	for (const fraction of [0, 0.001, 0.009, 0.01, 0.5, 0.3, 0.509, 0.999, 1, 1.01]) report(fraction);
	assert.deepEqual(calls, [
		[0, 'Reading'],
		[0.01, 'Reading'],
		[0.5, 'Reading'],
		[0.99, 'Reading'],
		[1, 'Reading'],
	]);
	progressOf({}, 'nobody listens')(0.5);
});
