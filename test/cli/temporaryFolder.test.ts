import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '../../cli/temporaryFolder';

const root = join(__dirname, '..', '..');

/** A process that makes a folder, tells it and waits for a signal. */
const PROGRAM = `
	const { exitOnSignals } = require('./cli/signals');
	const { temporaryFolder } = require('./cli/temporaryFolder');
	exitOnSignals();
	console.log(temporaryFolder('fer-test'));
	setInterval(() => {}, 1000);
`;

async function endedBy(signal: NodeJS.Signals): Promise<{ folder: string; code: number | null }> {
	const child = spawn(process.execPath, ['--import', 'tsx', '--eval', PROGRAM], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const folder = await new Promise<string>((resolve) =>
		child.stdout.once('data', (data) => resolve(String(data).trim())),
	);
	assert.ok(existsSync(folder));
	child.kill(signal);
	const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
	return { folder, code };
}

describe('temporaryFolder', () => {
	for (const [signal, expected] of [
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const) {
		it(`is removed after ${signal}`, async () => {
			const { folder, code } = await endedBy(signal);
			assert.equal(code, expected);
			assert.ok(!existsSync(folder));
		});
	}

	it('is empty, and removes those of processes that were killed, but no others', () => {
		const own = temporaryFolder('fer-test');
		assert.deepEqual(readdirSync(own), []);
		const { pid } = spawnSync(process.execPath, ['--version']);
		const [stale, running] = [join(dirname(own), `demo-${pid}`), join(dirname(own), `demo-${process.ppid}`)];
		for (const folder of [stale, running]) {
			mkdirSync(join(folder, 'page'), { recursive: true });
			writeFileSync(join(folder, 'page', 'index.html'), '');
		}
		writeFileSync(join(own, 'file'), '');
		assert.deepEqual(readdirSync(temporaryFolder('fer-test')), []);
		assert.ok(!existsSync(stale) && existsSync(running));
		rmSync(running, { recursive: true });
	});
});
