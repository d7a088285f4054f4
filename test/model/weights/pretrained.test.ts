// The files are made by fixtures/weights/make_fixtures.py: a convolution `conv` and a normalisation `bn`, counted through.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Backbone, PretrainedFile } from '../../../lib/model/backbones/backbone';
import { findPretrained, loadPretrained, readWeights } from '../../../lib/model/weights/pretrained';
import { tf } from '../../../lib/tensorflow/tf';
import { keepsNoTensors } from '../../tensorflow/tensors';

const fixture = (name: string) => join(__dirname, '..', '..', 'fixtures', 'weights', name);
const SHA256 = createHash('sha256')
	.update(readFileSync(fixture('weights.h5')))
	.digest('hex');
const folder = mkdtempSync(join(tmpdir(), 'pretrained-'));
after(() => rmSync(folder, { recursive: true }));

/** A network of those two layers; `filters` other than 3 is not what the file holds, nor is a third layer. */
function record({ filters = 3, extra = [] as string[], sha256 = SHA256 } = {}): Backbone {
	return {
		name: 'tiny',
		pretrainedSize: 8,
		normalization: { scale: 1, offset: 0 },
		features: filters,
		parameters: 24,
		multiplyAdds: 12,
		imagenetTop1: 0,
		license: 'Apache-2.0',
		source: 'this test',
		pretrained: { fileName: 'weights.h5', sha256 },
		build: () =>
			tf.sequential({
				layers: [
					tf.layers.conv2d({ filters, kernelSize: [1, 2], useBias: false, name: 'conv', inputShape: [null, null, 2] }),
					tf.layers.batchNormalization({ name: 'bn' }),
					...extra.map((name) => tf.layers.batchNormalization({ name })),
				],
			}),
		find: (file, layer, weight) => file.get(`${layer}/${weight}`),
	};
}

function weightsOf(model: tf.LayersModel): number[][] {
	return model.getWeights().map((weight) => Array.from(weight.dataSync()));
}

/** Asserts that a file is refused and leaves the model as it was. */
async function refuses(backbone: Backbone, path: string, message: RegExp): Promise<void> {
	const model = backbone.build({ stochasticDepthRate: 0 });
	const before = weightsOf(model);
	const { numTensors } = tf.memory();
	await assert.rejects(loadPretrained(model, backbone, path), { name: 'DataError', message });
	assert.deepEqual(weightsOf(model), before);
	assert.equal(tf.memory().numTensors, numTensors);
	model.dispose();
}

