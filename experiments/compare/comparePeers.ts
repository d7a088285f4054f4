import { cpus } from 'node:os';
import { join } from 'node:path';
import { fillPage, ratio, table, writeJson } from '../../cli/markdown';
import { openData } from '../../cli/openData';
import { buildPackage } from '../../cli/package/build';
import { withProgress, withTask } from '../../cli/progressLine';
import { dataPath, PROJECT_FOLDER } from '../../cli/projectFolder';
import { type Dataset, imageAt } from '../../lib/data/dataset';
import { encodePng } from '../../lib/data/image';
import { readFaces } from '../../lib/data/readers/readFaces';
import { sampleFaces } from '../../lib/data/sampleFaces/sampleFaces';
import { formatCount, formatPercent } from '../../lib/format';
import { asTrained, readStoredModel } from '../../lib/runs/storedModel';
import type { tf } from '../../lib/tensorflow/tf';
import { judgeNetwork, type Network, peerNetworks } from './accuracy';
import { measureLatency } from './latency';

const MODEL = join(PROJECT_FOLDER, 'models', 'official');
const RESULT = join(PROJECT_FOLDER, 'docs', 'results', 'peers.json');
const FACES = 8;

/** Measures accuracy and latency of all networks and writes docs/results/peers.json and docs/peers.md. */
export async function comparePeers(): Promise<void> {
	const accuracy = await measureAccuracy();
	const measured = await withTask('Latency', async ({ update }) => {
		const folder = join(PROJECT_FOLDER, 'runs', 'package');
		await buildPackage(MODEL, folder, update);
		return measureLatency(join(folder, 'contents'), await drawnFaces(), update);
	});
	const latency = { ...measured, cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length };
	await writeJson(RESULT, { ...accuracy, latency });
	await fillPage('docs/peers.md', 'peers', { accuracy: accuracyTable(accuracy), latency: latencyTable(latency) });
}

/** Measures each network on the test faces of our model's protocol and, if available, on CK+, which ours has never seen. */
async function measureAccuracy() {
	const stored = await readStoredModel(MODEL);
	const { config } = stored.metrics;
	const dataset = await openData(config);
	const { test } = asTrained(stored, dataset, config.protocol).split;
	const ckPlusPath = dataPath('CKPLUS_PATH');
	const ckPlus = ckPlusPath ? (await readFaces(ckPlusPath)).dataset : undefined;
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
	const lines = accuracies.map(({ name, accuracy, macroF1, ckPlus }) => [
		`\`${name}\``,
		formatPercent(accuracy),
		ratio(macroF1),
		...(ckPlus === undefined ? [] : [formatPercent(ckPlus)]),
	]);
	const names = ['network', `accuracy, FER2013, protocol \`${protocol}\`, n = ${formatCount(n)}`, 'macro F1'];
	return table([...names, ...(ckPlusFaces ? [`accuracy, CK+, n = ${ckPlusFaces}`] : [])], lines, 1);
}

type Latency = Awaited<ReturnType<typeof measureLatency>> & { cpu: string; cores: number };

function latencyTable(latency: Latency): string {
	const { browser, tfjs, repetitions, rows, cpu, cores } = latency;
	const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0);
	const lines = rows.map(({ name, backend, ...times }) => [
		`\`${name}\``,
		backend,
		...('fault' in times ? [times.fault, '', '', ''] : [times.loading, times.first, times.p50, times.p99].map(ms)),
	]);
	const about = `Headless ${browser} without a GPU (WebGL by SwiftShader), ${cores} cores of ${cpu}; tfjs ${tfjs} for ours, the others bundle their own. ${repetitions} faces after 5 to warm up; times in milliseconds.`;
	return `${about}\n\n${table(['network', 'backend', 'loading', 'first face', 'p50', 'p99'], lines, 2)}`;
}
