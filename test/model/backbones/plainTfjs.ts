// Loads a saved model with @tensorflow/tfjs alone, on its cpu backend: plainTfjs.ts FOLDER. Reads input.json there, and
// writes the model's outputs and what it ran on to output.json.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';

interface ModelFile {
	modelTopology: object;
	weightsManifest: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[];
}

/** Both files that `model.save` writes, as tfjs's loader wants them where it cannot open files itself. */
function readArtifacts(folder: string): tf.io.ModelArtifacts {
	const file: ModelFile = JSON.parse(readFileSync(path.join(folder, 'model.json'), 'utf8'));
	const weightSpecs = file.weightsManifest.flatMap(({ weights }) => weights);
	const files = file.weightsManifest.flatMap(({ paths }) => paths);
	const bytes = Buffer.concat(files.map((name) => readFileSync(path.join(folder, name))));
	return { modelTopology: file.modelTopology, weightSpecs, weightData: Uint8Array.from(bytes).buffer };
}

async function main(folder: string): Promise<void> {
	await tf.setBackend('cpu');
	const model = await tf.loadLayersModel(tf.io.fromMemory(readArtifacts(folder)));
	const { shape, values } = JSON.parse(readFileSync(path.join(folder, 'input.json'), 'utf8'));
	const outputs = Array.from((model.predict(tf.tensor(values, shape)) as tf.Tensor).dataSync());
	const modules = Object.keys(require.cache).map((file) => file.split(path.sep).join('/'));
	const foreign = modules.filter((file) => file.includes('tfjs-node') || /\/(lib|dist)\/tensorflow\//.test(file));
	writeFileSync(path.join(folder, 'output.json'), JSON.stringify({ outputs, backend: tf.getBackend(), foreign }));
}

main(process.argv[2]);
