// @ts-check
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { ROOT } from '../../scripts/setup/paths.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-demo-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** @param {...string} args */
function npmRunDemo(...args) {
	const command = [path.join(ROOT, 'cli', 'demo.mjs'), ...args];
	const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
	return { status, text: stdout + stderr };
}

describe('npm run demo', () => {
	for (const build of [[], ['--build', '--to', path.join(folder, 'to')]]) {
		it(`says what to do where there is no model: ${build[0] ?? 'served'}`, () => {
			const { status, text } = npmRunDemo(...build, '--model', path.join(folder, 'nowhere'));
			assert.equal(status, 1);
			assert.match(text, /There is no trained model in .*nowhere\. Name one: npm run demo -- --model/);
			assert.doesNotMatch(text, /\n {4}at /);
			assert.ok(!fs.existsSync(path.join(folder, 'to')));
		});
	}

	it('empties no folder with other things in it', () => {
		const full = path.join(folder, 'full');
		fs.mkdirSync(full);
		fs.writeFileSync(path.join(full, 'index.html'), 'mine');
		const { status, text } = npmRunDemo('--build', '--to', full);
		assert.equal(status, 1);
		assert.match(text, /an earlier page for --to but received .*full\. Name another/);
		assert.equal(fs.readFileSync(path.join(full, 'index.html'), 'utf8'), 'mine');
	});

	it('refuses a port that is none', () => {
		const { status, text } = npmRunDemo('--port', 'http');
		assert.equal(status, 1);
		assert.match(text, /Expected a number from 0 to 65535 for --port but received http\./);
	});
});
