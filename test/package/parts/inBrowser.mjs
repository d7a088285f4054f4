// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, it } from 'node:test';
import { build, preview } from 'vite';
import { launchChromium } from '../../../dist/experiments/chromium.js';
import { assertNear, assertSameAttention, libraryProbabilities } from '../expected.mjs';
import { givenPhoto } from '../runProgram.mjs';

/** @typedef {import('../project.mjs').Project} Project */
/** @typedef {{backend: string, kind: string, bits?: 8 | 16, tta?: boolean, attention?: boolean, folder?: string}} Options */

/** WebGPU, drawn by the processor where there is no graphics card. */
const WEBGPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** @type {Project} */
let project;
/** @type {import('vite').PreviewServer} */
let server;
/** @type {import('playwright-core').Browser} */
let browser;

/** A page without a bundler, and what it takes from a server, go through the build as they are. */
function addPlainPage() {
	const folder = path.join(project.folder, 'public');
	const tfjs = path.join(project.folder, 'node_modules', '@tensorflow', 'tfjs', 'dist', 'tf.fesm.min.js');
	fs.mkdirSync(path.join(folder, 'plain'), { recursive: true });
	fs.cpSync(project.installed, path.join(folder, 'plain', 'fer-emotion-model'), { recursive: true });
	fs.copyFileSync(tfjs, path.join(folder, 'plain', 'tf.fesm.min.js'));
	for (const name of ['plain.html', 'images.mjs']) {
		fs.copyFileSync(path.join(project.folder, name), path.join(folder, name));
	}
}

/**
 * The open pages by their files, each with what it has requested and its errors.
 * @type {Map<string, {page: import('playwright-core').Page, requests: string[], errors: string[]}>}
 */
const pages = new Map();

/** Opens a page once. @param {string} name The page's file. */
async function openPage(name) {
	const known = pages.get(name);
	if (known) return known;
	const page = await browser.newPage();
	/** @type {{page: typeof page, requests: string[], errors: string[]}} */
	const opened = { page, requests: [], errors: [] };
	page.on('request', (request) => opened.requests.push(request.url()));
	page.on('pageerror', ({ message }) => opened.errors.push(message));
	await page.goto(new URL(name, server.resolvedUrls?.local[0]).href);
	await page.waitForFunction('globalThis.predictAll');
	pages.set(name, opened);
	return opened;
}

/**
 * Predicts the boxes in a page.
 * @param {string} name The page's file.
 * @param {Options} options
 */
async function predictIn(name, options) {
	const { page, requests, errors } = await openPage(name);
	const before = requests.length;
	const { boxes, ...photo } = givenPhoto();
	const given = { ...options, boxes, photo };
	const found = await page.evaluate((all) => Reflect.get(globalThis, 'predictAll')(all), given);
	assert.deepEqual(errors, []);
	// All of it stays on the visitor's machine.
	const { origin } = new URL(page.url());
	assert.deepEqual(
		requests.filter((address) => !address.startsWith(`${origin}/`) && !/^(data|blob):/.test(address)),
		[],
	);
	return { ...found, requests: requests.slice(before) };
}

/** Whether this Chromium can draw WebGPU by the processor. */
async function hasWebGpu() {
	const page = await browser.newPage();
	await page.goto(server.resolvedUrls?.local[0] ?? '');
	const found = await page.evaluate('navigator.gpu?.requestAdapter().then(Boolean)');
	await page.close();
	return Boolean(found);
}

/** @param {() => Project} opened */
export function testInBrowser(opened) {
	before(async () => {
		project = opened();
		project.add('index.html', 'page.mjs', 'images.mjs', 'plain.html');
		const shared = { root: project.folder, configFile: /** @type {const} */ (false) };
		addPlainPage();
		await build({ ...shared, logLevel: 'error', build: { target: 'esnext' } });
		server = await preview({ ...shared, appType: 'mpa', logLevel: 'error', preview: { host: '127.0.0.1', port: 0 } });
		browser = await launchChromium(WEBGPU);
	});
	after(async () => {
		await browser?.close();
		await server?.close();
	});

	for (const { backend, bits, tta } of /** @type {const} */ ([
		{ backend: 'wasm', bits: 16, tta: true },
		{ backend: 'wasm', bits: 8, tta: false },
		{ backend: 'webgl', bits: 16, tta: false },
		{ backend: 'webgpu', bits: 16, tta: false },
	])) {
		const name = `${backend}, ${bits} bits, ${tta ? 'six views' : 'one view'}`;
		it(`gives the library's probabilities in a page built with Vite: ${name}`, async (t) => {
			if (backend === 'webgpu' && !process.env.FER_SLOW_TESTS)
				return t.skip('takes half a minute: FER_SLOW_TESTS=1 runs it');
			if (backend === 'webgpu' && !(await hasWebGpu())) return t.skip('this Chromium has no WebGPU without a card');
			const expected = await libraryProbabilities(project.weights(bits), { tta });
			const found = await predictIn('index.html', { backend, bits, tta, kind: 'HTMLCanvasElement' });
			assertNear(found.predictions, expected);
			assert.deepEqual([found.backend, found.left], [backend, 0]);
			const weights = found.requests.filter((/** @type {string} */ address) => /weights.*\.bin$/.test(address));
			assert.equal(weights.length, 1, 'only the weights that are asked for are fetched');
		});
	}

	it('tells where it looks as the library does', async () => {
		const found = await predictIn('index.html', { backend: 'webgl', kind: 'ImageData', attention: true });
		await assertSameAttention(project.weights(16), found.predictions);
		assert.equal(found.left, 0);
	});

	for (const kind of ['ImageData', 'OffscreenCanvas', 'ImageBitmap', 'HTMLImageElement', 'HTMLVideoElement']) {
		it(`reads the pixels of an ${kind}`, async () => {
			const expected = await libraryProbabilities(project.weights(8), { tta: false });
			assertNear((await predictIn('index.html', { backend: 'wasm', bits: 8, kind })).predictions, expected);
		});
	}

	it('works without a bundler, and with weights from a folder of the page', async () => {
		const expected = await libraryProbabilities(project.weights(16), { tta: false });
		const options = { backend: 'cpu', kind: 'HTMLCanvasElement' };
		for (const folder of [undefined, 'plain/fer-emotion-model/dist/weights/default/16']) {
			const { predictions, backend } = await predictIn('plain.html', { ...options, folder });
			assertNear(predictions, expected);
			assert.equal(backend, 'cpu');
		}
	});

	it('says what is wrong with an image that is not loaded, and where weights are missing', async () => {
		await assert.rejects(
			predictIn('index.html', { backend: 'wasm', bits: 8, kind: 'an image that is not loaded' }),
			/Expected an image with pixels for image but received "0 x 0 pixels"\. Wait until it is loaded/,
		);
		const kind = 'ImageData';
		await assert.rejects(
			predictIn('plain.html', { backend: 'cpu', kind, folder: 'nowhere' }),
			/Expected a file from \S+nowhere\/(model\.json|weights\.bin) but received status 404\. Name the folder/,
		);
	});
}
