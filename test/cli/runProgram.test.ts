import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = mkdtempSync(join(tmpdir(), 'fer-run-program-'));
after(() => rmSync(folder, { recursive: true }));

/** Waits until a file has content. */
async function contentOf(file: string): Promise<string> {
	const deadline = Date.now() + 20_000;
	while (!existsSync(file) || readFileSync(file, 'utf8') === '') {
		assert.ok(Date.now() < deadline, `${file} is not written`);
		await sleep(20);
	}
	return readFileSync(file, 'utf8');
}

describe('runLogged', () => {
	// As nbconvert, which ends its kernel at SIGINT only.
	it('ends the program that it started by SIGINT, where its own process ends by a signal', async () => {
		const [inner, outer] = [join(folder, 'inner.cjs'), join(folder, 'outer.ts')];
		const [ready, ended] = [join(folder, 'ready'), join(folder, 'ended')];
		const note = (signal: string) =>
			`process.on('${signal}', () => { fs.writeFileSync(${JSON.stringify(ended)}, '${signal}'); process.exit(); });`;
		const text = `const fs = require('node:fs'); ${note('SIGINT')} ${note('SIGTERM')}
			fs.writeFileSync(${JSON.stringify(ready)}, 'yes'); setInterval(() => {}, 1000);`;
		writeFileSync(inner, text);
		const cli = resolve(__dirname, '../../cli');
		const start = `import { runLogged } from ${JSON.stringify(`${cli}/runProgram`)};
			import { exitOnSignals } from ${JSON.stringify(`${cli}/signals`)};
			exitOnSignals();
			void runLogged(process.execPath, [${JSON.stringify(inner)}], { cwd: ${JSON.stringify(folder)}, logFile: ${JSON.stringify(join(folder, 'log'))} });`;
		writeFileSync(outer, start);
		const running = spawn(process.execPath, ['--import', 'tsx', outer], { cwd: resolve(__dirname, '../..') });
		await contentOf(ready);
		running.kill('SIGTERM');
		assert.deepEqual(await once(running, 'exit'), [143, null]);
		assert.equal(await contentOf(ended), 'SIGINT');
	});
});
