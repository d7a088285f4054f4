import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { StoredTensor, WeightName } from '../../../lib/model/backbones/backbone';
import { convNeXtTiny } from '../../../lib/model/backbones/convNeXtTiny';
import { unfreezeFrom } from '../../../lib/model/classifier';
import { foldBatchNormalization } from '../../../lib/model/foldBatchNormalization';
import { loadPretrained } from '../../../lib/model/weights/pretrained';
import type { tf } from '../../../lib/tensorflow/tf';
import { inputFor, pixelNetworks, sameOnPixels, writeSaved } from '../../fixtures/backbones/pixelNetworks';
import { buildWith, clearWeights, gradientsOf, matchesRecord, sameFeatures, sameTensors } from './kerasNetwork';

const keras = pixelNetworks['convnext-tiny'];
const BLOCKS = 18;
const folder = mkdtempSync(join(tmpdir(), 'convnext-tiny-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('convNeXtTiny', () => {
	const model = buildWith(convNeXtTiny);
	after(() => model.dispose());

	it('is what its record says', () => {
		matchesRecord(model, convNeXtTiny);
	});

	it('gives the features of keras.applications from pixels, at two sizes, in training too', () => {
		sameOnPixels(model, convNeXtTiny, [2, 64], keras['inference 64']);
		sameOnPixels(model, convNeXtTiny, [1, 75], keras['inference 75']);
		sameOnPixels(model, convNeXtTiny, [2, 64], keras['training 64'], true);
	});

	for (const [pass, firstLayer, count] of [
		['training', 'all', 9 * BLOCKS + 4 * 4 + 2],
		['frozen', 'stage2', 9 * 12 + 4 + 2],
	] as const) {
		it(`gives its gradients, ${pass === 'frozen' ? 'the first half frozen' : 'all layers trained'}`, () => {
			const fixture = keras[`${pass} 64`];
			const images = inputFor(convNeXtTiny, 2, 64);
			try {
				unfreezeFrom(model, firstLayer, false);
				const gradients = gradientsOf(model, images, (y) => sameFeatures(y, fixture));
				assert.equal(Object.keys(gradients).length, count);
				sameTensors(gradients, fixture.gradients);
			} finally {
				unfreezeFrom(model, 'all', false);
				images.dispose();
			}
		});
	}

	it('gives the same as a model for use', async () => {
		const folded = await foldBatchNormalization(model);
		sameOnPixels(folded, convNeXtTiny, [2, 64], keras['inference 64']);
		folded.dispose();
	});

	it('takes every weight of the file that Keras saves, and nothing else', async () => {
		const path = join(folder, 'saved.h5');
		await writeSaved(path, keras, model);
		assert.equal(Object.keys(keras.names).length, model.weights.length);
		clearWeights(model);
		await loadPretrained(model, convNeXtTiny, path);
		sameOnPixels(model, convNeXtTiny, [2, 64], keras['inference 64']);
	});

	it('finds the tensors by the names of Keras 2', () => {
		const file = new Map<string, StoredTensor>();
		const tensors = new Map<string, StoredTensor>();
		for (const [path, [weight, shape]] of Object.entries(keras.names)) {
			const parts = path.split('/');
			// The layer scale was a variable without a name; where other networks were made before, the last layer is not the first.
			const layer = parts[1].replace(/^layer_normalization$/, 'layer_normalization_23');
			const kind = layer.endsWith('_layer_scale') ? 'Variable' : parts[parts.length - 1];
			const tensor = { shape, values: new Float32Array(0) };
			file.set(`${layer}/${kind}`, tensor);
			tensors.set(weight as string, tensor);
		}
		assert.equal(file.size, model.weights.length);
		assert.ok(
			file.has('layer_normalization_23/gamma') && file.has('convnext_tiny_stage_3_block_2_layer_scale/Variable'),
		);
		for (const { originalName, shape } of model.weights) {
			const [layer, weight] = originalName.split('/') as [string, WeightName];
			const found = convNeXtTiny.find(file, layer, weight);
			assert.deepEqual(found?.shape, shape, originalName);
			assert.equal(found?.values, tensors.get(originalName)?.values);
			assert.equal(convNeXtTiny.find(new Map(), layer, weight), undefined);
		}
	});

	it('drops residual branches in proportion to their depth, and keeps the names of its weights', () => {
		const dropping = convNeXtTiny.build({ stochasticDepthRate: 0.4 });
		const rates = dropping.layers.filter(({ name }) => name.endsWith('_drop')).map((layer) => layer.getConfig().rate);
		assert.equal(rates.length, BLOCKS - 1);
		rates.forEach((rate, i) => {
			assert.ok(Math.abs((rate as number) - (0.4 * (i + 1)) / 17) < 1e-12, `${rate}`);
		});
		const names = ({ weights }: tf.LayersModel) => weights.map(({ originalName }) => originalName).sort();
		assert.deepEqual(names(dropping), names(model));
		const scales = dropping.weights.filter(({ originalName }) => originalName.includes('_layer_scale/'));
		assert.equal(scales.length, BLOCKS);
		for (const scale of scales) {
			const values = scale.read().dataSync();
			assert.ok(values.every((value) => value === Math.fround(1e-6)));
		}
		dropping.dispose();
	});

	it('refuses a published file of another checksum, and a file of another network', async () => {
		const some = Object.entries(keras.names).filter(([, [weight]]) => weight?.startsWith('stem_'));
		const published = join(folder, convNeXtTiny.pretrained.fileName);
		await writeSaved(published, { names: Object.fromEntries(some) }, model);
		await assert.rejects(loadPretrained(model, convNeXtTiny, published), {
			name: 'DataError',
			message:
				/^Expected SHA-256 d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1 in convnext_tiny_notop/,
		});
		const other = join(folder, 'other.h5');
		await writeSaved(other, { names: Object.fromEntries(some) }, model);
		await assert.rejects(loadPretrained(model, convNeXtTiny, other), {
			name: 'DataError',
			message: /received 176 that differ: stage0_block0_depthwise_conv\/depthwise_kernel is missing; /,
		});
	});
});
