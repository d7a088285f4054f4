import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { isNative, tf } from '../../lib/tensorflow/tf';
import { onBackend } from './tensors';

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
