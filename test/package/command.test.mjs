// @ts-check
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { storeStandIn } from './standIn.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-package-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** @param {...string} args */
function ferPackage(...args) {
	const command = [
		path.join(ROOT, 'dist', 'cli', 'commands', 'program.js'),
		'package',
		'--to',
		path.join(folder, 'to'),
		...args,
	];
	const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
	return { status, text: stdout + stderr };
}

describe('fer package', () => {
	it('says what to do where there is no model', () => {
		const { status, text } = ferPackage('--model', path.join(folder, 'nowhere'));
		assert.equal(status, 1);
		assert.match(text, /There is no trained model in .*nowhere\. Choose one: npx fer package --model/);
		assert.doesNotMatch(text, /\n {4}at /);
	});

	it('refuses a model whose outputs have no names', async () => {
		const model = path.join(folder, 'nameless');
		await storeStandIn(model, { emotions: ['angry', 'happy'] });
		const file = path.join(model, 'model.json');
		const { userDefinedMetadata, ...rest } = JSON.parse(fs.readFileSync(file, 'utf8'));
		fs.writeFileSync(
			file,
			JSON.stringify({ ...rest, userDefinedMetadata: { ...userDefinedMetadata, emotions: ['angry'] } }),
		);
		const { status, text } = ferPackage('--model', model);
		assert.equal(status, 1);
		assert.match(
			text,
			/Expected a model from .* to classes with names in .*nameless but received one from \[48,48,1\] to 2 outputs/,
		);
	});

	it('judges the published models alone, and says so before it builds', () => {
		const { status, text } = ferPackage('--model', path.join(folder, 'own'), '--judge');
		assert.equal(status, 1);
		assert.match(text, /^--judge evaluates the published models: leave out --model or --judge\./m);
		assert.ok(!fs.existsSync(path.join(folder, 'to')));
	});

	it('refuses a damaged model', () => {
		const model = path.join(folder, 'damaged');
		fs.mkdirSync(model);
		fs.writeFileSync(path.join(model, 'model.json'), '{');
		const { status, text } = ferPackage('--model', model);
		assert.equal(status, 1);
		assert.match(text, /Expected a tfjs layers model in .*damaged/);
	});

	it('leaves what it did not write as it is, and says so before it builds', () => {
		const mine = path.join(folder, 'mine');
		fs.mkdirSync(path.join(mine, 'contents'), { recursive: true });
		fs.writeFileSync(path.join(mine, 'contents', 'thesis.txt'), 'thesis');
		for (const model of ['nowhere', path.resolve(ROOT, 'models', 'official')]) {
			const { status, text } = ferPackage('--to', mine, '--model', model);
			assert.equal(status, 1);
			assert.match(
				text,
				/^Expected a new or empty folder, or one with an earlier package, for --to but received .*mine\./m,
			);
			assert.deepEqual(fs.readdirSync(mine, { recursive: true }).sort(), [
				'contents',
				path.join('contents', 'thesis.txt'),
			]);
		}
	});

	it('refuses a file in place of the folder of a model', () => {
		const { status, text } = ferPackage('--model', path.join(ROOT, 'models', 'official', 'model.json'));
		assert.equal(status, 1);
		assert.match(text, /^Expected the folder of a model for --model but received a file: .*model\.json\./m);
	});
});
