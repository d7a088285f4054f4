// @ts-check
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { loadFaceModel } from '../faceModel.mjs';
import { drawSamples } from './samples.mjs';

const require = createRequire(import.meta.url);

/**
 * Writes all that the page fetches besides itself: the model and what is known of it, the detectors, WebAssembly, samples.
 * @param {typeof import('../../dist/lib/index.js')} fer
 * @param {{modelFolder: string, folder: string}} places
 * @throws {import('../../scripts/setup/problem.mjs').Problem} If there is no model, or not one for FER2013's faces.
 */
export async function writeAssets(fer, { modelFolder, folder }) {
	(await loadFaceModel(fer, modelFolder, 'npm run demo')).dispose();
	copy(modelFolder, path.join(folder, 'model'), ['model.json', 'weights.bin']);
	const faceApi = path.dirname(require.resolve('@vladmandic/face-api/package.json'));
	const detectors = ['tiny_face_detector', 'ssd_mobilenetv1'].map((name) => `${name}_model`);
	const weights = detectors.flatMap((name) => [`${name}-weights_manifest.json`, `${name}.bin`]);
	copy(path.join(faceApi, 'model'), path.join(folder, 'detectors'), weights);
	const wasm = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));
	const wasmFiles = fs.readdirSync(wasm).filter((name) => name.endsWith('.wasm'));
	copy(wasm, path.join(folder, 'wasm'), wasmFiles);
	const samples = await drawSamples(fer, path.join(folder, 'samples'));
	const about = {
		scores: scoresOf(modelFolder),
		samples: samples.map(({ file, title }) => ({ file: `samples/${file}`, title })),
	};
	fs.writeFileSync(path.join(folder, 'about.json'), `${JSON.stringify(about)}\n`);
}

/** @param {string} from @param {string} to @param {readonly string[]} names */
function copy(from, to, names) {
	fs.mkdirSync(to, { recursive: true });
	for (const name of names) fs.copyFileSync(path.join(from, name), path.join(to, name));
}

/**
 * What the model's own test gave, for demo/src/about.ts; null where it was never tested.
 * @param {string} modelFolder
 */
function scoresOf(modelFolder) {
	const file = path.join(modelFolder, 'metrics.json');
	if (!fs.existsSync(file)) return null;
	/** @type {Partial<import('../../dist/lib/index.js').Metrics>} */
	const { part, dataset, protocol, n, intervals } = JSON.parse(fs.readFileSync(file, 'utf8'));
	if (part !== 'test' || !dataset || !intervals) return null;
	return { data: dataset.name, drawn: dataset.drawn, protocol, n, accuracy: intervals.accuracy };
}
