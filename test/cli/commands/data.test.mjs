// @ts-check
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import sharp from 'sharp';
import { ROOT } from '../../../scripts/setup/paths.mjs';

const isCompiled = fs.existsSync(path.join(ROOT, 'dist', 'lib', 'index.js'));
const skip = !isCompiled && 'The library has not been compiled: npm run setup';

const PROGRAM = path.join(ROOT, 'dist', 'cli', 'commands', 'program.js');

describe('fer data --describe', { skip }, () => {
	/** @type {string} */
	let folder;
	beforeEach(() => {
		folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer describe '));
	});
	afterEach(() => fs.rmSync(folder, { recursive: true }));

	/** Runs it in `folder`. @param {string} place @param {string} to @param {...string} args */
	function run(place, to, ...args) {
		const env = { ...process.env, INIT_CWD: folder, FER2013_PATH: '' };
		const options = { cwd: ROOT, env, encoding: /** @type {const} */ ('utf8') };
		return spawnSync(process.execPath, [PROGRAM, 'data', '--describe', place, '--to', to, ...args], options);
	}

	it('tells layout, classes and copies of images beside the person, and writes the figure where told', async () => {
		for (const [name, value] of /** @type {const} */ ([
			['cat/1.png', 10],
			['cat/2.png', 10],
			['dog/1.png', 90],
		])) {
			fs.mkdirSync(path.join(folder, 'pets', path.dirname(name)), { recursive: true });
			const background = { r: value, g: value, b: value };
			await sharp({ create: { width: 30, height: 20, channels: 3, background } }).toFile(
				path.join(folder, 'pets', name),
			);
		}
		const { status, stdout, stderr } = run('pets', 'drawn/classes.png');
		assert.equal(status, 0, stderr);
		assert.match(stdout, /pets: 3 images\nLayout {4}class-folders \(.*\nSizes {5}3 30x20\n/);
		assert.match(stdout, /\nclass {2}all images\ncat {13}2\ndog {13}1\n/);
		assert.match(stdout, /cat\/1\.png = cat\/2\.png/);
		assert.match(stdout, /\nFigure: drawn\/classes\.png\n/);
		const chosen = run('pets', 'drawn/chosen.png', '--classes', 'dog,cat').stdout;
		assert.match(chosen, /\nclass {2}all images\ndog {13}1\ncat {13}2\n/);
		const { width = 0, format } = await sharp(path.join(folder, 'drawn', 'classes.png')).metadata();
		assert.ok(format === 'png' && width > 500);
	});

	it('says what lies there and what is known, without a stack, and leaves no figure', () => {
		fs.writeFileSync(path.join(folder, 'notes.txt'), 'hello');
		const { status, stderr } = run('notes.txt', 'figure.png');
		assert.equal(status, 1);
		assert.match(stderr, /Expected a data set in a known layout in notes\.txt but received a file that begins "hello"/);
		assert.match(stderr, /- RAF-DB as released/);
		assert.doesNotMatch(stderr, /\n {4}at /);
		assert.ok(!fs.existsSync(path.join(folder, 'figure.png')));
	});

	it('never replaces what it did not draw, such as the data set itself', () => {
		fs.writeFileSync(path.join(folder, 'x.csv'), 'emotion,pixels\n');
		const { status, stderr } = run('x.csv', 'x.csv');
		assert.equal(status, 1);
		assert.match(stderr, /Expected a new PNG file for --to but received a file that fer did not write: x\.csv\./);
		assert.equal(fs.readFileSync(path.join(folder, 'x.csv'), 'utf8'), 'emotion,pixels\n');
	});
});
