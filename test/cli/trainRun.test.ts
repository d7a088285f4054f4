import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PROJECT_FOLDER, RUNS } from '../../cli/projectFolder';
import { trainRun } from '../../cli/trainRun';
import { writeAll } from '../../experiments/results/writeResults';

const start = (options: object) =>
	trainRun({ profile: 'smoke', name: `test-${process.pid}`, ...options }, new AbortController().signal);

describe('trainRun', () => {
	it('refuses names, settings and runs that are not there, before it reads data or writes', async () => {
		const wrong: readonly (readonly [object, RegExp])[] = [
			[{ name: '../models/official' }, /^RangeError: Expected the name of a folder in runs\/ for --name/],
			[{ name: 'setup' }, /runs\/setup holds other files/],
			[{ name: 'a/b' }, /for --name but received "a\/b"/],
			[{ name: 'full.old-1' }, /full\.old-1 is an earlier training of full/],
			[{ name: 'nosuch', resume: true }, /^DataError: Expected a stored training in runs\/nosuch but received none/],
			[{ profile: 'constructor' }, /^RangeError: Expected one of .* for profile but received "constructor"/],
			...['constructor', '__proto__', 'toString'].map(
				(name) => [{ set: [`backbone=${name}`] }, /^RangeError: Expected one of .* for backbone/] as const,
			),
			[{ set: ['__proto__.x=1'] }, /^RangeError: Expected the name of a setting for --set/],
			[
				{ set: ['phase2={"__proto__":{"x":1}}'] },
				/^RangeError: Expected a known setting for config\.phase2\.__proto__/,
			],
			[{ set: ['imageSize=5000'] }, /^RangeError: Expected integer from 8 to 512 for config\.imageSize/],
			[{ set: ['phase2.augmentation.shear=1e308'] }, /^RangeError: Expected number from 0 to 2/],
			[{ set: ['phase2.augmentation.mixupAlpha=1e-12'] }, /^RangeError: Expected number from 0\.01 to 2, or 0/],
		];
		for (const [options, message] of wrong) await assert.rejects(start(options), message, JSON.stringify(options));
		assert.ok(!existsSync(join(RUNS, `test-${process.pid}`)) && !existsSync(join(RUNS, 'nosuch')));
		assert.equal('x' in {}, false);
	});

	it('refuses a run that another process trains, before it reads data', async (context) => {
		const lock = join(RUNS, `test-${process.pid}.lock`);
		mkdirSync(RUNS, { recursive: true });
		context.after(() => rmSync(lock, { force: true }));
		writeFileSync(lock, JSON.stringify({ pid: process.ppid, host: hostname(), since: new Date().toISOString() }));
		await assert.rejects(start({}), new RegExp(`received one by process ${process.ppid} since`));
		assert.ok(existsSync(lock));
	});
});

describe('fer results', () => {
	it('refuses a run that is not there before it writes anything', async () => {
		const pages = ['docs/cross-dataset.md', 'docs/protocol.md', 'docs/recipes.md', 'README.md'];
		const times = () => pages.map((page) => statSync(join(PROJECT_FOLDER, page)).mtimeMs);
		const before = times();
		for (const options of [{ take: 'nosuch', as: 'holdout' }, { seed: 'nosuch' }, { cross: 'nosuch' }]) {
			await assert.rejects(writeAll(['holdout'], options), /^DataError: Expected .* no such folder/);
		}
		await assert.rejects(
			writeAll(['holdout'], { take: '../models/official', as: 'holdout' }),
			/for --take but received/,
		);
		assert.deepEqual(times(), before);
	});
});
