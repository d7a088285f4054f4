// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildPage } from '../../dist/cli/demo/page.js';
import { launchChromium, withoutChromium } from '../../dist/experiments/chromium.js';
import { classColors } from '../../dist/lib/classColors.js';
import fer from '../../dist/lib/index.js';
import { createRandom } from '../../dist/lib/random.js';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { packModel } from '../package/project.mjs';
import { MODEL, Site } from './site.mjs';
import { Visit } from './visit.mjs';

const CLASSES = ['smile', 'neutral', 'surprised'];
const SHAPE = /** @type {const} */ ([64, 64, 3]);

/** Images of three classes, each with a colour of its own in noise. */
function colours() {
	const random = createRandom(5);
	const labels = Uint8Array.from({ length: 30 }, (_, i) => i % 3);
	const length = SHAPE[0] * SHAPE[1] * SHAPE[2];
	const pixels = new Uint8Array(labels.length * length);
	for (let i = 0; i < pixels.length; i++) {
		pixels[i] = random.integer(120) + (i % 3 === labels[Math.floor(i / length)] ? 130 : 0);
	}
	return fer.makeDataset({ name: 'three colours', shape: SHAPE, pixels, labels, emotions: CLASSES });
}

describe('a model of three classes and RGB images, from training to the page', { skip: withoutChromium }, () => {
	const top = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-own-'));
	const model = path.join(top, 'runs', 'own', 'model');
	/** @type {Site} */
	let site;
	/** @type {import('playwright-core').Browser} */
	let browser;
	/** @type {Awaited<ReturnType<typeof fer.testRun>>} */
	let results;

	before(async () => {
		const config = fer.createConfig('smoke', { weights: 'random', imageSize: 32 });
		const run = await fer.openRun({ name: 'own', config, dataset: colours(), projectFolder: top });
		const phase1 = await fer.trainHead(run);
		results = await fer.testRun(run, { phase1, phase2: await fer.fineTune(run) });
		site = await Site.build(model);
		browser = await launchChromium();
	});
	after(async () => {
		await browser?.close();
		await site?.close();
		fs.rmSync(top, { recursive: true });
	});

	it('has figures with its classes, and its data in their captions', async () => {
		// Drawing them is for the tests of the figures.
		for await (const [name, figure] of fer.drawRunFigures(results)) {
			assert.ok(JSON.stringify(figure).includes('three colours; protocol holdout'), name);
		}
	});

	it('shares no page with a model of other classes', async () => {
		const folder = path.join(top, 'shared');
		const words =
			/Expected the classes of .*, smile, neutral and surprised, for --model but received angry, .* in .*official/;
		await assert.rejects(buildPage([model, MODEL], folder), words);
		assert.ok(!fs.existsSync(folder));
	});

	it('reads faces in the page and in the package as the library does, by the names of its classes', async () => {
		const file = path.join(site.folder, 'samples', '1.png');
		const recognizer = await fer.openRecognizer(model);
		const [expected] = await recognizer.recognize(await fer.decodePhoto(file));
		recognizer.dispose();

		const visit = await Visit.begin(browser, site.address());
		assert.match(
			(await visit.page.textContent('header')) ?? '',
			/faces as smile, neutral or surprised, on your own device/,
		);
		const { labels, values } = await visit.openSample();
		assert.match(labels[0], new RegExp(`^1: ${expected.emotion} \\d+ %$`));
		assert.deepEqual(await visit.page.locator('.bar-name').allTextContents(), CLASSES);
		const shown = values.map((value) => Number.parseInt(value, 10));
		assert.ok(
			shown.every((percent, label) => Math.abs(percent - 100 * expected.probabilities[label]) < 1),
			`${shown} against ${expected.probabilities}`,
		);
		const colors = await visit.page.$$eval('.bars li', (rows) =>
			rows.map((row) => /** @type {HTMLElement} */ (row).style.getPropertyValue('--color')),
		);
		assert.deepEqual(colors, classColors(CLASSES));
		await visit.end();

		const packed = path.join(top, 'packed');
		const said = packModel(model, packed);
		assert.match(said, /^.*fer-emotion-model-\d+\.\d+\.\d+\.tgz, \d+\.\d MB\n {2}default, weights in 8 bits: \d/);
		fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(top, 'node_modules'));
		const contents = path.join(packed, 'contents');
		const { loadEmotionModel } = createRequire(import.meta.url)(path.join(contents, 'dist', 'node.cjs'));
		const packedModel = await loadEmotionModel();
		const { box, emotion, probabilities } = { ...expected };
		const found = await packedModel.predict(await fer.decodePhoto(file), { box });
		packedModel.dispose();
		assert.deepEqual([found.emotion, Object.keys(found.probabilities)], [emotion, CLASSES]);
		assert.ok(Math.abs(found.probabilities[emotion] - Math.max(...probabilities)) < 1e-3);
		const types = fs.readFileSync(path.join(contents, 'dist', 'types', 'package', 'src', 'emotion.d.ts'), 'utf8');
		assert.match(types, /export type Emotion = "smile" \| "neutral" \| "surprised";/);
		const network = fs.readFileSync(path.join(contents, 'dist', 'types', 'package', 'src', 'network.d.ts'), 'utf8');
		assert.match(network, /export type Network = "default";/);
		await assert.rejects(loadEmotionModel({ network: 'small' }), /Expected "default" for network but received "small"/);
		const readme = fs.readFileSync(path.join(contents, 'README.md'), 'utf8');
		assert.match(readme, /trained on three colours/);
		assert.doesNotMatch(readme, /FER2013/);
	});
});
