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
function ferDemo(...args) {
	const command = [path.join(ROOT, 'dist', 'cli', 'commands', 'program.js'), 'demo', ...args];
	const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
	return { status, text: stdout + stderr };
}

describe('fer demo', () => {
	for (const build of [[], ['--build', '--to', path.join(folder, 'to')]]) {
		it(`says what to do where there is no model: ${build[0] ?? 'served'}`, () => {
			const { status, text } = ferDemo(...build, '--model', path.join(folder, 'nowhere'));
			assert.equal(status, 1);
			assert.match(text, /There is no trained model in .*nowhere\. Choose one: npx fer demo --model/);
			assert.doesNotMatch(text, /\n {4}at /);
			assert.ok(!fs.existsSync(path.join(folder, 'to')));
		});
	}

	it('empties no folder with other things in it', () => {
		const full = path.join(folder, 'full');
		fs.mkdirSync(full);
		// As many static pages have: those of other programs, too.
		for (const name of ['index.html', 'about.json', 'licenses.txt']) fs.writeFileSync(path.join(full, name), 'mine');
		const { status, text } = ferDemo('--build', '--to', full);
		assert.equal(status, 1);
		assert.match(text, /one with an earlier page, for --to but received .*full\. Choose another/);
		for (const name of ['index.html', 'about.json', 'licenses.txt']) {
			assert.equal(fs.readFileSync(path.join(full, name), 'utf8'), 'mine');
		}
	});

	it('refuses a port that is none', () => {
		const { status, text } = ferDemo('--port', 'http');
		assert.equal(status, 1);
		assert.match(text, /Expected an integer between 0 and 65535 for --port but received http\./);
	});
});
