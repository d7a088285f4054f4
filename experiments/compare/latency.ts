import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { tableOf } from '../../cli/markdown';
import { buildPackage, PUBLISHED, WEIGHT_BITS } from '../../cli/package/build';
import type { LatencyRow } from '../../cli/package/figures';
import { PROJECT_FOLDER, RUNS } from '../../cli/projectFolder';
import { imageAt } from '../../lib/data/dataset';
import { encodePng } from '../../lib/data/image';
import { sampleFaces } from '../../lib/data/sampleFaces/sampleFaces';
import { quantile } from '../../lib/evaluation/statistics';
import { machine } from '../../lib/evaluation/storedMetrics';
import { launchChromium } from '../chromium';
import { humanFolder } from './peers';

/** Plain browser JavaScript, which is not compiled. */
const PAGE = join(PROJECT_FOLDER, 'experiments', 'compare', 'page');
const PACKAGES = join(PROJECT_FOLDER, 'node_modules');
const { version: TFJS } = require('@tensorflow/tfjs/package.json') as { version: string };
const ORIGIN = 'http://localhost';
const REPETITIONS = 100;
/** Seconds after which a library counts as one that does not run here. */
const LIMIT = 120;
const FACES = 8;

/** The networks that are timed: each of ours in 16 and 8 bits, and those of the others. */
const TIMED: readonly Pick<LatencyRow, 'name' | 'network' | 'bits'>[] = [
	...Object.keys(PUBLISHED).flatMap((network) =>
		WEIGHT_BITS.map((bits) => ({ name: 'fer-emotion-model', network, bits })),
	),
	{ name: '@vladmandic/face-api' },
	{ name: '@vladmandic/human' },
];

/** Measures how many milliseconds one face takes in headless Chromium, each network in a page of its own. */
export async function measureLatency(onStatus: (status: string) => void) {
	const packed = join(RUNS, 'package');
	await buildPackage(PUBLISHED, packed, onStatus);
	// The first part of an address in the page, and the folder behind it.
	const folders = {
		page: PAGE,
		package: join(packed, 'contents', 'dist'),
		tfjs: join(PACKAGES, '@tensorflow', 'tfjs', 'dist'),
		wasm: join(PACKAGES, '@tensorflow', 'tfjs-backend-wasm', 'dist'),
		'face-api': join(PACKAGES, '@vladmandic', 'face-api'),
		human: await humanFolder(),
	};
	const faces = await drawnFaces();
	const browser = await launchChromium();
	try {
		const rows = [];
		for (const backend of ['webgl', 'wasm']) {
			for (const timed of TIMED) {
				onStatus(`${titleOf(timed)}, ${backend}`);
				const { name, ...load } = timed;
				const options = { backend, load, faces, repetitions: REPETITIONS };
				rows.push({ ...timed, backend, ...(await measureOne(await browser.newPage(), folders, name, options)) });
			}
		}
		const { cpu, cores } = machine();
		return { browser: `Chromium ${browser.version()}`, tfjs: TFJS, repetitions: REPETITIONS, rows, cpu, cores };
	} finally {
		await browser.close();
	}
}

/** Draws some faces as PNG files in data URLs. */
async function drawnFaces(): Promise<string[]> {
	const faces = await sampleFaces({ size: 70, seed: 1 });
	const [height, width] = faces.shape;
	const files = Array.from({ length: FACES }, async (_, index) => {
		const png = await encodePng(imageAt(faces, index), { width, height });
		return `data:image/png;base64,${png.toString('base64')}`;
	});
	return Promise.all(files);
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

/** The name of a network in a table; those of our package are told apart. */
export const titleOf = ({ name, network, bits }: Pick<LatencyRow, 'name' | 'network' | 'bits'>) =>
	`\`${name}\`${network ? `, ${network}` : ''}${bits ? `, ${bits} bits` : ''}`;

export type Latency = Awaited<ReturnType<typeof measureLatency>>;

/** Makes the table of docs/peers.md. */
export function latencyTable({ browser, tfjs, repetitions, rows, cpu, cores }: Latency): string {
	const time = (figure: 'loading' | 'first' | 'p50' | 'p99') => (row: Latency['rows'][number]) =>
		'fault' in row ? '' : row[figure].toFixed(row[figure] < 10 ? 1 : 0);
	const times = tableOf(rows, 2, {
		network: titleOf,
		backend: ({ backend }) => backend,
		loading: (row) => ('fault' in row ? row.fault : time('loading')(row)),
		'first face': time('first'),
		p50: time('p50'),
		p99: time('p99'),
	});
	return `Headless ${browser} without a GPU (WebGL by SwiftShader), ${cores} cores of ${cpu}; tfjs ${tfjs} for ours, the others bundle their own. ${repetitions} faces after 5 to warm up; times in milliseconds.\n\n${times}`;
}
