import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseModel } from '../../lib/model/modelArtifacts';
import { loadModel, saveModel } from '../../lib/model/modelFile';
import { tf } from '../../lib/tensorflow/tf';

const top = mkdtempSync(join(tmpdir(), 'model-artifacts-'));
after(() => rmSync(top, { recursive: true, force: true }));
const VALUES = 700;
let model: string;
let weights: Buffer;

/** One dense layer whose weights follow a formula. */
async function store(folder: string, factor: number): Promise<void> {
	const layer = tf.layers.dense({ units: 1, useBias: false, inputShape: [VALUES], name: 'only' });
	const network = tf.sequential({ layers: [layer] });
	tf.tidy(() =>
		network.setWeights([
			tf.tensor2d(
				Float32Array.from({ length: VALUES }, (_, i) => factor * i),
				[VALUES, 1],
			),
		]),
	);
	await saveModel(network, folder, { bits: 32 });
	network.dispose();
}

before(async () => {
	await store(join(top, 'good'), 1.1);
	model = readFileSync(join(top, 'good', 'model.json'), 'utf8');
	weights = readFileSync(join(top, 'good', 'weights.bin'));
	await store(join(top, 'other'), 1.2);
});

/** A folder with these two files. */
function folderWith(files: { model?: string; weights?: Uint8Array }): string {
	const folder = mkdtempSync(join(top, 'changed-'));
	writeFileSync(join(folder, 'model.json'), files.model ?? model);
	writeFileSync(join(folder, 'weights.bin'), files.weights ?? weights);
	return folder;
}

/** The same `model.json` as an older version wrote it. */
function withoutRecord(): string {
	const { userDefinedMetadata: _, ...file } = JSON.parse(model);
	return JSON.stringify(file);
}

async function refuses(files: Parameters<typeof folderWith>[0], message: RegExp): Promise<void> {
	await assert.rejects(loadModel(folderWith(files)), { name: 'DataError', message });
}

describe('the weights of a model', () => {
	it('are loaded if they are as saved, also for a model that says nothing about them', async () => {
		for (const files of [{}, { model: withoutRecord() }]) {
			const loaded = await loadModel(folderWith(files));
			assert.ok(Math.abs(loaded.getWeights()[0].dataSync()[10] - 11) < 1e-5);
			loaded.dispose();
		}
	});

	it('are refused if they are of another network of the same size', async () => {
		const other = readFileSync(join(top, 'other', 'weights.bin'));
		assert.equal(other.length, weights.length);
		await refuses(
			{ weights: other },
			/^Expected SHA-256 [0-9a-f]{64} in weights\.bin of the folder \S+ but received [0-9a-f]{64}\. Copy model\.json and/,
		);
	});

	it('are refused if they have another length, which the message explains', async () => {
		const page = Buffer.from('<!doctype html><title>Not found</title>');
		const pointer = Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 1\n');
		const text = Buffer.from(weights.toString('utf8'));
		const cases: [Buffer, RegExp][] = [
			[weights.subarray(0, 1000), /but received 1000 bytes\. Copy/],
			[Buffer.concat([weights, Buffer.from('junk')]), /but received 2804 bytes\. Copy/],
			[Buffer.alloc(0), /but received 0 bytes: an empty file\. Copy/],
			[page, /but received \d+ bytes: a web page\. Copy/],
			[pointer, /but received \d+ bytes: a Git LFS pointer\. Copy/],
			[text, /but received \d+ bytes: binary data that was converted to text\. Copy/],
		];
		for (const [changed, message] of cases) {
			await refuses({ weights: changed }, message);
			await refuses({ weights: changed, model: withoutRecord() }, message);
			await refuses({ weights: changed }, /^Expected 2800 bytes in weights\.bin of the folder /);
		}
	});
});

describe('model.json', () => {
	it('is refused with one sentence if it is cut off, damaged or something else', async () => {
		const file = JSON.parse(model);
		const [group] = file.weightsManifest;
		const withWeight = (changes: object) =>
			JSON.stringify({ ...file, weightsManifest: [{ ...group, weights: [{ ...group.weights[0], ...changes }] }] });
		const cases: [string, RegExp][] = [
			['', /received an empty file\./],
			[model.slice(0, -20), /received a damaged file of \d+ characters\./],
			['<html><body>404</body></html>', /received a web page\./],
			['null', /received "null"\./],
			['[1]', /received "\[1\]"\./],
			['{"error": 404}', /received "{\\"error\\": 404}"\./],
			[JSON.stringify({ ...file, format: 'graph-model' }), /received a tfjs graph model\./],
			[JSON.stringify({ ...file, weightsManifest: [3] }), /but received/],
			[withWeight({ shape: [-700, 1] }), /received weights of unknown types or shapes\./],
			[withWeight({ dtype: 'float99' }), /received weights of unknown types or shapes\./],
			[
				JSON.stringify({ ...file, modelTopology: { class_name: 'Nothing', config: {} } }),
				/layers that tfjs cannot build\./,
			],
		];
		for (const [text, message] of cases) {
			await refuses({ model: text }, message);
			await refuses({ model: text }, /^Expected a tfjs layers model in model\.json of the folder /);
		}
	});

	it('says which file is missing, and where a file is named instead of a folder', async () => {
		await assert.rejects(loadModel(join(top, 'nowhere')), {
			message: /^Expected model\.json in .*received no such folder\./,
		});
		const folder = folderWith({});
		rmSync(join(folder, 'weights.bin'));
		await assert.rejects(loadModel(folder), {
			name: 'DataError',
			message: /^Expected weights\.bin in .*received no such file\./,
		});
		const file = join(folder, 'model.json');
		await assert.rejects(loadModel(file), { name: 'DataError', message: /received a file in place of that folder\./ });
	});

	it('records the length and SHA-256 of its weights beside what else it says', () => {
		const { userDefinedMetadata } = parseModel(model, { of: '', remedy: '' });
		assert.equal(userDefinedMetadata?.weights?.bytes, 4 * VALUES);
		assert.match(userDefinedMetadata.weights.sha256, /^[0-9a-f]{64}$/);
	});
});
