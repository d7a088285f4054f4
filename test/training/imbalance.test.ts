import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IMBALANCE_METHODS, type ImbalanceConfig } from '../../lib/config';
import { classCounts, makeDataset } from '../../lib/data/dataset';
import { FULL } from '../../lib/profiles';
import { createRandom } from '../../lib/random';
import { epochOrder, imbalanceLoss } from '../../lib/training/imbalance';

const config = (method: ImbalanceConfig['method'], changes: Partial<ImbalanceConfig> = {}): ImbalanceConfig => ({
	...FULL.phase2.imbalance,
	...changes,
	method,
});

/** Six images of class 0, two of class 1, one of class 2, and none of the others. */
const dataset = makeDataset({
	name: 'nine',
	shape: [1, 1, 1],
	pixels: new Uint8Array(9),
	labels: Uint8Array.of(0, 0, 1, 0, 0, 2, 0, 1, 0),
});
const ALL = Uint32Array.from(dataset.labels.keys());

function near(received: readonly number[] | undefined, expected: readonly number[]): void {
	assert.equal(received?.length, expected.length);
	expected.forEach((value, i) => {
		assert.ok(Math.abs(received[i] - value) < 1e-6, `${received} instead of ${expected}`);
	});
}

describe('imbalanceLoss', () => {
	it('weighs by inverse frequency as scikit-learn: n / (classes x count), worked by hand', () => {
		near(imbalanceLoss(config('inverseFrequency'), [6, 2, 1]).classWeights, [9 / 18, 9 / 6, 9 / 3]);
	});

	it('weighs by the effective number of images, the sum being the number of classes: worked by hand', () => {
		// (1 - 0.9) / (1 - 0.9^n): 1 for one image, 10/19 for two; their sum is 29/19.
		near(imbalanceLoss(config('classBalanced', { effectiveNumberBeta: 0.9 }), [1, 2]).classWeights, [38 / 29, 20 / 29]);
		// Beta 0 is no weight at all.
		near(imbalanceLoss(config('classBalanced', { effectiveNumberBeta: 0 }), [6, 2]).classWeights, [1, 1]);
	});

	it('shifts logits by the logarithm of the shares', () => {
		const { logitOffsets } = imbalanceLoss(config('logitAdjustment', { logitAdjustmentTau: 2 }), [6, 2, 1]);
		near(logitOffsets, [2 * Math.log(6 / 9), 2 * Math.log(2 / 9), 2 * Math.log(1 / 9)]);
	});

	it('is finite for a class without images, and nothing where the loss has no part', () => {
		for (const method of IMBALANCE_METHODS) {
			const { classWeights = [], logitOffsets = [], focalGamma = 0 } = imbalanceLoss(config(method), [4, 0]);
			assert.ok([...classWeights, ...logitOffsets, focalGamma].every(Number.isFinite));
		}
		assert.deepEqual(imbalanceLoss(config('none'), [6, 2]), {});
		assert.deepEqual(imbalanceLoss(config('balancedSampling'), [6, 2]), {});
		assert.deepEqual(imbalanceLoss(config('focal'), [6, 2]), { focalGamma: 2 });
	});
});

describe('epochOrder', () => {
	it('visits each image once, in an order of its own each time', () => {
		const orders = [1, 2].map((seed) => epochOrder(dataset, ALL, config('none'), createRandom(seed)));
		for (const order of orders) assert.deepEqual(order.toSorted(), ALL);
		assert.notDeepEqual(orders[0], orders[1]);
	});

	it('draws every class that there is equally often with balanced sampling', () => {
		for (let seed = 0; seed < 20; seed++) {
			const order = epochOrder(dataset, ALL, config('balancedSampling'), createRandom(seed));
			const labels = Array.from(order, (index) => dataset.labels[index]);
			assert.deepEqual(classCounts(labels, 7), [3, 3, 3, 0, 0, 0, 0]);
			// Three of the six, none of them twice.
			assert.equal(new Set(order.filter((index) => dataset.labels[index] === 0)).size, 3);
		}
	});
});
