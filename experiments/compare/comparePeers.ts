import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { fillPage, tableOf, writeJson } from '../../cli/markdown';
import { openData } from '../../cli/openData';
import { buildPackage } from '../../cli/package/build';
import { withProgress, withTask } from '../../cli/progressLine';
import { dataPath, PROJECT_FOLDER, RUNS } from '../../cli/projectFolder';
import { type Dataset, imageAt } from '../../lib/data/dataset';
import { encodePng } from '../../lib/data/image';
import { readFaces } from '../../lib/data/readers/readFaces';
import { sampleFaces } from '../../lib/data/sampleFaces/sampleFaces';
import { argmaxRows, classificationReport } from '../../lib/evaluation/metrics';
import { eachBatch } from '../../lib/evaluation/predict';
import { quantile } from '../../lib/evaluation/statistics';
import { machine } from '../../lib/evaluation/storedMetrics';
import { formatCount, formatPercent, formatRatio } from '../../lib/format';
import { type OnProgress, ProgressMeter } from '../../lib/progress';
import { asTrained, readStoredModel } from '../../lib/runs/storedModel';
import type { tf } from '../../lib/tensorflow/tf';
import { launchChromium } from '../chromium';
import { humanFolder, type Network, peerNetworks } from './peers';

const MODEL = join(PROJECT_FOLDER, 'models', 'official');
/** Plain browser JavaScript, which is not compiled. */
const PAGE = join(PROJECT_FOLDER, 'experiments', 'compare', 'page');
const PACKAGES = join(PROJECT_FOLDER, 'node_modules');
const { version: TFJS } = require('@tensorflow/tfjs/package.json') as { version: string };
const ORIGIN = 'http://localhost';
const LIBRARIES = ['fer-emotion-model', '@vladmandic/face-api', '@vladmandic/human'];
const REPETITIONS = 100;
/** Seconds after which a library counts as one that does not run here. */
const LIMIT = 120;
const FACES = 8;
const BATCH = 16;

/** Measures accuracy and latency of all networks and writes docs/results/peers.json and docs/peers.md. */
export async function comparePeers(): Promise<void> {
	const accuracy = await measureAccuracy();
	const measured = await withTask('Latency', async ({ update }) => {
		const folder = join(RUNS, 'package');
		await buildPackage(MODEL, folder, update);
		return measureLatency(join(folder, 'contents'), await drawnFaces(), update);
	});
	const { cpu, cores } = machine();
	const latency = { ...measured, cpu, cores };
	await writeJson(join(PROJECT_FOLDER, 'docs', 'results', 'peers.json'), { ...accuracy, latency });
	await fillPage('docs/peers.md', 'peers', { accuracy: accuracyTable(accuracy), latency: latencyTable(latency) });
}

/** Measures each network on the test faces of our model's protocol and, if available, on CK+, which ours has never seen. */
async function measureAccuracy() {
	const stored = await readStoredModel(MODEL);
	const { config } = stored.metrics;
	const dataset = await openData(config);
	const { test } = asTrained(stored, dataset, config.protocol).split;
	const ckPlusPath = dataPath('CKPLUS_PATH');
	const ckPlus = ckPlusPath ? (await readFaces(ckPlusPath, { size: 48, channels: 1 })).dataset : undefined;
	const ours: Network = {
		name: 'fer-emotion-model',
		emotions: dataset.emotions,
		answer: (images) => stored.model.predict(images) as tf.Tensor,
	};
	const accuracies = [];
	for (const network of [ours, ...(await peerNetworks())]) {
		const judge = (faces: Dataset, indices: Uint32Array) =>
			withProgress(`${network.name}, ${faces.name}`, (onProgress) => judgeNetwork(network, faces, indices, onProgress));
		const onOwn = await judge(dataset, test);
		const onCkPlus = ckPlus && (await judge(ckPlus, Uint32Array.from(ckPlus.labels.keys())));
		accuracies.push({ name: network.name, ...onOwn, ...(onCkPlus && { ckPlus: onCkPlus.accuracy }) });
	}
	return { protocol: config.protocol, n: test.length, ckPlusFaces: ckPlus?.labels.length, accuracies };
}

/** Measures a network's accuracy and macro F1 on some images of a data set. */
async function judgeNetwork(network: Network, dataset: Dataset, indices: Uint32Array, onProgress: OnProgress) {
	const { name, emotions, answer } = network;
	const predictedLabels: number[] = [];
	const meter = new ProgressMeter(name, indices.length, onProgress);
	await eachBatch({ dataset, indices, batchSize: BATCH, meter }, answer, (_, rows) => {
		const outputs = argmaxRows(rows, emotions.length);
		predictedLabels.push(...Array.from(outputs, (output) => dataset.emotions.indexOf(emotions[output])));
	});
	const trueLabels = Uint8Array.from(indices, (index) => dataset.labels[index]);
	const classes = dataset.emotions.length;
	const { accuracy, macroF1 } = classificationReport({ trueLabels, predictedLabels, classes });
	return { accuracy, macroF1 };
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

function accuracyTable({ protocol, n, ckPlusFaces, accuracies }: Awaited<ReturnType<typeof measureAccuracy>>): string {
	type Row = (typeof accuracies)[number];
	return tableOf(accuracies, 1, {
		network: ({ name }) => `\`${name}\``,
		[`accuracy, FER2013, protocol \`${protocol}\`, n = ${formatCount(n)}`]: ({ accuracy }) => formatPercent(accuracy),
		'macro F1': ({ macroF1 }) => formatRatio(macroF1),
		...(ckPlusFaces && { [`accuracy, CK+, n = ${ckPlusFaces}`]: ({ ckPlus = 0 }: Row) => formatPercent(ckPlus) }),
	});
}

type Latency = Awaited<ReturnType<typeof measureLatency>> & { cpu: string; cores: number };

function latencyTable({ browser, tfjs, repetitions, rows, cpu, cores }: Latency): string {
	const time = (figure: 'loading' | 'first' | 'p50' | 'p99') => (row: Latency['rows'][number]) =>
		'fault' in row ? '' : row[figure].toFixed(row[figure] < 10 ? 1 : 0);
	const times = tableOf(rows, 2, {
		network: ({ name }) => `\`${name}\``,
		backend: ({ backend }) => backend,
		loading: (row) => ('fault' in row ? row.fault : time('loading')(row)),
		'first face': time('first'),
		p50: time('p50'),
		p99: time('p99'),
	});
	return `Headless ${browser} without a GPU (WebGL by SwiftShader), ${cores} cores of ${cpu}; tfjs ${tfjs} for ours, the others bundle their own. ${repetitions} faces after 5 to warm up; times in milliseconds.\n\n${times}`;
}

/** Measures how many milliseconds one face takes in headless Chromium, each library in a page of its own. */
async function measureLatency(
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
