import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, test } from 'node:test';
import type { StoredTensor } from '../../../lib/model/backbones/backbone';
import { vgg16, vgg16Block3 } from '../../../lib/model/backbones/vgg16';
import { unfreezeFrom } from '../../../lib/model/classifier';
import { normalize } from '../../../lib/model/preprocess';
import { loadPretrained } from '../../../lib/model/weights/pretrained';
import { tf } from '../../../lib/tensorflow/tf';
import { formulaImages, uniform } from './formula';
import {
	buildWith,
	clearWeights,
	gradientsOf,
	kerasNetworks,
	matchesRecord,
	sameFeatures,
	sameOn,
	sameTensors,
	weightOf,
	writeLikeKeras,
} from './kerasNetwork';

const keras = kerasNetworks.vgg16;
const folder = mkdtempSync(join(tmpdir(), 'vgg16-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('vgg16', () => {
	const model = buildWith(vgg16);
	after(() => model.dispose());

	it('is what its record says, and so is vgg16-block3', () => {
		const block3 = vgg16Block3.build({ stochasticDepthRate: 0.2 });
		for (const [network, record] of [
			[model, vgg16],
			[block3, vgg16Block3],
		] as const) {
			matchesRecord(network, record);
		}
		block3.dispose();
	});

	it('gives the features of keras.applications at two sizes, in training too', () => {
		sameOn(model, 2, 64, keras['inference 64']);
		sameOn(model, 1, 75, keras['inference 75']);
		sameOn(model, 2, 64, keras['inference 64'], true);
	});

	for (const [pass, firstLayer, count] of [
		['unfrozen', 'all', 26],
		['frozen', 'block4', 12],
	] as const) {
		it(`gives its gradients, ${pass}`, () => {
			const fixture = keras[`${pass} 32`];
			const images = formulaImages(tf, fixture.images, 1, 32);
			try {
				unfreezeFrom(model, firstLayer, false);
				const gradients = gradientsOf(model, images, (y) => sameFeatures(y, keras['unfrozen 32']));
				assert.equal(Object.keys(gradients).length, count);
				sameTensors(gradients, fixture.gradients);
			} finally {
				unfreezeFrom(model, 'all', false);
				images.dispose();
			}
		});
	}

	it('takes every weight of the file that Keras saves, and nothing else; so does vgg16-block3', async () => {
		const path = join(folder, 'saved.h5');
		await writeLikeKeras(path, keras.names);
		assert.equal(Object.keys(keras.names).length, model.weights.length);
		clearWeights(model);
		await loadPretrained(model, vgg16, path);
		sameOn(model, 2, 64, keras['inference 64']);
		const block3 = vgg16Block3.build({ stochasticDepthRate: 0 });
		await loadPretrained(block3, vgg16Block3, path);
		sameOn(block3, 1, 75, keras['block3 75']);
		block3.dispose();
	});

	it('finds the tensors by the names of Keras 1', () => {
		const file = new Map<string, StoredTensor>();
		for (const { originalName, shape } of model.weights) {
			const [layer, weight] = originalName.split('/');
			const name = `${layer}/${layer}_${weight === 'kernel' ? 'W' : 'b'}_1`;
			file.set(name, { shape: shape as number[], values: weightOf(originalName, shape as number[], false) });
		}
		for (const { originalName, shape } of model.weights) {
			const [layer, weight] = originalName.split('/') as [string, 'kernel' | 'bias'];
			const found = vgg16.find(file, layer, weight);
			assert.deepEqual(found?.shape, shape);
			assert.equal(found, file.get(`${layer}/${layer}_${weight === 'kernel' ? 'W' : 'b'}_1`));
		}
		assert.equal(vgg16.find(file, 'block6_conv1', 'kernel'), undefined);
	});

	it('refuses a published file of another checksum, and one that ends too early', async () => {
		const early = Object.entries(keras.names).filter(([name]) => !/block[45]/.test(name));
		const published = join(folder, vgg16.pretrained.fileName);
		await writeLikeKeras(published, Object.fromEntries(early.slice(0, 2)));
		await assert.rejects(loadPretrained(model, vgg16, published), {
			name: 'DataError',
			message: /^Expected MD5 6d6bbae143d832006294945121d1f1fc in vgg16_weights/,
		});
		const cut = join(folder, 'cut.h5');
		await writeLikeKeras(cut, Object.fromEntries(early));
		await assert.rejects(loadPretrained(model, vgg16, cut), {
			name: 'DataError',
			message: /received 12 that differ: block4_conv1\/kernel is missing; block4_conv1\/bias is missing; /,
		});
	});
});

const real = process.env.VGG16_BLOCK3_WEIGHTS;
test('vgg16-block3 with its ImageNet weights gives the features of keras.applications from raw pixels', {
	skip: !real && 'VGG16_BLOCK3_WEIGHTS does not say where the .h5 file with blocks 1 to 3 of VGG16 lies.',
}, async () => {
	const model = vgg16Block3.build({ stochasticDepthRate: 0 });
	await loadPretrained(model, vgg16Block3, real as string);
	tf.tidy(() => {
		const values = uniform('images', 96 * 96 * 3).map((value) => Math.round(127.5 + 127.5 * value));
		const pixels = tf.tensor4d(new Float32Array(values), [1, 96, 96, 3]);
		sameFeatures(model.apply(normalize(pixels, vgg16Block3.normalization)) as tf.Tensor, keras['block3 real 96']);
	});
	model.dispose();
});
