import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PROJECT_FOLDER } from '../../../cli/projectFolder';
import { backbone } from '../../../lib/model/backbones/registry';
import { createClassifier } from '../../../lib/model/classifier';
import { classifierOf } from '../../../lib/model/exportModel';
import { loadModel } from '../../../lib/model/modelFile';
import { checkPretrained } from '../../../lib/model/weights/pretrained';
import { isTrainedModel } from '../../../lib/model/weights/trained';
import { tf } from '../../../lib/tensorflow/tf';

const OFFICIAL = join(PROJECT_FOLDER, 'models', 'official');

describe('the weights of a trained model', () => {
	it('give a new classifier its features, and leave no tensor behind', async () => {
		const images = tf.randomUniform<tf.Rank.R4>([2, 96, 96, 3], -1, 1, 'float32', 4);
		const trained = await loadModel(OFFICIAL);
		const { inputs, layers } = classifierOf(trained);
		const pooling = layers.find(({ name }) => name === 'pooling') as tf.layers.Layer;
		const theirs = tf.model({ inputs, outputs: pooling.output as tf.SymbolicTensor });
		const before = tf.memory().numTensors;
		const { model, base, head } = await createClassifier('efficientnet-lite0', { classes: 3, weights: OFFICIAL });
		const [difference, most] = tf.tidy(() => {
			const expected = theirs.predict(images) as tf.Tensor;
			return [tf.sub(base.predict(images) as tf.Tensor, expected), expected].map(
				(x) => tf.max(tf.abs(x)).dataSync()[0],
			);
		});
		assert.ok(difference < 1e-3 && most > 1, `${difference} of ${most}`);
		assert.deepEqual(model.outputs[0].shape, [null, 3]);
		model.dispose();
		head.dispose();
		assert.equal(tf.memory().numTensors, before);
		trained.dispose();
		images.dispose();
	});

	it('are checked before slow work: another backbone, a damaged file, no model', async () => {
		await checkPretrained(backbone('efficientnet-lite0'), OFFICIAL);
		const message =
			/^Expected a model of mobilenet-v2 in model.json of the folder models\/official but received one of efficientnet-lite0\. Choose/;
		await assert.rejects(checkPretrained(backbone('mobilenet-v2'), OFFICIAL), { name: 'DataError', message });
		await assert.rejects(checkPretrained(backbone('mobilenet-v2'), PROJECT_FOLDER), {
			name: 'RangeError',
			message: /imagenet, random, or the path of a weight file or a trained model for weights but received/,
		});
		assert.deepEqual([OFFICIAL, PROJECT_FOLDER, 'imagenet'].map(isTrainedModel), [true, false, false]);
	});
});
