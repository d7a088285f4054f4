import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BACKBONES } from '../../lib/model/backbones/registry';
import { buildClassifier, unfreezeFrom } from '../../lib/model/classifier';
import { type SummaryRow, summarizeClassifier } from '../../lib/model/summarizeClassifier';
import { tf } from '../../lib/tensorflow/tf';

const OPTIONS = { classes: 7, dropoutRate: 0.3, stochasticDepthRate: 0.1, seed: 1 };

/** First blocks, a block in the middle from which to train, and the last block before the pooling. */
const BLOCKS: Readonly<Record<string, readonly [string[], string, string]>> = {
	'convnext-tiny': [['image', 'stem', 'stage0_block0'], 'stage2_block3', 'layernorm'],
	'efficientnet-b0': [['image', 'stem', 'block1a'], 'block4b', 'top'],
	'efficientnet-lite0': [['image', 'stem', 'block0'], 'block9', 'head'],
	'efficientnet-lite1': [['image', 'stem', 'block0'], 'block9', 'head'],
	'efficientnet-lite2': [['image', 'stem', 'block0'], 'block9', 'head'],
	'mobilenet-v2': [['image', 'Conv1', 'expanded', 'block_1'], 'block_12', 'Conv_1'],
	resnet50: [['image', 'conv1', 'pool1', 'conv2_block1'], 'conv4_block2', 'conv5_block3'],
	vgg16: [['image', 'block1'], 'block3', 'block5'],
	'vgg16-block3': [['image', 'block1'], 'block3', 'block3'],
};

function sizeOf(weights: readonly tf.LayerVariable[]): number {
	return weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
}

describe('summarizeClassifier', () => {
	for (const [name, backbone] of Object.entries(BACKBONES)) {
		it(`has the shapes and parameters of every block, and leaves the classifier as it was: ${name}`, () => {
			const classifier = buildClassifier(backbone, OPTIONS);
			const { model, head } = classifier;
			const [first, middle, last] = BLOCKS[name];
			unfreezeFrom(model, 'logits', true);
			const flags = model.layers.map(({ trainable }) => trainable);
			const { numTensors } = tf.memory();
			const nodes = model.layers.map(({ inboundNodes }) => inboundNodes.length);
			const settings = { unfreezeFrom: middle, frozenBatchNormalization: true };
			const rows = summarizeClassifier(classifier, { imageSize: 96, ...settings });
			assert.deepEqual(
				model.layers.map(({ trainable }) => trainable),
				flags,
			);
			assert.deepEqual(
				model.layers.map(({ inboundNodes }) => inboundNodes.length),
				nodes,
			);
			assert.equal(tf.memory().numTensors, numTensors);

			const names = rows.map(({ block }) => block);
			assert.deepEqual(names.slice(0, first.length), first);
			assert.deepEqual(names.slice(-5), [last, 'pooling', 'dropout', 'logits', 'total']);
			assert.equal(new Set(names).size, names.length);
			const features = tf.tidy(() => {
				const network = tf.model({
					inputs: model.inputs,
					outputs: model.getLayer('pooling').input as tf.SymbolicTensor,
				});
				return (network.apply(tf.zeros([1, 96, 96, 3])) as tf.Tensor).shape.slice(1).join('x');
			});
			const outputs = Object.fromEntries(rows.map(({ block, output }) => [block, output]));
			assert.deepEqual([outputs.image, outputs[last], outputs.pooling], ['96x96x3', features, `${backbone.features}`]);
			assert.deepEqual([outputs.dropout, outputs.logits], [`${backbone.features}`, '7']);

			const sum = (column: 'parameters' | 'trainable in phase 1' | 'trainable in phase 2') =>
				rows.slice(0, -1).reduce((total, row) => total + row[column], 0);
			const total = rows.at(-1) as SummaryRow;
			assert.equal(total.parameters, sum('parameters'));
			assert.equal(total.parameters, model.countParams());
			assert.equal(total['trainable in phase 1'], sum('trainable in phase 1'));
			assert.equal(total['trainable in phase 1'], sizeOf(head.trainableWeights));
			assert.equal(total['trainable in phase 2'], sum('trainable in phase 2'));
			unfreezeFrom(model, middle, true);
			assert.equal(total['trainable in phase 2'], sizeOf(model.trainableWeights));
			for (const { block, 'trainable in phase 2': trained } of rows.slice(0, names.indexOf(middle))) {
				assert.equal(trained, 0, block);
			}
			model.dispose();
			head.dispose();
		});
	}

	it('refuses a block that is not there, and changes nothing', () => {
		const classifier = buildClassifier(BACKBONES['vgg16-block3'], OPTIONS);
		const { layers } = classifier.model;
		const flags = layers.map(({ trainable }) => trainable);
		const options = { imageSize: 48, unfreezeFrom: 'block4', frozenBatchNormalization: false };
		assert.throws(() => summarizeClassifier(classifier, options), {
			name: 'RangeError',
			message: /\(image, block1, block2, block3, pooling, dropout, logits\) for unfreezeFrom but received "block4"/,
		});
		assert.deepEqual(
			layers.map(({ trainable }) => trainable),
			flags,
		);
		classifier.model.dispose();
		classifier.head.dispose();
	});
});
