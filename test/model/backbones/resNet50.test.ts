import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { resNet50 } from '../../../lib/model/backbones/resNet50';
import { unfreezeFrom } from '../../../lib/model/classifier';
import { loadPretrained } from '../../../lib/model/weights/pretrained';
import { tf } from '../../../lib/tensorflow/tf';
import { formulaImages } from './formula';
import {
	batchStatisticsOf,
	buildWith,
	clearWeights,
	freezeAt,
	gradientsOf,
	kerasNetworks,
	matchesRecord,
	sameFeatures,
	sameOn,
	sameTensors,
	scaleWhere,
	setWeights,
	writeLikeKeras,
} from './kerasNetwork';

const keras = kerasNetworks.resnet50;
const MOMENTUM = 0.99;
const folder = mkdtempSync(join(tmpdir(), 'resnet50-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Batch statistics take away what is added in front of them: the gradients of a convolution's bias, and of a beta with
 * nothing but 1x1 convolutions behind it, are sums that cancel.
 */
const cancels = (name: string) => /_conv\/bias$|^(conv1|conv\d_block\d_2|conv[234]_block\d_[03])_bn\/beta$/.test(name);

describe('resNet50', () => {
	const model = buildWith(resNet50);
	after(() => model.dispose());

	it('is what its record says', () => {
		matchesRecord(model, resNet50);
	});

	it('gives the features of keras.applications at two sizes', () => {
		sameOn(model, 2, 64, keras['inference 64']);
		sameOn(model, 1, 75, keras['inference 75']);
	});

	it('gives its features and moving statistics in training', () => {
		const fixture = keras['training 64'];
		sameOn(model, 2, 64, fixture, true);
		sameTensors(batchStatisticsOf(model, MOMENTUM), fixture.statistics);
	});

	it('gives its gradients with batch statistics', () => {
		setWeights(model, true);
		const fixture = keras['unfrozen 64'];
		const images = formulaImages(tf, 'images', 2, 64);
		const gradients = gradientsOf(model, images, (y) => sameFeatures(y, fixture));
		images.dispose();
		assert.equal(Object.keys(gradients).length, 4 * 53);
		sameTensors(gradients, fixture.gradients, scaleWhere(cancels, fixture.gradients));
	});

	it('gives its gradients with frozen batch normalisation', () => {
		setWeights(model, true);
		const fixture = keras['frozen 64'];
		const images = formulaImages(tf, 'images', 2, 64);
		try {
			freezeAt(images, model, MOMENTUM);
			const gradients = gradientsOf(model, images, (y) => sameFeatures(y, fixture));
			assert.equal(Object.keys(gradients).length, 2 * 53);
			sameTensors(gradients, fixture.gradients);
		} finally {
			unfreezeFrom(model, 'all', false);
			images.dispose();
		}
	});

	it('takes every weight of the file that Keras saves, and nothing else', async () => {
		const path = join(folder, 'saved.h5');
		await writeLikeKeras(path, keras.names);
		assert.equal(Object.keys(keras.names).length, model.weights.length);
		clearWeights(model);
		await loadPretrained(model, resNet50, path);
		sameOn(model, 2, 64, keras['inference 64']);
	});

	it('drops residual branches in proportion to their depth, and keeps the names of its weights', () => {
		const dropping = resNet50.build({ stochasticDepthRate: 0.3 });
		const rates = dropping.layers.filter(({ name }) => name.endsWith('_drop')).map((layer) => layer.getConfig().rate);
		assert.equal(rates.length, 15);
		rates.forEach((rate, i) => {
			assert.ok(Math.abs((rate as number) - (0.3 * (i + 1)) / 15) < 1e-12, `${rate}`);
		});
		const names = ({ weights }: tf.LayersModel) => weights.map(({ originalName }) => originalName).sort();
		assert.deepEqual(names(dropping), names(model));
		dropping.dispose();
	});

	it('refuses a published file of another checksum, and a file of another network', async () => {
		const published = join(folder, resNet50.pretrained.fileName);
		await writeLikeKeras(published, { 'conv1_conv/conv1_conv/bias': [64] });
		await assert.rejects(loadPretrained(model, resNet50, published), {
			name: 'DataError',
			message: /^Expected MD5 4d473c1dd8becc155b73f8504c6f6626 in resnet50_weights/,
		});
		const other = join(folder, 'vgg16.h5');
		await writeLikeKeras(other, { 'conv1_conv/conv1_conv/bias': [64], 'conv1_bn/conv1_bn/beta': [32] });
		await assert.rejects(loadPretrained(model, resNet50, other), {
			name: 'DataError',
			message:
				/received 317 that differ: conv1_conv\/kernel is missing; conv1_bn\/gamma is missing; conv1_bn\/beta is \[32\] instead of \[64\]/,
		});
	});
});
