// @ts-check
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { ROOT } from '../../../scripts/setup/paths.mjs';

const isCompiled = fs.existsSync(path.join(ROOT, 'dist', 'lib', 'index.js'));
const skip = !isCompiled && 'The library has not been compiled: npm run setup';

describe('fer predict', { skip }, () => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer predict '));
	after(() => fs.rmSync(folder, { recursive: true }));

	/** Runs it where the person stands: in `folder`. @param {...string} args */
	function run(...args) {
		const env = { ...process.env, INIT_CWD: folder };
		const options = { cwd: ROOT, env, encoding: /** @type {const} */ ('utf8') };
		return spawnSync(
			process.execPath,
			[path.join(ROOT, 'dist', 'cli', 'commands', 'program.js'), 'predict', ...args, '--model', 'model'],
			options,
		);
	}

	before(() => {
		const script = path.join(ROOT, 'test', 'fixtures', 'predictFolder.ts');
		const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, folder], {
			cwd: ROOT,
			encoding: 'utf8',
		});
		assert.equal(status, 0, stderr);
		fs.writeFileSync(path.join(folder, 'photos', 'broken.jpg'), 'no photo');
		fs.writeFileSync(path.join(folder, 'photos', 'notes.txt'), 'no photo either');
	});

	it('reads the photos of a folder as JSON, reports an unreadable one, and ends with 2', () => {
		const { status, stdout, stderr } = run('photos', '--json');
		assert.equal(status, 2, stderr);
		const [broken, empty, face, ...others] = JSON.parse(stdout);
		assert.deepEqual(others, []);
		assert.match(broken.error, /^Expected an image in .*broken\.jpg but received one that cannot be decoded/);
		assert.match(stderr, /photos\/broken\.jpg: not read\. Expected an image/);
		assert.deepEqual(empty, { file: 'photos/empty.png', faces: [] });
		assert.equal(face.file, 'photos/face.png');
		const [{ emotion, probabilities, box }, ...more] = face.faces;
		assert.deepEqual(more, []);
		assert.equal(Object.keys(probabilities).length, 7);
		assert.equal(probabilities[emotion], Math.max(.../** @type {number[]} */ (Object.values(probabilities))));
		// The face is a square of 160 pixels at (150, 90).
		assert.ok(Math.abs(box.left + box.width / 2 - 230) < 40 && Math.abs(box.top + box.height / 2 - 170) < 40);
	});

	it('takes patterns, says in words what it found, and writes annotated copies where told', async () => {
		const { status, stdout, stderr } = run('photos/*.png', '--annotate', 'out');
		assert.equal(status, 0, stderr);
		assert.match(
			stdout,
			/photos\/empty\.png: no face found\nphotos\/face\.png: 1 face\n {2}1\. \w+ {2}\(angry \d+ %, /,
		);
		assert.deepEqual(fs.readdirSync(path.join(folder, 'out')).sort(), ['empty.png', 'face.png']);
		const { width = 0, height = 0 } = await sharp(path.join(folder, 'out', 'face.png')).metadata();
		assert.ok(width > 1000 && height > 600);
	});

	it('takes faces already cut out, as CSV', () => {
		const { status, stdout, stderr } = run('photos/face.png', '--no-detect', '--tta', '--csv');
		assert.equal(status, 0, stderr);
		const [header, line, ...more] = stdout.trim().split('\n');
		assert.match(
			header,
			/^file,face,emotion,angry,disgust,fear,happy,sad,surprise,neutral,left,top,width,height,detection$/,
		);
		assert.match(line, /^photos\/face\.png,1,\w+,(\d\.\d{4},){7}0\.0000,0\.0000,480\.0000,360\.0000,1\.0000$/);
		assert.deepEqual(more, []);
		const probabilities = line.split(',').slice(3, 10).map(Number);
		assert.ok(Math.abs(probabilities.reduce((sum, value) => sum + value, 0) - 1) < 1e-3);
	});

	it('says in a sentence what it was told wrongly', () => {
		fs.mkdirSync(path.join(folder, 'nothing'), { recursive: true });
		for (const [args, words] of /** @type {const} */ ([
			[['missing.jpg'], /for missing\.jpg but received no such file/],
			[['nothing'], /for nothing but received a folder without any/],
			[['photos/face.png', '--json', '--csv'], /--json and --csv exclude each other/],
			[['photos/face.png', 'face.png', '--annotate', 'out'], /for --annotate but received two named face/],
			[[], /missing required argument 'photos'/],
		])) {
			fs.copyFileSync(path.join(folder, 'photos', 'face.png'), path.join(folder, 'face.png'));
			const { status, stderr } = run(...args);
			assert.equal(status, 1, stderr);
			assert.match(stderr, words);
			assert.doesNotMatch(stderr, /\n {4}at /);
		}
	});
});
