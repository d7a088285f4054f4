// @ts-check
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import fer from '../../../dist/lib/index.js';
import { photo } from '../../demo/pictures.mjs';
import { assertNear, assertSameAttention, libraryProbabilities, TOLERANCE, wavyPhoto } from '../expected.mjs';
import { runProgram } from '../runProgram.mjs';

/** @typedef {import('../project.mjs').Project} Project */

/** @param {() => Project} opened */
export function testInNode(opened) {
	/** @type {Project} */
	let project;
	before(() => {
		project = opened();
		project.add('program.mjs', 'program.cjs', 'user.mts', 'user.cts', 'server.mts', 'server.cts');
	});
	/** @param {string} program @param {import('../runProgram.mjs').Options} options */
	const run = (program, options) => runProgram([process.execPath, program], project.folder, options);

	for (const [program, backend, bits, tta] of /** @type {const} */ ([
		['program.mjs', 'tensorflow', 16, false],
		['program.cjs', 'cpu', 8, false],
	])) {
		it(`gives the library's probabilities: ${program}, ${backend}, ${bits} bits, ${tta ? 'six views' : 'one view'}`, async () => {
			const expected = await libraryProbabilities(project.weights(bits), { tta });
			const found = run(program, { backend, bits, tta });
			assert.equal(found.backend, backend);
			assert.deepEqual(found.emotions, fer.EMOTIONS);
			assertNear(found.predictions, expected);
			// The CommonJS program does not count.
			if (program === 'program.mjs') assert.deepEqual([found.leaked, found.left], [0, 0]);
		});
	}

	it('averages six views and tells where it looks as the library does, and leaves nothing behind', async () => {
		const { predictions, leaked, left } = run('program.mjs', { backend: 'wasm', tta: true, attention: true });
		await assertSameAttention(project.weights(16), predictions);
		assertNear(predictions, await libraryProbabilities(project.weights(16), { tta: true }));
		assert.deepEqual([leaked, left], [0, 0]);
	});

	it('loads the small network by its name', async () => {
		const { predictions } = run('program.mjs', { backend: 'wasm', network: 'small' });
		const [expected, other] = await Promise.all([
			libraryProbabilities(project.weights(16, 'small'), { tta: false }),
			libraryProbabilities(project.weights(16), { tta: false }),
		]);
		assertNear(predictions, expected);
		assert.ok(Math.max(...expected[0].map((value, label) => Math.abs(value - other[0][label]))) > 100 * TOLERANCE);
	});

	it('takes weights from a folder of the caller', async () => {
		const folder = pathToFileURL(project.weights(8)).href;
		const { predictions } = run('program.cjs', { backend: 'wasm', tta: false, folder });
		assertNear(predictions, await libraryProbabilities(project.weights(8), { tta: false }));
	});

	it('looks at the box: others give other answers', async () => {
		const [first, second] = await libraryProbabilities(project.weights(16), { tta: false });
		assert.ok(first.some((value, label) => Math.abs(value - second[label]) > 10 * TOLERANCE));
	});

	it("runs its README's example", async () => {
		const readme = fs.readFileSync(path.join(project.installed, 'README.md'), 'utf8');
		const [, example] = /## In Node\n+```js\n([^`]+)```/.exec(readme) ?? assert.fail('no example');
		fs.writeFileSync(path.join(project.folder, 'example.mjs'), example);
		const { pixels, ...raw } = wavyPhoto();
		await sharp(pixels, { raw }).jpeg().toFile(path.join(project.folder, 'face.jpg'));
		assertPrintsEmotion(project.folder, 'example.mjs');
	});

	/** Calls the program of the package in the project. @param {...string} args */
	const call = (...args) => {
		const program = path.join(project.installed, 'dist', 'command.js');
		const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
			cwd: project.folder,
			encoding: 'utf8',
		});
		return { status, stdout, stderr };
	};

	it('reads a photo in the terminal: a drawn face, and other files in a sentence', async () => {
		fs.writeFileSync(path.join(project.folder, 'photo.png'), await photo());
		fs.writeFileSync(path.join(project.folder, 'notes.jpg'), 'no photo');
		const { status, stdout, stderr } = call('--json', 'photo.png', 'notes.jpg');
		assert.equal(status, 1);
		assert.match(stderr, /^Expected a photo in notes\.jpg but received another file: /m);
		const { file, box, emotion, probabilities } = JSON.parse(stdout);
		assert.deepEqual([file, Object.keys(probabilities)], ['photo.png', fer.EMOTIONS]);
		assert.ok(fer.EMOTIONS.includes(emotion));
		const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
		assert.ok(x > 220 && x < 420 && y > 140 && y < 340 && box.width > 100, JSON.stringify(box));
	});

	it('says in the terminal how to install what reads photos, and how it is called', () => {
		const link = path.join(project.folder, 'node_modules', 'sharp');
		const target = fs.readlinkSync(link);
		fs.rmSync(link);
		const { status, stderr } = call('photo.png');
		fs.symlinkSync(target, link);
		assert.equal(status, 1);
		assert.match(
			stderr,
			/^To read photos, sharp is needed too\. Install everything: npm install fer-emotion-model @tensorflow\/tfjs sharp @vladmandic\/face-api @tensorflow\/tfjs-backend-wasm\n$/,
		);
		assert.match(call('--help').stdout, /^Usage: fer-emotion-model/);
		const wrong = call('--wrong');
		assert.equal(wrong.status, 1);
		assert.match(wrong.stderr, /^Unknown option '--wrong'/);
	});

	it('has types for import and for require, with all checks on', () => {
		const tsc = path.resolve('node_modules', 'typescript', 'bin', 'tsc');
		const options = ['--module', 'node16', '--strict', '--noEmit', '--lib', 'es2022,dom', '--types', ''];
		const args = [tsc, ...options, 'user.mts', 'user.cts'];
		const { status, stdout } = spawnSync(process.execPath, args, { cwd: project.folder, encoding: 'utf8' });
		assert.equal(status, 0, stdout);
	});

	for (const skipLibCheck of ['true', 'false']) {
		it(`has types for programs without the DOM, which refuse what is no image: skipLibCheck ${skipLibCheck}`, () => {
			const tsc = path.resolve('node_modules', 'typescript', 'bin', 'tsc');
			const options = ['--module', 'node16', '--strict', '--noEmit', '--lib', 'es2022', '--types', ''];
			const args = [tsc, ...options, '--skipLibCheck', skipLibCheck, 'server.mts', 'server.cts'];
			const { status, stdout } = spawnSync(process.execPath, args, { cwd: project.folder, encoding: 'utf8' });
			assert.equal(status, 0, stdout);
		});
	}

	it('runs with tfjs-node on a Node that has removed what it calls', () => {
		const program = `
			const util = require('node:util');
			delete util.isNullOrUndefined;
			delete util.isArray;
			const tf = require('@tensorflow/tfjs-node-gpu');
			require('fer-emotion-model').loadEmotionModel({ bits: 8 }).then(async (model) => {
				const { emotion } = await model.predict({ pixels: new Uint8Array(2304), width: 48, height: 48 });
				tf.topk(tf.tensor1d([1, 2, 3]), 2);
				console.log(emotion);
			});
		`;
		fs.writeFileSync(path.join(project.folder, 'node23.cjs'), program);
		assertPrintsEmotion(project.folder, 'node23.cjs');
	});

	it('says what to do where its weights are missing, as in a bundle', () => {
		const folder = pathToFileURL(path.join(project.folder, 'nowhere')).href;
		const program = `require('fer-emotion-model').loadEmotionModel({ folder: '${folder}' }).catch(({ message }) => console.log(message));`;
		const { stdout } = spawnSync(process.execPath, ['--eval', program], { cwd: project.folder, encoding: 'utf8' });
		assert.match(
			stdout,
			/^Expected a file at file:.*nowhere\/(model\.json|weights\.bin) but received ENOENT\. Leave .*serverExternalPackages/,
		);
	});

	it('is what package.json says: weights, licence, every file that is exported, and nothing of training', () => {
		const manifest = JSON.parse(fs.readFileSync(path.join(project.installed, 'package.json'), 'utf8'));
		const files = fs.readdirSync(project.installed, { recursive: true }).map(String);
		const named = JSON.stringify(manifest.exports).match(/\.\/dist\/[\w./-]+\.(?:c?js|d\.ts)/g) ?? [];
		assert.equal(named.length, 6);
		for (const file of [...named, manifest.main, manifest.module, manifest.types, 'LICENSE', 'README.md']) {
			assert.ok(files.includes(path.normalize(file)), file);
		}
		for (const bits of /** @type {const} */ ([8, 16])) {
			assert.deepEqual(fs.readdirSync(project.weights(bits)).sort(), ['model.json', 'weights.bin']);
			const built = path.join(project.top, 'packed', 'contents', 'dist', 'weights', 'default', String(bits));
			assert.ok(fs.existsSync(path.join(built, 'metrics.json')), 'fer evaluate takes it');
		}
		const bundles = ['node.js', 'node.cjs', 'browser.js'];
		const text = bundles.map((name) => fs.readFileSync(path.join(project.installed, 'dist', name), 'utf8'));
		const imported = new Set(text.join('\n').match(/(?<=from "|require\(")[^"]+/g));
		assert.deepEqual([...imported].sort(), ['@tensorflow/tfjs', 'node:fs/promises', 'node:util', 'url']);
		assert.doesNotMatch(text[2], /node:/);
	});
}

/** Runs a program that prints an emotion and nothing else. @param {string} folder @param {string} program */
function assertPrintsEmotion(folder, program) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [program], { cwd: folder, encoding: 'utf8' });
	assert.equal(status, 0, stderr);
	assert.ok(
		fer.EMOTIONS.some((name) => stdout === `${name}\n`),
		stdout,
	);
}
