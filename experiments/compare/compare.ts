// @ts-check
import os from 'node:os';
import path from 'node:path';
import { openData, withProblems, withProgress } from '../../cli/library.mjs';
import { count, fillPage, percent, ratio, table, writeJson } from '../../cli/markdown.mjs';
import { dataPath } from '../../scripts/setup/environment.mjs';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { parseOptions, runCommandLine } from '../../scripts/setup/problem.mjs';
import { startTask } from '../../scripts/setup/terminal.mjs';
import { setUp } from '../../scripts/setup.mjs';
import { judgeNetwork, peerNetworks } from './accuracy.mjs';

const HELP = `npm run compare: the model of models/official beside the expression networks of face-api and human: accuracy on the
test faces of its protocol, and how long one face takes in a page of headless Chromium. Writes docs/results/peers.json and
docs/peers.md. human (43 MB) is installed into runs/peers.
  --help  this text
Environment: FER2013_PATH where FER2013 lies; CKPLUS_PATH where CK+ lies, if it is to be read as well; CHROMIUM_PATH where Chromium is, if not in its usual place.`;

const OPTIONS = /** @type {const} */ ({ help: { type: 'boolean' } });
const MODEL = path.join(ROOT, 'models', 'official');
const RESULT = path.join(ROOT, 'docs', 'results', 'peers.json');
const OURS = 'fer-emotion-model';
const FACES = 8;

/**
 * What each network gives on the test faces of our model's protocol and, where it is at hand, on CK+, which ours has never
 * seen.
 * @param {typeof import('../../dist/lib/index.js')} fer
 */
async function measureAccuracy(fer) {
	const stored = await fer.readStoredModel(MODEL);
	const { config } = stored.metrics;
	const dataset = await openData(fer, config);
	const { test } = fer.asTrained(stored, dataset, config.protocol).split;
	const ckPlusPath = dataPath(process.env, 'CKPLUS_PATH');
	const ckPlus = ckPlusPath ? (await fer.readFaces(ckPlusPath)).dataset : undefined;
	/** @type {import('./accuracy.mjs').Network} */
	const ours = {
		name: OURS,
		emotions: dataset.emotions,
		answer: (images) => /** @type {import('../../dist/lib/index.js').tf.Tensor} */ (stored.model.predict(images)),
	};
	const accuracies = [];
	for (const network of [ours, ...(await peerNetworks(fer))]) {
		/** @param {import('../../dist/lib/index.js').Dataset} faces @param {Uint32Array} indices */
		const judge = (faces, indices) =>
			withProgress(fer, `${network.name}, ${faces.name}`, (onProgress) =>
				judgeNetwork(fer, network, faces, indices, onProgress),
			);
		const onOwn = await judge(dataset, test);
		const onCkPlus = ckPlus && (await judge(ckPlus, Uint32Array.from(ckPlus.labels.keys())));
		accuracies.push({ name: network.name, ...onOwn, ...(onCkPlus && { ckPlus: onCkPlus.accuracy }) });
	}
	return { protocol: config.protocol, n: test.length, ckPlusFaces: ckPlus?.labels.length, accuracies };
}

/**
 * Some drawn faces as PNG files in data addresses.
 * @param {typeof import('../../dist/lib/index.js')} fer
 */
async function drawnFaces(fer) {
	const faces = await fer.sampleFaces({ size: 70, seed: 1 });
	const files = Array.from({ length: FACES }, async (_, index) => {
		const { pixels, width, height } = fer.faceAt(faces, index);
		const png = await fer.encodePng(new Uint8Array(pixels), { width, height });
		return `data:image/png;base64,${png.toString('base64')}`;
	});
	return Promise.all(files);
}

/** @param {Awaited<ReturnType<typeof measureAccuracy>>} results */
function accuracyTable({ protocol, n, ckPlusFaces, accuracies }) {
	const lines = accuracies.map(({ name, accuracy, macroF1, ckPlus }) => [
		`\`${name}\``,
		percent(accuracy),
		ratio(macroF1),
		...(ckPlus === undefined ? [] : [percent(ckPlus)]),
	]);
	const names = ['network', `accuracy, FER2013, protocol \`${protocol}\`, n = ${count(n)}`, 'macro F1'];
	return table([...names, ...(ckPlusFaces ? [`accuracy, CK+, n = ${ckPlusFaces}`] : [])], lines, 1);
}

/** @param {Awaited<ReturnType<typeof import('./latency.mjs').measureLatency>> & {cpu: string, cores: number}} latency */
function latencyTable({ browser, tfjs, repetitions, rows, cpu, cores }) {
	const ms = (/** @type {number} */ value) => value.toFixed(value < 10 ? 1 : 0);
	const lines = rows.map(({ name, backend, ...times }) => [
		`\`${name}\``,
		backend,
		...('fault' in times ? [times.fault, '', '', ''] : [times.loading, times.first, times.p50, times.p99].map(ms)),
	]);
	const about = `${browser} without a window and without a graphics card (WebGL by SwiftShader), ${cores} cores of ${cpu}; tfjs ${tfjs} for ours, the others bring their own. ${repetitions} faces after 5 to warm up; milliseconds.`;
	return `${about}\n\n${table(['network', 'backend', 'loading', 'first face', 'p50', 'p99'], lines, 2)}`;
}

await runCommandLine(async () => {
	const { values } = parseOptions({ options: OPTIONS });
	if (values.help) return console.log(HELP);
	await setUp();
	const fer = await import('../../dist/lib/index.js');
	// Only now: on a fresh clone the set-up has to bring these first.
	const [{ buildPackage }, { measureLatency }] = await Promise.all([
		import('../../cli/package/build.mjs'),
		import('./latency.mjs'),
	]);
	await withProblems(fer, async () => {
		const accuracy = await measureAccuracy(fer);
		const task = startTask('Latency');
		const folder = path.join(ROOT, 'runs', 'package');
		await buildPackage(fer, { modelFolder: MODEL, folder, onStatus: task.update });
		const measured = await measureLatency({
			packageFolder: path.join(folder, 'contents'),
			faces: await drawnFaces(fer),
			onStatus: task.update,
		});
		task.done();
		const latency = { ...measured, cpu: os.cpus()[0]?.model.trim() ?? 'unknown', cores: os.cpus().length };
		writeJson(RESULT, { ...accuracy, latency });
		fillPage('docs/peers.md', 'peers', { accuracy: accuracyTable(accuracy), latency: latencyTable(latency) });
	});
});
