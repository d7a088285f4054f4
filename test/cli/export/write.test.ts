import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { exportAbout } from '../../../cli/export/about';
import { type FormatName, writeExport } from '../../../cli/export/write';
import type { Metrics } from '../../../lib/evaluation/storedMetrics';
import { BACKBONES } from '../../../lib/model/backbones/registry';
import { exportModel } from '../../../lib/model/exportModel';
import { loadModel, saveModel } from '../../../lib/model/modelFile';
import { createConfig } from '../../../lib/profiles';
import { everyLayer } from '../../fixtures/exporters/everyLayer';

const top = mkdtempSync(join(tmpdir(), 'fer-export-'));
after(() => rmSync(top, { recursive: true }));
const folder = join(top, 'model');

/** A stored model of own classes, without metrics. */
const stored = (async () => {
	const options = {
		backbone: BACKBONES['mobilenet-v2'],
		imageSize: 32,
		imageShape: [20, 20, 3],
		emotions: ['yes', 'no'],
	} as const;
	await saveModel(await exportModel(everyLayer(2), options), folder, { bits: 32 });
})();

async function write(to: FormatName, output: string, bits: 8 | 16 | 32 = 32) {
	await stored;
	return writeExport(folder, { to, bits, output: join(top, output) });
}

const refusal = (message: RegExp) => ({ name: 'Problem', message });

describe('writeExport', () => {
	for (const [to, file] of [
		['onnx', 'new/a.onnx'],
		['keras', 'new/a.keras'],
	] as const) {
		// Loading h5wasm takes more than all else here.
		const isSlow = to === 'keras' && !process.env.FER_SLOW_TESTS;
		const skip = isSlow ? 'takes half a minute on a busy machine: FER_SLOW_TESTS=1 runs it' : false;
		it(`writes ${to} with what it is about, and replaces an earlier export alone`, { skip }, async () => {
			const { path, bytes } = await write(to, file);
			const content = readFileSync(path);
			assert.equal(content.length, bytes);
			for (const text of ['fer-typescript', 'yes', 'RGB', 'mobilenet-v2', 'not measured', 'Apache-2.0']) {
				assert.ok(content.includes(text), text);
			}
			assert.ok((await write(to, file, 16)).bytes < bytes);
			const users = join(top, `users.${to}`);
			writeFileSync(users, 'of the user');
			await assert.rejects(
				write(to, `users.${to}`),
				refusal(/^Expected a new .* file for --output but received a file that fer did/),
			);
			assert.equal(readFileSync(users, 'utf8'), 'of the user');
			const link = join(top, `link.${to}`);
			symlinkSync(path, link);
			await assert.rejects(write(to, `link.${to}`), refusal(/received a link/));
			mkdirSync(join(top, `folder.${to}`));
			await assert.rejects(write(to, `folder.${to}`), refusal(/received a folder/));
		});
	}

	for (const [to, file] of [
		['saved-model', 'saved_model.pb'],
		['tfjs', 'weights.bin'],
	] as const) {
		it(`fills a new folder with ${to}, or one of an earlier export`, async () => {
			const { path, bytes } = await write(to, `${to}/inside`);
			assert.equal(readFileSync(join(path, file)).length, bytes);
			writeFileSync(join(path, 'mine.txt'), 'mine');
			assert.ok((await write(to, `${to}/inside`, 8)).bytes < bytes);
			assert.ok(existsSync(join(path, 'mine.txt')));
			await assert.rejects(write(to, `${to}`), refusal(/^Expected a new or empty folder/));
		});
	}

	it('says what a folder contains, beside the weights', async () => {
		const { path } = await write('saved-model', 'described');
		const about = JSON.parse(readFileSync(join(path, 'assets.extra', 'about.json'), 'utf8'));
		assert.equal(about.input, 'pixels: float32 [batch, 20, 20, 3], RGB, 0 to 255');
		const model = await loadModel((await write('tfjs', 'plain', 16)).path);
		const metadata = model.getUserDefinedMetadata() as { emotions: string[]; about: Record<string, string> };
		assert.deepEqual([metadata.emotions, metadata.about.bits], [['yes', 'no'], '16']);
	});

	it('refuses what Keras and a name do not allow, before it loads the model', async () => {
		await assert.rejects(
			writeExport('none', { to: 'keras', bits: 8 }),
			refusal(/^Expected 32 or 16 for --bits with --to keras but received 8\. /),
		);
		const output = join(top, 'a.txt');
		await assert.rejects(writeExport('none', { to: 'onnx', bits: 8, output }), refusal(/ends in \.onnx .*a\.txt\.$/));
		await assert.rejects(
			writeExport(join(top, 'none'), { to: 'onnx', bits: 8 }),
			refusal(/^There is no trained model in/),
		);
	});
});

describe('exportAbout', () => {
	const about = { emotions: ['yes', 'no'], shape: [48, 48, 1], backbone: 'vgg16' } as const;

	it('names data, accuracy and licences', () => {
		const metrics = {
			config: createConfig('full'),
			dataset: { name: 'FER2013', drawn: false, fingerprint: '' },
			protocol: 'official',
			part: 'test',
			n: 3589,
			intervals: { accuracy: { estimate: 0.7019, low: 0.6871, high: 0.7166 } },
		} as unknown as Metrics;
		const { data, accuracy, license, output } = exportAbout({ ...about, metrics }, 32);
		assert.equal(data, 'FER2013, protocol official');
		assert.equal(accuracy, '70.19 % (68.71 % to 71.66 %) on the test part, n = 3,589; of the network as trained');
		assert.match(
			license,
			/^Code: Apache-2\.0\. .* vgg16's ImageNet weights \(CC-BY-4\.0\) and was trained on FER2013, /,
		);
		assert.equal(output, 'probabilities: float32 [batch, 2], in the order of the classes');
	});
});
