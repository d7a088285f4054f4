// @ts-check
/** How long one face takes in a page of headless Chromium, in three libraries. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { quantile } from '../../bench/statistics.mjs';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { launchChromium } from '../chromium.mjs';
import { humanFolder } from './human.mjs';

const PAGE = path.join(path.dirname(fileURLToPath(import.meta.url)), 'page');
const PACKAGES = path.join(ROOT, 'node_modules');
const ORIGIN = 'http://localhost';
const { version: TFJS } = createRequire(import.meta.url)('@tensorflow/tfjs/package.json');
export const BACKENDS = /** @type {const} */ (['webgl', 'wasm']);
const REPETITIONS = 100;
/** Seconds after which a library is taken for one that does not run here. */
const LIMIT = 120;

/** @typedef {{loading: number, first: number, p50: number, p99: number} | {fault: string}} Times In milliseconds; or why there are none. */

/**
 * Measures every library, each in a page of its own, one after the other; the backends by turns.
 * @param {{packageFolder: string, faces: readonly string[], onStatus: (status: string) => void}} options `faces`: PNG files as
 *   data addresses.
 */
export async function measureLatency({ packageFolder, faces, onStatus }) {
	// Where the page finds what: the first part of an address, and the folder that it stands for.
	const folders = {
		page: PAGE,
		package: path.join(packageFolder, 'dist'),
		tfjs: path.join(PACKAGES, '@tensorflow', 'tfjs', 'dist'),
		wasm: path.join(PACKAGES, '@tensorflow', 'tfjs-backend-wasm', 'dist'),
		'face-api': path.join(PACKAGES, '@vladmandic', 'face-api'),
		human: await humanFolder(),
	};
	const files = {
		tfjs: '/tfjs/tf.fesm.min.js',
		wasm: '/wasm',
		package: '/package/browser.js',
		faceApi: '/face-api',
		human: '/human',
	};
	const browser = await launchChromium();
	try {
		const rows = [];
		for (const backend of BACKENDS) {
			for (const name of ['fer-emotion-model', '@vladmandic/face-api', '@vladmandic/human']) {
				onStatus(`${name}, ${backend}`);
				const options = { backend, files, faces, repetitions: REPETITIONS };
				rows.push({ name, backend, ...(await measureOne(browser, folders, name, options)) });
			}
		}
		return { browser: `Chromium ${browser.version()}`, tfjs: TFJS, repetitions: REPETITIONS, rows };
	} finally {
		await browser.close();
	}
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {Readonly<Record<string, string>>} folders
 * @param {string} name
 * @param {object} options
 * @returns {Promise<Times>}
 */
async function measureOne(browser, folders, name, options) {
	const page = await browser.newPage();
	try {
		await page.route(`${ORIGIN}/**`, (route) => {
			const [, first, ...rest] = new URL(route.request().url()).pathname.split('/');
			const folder = folders[first];
			return folder ? route.fulfill({ path: path.join(folder, ...rest) }) : route.fulfill({ status: 404 });
		});
		await page.goto(`${ORIGIN}/page/index.html`);
		await page.waitForFunction('globalThis.measure');
		const call = (/** @type {[string, object]} */ [library, all]) => Reflect.get(globalThis, 'measure')(library, all);
		const given = /** @type {[string, object]} */ ([name, options]);
		const late = sleep(1000 * LIMIT, undefined, { ref: false }).then(() => {
			throw new Error(`no end within ${LIMIT} s`);
		});
		const { loading, first, milliseconds } = await Promise.race([page.evaluate(call, given), late]);
		return { loading, first, p50: quantile(milliseconds, 0.5), p99: quantile(milliseconds, 0.99) };
	} catch (error) {
		return { fault: String(error instanceof Error ? error.message : error).split('\n')[0] };
	} finally {
		await page.close();
	}
}
