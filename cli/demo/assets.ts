import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Metrics } from '../../lib/evaluation/storedMetrics';
import { loadFaceModel } from '../faceModel';
import { drawSamples } from './samples';

/** Folders of a build. */
export interface Places {
	readonly modelFolder: string;
	/** Where it is built. */
	readonly folder: string;
}

/**
 * Writes everything that the page loads besides itself: the model and its scores, the detectors, WebAssembly, samples.
 * @throws {Problem} If there is no model, or it does not take FER2013's faces.
 */
export async function writeAssets({ modelFolder, folder }: Places): Promise<void> {
	(await loadFaceModel(modelFolder, 'npx fer demo')).dispose();
	copy(modelFolder, join(folder, 'model'), ['model.json', 'weights.bin']);
	const faceApi = dirname(require.resolve('@vladmandic/face-api/package.json'));
	const detectors = ['tiny_face_detector', 'ssd_mobilenetv1'].map((name) => `${name}_model`);
	const weights = detectors.flatMap((name) => [`${name}-weights_manifest.json`, `${name}.bin`]);
	copy(join(faceApi, 'model'), join(folder, 'detectors'), weights);
	const wasm = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));
	const wasmFiles = readdirSync(wasm).filter((name) => name.endsWith('.wasm'));
	copy(wasm, join(folder, 'wasm'), wasmFiles);
	const samples = await drawSamples(join(folder, 'samples'));
	const about = {
		scores: scoresOf(modelFolder),
		samples: samples.map(({ file, title }) => ({ file: `samples/${file}`, title })),
	};
	writeFileSync(join(folder, 'about.json'), `${JSON.stringify(about)}\n`);
}

function copy(from: string, to: string, names: readonly string[]): void {
	mkdirSync(to, { recursive: true });
	for (const name of names) copyFileSync(join(from, name), join(to, name));
}

/** The model's test scores, for demo/src/about.ts; null where it was never tested. */
function scoresOf(modelFolder: string) {
	const file = join(modelFolder, 'metrics.json');
	if (!existsSync(file)) return null;
	const { part, dataset, protocol, n, intervals }: Partial<Metrics> = JSON.parse(readFileSync(file, 'utf8'));
	if (part !== 'test' || !dataset || !intervals) return null;
	return { data: dataset.name, drawn: dataset.drawn, protocol, n, accuracy: intervals.accuracy };
}
