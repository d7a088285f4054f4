// @ts-check
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { ROOT } from '../../../scripts/setup/paths.mjs';
import { makeVideo, plainFrame, withoutFfmpeg } from '../../fixtures/videos.js';

const isCompiled = fs.existsSync(path.join(ROOT, 'dist', 'lib', 'index.js'));
const skip = !isCompiled && 'The library has not been compiled: npm run setup';

describe('fer predict', { skip }, () => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer predict '));
	after(() => fs.rmSync(folder, { recursive: true }));

	/** Runs it where the person stands: in `folder`. @param {...string} args */
	function run(...args) {
		const env = { ...process.env, INIT_CWD: folder };
		const options = { cwd: ROOT, env, encoding: /** @type {const} */ ('utf8'), timeout: 120_000 };
		return spawnSync(
			process.execPath,
			[path.join(ROOT, 'dist', 'cli', 'commands', 'program.js'), 'predict', '--model', 'model', ...args],
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
		assert.deepEqual([broken.file, broken.status], ['photos/broken.jpg', 'not read']);
		assert.match(broken.error, /^Expected an image in .*broken\.jpg but received one that cannot be decoded/);
		assert.match(stderr, /Left out in folders: 1 other file\./);
		assert.deepEqual(empty, { file: 'photos/empty.png', status: 'no face', faces: [] });
		assert.deepEqual([face.file, face.status], ['photos/face.png', 'face']);
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
			/^file,face,emotion,angry,disgust,fear,happy,sad,surprise,neutral,left,top,width,height,detection,faces,status,note$/,
		);
		assert.match(line, /^photos\/face\.png,1,\w+,(\d\.\d{4},){7}0\.0000,0\.0000,480\.0000,360\.0000,1\.0000,1,face,$/);
		assert.deepEqual(more, []);
		const probabilities = line.split(',').slice(3, 10).map(Number);
		assert.ok(Math.abs(probabilities.reduce((sum, value) => sum + value, 0) - 1) < 1e-3);
	});

	it('ends with 2 and a sentence where an argument gives no photo', () => {
		fs.mkdirSync(path.join(folder, 'nothing'), { recursive: true });
		const { status, stdout, stderr } = run('missing.jpg', 'nothing');
		assert.equal(status, 2, stderr);
		assert.match(stdout, /^missing\.jpg: not read\. .* for missing\.jpg but received no such file\.$/m);
		assert.match(stdout, /^nothing: not read\. .* for nothing but received none\.$/m);
	});

	it('ends by itself with 1 where the model lacks a setting', () => {
		fs.cpSync(path.join(folder, 'model'), path.join(folder, 'no tta'), { recursive: true });
		const file = path.join(folder, 'no tta', 'metrics.json');
		const metrics = JSON.parse(fs.readFileSync(file, 'utf8'));
		delete metrics.config.tta;
		fs.writeFileSync(file, JSON.stringify(metrics));
		const { status, signal, stdout, stderr } = run('photos/face.png', '--no-detect', '--model', 'no tta');
		assert.deepEqual([status, signal, stdout], [1, null, '']);
		assert.match(stderr, /^Expected the field config\.tta\.views \(string\) in metrics\.json of the folder .*\n$/);
	});

	it('reads a video', { skip: withoutFfmpeg }, () => {
		const frames = [100, 160].map((level) => plainFrame(level, 64, 64));
		makeVideo(path.join(folder, 'clip.mp4'), { width: 64, height: 64, frames, rate: 5 }, ['-c:v', 'mpeg4']);
		const { status, stdout, stderr } = run('clip.mp4', '--no-detect', '--to', 'clip.jsonl');
		assert.equal(status, 0, stderr);
		assert.equal(stdout, '');
		assert.match(stderr, /^clip\.mp4: 1 face in 2 frames \(0 s\)\n {2}1\. \w+ {2}\(angry \d+ %, .*, 2 frames\)$/m);
		const lines = fs.readFileSync(path.join(folder, 'clip.jsonl'), 'utf8').trim().split('\n');
		const [first, second, ...more] = lines.map((line) => JSON.parse(line));
		assert.deepEqual([first.file, first.time, second.time, more], ['clip.mp4', 0, 0.2, []]);
		const [{ face, box, probabilities }] = second.faces;
		assert.deepEqual([face, box], [1, { left: 0, top: 0, width: 64, height: 64 }]);
		assert.equal(Object.keys(probabilities).length, 7);
	});

	it('says how to install ffmpeg where there is none', () => {
		fs.writeFileSync(path.join(folder, 'any.mp4'), 'no video');
		const program = path.join(ROOT, 'dist', 'cli', 'commands', 'program.js');
		const env = { ...process.env, INIT_CWD: folder, PATH: folder };
		const options = { cwd: ROOT, env, encoding: /** @type {const} */ ('utf8') };
		const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'predict', 'any.mp4'], options);
		assert.deepEqual([status, stdout], [1, '']);
		assert.match(
			stderr,
			/^Videos are read by ffmpeg, but .* on the PATH\. Install it with "sudo apt-get install ffmpeg".*\n$/,
		);
	});

	it('says in a sentence what it was told wrongly, before any work', () => {
		fs.copyFileSync(path.join(folder, 'photos', 'face.png'), path.join(folder, 'face.png'));
		for (const [args, words] of /** @type {const} */ ([
			[['photos/face.png', '--json', '--csv'], /--json and --csv exclude each other/],
			[['photos/face.png', '--json', '--to', 'a.jsonl'], /--to excludes --json and --csv/],
			[['photos/face.png', '--to', 'a.txt'], /ends in \.csv, \.jsonl or \.parquet for --to but received a\.txt/],
			[['photos/face.png', '--resume'], /Expected --to with --resume but received none/],
			[['face.png', '--annotate', '.'], /a folder without the photos themselves for --annotate/],
			[
				['photos/face.png', 'face.png', '--annotate', 'out'],
				/with different names for --annotate but received photos\/face\.png and face\.png/,
			],
			[['photos/face.png', '--fps', '2'], /Expected videos for --fps but received none/],
			[['photos', 'gone.mp4'], /either videos, by name, or photos and folders but received both: gone\.mp4 and photos/],
			[['gone.mp4', '--fps', '0'], /Expected a number from 0\.1 to 120/],
			[[], /missing required argument 'files'/],
		])) {
			const { status, stderr } = run(...args);
			assert.equal(status, 1, stderr);
			assert.match(stderr, words);
			assert.doesNotMatch(stderr, /\n {4}at /);
		}
	});
});
