import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layerNormalization } from '../../lib/tensorflow/layerNormalization';
import { tf } from '../../lib/tensorflow/tf';
import { BACKENDS, differenceQuotients, keepsNoTensors, near, normals, onBackend } from './tensors';

const SHAPE: [number, number, number, number] = [2, 3, 2, 4];
const SIZE = 48;

/** A layer with weights that are not those it starts with. */
function someLayer(): tf.layers.Layer {
	const layer = layerNormalization({ epsilon: 0.5 });
	layer.apply(tf.input({ shape: [null, null, 4] }));
	tf.tidy(() => layer.setWeights([tf.tensor1d([1, 2, -1, 0.5]), tf.tensor1d([0, 1, 2, -3])]));
	return layer;
}

test('worked by hand: mean 3, variance 4.5, and epsilon 0.5 makes the deviation the root of 5', async () => {
	for (const name of BACKENDS) {
		await onBackend(name, () => {
			const layer = someLayer();
			tf.tidy(() => {
				const y = layer.apply(tf.tensor4d([0, 3, 3, 6], [1, 1, 1, 4])) as tf.Tensor;
				const z = 3 / Math.sqrt(5);
				near(y.dataSync(), [-z, 1, 2, 0.5 * z - 3], 1e-6);
			});
			layer.dispose();
		});
	}
});

test('gives what the stock layer gives, and is saved as one', () => {
	const layer = someLayer();
	const stock = tf.layers.layerNormalization({ epsilon: 0.5, name: layer.name });
	tf.tidy(() => {
		const x = tf.tensor4d(normals(SIZE, 1), SHAPE);
		const expected = stock.apply(x) as tf.Tensor;
		assert.ok(expected.size === SIZE);
		stock.setWeights(layer.getWeights());
		near((layer.apply(x) as tf.Tensor).dataSync(), (stock.apply(x) as tf.Tensor).dataSync(), 1e-6);
	});
	assert.equal(layer.getClassName(), 'LayerNormalization');
	assert.deepEqual(layer.getConfig(), stock.getConfig());
	layer.dispose();
	stock.dispose();
});

test('its gradients are the difference quotients, for the input and for both weights', async () => {
	const [x, factors] = [normals(SIZE, 2), normals(SIZE, 3)];
	for (const name of BACKENDS) {
		await onBackend(name, () => {
			const layer = someLayer();
			const loss = (input: tf.Tensor) => tf.sum(tf.mul(layer.apply(input) as tf.Tensor, tf.tensor4d(factors, SHAPE)));
			const lossAt = (values: Float32Array) => tf.tidy(() => loss(tf.tensor4d(values, SHAPE)).dataSync()[0]);
			tf.tidy(() => {
				const gradient = tf.grad((input) => loss(input))(tf.tensor4d(x, SHAPE));
				near(gradient.dataSync(), differenceQuotients(lossAt, x, 0.01), 2e-3);
			});
			layer.trainableWeights.forEach((weight) => {
				tf.tidy(() => {
					const variable = weight.read() as tf.Variable;
					const { grads } = tf.variableGrads(() => loss(tf.tensor4d(x, SHAPE)) as tf.Scalar, [variable]);
					const lossWith = (values: Float32Array) => {
						tf.tidy(() => variable.assign(tf.tensor1d(values)));
						return lossAt(x);
					};
					const start = variable.dataSync<'float32'>().slice();
					near(grads[variable.name].dataSync(), differenceQuotients(lossWith, start, 0.1), 2e-3);
					variable.assign(tf.tensor1d(start));
				});
			});
			layer.dispose();
		});
	}
});

test('leaves no tensors behind, in training too', () => {
	const layer = someLayer();
	keepsNoTensors(() => {
		tf.tidy(() => {
			const x = tf.tensor4d(normals(SIZE, 4), SHAPE);
			tf.variableGrads(() => tf.sum(layer.apply(x) as tf.Tensor) as tf.Scalar);
		});
	});
	layer.dispose();
});
