import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { backbone } from '../../lib/model/backbones/registry';
import { buildClassifier, type Classifier, type CreateOptions, createClassifier } from '../../lib/model/classifier';
import { loadPretrained, locatePretrained } from '../../lib/model/weights/pretrained';

const NAME = 'efficientnet-lite0';

function dispose({ model, head }: Classifier): void {
	model.dispose();
	head.dispose();
}

/** Creates a classifier and returns its weights. */
async function weightsOf(options: Partial<CreateOptions>, name = NAME): Promise<Float32Array[]> {
	const classifier = await createClassifier(name, { classes: 7, ...options });
	const weights = classifier.model.getWeights().map((weight) => weight.dataSync<'float32'>().slice());
	dispose(classifier);
	return weights;
}

describe('createClassifier', () => {
	it('builds a backbone with a new head and loads the pretrained weights', async () => {
		const record = backbone(NAME);
		const expected = buildClassifier(record, { classes: 7, dropoutRate: 0, stochasticDepthRate: 0, seed: 3 });
		await loadPretrained(expected.base, record, locatePretrained(record));
		const weights = expected.model.getWeights().map((weight) => weight.dataSync<'float32'>().slice());
		dispose(expected);
		assert.deepEqual(await weightsOf({ seed: 3 }), weights);
		assert.deepEqual(await weightsOf({ seed: 3, weights: locatePretrained(record) }), weights);
	});

	it('draws other weights by the seed, and leaves what starts from a constant', async () => {
		const weights = await weightsOf({ weights: 'random', seed: 1 });
		assert.deepEqual(await weightsOf({ weights: 'random', seed: 1 }), weights);
		const others = await weightsOf({ weights: 'random', seed: 2 });
		// Kernels are drawn; scales, offsets, biases and statistics start from a constant.
		for (const [i, values] of weights.entries()) {
			const isConstant = values.every((value) => value === values[0]);
			assert.equal(String(values.slice(0, 99)) === String(others[i].slice(0, 99)), isConstant, `weight ${i}`);
			assert.ok(isConstant || Math.abs(values.reduce((a, b) => a + b) / values.length) < 0.2);
		}
		const scales = (await weightsOf({ weights: 'random' }, 'convnext-tiny')).filter(
			(values) => values[0] === Math.fround(1e-6),
		);
		assert.equal(scales.length, 18);
	});

	it('refuses unknown backbones, and says how to get weights that are missing', async () => {
		for (const name of ['efficientnet', 'constructor', '__proto__']) {
			await assert.rejects(createClassifier(name, { classes: 7 }), { name: 'RangeError', message: /for backbone/ });
		}
		await assert.rejects(createClassifier(NAME, { classes: 7, projectFolder: tmpdir() }), {
			name: 'DataError',
			message: /^Expected the pretrained weights efficientnet-lite0\S+ in data\/weights.*npx fer data --weights/,
		});
	});
});
