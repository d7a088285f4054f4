// A binding that somebody else compiled lacks the ops of native/: TensorFlow refuses their names, and tfjs's ops serve.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import { mobileNetV2 } from '../../lib/model/backbones/mobileNetV2';
import { batchNormalization } from '../../lib/tensorflow/batchNormalization';
import { relu6 } from '../../lib/tensorflow/relu';
import { tf } from '../../lib/tensorflow/tf';
import { formulaImages, setFormulaWeights } from '../model/backbones/formula';
import { near, normals, onBackend } from './tensors';

const backend = tf.backend() as NodeJSKernelBackend;
const execute = backend.executeMultipleOutputs.bind(backend);
let refused = 0;
backend.executeMultipleOutputs = (name, ...rest) => {
	if (name.startsWith('Fer')) {
		refused++;
		throw new Error(`Op type not registered '${name}'`);
	}
	return execute(name, ...rest);
};

test('normalisation and ReLU6 give what they give with them', () => {
	tf.tidy(() => {
		const normalization = batchNormalization({ reluFollows: 6 });
		const clip = relu6({ after: normalization });
		const x = tf.tensor(normals(60, 1, 5), [3, 2, 2, 5]);
		const apply = (training: boolean) => clip.apply(normalization.apply(x, { training }) as tf.Tensor) as tf.Tensor;
		const { mean, variance } = tf.moments(x, [0, 1, 2]);
		const expected = tf.clipByValue(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3))), 0, 6);
		near(apply(true).dataSync(), expected.dataSync(), 1e-5);
		const [movingMean] = normalization.getWeights().slice(-2);
		near(movingMean.dataSync(), tf.mul(mean, 0.01).dataSync(), 1e-6);
	});
	// Asked for once, not at every call.
	assert.equal(refused, 1);
});

test('a network gives the same features as in JavaScript', async () => {
	const results: Float32Array[] = [];
	for (const name of ['tensorflow', 'cpu']) {
		await onBackend(name, () => {
			const model = mobileNetV2.build({ stochasticDepthRate: 0 });
			setFormulaWeights(tf, model);
			results.push(
				tf.tidy(() => (model.apply(formulaImages(tf, 'images', 1, 32)) as tf.Tensor).dataSync<'float32'>().slice()),
			);
			model.dispose();
		});
	}
	near(results[0], results[1], 1e-3);
});
