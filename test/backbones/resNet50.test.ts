import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { resNet50 } from '../../lib/backbones/resNet50';
import { unfreezeFrom } from '../../lib/model';
import { tf } from '../../lib/tensorflow/tf';
import { loadPretrained } from '../../lib/weights/pretrained';
import { formulaImages } from './formula';
import {
	buildWith,
	gradientsOf,
	kerasNetworks,
	multiplyAddsOf,
	sameFeatures,
	sameOn,
	sameTensors,
	setWeights,
	type TwoNumbers,
	twoNumbers,
	weightOf,
	writeLikeKeras,
} from './kerasNetwork';

const keras = kerasNetworks.resnet50;
const MOMENTUM = 0.99;
const folder = mkdtempSync(join(tmpdir(), 'resnet50-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Batch statistics take away what is added in front of them: the gradients of a convolution's bias, and of a beta with
 * nothing but 1x1 convolutions behind it, are sums that cancel. The kernel's and gamma's, as long, tell what rounding
 * leaves.
 */
const cancels = (name: string) => /_conv\/bias$|^(conv1|conv\d_block\d_2|conv[234]_block\d_[03])_bn\/beta$/.test(name);

function scaleOf(gradients: TwoNumbers) {
	return (name: string, norm: number) => {
		if (!cancels(name)) return norm;
		const whole = gradients[name.replace('/bias', '/kernel').replace('/beta', '/gamma')][0];
		assert.ok(norm < 1e-6 * whole, `${name}, which should be zero, is ${norm} in Keras`);
		return whole;
	};
}

/** Freezes batch normalisation at the statistics of the images: those of the formula would normalise nothing. */
function freeze(model: tf.LayersModel, images: tf.Tensor4D): void {
	tf.tidy(() => {
		for (const weight of model.nonTrainableWeights) weight.write(tf.zerosLike(weight.read()));
		model.apply(images, { training: true });
		for (const weight of model.nonTrainableWeights) weight.write(tf.div(weight.read(), 1 - MOMENTUM));
	});
	unfreezeFrom(model, 'all', true);
}

describe('resNet50', () => {
	const model = buildWith(resNet50);
	after(() => model.dispose());

	it('is what its record says', () => {
		assert.equal(model.countParams(), resNet50.parameters);
		assert.deepEqual(model.outputs[0].shape, [null, null, null, resNet50.features]);
		const multiplyAdds = multiplyAddsOf(model, resNet50.pretrainedSize);
		assert.ok(Math.abs(multiplyAdds / resNet50.multiplyAdds - 1) < 0.01, `${multiplyAdds}`);
	});

	it('gives the features of keras.applications at two sizes', () => {
		sameOn(model, 2, 64, keras['inference 64']);
		sameOn(model, 1, 75, keras['inference 75']);
	});

	it('gives its features and moving statistics in training', () => {
		const fixture = keras['training 64'];
		sameOn(model, 2, 64, fixture, true);
		const statistics = model.nonTrainableWeights.map((weight) => {
			const name = weight.originalName;
			const before = weightOf(name, weight.shape as number[], false);
			const mixedIn = Array.from(weight.read().dataSync(), (x, i) => (x - MOMENTUM * before[i]) / (1 - MOMENTUM));
			return [name, twoNumbers(name, mixedIn)] as const;
		});
		sameTensors(Object.fromEntries(statistics), fixture.statistics);
	});

	it('gives its gradients with batch statistics', () => {
		setWeights(model, true);
		const fixture = keras['unfrozen 64'];
		const images = formulaImages(tf, 'images', 2, 64);
		const gradients = gradientsOf(model, images, (y) => sameFeatures(y, fixture));
		images.dispose();
		assert.equal(Object.keys(gradients).length, 4 * 53);
		sameTensors(gradients, fixture.gradients, scaleOf(fixture.gradients));
	});

	it('gives its gradients with frozen batch normalisation', () => {
		setWeights(model, true);
		const fixture = keras['frozen 64'];
		const images = formulaImages(tf, 'images', 2, 64);
		try {
			freeze(model, images);
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
		tf.tidy(() => {
			for (const weight of model.weights) weight.write(tf.zerosLike(weight.read()));
		});
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
