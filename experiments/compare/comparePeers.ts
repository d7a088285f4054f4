import { existsSync, readFileSync } from 'node:fs';
import { fillPage, tableOf, writeJson } from '../../cli/markdown';
import { openData } from '../../cli/openData';
import { PUBLISHED } from '../../cli/package/build';
import { COMPARED, fillFigures } from '../../cli/package/figures';
import { withProgress, withTask } from '../../cli/progressLine';
import { dataPath } from '../../cli/projectFolder';
import type { Dataset } from '../../lib/data/dataset';
import { readFaces } from '../../lib/data/readers/readFaces';
import { argmaxRows, classificationReport } from '../../lib/evaluation/metrics';
import { eachBatch } from '../../lib/evaluation/predict';
import { readMetrics } from '../../lib/evaluation/storedMetrics';
import { formatCount, formatPercent, formatRatio } from '../../lib/format';
import { type OnProgress, ProgressMeter } from '../../lib/progress';
import { asTrained, readStoredModel } from '../../lib/runs/storedModel';
import type { tf } from '../../lib/tensorflow/tf';
import { type Latency, latencyTable, measureLatency, titleOf } from './latency';
import { type Network, peerNetworks } from './peers';

/** What can be measured by itself; the other part of the results is then kept. */
export const PARTS = ['accuracy', 'latency'] as const;
type Part = (typeof PARTS)[number];

const BATCH = 16;

type Accuracy = Awaited<ReturnType<typeof measureAccuracy>>;

/** Measures accuracy and latency of all networks; writes docs/results/peers.json, docs/peers.md and package/README.md. */
export async function comparePeers(parts: readonly Part[] = PARTS): Promise<void> {
	const earlier: Partial<Accuracy & { latency: Latency }> = existsSync(COMPARED)
		? JSON.parse(readFileSync(COMPARED, 'utf8'))
		: {};
	const accuracy = parts.includes('accuracy') ? await measureAccuracy() : (earlier as Accuracy);
	const latency = parts.includes('latency')
		? await withTask('Latency', ({ update }) => measureLatency(update))
		: earlier.latency;
	await writeJson(COMPARED, { ...accuracy, latency });
	await fillPage('docs/peers.md', 'peers', {
		...(accuracy.accuracies && { accuracy: accuracyTable(accuracy) }),
		...(latency && { latency: latencyTable(latency) }),
	});
	await fillFigures();
}

/** Measures each network on the test faces of our models' protocol and, if available, on CK+, which ours have never seen. */
async function measureAccuracy() {
	const { config } = await readMetrics(PUBLISHED.default);
	const dataset = await openData(config);
	const ckPlusPath = dataPath('CKPLUS_PATH');
	const ckPlus = ckPlusPath ? (await readFaces(ckPlusPath, { size: 48, channels: 1 })).dataset : undefined;
	const ours = await Promise.all(Object.entries(PUBLISHED).map(([name, folder]) => ownNetwork(name, folder, dataset)));
	const [{ test }] = ours;
	const accuracies = [];
	for (const network of [...ours, ...(await peerNetworks())]) {
		const judge = (faces: Dataset, indices: Uint32Array) =>
			withProgress(`${titleOf(network)}, ${faces.name}`, (onProgress) =>
				judgeNetwork(network, faces, indices, onProgress),
			);
		const onOwn = await judge(dataset, test);
		const onCkPlus = ckPlus && (await judge(ckPlus, Uint32Array.from(ckPlus.labels.keys())));
		const { name, network: ownName } = network;
		const names = { name, ...(ownName && { network: ownName }) };
		accuracies.push({ ...names, ...onOwn, ...(onCkPlus && { ckPlus: onCkPlus.accuracy }) });
	}
	return { protocol: config.protocol, n: test.length, ckPlusFaces: ckPlus?.labels.length, accuracies };
}

/** Opens a network of our package, and its test faces. */
async function ownNetwork(network: string, folder: string, dataset: Dataset) {
	const stored = await readStoredModel(folder);
	const { test } = asTrained(stored, dataset, stored.metrics.config.protocol).split;
	const answer = (images: tf.Tensor4D) => stored.model.predict(images) as tf.Tensor;
	return { name: 'fer-emotion-model', network, emotions: dataset.emotions, answer, test };
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

function accuracyTable({ protocol, n, ckPlusFaces, accuracies }: Accuracy): string {
	type Row = Accuracy['accuracies'][number];
	return tableOf(accuracies, 1, {
		network: titleOf,
		[`accuracy, FER2013, protocol \`${protocol}\`, n = ${formatCount(n)}`]: ({ accuracy }) => formatPercent(accuracy),
		'macro F1': ({ macroF1 }) => formatRatio(macroF1),
		...(ckPlusFaces && { [`accuracy, CK+, n = ${ckPlusFaces}`]: ({ ckPlus = 0 }: Row) => formatPercent(ckPlus) }),
	});
}
