import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { isNative, tf, valuesOf } from '../../lib/tensorflow/tf';
import { leavesNoTensors, onBackend } from './tensors';

test('isNative says whether TensorFlow runs the ops', async () => {
	assert.equal(tf.getBackend(), 'tensorflow');
	assert.equal(isNative(), true);
	await onBackend('cpu', () => assert.equal(isNative(), false));
	assert.equal(isNative(), true);
});

test('what newer Nodes have removed from util is put back: topk works', () => {
	const script = `
		const util = require('node:util');
		delete util.isArray;
		delete util.isNullOrUndefined;
		const { tf } = require(${JSON.stringify(join(__dirname, '..', '..', 'lib', 'tensorflow', 'tf.ts'))});
		const { values, indices } = tf.topk(tf.tensor1d([1, 5, 3, 4]), 2);
		process.stdout.write(JSON.stringify([...values.dataSync(), ...indices.dataSync()]));
	`;
	const output = execFileSync(process.execPath, ['--import', 'tsx', '--eval', script], { encoding: 'utf8' });
	assert.deepEqual(JSON.parse(output.slice(output.lastIndexOf('['))), [5, 4, 1, 3]);
});

test('valuesOf returns the numbers, which stay, and frees every tensor', async () => {
	await leavesNoTensors(async () => {
		const values = await valuesOf(() => tf.mul(tf.tensor1d([1, 2, 3]), 2));
		await valuesOf(() => tf.zeros([3]));
		assert.deepEqual([...values], [2, 4, 6]);
	});
});
