// What this project registers with tfjs leaves the rest of it as it was: tfjs-core's own specs say so.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { mayFail } from './knownFailures';
import type { Summary } from './runSpecs';

const ROOT = join(__dirname, '..', '..');
const MINUTES = 60_000;

/** Runs upstream's specs in a process of their own. */
async function summaryOf(kernels: 'own' | 'stock'): Promise<Summary> {
	const folder = mkdtempSync(join(tmpdir(), 'upstream-'));
	const file = join(folder, 'summary.json');
	const args = ['--import', 'tsx', join(__dirname, 'runSpecs.ts'), kernels, file];
	try {
		await promisify(execFile)(process.execPath, args, { cwd: ROOT, timeout: 5 * MINUTES, maxBuffer: 2 ** 26 });
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
		throw new Error(`The specs with ${kernels} kernels ended early: ${stderr.slice(-2000)} ${stdout.slice(-500)}`);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

const failedIn = ({ failed }: Summary) => failed.map(({ name }) => name);

describe('tfjs-core’s own specs', () => {
	let own: Summary;
	let stock: Summary;

	before(async () => {
		[own, stock] = await Promise.all([summaryOf('own'), summaryOf('stock')]);
	});

	it('run, the same ones with this project’s kernels and without', () => {
		const ran = (summary: Summary) => [...summary.passed, ...failedIn(summary), ...summary.pending].sort();
		assert.deepEqual(ran(own), ran(stock));
		assert.ok(own.passed.length > 3_900, `${own.passed.length} passed`);
		assert.equal(own.pending.length, 5);
	});

	it('find the kernels and gradients registered, and none of tfjs’s own replaced but the one corrected and three preceded', () => {
		for (const name of ['tensorflow: Transform', 'gradient: NativeBatchNormalization', 'gradient: NativeRelu6']) {
			assert.ok(own.change.added.includes(name), name);
		}
		const fused = ['tensorflow: FusedConv2D', 'tensorflow: FusedDepthwiseConv2D'];
		const preceded = ['gradient: DepthwiseConv2dNative', ...fused];
		assert.deepEqual(own.change.replaced, ['cpu: Transform', ...preceded]);
		assert.deepEqual(stock.change, { added: [], replaced: [] });
	});

	it('pass with them where they pass without', () => {
		const failedBefore = new Set(failedIn(stock));
		assert.deepEqual(
			own.failed.filter(({ name }) => !failedBefore.has(name)),
			[],
		);
	});

	it('fail only as known', () => {
		const known = mayFail();
		assert.deepEqual(
			own.failed.filter(({ name }) => !known(name)),
			[],
		);
	});

	it('pass for image.transform on both backends; TensorFlow’s has no kernel for it without', () => {
		const transform = (names: string[], backend: string) =>
			names.filter((name) => name.startsWith(`image.transform test-${backend} `));
		for (const backend of ['tensorflow', 'cpu']) {
			assert.equal(transform(own.passed, backend).length, 9);
			assert.deepEqual(transform(failedIn(own), backend), []);
		}
		const missing = stock.failed.filter(({ message }) => message.includes("'Transform' not registered"));
		assert.deepEqual(transform(failedIn(stock), 'tensorflow').length, 7);
		assert.equal(missing.length, 7);
	});
});
