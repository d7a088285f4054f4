import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FUZZ_TARGETS, fuzz } from '../../../experiments/fuzz/runFuzz';
import { hasOwnOps } from '../../../lib/tensorflow/native';

const SEED = 1;
/** Two minutes in all; `fer experiment fuzz` takes an hour. */
const SECONDS = 24;

describe('every input ends in a result or in a refusal', () => {
	for (const name of Object.keys(FUZZ_TARGETS)) {
		const skip = name === 'kernels' && !hasOwnOps() ? 'The binding has no ops of native/: npm run setup' : false;
		it(name, { skip }, async () => {
			const { inputs, outcomes, failure } = await fuzz(name, SEED, SECONDS);
			assert.equal(failure, undefined, failure);
			// Otherwise the inputs are all alike, and the test says nothing.
			assert.ok(outcomes.result > inputs / 50 && outcomes.refusal > inputs / 50, JSON.stringify({ inputs, outcomes }));
		});
	}
});