describe('loadPretrained', () => {
	it('sets every weight, trainable ones and statistics', async () => {
		const backbone = record();
		const model = backbone.build({ stochasticDepthRate: 0 });
		const { numTensors } = tf.memory();
		await loadPretrained(model, backbone, fixture('weights.h5'));
		assert.deepEqual(
			Object.fromEntries(model.weights.map((weight) => [weight.originalName, Array.from(weight.read().dataSync())])),
			{
				'conv/kernel': [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
				'bn/gamma': [12, 13, 14],
				'bn/beta': [15, 16, 17],
				'bn/moving_mean': [18, 19, 20],
				'bn/moving_variance': [21, 22, 23],
			},
		);
		assert.equal(tf.memory().numTensors, numTensors);
		model.dispose();
	});

	it('does so for a second model of the same layers, beside the first', async () => {
		const backbone = record();
		const models = [1, 2, 3].map(() => backbone.build({ stochasticDepthRate: 0 }));
		for (const model of models) await loadPretrained(model, backbone, fixture('weights.h5'));
		for (const model of models) assert.deepEqual(weightsOf(model), weightsOf(models[0]));
		assert.deepEqual(weightsOf(models[2])[1], [12, 13, 14]);
		for (const model of models) model.dispose();
	});

	it('refuses a published file whose checksum is another, and lets another file be', async () => {
		const other = '0'.repeat(64);
		await refuses(
			record({ sha256: other }),
			fixture('weights.h5'),
			new RegExp(`^Expected SHA-256 ${other} in weights\\.h5 but received ${SHA256}\\. Delete the file`),
		);
		const copy = join(folder, 'my weights.h5');
		copyFileSync(fixture('weights.h5'), copy);
		const backbone = record({ sha256: other });
		const model = backbone.build({ stochasticDepthRate: 0 });
		await loadPretrained(model, backbone, copy);
		assert.deepEqual(weightsOf(model)[1], [12, 13, 14]);
		model.dispose();
	});

	it('lists weights that the file does not hold', async () => {
		await refuses(
			record({ extra: ['bn_1'] }),
			fixture('weights.h5'),
			/^Expected the weights of tiny in weights\.h5 but received 4 that differ: bn_1\/gamma is missing; bn_1\/beta is missing; bn_1\/moving_mean is missing; bn_1\/moving_variance is missing\. Use the file made for this network\.$/,
		);
		await refuses(
			record({ extra: ['a', 'b'] }),
			fixture('weights.h5'),
			/received 8 that differ: (\w\/\w+ is missing(; |\. )){5}Use/,
		);
	});

	it('lists weights of other shapes', async () => {
		await refuses(
			record({ filters: 4 }),
			fixture('weights.h5'),
			/received 5 that differ: conv\/kernel is \[1,2,2,3\] instead of \[1,2,2,4\]; bn\/gamma is \[3\] instead of \[4\]; /,
		);
		// The same number of values is not enough.
		const turned = record();
		const find: Backbone['find'] = (file, layer, weight) => {
			const tensor = turned.find(file, layer, weight);
			return tensor && { ...tensor, shape: [...tensor.shape].reverse() };
		};
		await refuses(
			{ ...turned, find },
			fixture('weights.h5'),
			/received 1 that differ: conv\/kernel is \[3,2,2,1\] instead of \[1,2,2,3\]\./,
		);
	});

	it('refuses a file of another kind', async () => {
		await refuses(record(), fixture('tensors.pth'), /received 5 that differ: conv\/kernel is missing;/);
		const text = join(folder, 'weights.txt');
		writeFileSync(text, 'weights');
		await refuses(record(), text, /^Expected weights of Keras .* in weights\.txt but received a file of another kind/);
	});

	it('leaves no tensors over many calls', () => {
		keepsNoTensors(() => record().build({ stochasticDepthRate: 0 }).dispose());
	});
});

describe('readWeights', () => {
	it('reads Keras and torch, and compares a checksum only if one is given', async () => {
		assert.ok((await readWeights(fixture('old.h5'))).has('conv/kernel'));
		assert.ok((await readWeights(fixture('tensors.pth'))).has('layer.weight'));
		const md5 = createHash('md5')
			.update(readFileSync(fixture('weights.h5')))
			.digest('hex');
		for (const published of [{ sha256: SHA256 }, { md5 }]) {
			assert.ok((await readWeights(fixture('weights.h5'), published)).has('conv/kernel'));
			const message = new RegExp(`^Expected ${published.md5 ? 'MD5' : 'SHA-256'} [0-9a-f]+ in old\\.h5`);
			await assert.rejects(readWeights(fixture('old.h5'), published), { name: 'DataError', message });
		}
	});
});

describe('findPretrained', () => {
	const file: PretrainedFile = { fileName: 'net.pth', pythonPackage: 'net_package', sha256: '' };
	const inPackage = (sitePackages: string) => `${sitePackages}/net_package/models/net.pth`;
	const places = {
		data: 'data/weights/net.pth',
		venv: inPackage('.venv/lib/python3.12/site-packages'),
	};

	/** A project that has the weights in some places. */
	function project(...found: string[]): string {
		const root = mkdtempSync(join(folder, 'project '));
		for (const place of found) {
			mkdirSync(dirname(join(root, place)), { recursive: true });
			writeFileSync(join(root, place), '');
		}
		return root;
	}

	it('looks in data/weights first, then in the virtual environment', () => {
		const all = project(places.data, places.venv);
		assert.equal(findPretrained(file, all), join(all, places.data));
		const installed = project(places.venv);
		assert.equal(findPretrained(file, installed), join(installed, places.venv));
	});

	it('tries every Python of the virtual environment', () => {
		const root = project('.venv/lib/python3.9/site-packages/other', '.venv/lib/pkgconfig/x', places.venv);
		assert.equal(findPretrained(file, root), join(root, places.venv));
	});

	it('finds nothing where there is nothing', () => {
		assert.equal(findPretrained(file, project()), undefined);
		assert.equal(findPretrained(file, join(folder, 'no such project')), undefined);
		assert.equal(
			findPretrained(file, project('.venv/lib/python3.12/site-packages/net_package/models/other.pth')),
			undefined,
		);
		// A network without a package is looked for in data/weights alone.
		const { pythonPackage: _, ...published } = file;
		assert.equal(
			findPretrained(published, project(places.venv, '.venv/lib/python3.12/site-packages/undefined/models/net.pth')),
			undefined,
		);
		const root = project(places.data);
		assert.equal(findPretrained(published, root), join(root, places.data));
	});
});
