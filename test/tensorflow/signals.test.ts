import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { hasOwnOps } from '../../lib/tensorflow/native';

const LIBRARY = join(__dirname, '..', '..', 'dist', 'lib', 'tensorflow');
/** Seconds; without the protection the process ends within the first. */
const SECONDS = 4;

// Sends itself signals from another process while it computes: convolutions as ops and as a recording.
const PROGRAM = `
const { spawn } = require('node:child_process');
const { tf } = require('${join(LIBRARY, 'tf')}');
require('${join(LIBRARY, 'fusedLayers')}');
const send = 'setInterval(() => { try { process.kill(' + process.pid + ', "SIGWINCH"); } catch { process.exit(); } }, 1)';
const sender = spawn(process.execPath, ['-e', send], { stdio: 'ignore' });
let received = 0;
process.on('SIGWINCH', () => received++);
const filter = tf.randomNormal([1, 1, 192, 1152]);
const bias = tf.zeros([1152]);
const x = tf.randomNormal([16, 3, 3, 192]);
const expected = tf.tidy(() => tf.sum(convolve()).dataSync()[0]);
function convolve() { return tf.fused.conv2d({ x, filter, bias, strides: 1, pad: 'same', activation: 'relu6' }); }
const end = Date.now() + ${SECONDS * 1000};
(function next() {
	for (let i = 0; i < 20; i++) tf.tidy(() => void tf.matMul(convolve().reshape([144, 1152]), filter.reshape([1152, 192])));
	if (Date.now() < end) return void setImmediate(next);
	const same = tf.tidy(() => tf.sum(convolve()).dataSync()[0]) === expected;
	console.log(JSON.stringify({ same, received }));
	sender.kill();
	process.exit(0);
})();`;

describe('signals while TensorFlow computes', {
	skip: hasOwnOps() ? false : 'The binding has no ops of native/.',
}, () => {
	it('change no memory, and arrive', () => {
		const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
		const { stdout, stderr, status, signal } = spawnSync(process.execPath, ['-e', PROGRAM], { env, encoding: 'utf8' });
		assert.deepEqual([status, signal], [0, null], stderr.slice(-500));
		const { same, received } = JSON.parse(stdout);
		assert.ok(same);
		assert.ok(received > 100, `${received} signals`);
	});
});
