import { join, relative } from 'node:path';
import { writeExport } from '../../cli/export/write';
import { fillPage, writeJson } from '../../cli/markdown';
import { openTrained } from '../../cli/openData';
import { Problem } from '../../cli/problem';
import { withProgress } from '../../cli/progressLine';
import { modelFolder, PROJECT_FOLDER, shownPath } from '../../cli/projectFolder';
import { temporaryFolder } from '../../cli/temporaryFolder';
import { gatherPixels } from '../../lib/data/dataset';
import { eachBatch, type Trained } from '../../lib/evaluation/predict';
import { machine, readMetrics } from '../../lib/evaluation/storedMetrics';
import type { Bits } from '../../lib/model/exporters/encodeWeights';
import { ProgressMeter } from '../../lib/progress';
import { readStoredModel, type StoredModel } from '../../lib/runs/storedModel';
import type { tf } from '../../lib/tensorflow/tf';
import { compareAnswers, scoreOf } from './comparison';
import { installOnnxRuntime, runOnnx } from './onnxRuntime';
import { exportTable, type Results } from './report';

const BITS: readonly Bits[] = [32, 16, 8];
const BATCH = 16;

/**
 * Exports a model to ONNX with each number of bits and measures the files on the test faces of its training. The results
 * of models/official are written to docs/results/exports.json and docs/export.md, those of another model printed.
 * @throws {Problem | DataError} If there is no such model of FER2013, or no FER2013: before anything is installed.
 */
export async function measureExports(model?: string): Promise<void> {
	const folder = modelFolder(model);
	await checkData(folder);
	const stored = await readStoredModel(folder);
	const trained = await openTrained(withoutPath(stored));
	await installOnnxRuntime();
	const results = await measure(folder, stored, trained);
	console.log(`\n${exportTable(results)}\n`);
	if (folder !== modelFolder()) return;
	await writeJson(join(PROJECT_FOLDER, 'docs', 'results', 'exports.json'), results);
	await fillPage('docs/export.md', 'exports', { bits: exportTable(results) });
}

async function checkData(folder: string): Promise<void> {
	const { name, drawn } = (await readMetrics(folder)).dataset;
	if (name === 'FER2013' && !drawn) return;
	throw new Problem(`Expected a model of FER2013 for --model but received one of ${name}: ${shownPath(folder)}.`);
}

/** Leaves out where FER2013 was in training: it may have moved, and FER2013_PATH or data/ has it. */
function withoutPath(stored: StoredModel): StoredModel {
	const { metrics } = stored;
	return { ...stored, metrics: { ...metrics, config: { ...metrics.config, data: '' } } };
}

async function measure(folder: string, { model }: StoredModel, { config, dataset, split }: Trained): Promise<Results> {
	const { test } = split;
	const trueLabels = Uint8Array.from(test, (index) => dataset.labels[index]);
	const expected = await withProgress('TensorFlow.js', async (onProgress) => {
		const meter = new ProgressMeter('Faces', test.length, onProgress);
		const answers: number[] = [];
		const answer = (images: tf.Tensor4D) => model.predict(images) as tf.Tensor;
		await eachBatch({ dataset, indices: test, batchSize: BATCH, meter }, answer, (_, rows) => answers.push(...rows));
		return Float32Array.from(answers);
	});
	const pixels = gatherPixels(dataset, test);
	const temporary = temporaryFolder('exports');
	const onnx: Results['onnx'][number][] = [];
	const programs: Record<string, string> = {};
	for (const bits of BITS) {
		await withProgress(`ONNX Runtime, ${bits} bits`, async (onProgress) => {
			const meter = new ProgressMeter('Faces', test.length, onProgress);
			const output = join(temporary, `${bits}.onnx`);
			const { path, bytes } = await writeExport(folder, { to: 'onnx', bits, output });
			const { probabilities, versions } = await runOnnx(path, pixels, (count) => meter.add(count));
			Object.assign(programs, versions);
			onnx.push({ bits, bytes, ...compareAnswers({ probabilities, expected, trueLabels }) });
		});
	}
	const { cpu, cores, ...own } = machine();
	return {
		date: new Date().toISOString().slice(0, 10),
		machine: { cpu, cores },
		versions: { ...own, ...programs },
		model: relative(PROJECT_FOLDER, folder),
		protocol: config.protocol,
		n: test.length,
		tfjs: scoreOf({ probabilities: expected, trueLabels }),
		onnx,
	};
}
