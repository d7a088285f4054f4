import assert from 'node:assert/strict';
import { it } from 'node:test';
import { consume } from '../../lib/tensorflow/gradient';
import { runKernel } from '../../lib/tensorflow/native';
import '../../lib/tensorflow/relu';
import { tf } from '../../lib/tensorflow/tf';

it('consume frees a gradient of its own scope after the kernel has read it', () => {
	tf.tidy(() => {
		const dy = tf.tensor1d([1, 2]);
		const [doubled] = consume([dy], (each) => [tf.mul(each, 2)]);
		assert.equal(dy.isDisposed, true);
		assert.deepEqual([...doubled.dataSync()], [2, 4]);
	});
});

it('consume leaves the caller of tf.grad the gradient that it gave', () => {
	tf.tidy(() => {
		const [x, dy] = [tf.tensor1d([-1, 1, 7]), tf.tensor1d([3, 4, 5])];
		const clip = (input: tf.Tensor) => runKernel('NativeRelu6', { x: input })[0];
		assert.deepEqual([...tf.grad(clip)(x, dy).dataSync()], [0, 4, 0]);
		assert.deepEqual([...dy.dataSync()], [3, 4, 5]);
		// Where a gradient arrives by two ways, each way has its own.
		const twice = (input: tf.Tensor) => tf.add(clip(input), clip(tf.mul(input, 2)));
		assert.deepEqual([...tf.grad(twice)(x, dy).dataSync()], [0, 12, 0]);
	});
});
