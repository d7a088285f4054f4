// The files are made by fixtures/weights/make_keras3.py.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { BACKBONES } from '../../../lib/model/backbones/registry';
import { readH5 } from '../../../lib/model/weights/h5';
import { readKerasArchive } from '../../../lib/model/weights/kerasArchive';
import { checkPretrained, loadPretrained, readWeights } from '../../../lib/model/weights/pretrained';
import { tf } from '../../../lib/tensorflow/tf';
import { makeZip } from '../../data/readers/sources';
import { pixelNetworks } from '../../fixtures/backbones/pixelNetworks';

/** For each network: the group in the file, the name of the layer, its weights and their shapes. */
type Groups = Readonly<Record<string, [group: string, layer: string, weights: [string, number[]][]][]>>;

const fixture = (name: string) => join(__dirname, '..', '..', 'fixtures', 'weights', name);
const groups = JSON.parse(readFileSync(fixture('keras3Groups.json'), 'utf8')) as Groups;
const folder = mkdtempSync(join(tmpdir(), 'keras3-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const count = (from: number, size: number) => Array.from({ length: size }, (_, i) => from + i);
/** The weights of the small network, counted through in the order of its layers. */
const SMALL = {
	'first/kernel': [[1, 2, 2, 4], count(0, 16)],
	'bn/gamma': [[4], count(16, 4)],
	'bn/beta': [[4], count(20, 4)],
	'bn/moving_mean': [[4], count(24, 4)],
	'bn/moving_variance': [[4], count(28, 4)],
	'depthwise/kernel': [[1, 1, 4, 1], count(32, 4)],
	'second/kernel': [[1, 1, 4, 3], count(36, 12)],
	'second/bias': [[3], count(48, 3)],
	'norm/gamma': [[3], count(51, 3)],
	'norm/beta': [[3], count(54, 3)],
	'logits/kernel': [[3, 2], count(57, 6)],
	'logits/bias': [[2], count(63, 2)],
};

describe('readWeights', () => {
	for (const name of ['keras3.h5', 'keras3.weights.h5', 'keras3.keras', 'older.keras']) {
		it(`reads every layer by its name, those of a model inside too: ${name}`, async () => {
			const tensors = await readWeights(fixture(name));
			for (const [weight, [shape, values]] of Object.entries(SMALL)) {
				const found = tensors.get(weight);
				assert.deepEqual([found?.shape, [...(found?.values ?? [])]], [shape, values], weight);
			}
			// Of the model inside, as a layer.
			assert.ok(tensors.has('inside/kernel') && tensors.size <= Object.keys(SMALL).length + 4);
		});
	}

	it('says what to do where the layers have no names', async () => {
		await assert.rejects(readWeights(fixture('older.weights.h5')), {
			name: 'DataError',
			message:
				/^Expected names of layers in older\.weights\.h5 but received none\. Save it with a newer version of Keras 3/,
		});
	});

	it('knows a file by its content, whatever its name', async () => {
		for (const [from, to] of [
			['keras3.keras', 'weights.h5'],
			['keras3.weights.h5', 'weights.pth'],
			['tensors.pth', 'weights.keras'],
		]) {
			writeFileSync(join(folder, to), readFileSync(fixture(from)));
			assert.ok((await readWeights(join(folder, to))).size > 0);
		}
	});

	it('refuses a damaged .keras archive with a sentence, and leaves no file behind', async () => {
		const bytes = readFileSync(fixture('keras3.keras'));
		const [config, weights] = [
			{ name: 'config.json', content: '{' },
			{ name: 'model.weights.h5', content: 'no HDF5' },
		];
		const before = readdirSync(tmpdir()).filter((name) => name.startsWith('fer-weights-')).length;
		for (const [content, message] of [
			[bytes.subarray(0, bytes.length / 2), /^Expected a complete archive in damaged\.keras but received/],
			[makeZip([config, weights]), /^Expected config\.json in damaged\.keras but received a damaged one\./],
			[makeZip([weights]), /^Expected config\.json in damaged\.keras but received none\./],
			[
				makeZip([{ ...config, content: '{}' }, weights]),
				/^Expected a Keras \.h5 weight file in damaged\.keras but received/,
			],
		] as const) {
			const path = join(folder, 'damaged.keras');
			writeFileSync(path, content);
			await assert.rejects(readKerasArchive(path), { name: 'DataError', message });
		}
		assert.equal(readdirSync(tmpdir()).filter((name) => name.startsWith('fer-weights-')).length, before);
	});
});

/** Writes a file of weights as Keras 3 does; each tensor has its own number. Returns the numbers by `layer/weight`. */
async function writeNumbered(path: string, rows: Groups[string]): Promise<Map<string, number>> {
	const { default: h5wasm } = await import('h5wasm/node');
	await h5wasm.ready;
	const numbers = new Map<string, number>();
	const file = new h5wasm.File(path, 'w');
	for (const [group, layer, weights] of rows) {
		const parts = group.split('/');
		for (let i = 1; i <= parts.length; i++) {
			const name = parts.slice(0, i).join('/');
			if (!file.get(name)) file.create_group(name);
		}
		(file.get(group) as InstanceType<typeof h5wasm.Group>).create_attribute('name', layer);
		for (const [i, [weight, shape]] of weights.entries()) {
			const data = new Float32Array(tf.util.sizeFromShape(shape)).fill(numbers.size + 1);
			numbers.set(`${layer}/${weight}`, numbers.size + 1);
			file.create_dataset({ name: `${group}/${i}`, data, shape, dtype: '<f4' });
		}
	}
	file.close();
	return numbers;
}

/** The name that Keras gives to one of our weights. */
function kerasName(backbone: string, weight: string): string {
	if (backbone !== 'convnext-tiny') return weight.replace('/depthwise_kernel', '/kernel');
	const [path] = Object.entries(pixelNetworks[backbone].names).find(([, [ours]]) => ours === weight) ?? [''];
	return path.split('/').slice(-2).join('/');
}

describe('loadPretrained', () => {
	for (const name of ['convnext-tiny', 'efficientnet-b0', 'mobilenet-v2', 'resnet50', 'vgg16', 'vgg16-block3']) {
		it(`takes every weight of ${name} from a file of Keras 3, each from its layer`, async () => {
			const rows = groups[name.replace('-block3', '')];
			const path = join(folder, `${name}.weights.h5`);
			const numbers = await writeNumbered(path, rows);
			const model = BACKBONES[name].build({ stochasticDepthRate: 0 });
			await loadPretrained(model, BACKBONES[name], path);
			for (const { originalName, ...weight } of model.weights.map((each) => ({
				originalName: each.originalName,
				value: each.read(),
			}))) {
				const values = weight.value.dataSync();
				const layer = kerasName(name, originalName);
				const expected =
					numbers.get(layer) ??
					[...numbers].find(
						([key]) => key.split('/')[0] === layer.split('/')[0] && originalName.includes('layer_scale'),
					)?.[1];
				assert.deepEqual([values[0], values.at(-1)], [expected, expected], originalName);
			}
			model.dispose();
			rmSync(path);
		});
	}

	it('takes the layers of EfficientNet-Lite by our names, of a network that was built in Keras', async () => {
		const backbone = BACKBONES['efficientnet-lite0'];
		const model = backbone.build({ stochasticDepthRate: 0 });
		const file = new Map(
			model.weights.map(({ originalName, shape }, i) => {
				const values = new Float32Array(tf.util.sizeFromShape(shape as number[])).fill(i);
				return [originalName.replace('depthwise_kernel', 'kernel'), { shape: shape as number[], values }] as const;
			}),
		);
		for (const [i, { originalName }] of model.weights.entries()) {
			const [layer, weight] = originalName.split('/');
			assert.equal(backbone.find(file, layer, weight as 'kernel')?.values[0], i, originalName);
		}
		model.dispose();
	});
});

describe('checkPretrained', () => {
	it('refuses weights of another network, and what is no file, before anything slow', async () => {
		const backbone = BACKBONES['mobilenet-v2'];
		await checkPretrained(backbone, 'random');
		const { numTensors } = tf.memory();
		await assert.rejects(checkPretrained(backbone, fixture('keras3.keras')), {
			name: 'DataError',
			message:
				/^Expected the weights of mobilenet-v2 in keras3\.keras but received \d+ that differ: Conv1\/kernel is missing/,
		});
		assert.equal(tf.memory().numTensors, numTensors);
		const expected =
			'Expected imagenet, random, or the path of a weight file or a trained model for weights but received';
		for (const [path, message] of [
			['nofile.h5', `^${expected} "nofile\\.h5"\\. There is no file /.*nofile\\.h5\\.$`],
			['imagnet', `^${expected} "imagnet"\\.`],
			[folder, `^${expected} ".*"\\. It is a folder: name a file in it\\.$`],
		]) {
			await assert.rejects(checkPretrained(backbone, path), { name: 'RangeError', message: new RegExp(message) });
		}
		await assert.rejects(checkPretrained(backbone, 'imagenet', join(folder, 'no project')), { name: 'DataError' });
	});

	it('finds nothing wrong with a file that fits', async () => {
		const backbone = { ...BACKBONES['mobilenet-v2'], build: () => smallNetwork() };
		await checkPretrained(backbone, fixture('keras3.weights.h5'));
		assert.ok((await readH5(fixture('keras3.h5'))).has('first/kernel'));
	});
});

/** The first layers of the small network. */
function smallNetwork(): tf.LayersModel {
	return tf.sequential({
		layers: [
			tf.layers.conv2d({ filters: 4, kernelSize: [1, 2], useBias: false, name: 'first', inputShape: [null, null, 2] }),
			tf.layers.batchNormalization({ name: 'bn' }),
			tf.layers.depthwiseConv2d({ kernelSize: 1, useBias: false, name: 'depthwise' }),
		],
	});
}
