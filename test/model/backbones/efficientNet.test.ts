import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { efficientNetB0 } from '../../../lib/model/backbones/efficientNet';
import { unfreezeFrom } from '../../../lib/model/classifier';
import { foldBatchNormalization } from '../../../lib/model/foldBatchNormalization';
import { loadPretrained } from '../../../lib/model/weights/pretrained';
import type { tf } from '../../../lib/tensorflow/tf';
import { inputFor, pixelNetworks, sameOnPixels, writeSaved } from '../../fixtures/backbones/pixelNetworks';
import {
	batchStatisticsOf,
	buildWith,
	clearWeights,
	freezeAt,
	gradientsOf,
	matchesRecord,
	sameFeatures,
	sameTensors,
	scaleWhere,
	setWeights,
} from './kerasNetwork';

const keras = pixelNetworks['efficientnet-b0'];
const MOMENTUM = 0.99;
const folder = mkdtempSync(join(tmpdir(), 'efficientnet-b0-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Batch statistics behind a 1x1 convolution take away what a projection's beta has added: its gradient is a sum that
 * cancels.
 */
const cancels = (name: string) => name.endsWith('_project_bn/beta');

describe('efficientNetB0', () => {
	const model = buildWith(efficientNetB0);
	after(() => model.dispose());

	it('is what its record says', () => {
		matchesRecord(model, efficientNetB0);
	});

	it('gives the features of keras.applications from pixels, at two sizes', () => {
		sameOnPixels(model, efficientNetB0, [2, 64], keras['inference 64']);
		sameOnPixels(model, efficientNetB0, [1, 75], keras['inference 75']);
	});

	it('gives its features, gradients and moving statistics in training', () => {
		const fixture = keras['training 64'];
		const images = inputFor(efficientNetB0, 2, 64);
		setWeights(model, false);
		const gradients = gradientsOf(model, images, (y) => sameFeatures(y, fixture));
		images.dispose();
		// 49 layers of batch normalisation, and as many convolutions; 16 times two convolutions with bias.
		assert.equal(Object.keys(gradients).length, 49 * 3 + 16 * 4);
		sameTensors(gradients, fixture.gradients, scaleWhere(cancels, fixture.gradients));
		sameTensors(batchStatisticsOf(model, MOMENTUM), fixture.statistics);
	});

	it('gives its gradients with frozen batch normalisation', () => {
		setWeights(model, false);
		const fixture = keras['frozen 64'];
		const images = inputFor(efficientNetB0, 2, 64);
		try {
			freezeAt(images, model, MOMENTUM);
			const gradients = gradientsOf(model, images, (y) => sameFeatures(y, fixture));
			assert.equal(Object.keys(gradients).length, 49 + 16 * 4);
			sameTensors(gradients, fixture.gradients);
		} finally {
			unfreezeFrom(model, 'all', false);
			images.dispose();
		}
	});

	for (const [version, rename] of [
		['Keras 3', undefined],
		['Keras 2', (name: string) => `${name.replace(/dwconv\/kernel$/, 'dwconv/depthwise_kernel')}:0`],
	] as const) {
		it(`takes every weight of the file that ${version} saves, but for the preprocessing's`, async () => {
			const path = join(folder, `${version}.h5`);
			await writeSaved(path, keras, model, rename);
			const ours = Object.values(keras.names).filter(([weight]) => weight !== null);
			assert.equal(ours.length, model.weights.length);
			assert.equal(Object.keys(keras.names).length, ours.length + 3);
			clearWeights(model);
			await loadPretrained(model, efficientNetB0, path);
			sameOnPixels(model, efficientNetB0, [2, 64], keras['inference 64']);
		});
	}

	it('gives the same as a model for use, without batch normalisation', async () => {
		setWeights(model, false);
		const folded = await foldBatchNormalization(model);
		assert.ok(folded.layers.every((layer) => layer.getClassName() !== 'BatchNormalization'));
		sameOnPixels(folded, efficientNetB0, [2, 64], keras['inference 64']);
		folded.dispose();
	});

	it('drops residual branches in proportion to their depth, and keeps the names of its weights', () => {
		const dropping = efficientNetB0.build({ stochasticDepthRate: 0.3 });
		const rates = dropping.layers
			.filter(({ name }) => name.endsWith('_drop'))
			.map((layer) => [layer.name, layer.getConfig().rate] as const);
		assert.deepEqual(
			rates.map(([name]) => name.slice(5, 7)),
			['2b', '3b', '4b', '4c', '5b', '5c', '6b', '6c', '6d'],
		);
		[2, 4, 6, 7, 9, 10, 12, 13, 14].forEach((index, i) => {
			assert.ok(Math.abs((rates[i][1] as number) - (0.3 * index) / 15) < 1e-12, `${rates[i]}`);
		});
		const names = ({ weights }: tf.LayersModel) => weights.map(({ originalName }) => originalName).sort();
		assert.deepEqual(names(dropping), names(model));
		dropping.dispose();
	});

	it('refuses a published file of another checksum, and a file of another network', async () => {
		const some = Object.entries(keras.names).filter(([, [weight]]) => weight?.startsWith('stem_'));
		const published = join(folder, efficientNetB0.pretrained.fileName);
		await writeSaved(published, { names: Object.fromEntries(some) }, model);
		await assert.rejects(loadPretrained(model, efficientNetB0, published), {
			name: 'DataError',
			message: /^Expected MD5 50bc09e76180e00e4465e1a485ddc09d in efficientnetb0_notop\.h5/,
		});
		const other = join(folder, 'other.h5');
		await writeSaved(other, { names: Object.fromEntries(some) }, model);
		await assert.rejects(loadPretrained(model, efficientNetB0, other), {
			name: 'DataError',
			message: /received 304 that differ: block1a_dwconv\/depthwise_kernel is missing; block1a_bn\/gamma is missing; /,
		});
	});
});
