import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { lostDevice, reportedError } from '../../../lib/tensorflow/webgpu/deviceProblem';

const MODULE = JSON.stringify(join(__dirname, '../../../lib/tensorflow/webgpu/adapter.ts'));

/** What `probeWebgpu` says in a process of its own; `before` runs there first. */
async function probeAfter(before: string, env: NodeJS.ProcessEnv = {}): Promise<Record<string, unknown>> {
	const script = `${before}
		const { probeWebgpu } = require(${MODULE});
		probeWebgpu().then((found) => process.stdout.write('\\n' + JSON.stringify(found)));`;
	const args = ['--import', 'tsx', '--eval', script];
	const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } });
	return JSON.parse(stdout.slice(stdout.lastIndexOf('\n{')));
}

test('without a driver, a sentence says which one to install', { skip: process.platform !== 'linux' }, async () => {
	const nothing = { VK_DRIVER_FILES: '/dev/null', VK_ICD_FILENAMES: '/dev/null', XDG_RUNTIME_DIR: '/tmp' };
	const { available, reason } = await probeAfter('', nothing);
	assert.equal(available, false);
	assert.match(
		String(reason),
		/^WebGPU finds no graphics card\. Install the card's Vulkan driver \(.*\); the backend .*\.$/,
	);
});

test('without the package webgpu, a sentence says how to install it', async () => {
	// The resolution of modules, in which the package cannot be found.
	const hooks = `export async function resolve(name, context, next) {
		if (name !== 'webgpu') return next(name, context);
		throw Object.assign(new Error("Cannot find package 'webgpu'"), { code: 'ERR_MODULE_NOT_FOUND' });
	}`;
	const before = `require('node:module').register('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(hooks))});`;
	assert.deepEqual(await probeAfter(before), {
		available: false,
		reason: 'The package webgpu, which reaches graphics cards, is not installed: npm run setup installs it.',
	});
});

test('a card that fails says why, and that the last checkpoint is kept', () => {
	const kept =
		'A training keeps its last checkpoint: the same command goes on from there, also with --backend tensorflow.';
	assert.equal(lostDevice('driver restarted').message, `The graphics card stopped working (driver restarted). ${kept}`);
	for (const [name, message] of [
		['GPUOutOfMemoryError', 'Failed to allocate'],
		[
			'GPUValidationError',
			'Binding size (294125568) is larger than the maximum storage buffer binding size (134217728).',
		],
	]) {
		const error = reportedError({ name, message });
		assert.equal(error.name, 'GraphicsError');
		assert.match(
			error.message,
			/^The memory of the graphics card does not suffice\. Lower the batch size .* checkpoint/,
		);
	}
	// Not the user's fault.
	assert.equal(reportedError({ name: 'GPUValidationError', message: 'no such binding' }).name, 'Error');
});
