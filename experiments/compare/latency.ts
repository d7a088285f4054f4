import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { quantile } from '../../lib/evaluation/statistics';
import { launchChromium } from '../chromium';
import { humanFolder } from './peers';

/** Plain browser JavaScript, which is not compiled. */
const PAGE = join(PROJECT_FOLDER, 'experiments', 'compare', 'page');
const PACKAGES = join(PROJECT_FOLDER, 'node_modules');
const { version: TFJS } = require('@tensorflow/tfjs/package.json') as { version: string };
const ORIGIN = 'http://localhost';
const LIBRARIES = ['fer-emotion-model', '@vladmandic/face-api', '@vladmandic/human'];
const REPETITIONS = 100;
/** Seconds after which a library counts as one that does not run here. */
const LIMIT = 120;

/** Measures how many milliseconds one face takes in headless Chromium, each library in a page of its own. */
export async function measureLatency(
	/** The contents of our npm package. */
	packageFolder: string,
	/** PNG files as data URLs. */
	faces: readonly string[],
	onStatus: (status: string) => void,
) {
	// The first part of an address in the page, and the folder behind it.
	const folders = {
		page: PAGE,
		package: join(packageFolder, 'dist'),
		tfjs: join(PACKAGES, '@tensorflow', 'tfjs', 'dist'),
		wasm: join(PACKAGES, '@tensorflow', 'tfjs-backend-wasm', 'dist'),
		'face-api': join(PACKAGES, '@vladmandic', 'face-api'),
		human: await humanFolder(),
	};
	const browser = await launchChromium();
	try {
		const rows = [];
		for (const backend of ['webgl', 'wasm']) {
			for (const name of LIBRARIES) {
				onStatus(`${name}, ${backend}`);
				const options = { backend, faces, repetitions: REPETITIONS };
				rows.push({ name, backend, ...(await measureOne(await browser.newPage(), folders, name, options)) });
			}
		}
		return { browser: `Chromium ${browser.version()}`, tfjs: TFJS, repetitions: REPETITIONS, rows };
	} finally {
		await browser.close();
	}
}

/** Measures one library in a page that sees `folders`; `options` are those of page/page.mjs. */
async function measureOne(page: Page, folders: Readonly<Record<string, string>>, name: string, options: object) {
	try {
		await page.route(`${ORIGIN}/**`, (route) => {
			const [, first, ...rest] = new URL(route.request().url()).pathname.split('/');
			const folder = folders[first];
			return folder ? route.fulfill({ path: join(folder, ...rest) }) : route.fulfill({ status: 404 });
		});
		await page.goto(`${ORIGIN}/page/index.html`);
		await page.waitForFunction('globalThis.measure');
		const call = ([library, all]: [string, object]) => Reflect.get(globalThis, 'measure')(library, all);
		const late = sleep(1000 * LIMIT, undefined, { ref: false }).then(() => {
			throw new Error(`no answer within ${LIMIT} s`);
		});
		const measured = await Promise.race([page.evaluate(call, [name, options] as [string, object]), late]);
		const { loading, first, milliseconds } = measured;
		const times = Float64Array.from(milliseconds as number[]).sort();
		return { loading, first, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
	} catch (error) {
		return { fault: String(error instanceof Error ? error.message : error).split('\n')[0] };
	} finally {
		await page.close();
	}
}
