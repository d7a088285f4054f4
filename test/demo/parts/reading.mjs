// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import sharp from 'sharp';
import fer from '../../../dist/lib/index.js';
import { emptyPhoto, photo } from '../pictures.mjs';
import { MODEL, OTHER_MODEL } from '../site.mjs';
import { skip } from '../visit.mjs';

/** @typedef {import('../page.test.mjs').Stage} Stage */

/** What the library reads in a photo, in the terms of the page. @param {string} file @param {string} [model] */
async function libraryReading(file, model = MODEL) {
	const recognizer = await fer.openRecognizer(model);
	const photo = await fer.decodePhoto(file);
	const faces = await recognizer.recognize(photo, { attention: true });
	recognizer.dispose();
	return faces.map(({ box, emotion, probabilities, attention }) => ({
		box: [box.left / photo.width, box.top / photo.height, box.width / photo.width, box.height / photo.height],
		emotion,
		percents: probabilities.map((value) => 100 * value),
		attention,
	}));
}

/** @param {import('../visit.mjs').Visit} visit @param {Awaited<ReturnType<typeof libraryReading>>} expected */
async function assertShown(visit, expected) {
	const { boxes, labels, values, pressed } = await visit.shown();
	assert.equal(boxes.length, expected.length);
	for (const [i, face] of expected.entries()) {
		for (const [side, part] of boxes[i].entries())
			assert.ok(Math.abs(part - face.box[side]) < 0.005, `box ${i}: ${boxes[i]}`);
		assert.match(labels[i], new RegExp(`^${i + 1}: ${face.emotion} \\d+ %$`));
	}
	const { percents } = expected[pressed.indexOf('true')];
	// Rounded, and computed elsewhere.
	for (const [label, value] of values.entries()) {
		assert.ok(Math.abs(Number.parseInt(value, 10) - percents[label]) < 1, `${fer.EMOTIONS[label]}: ${value}`);
	}
}

/**
 * Waits for maps over the faces, and tells whether they are the library's.
 * @param {import('../visit.mjs').Visit} visit
 * @param {Awaited<ReturnType<typeof libraryReading>>} expected
 */
async function assertAttention(visit, expected) {
	await visit.count('.attention:not([hidden])', expected.length);
	const maps = await visit.page.$$eval('.attention', (canvases) =>
		canvases.map((each) => {
			const canvas = /** @type {HTMLCanvasElement} */ (each);
			const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
			return Array.from(data).filter((_, i) => i % 4 === 3);
		}),
	);
	for (const [i, { attention }] of expected.entries()) {
		// The strongest is as opaque as in the library's own figures.
		const opacities = Array.from(attention?.values ?? [], (value) => 255 * 0.65 * value);
		assert.ok(opacities.length > 0 && opacities.length === maps[i].length);
		assert.ok(
			opacities.every((value, place) => Math.abs(value - maps[i][place]) < 4),
			`${maps[i]}`,
		);
	}
}

/** What the page says of a model. @param {string} model */
function modelWords(model) {
	const { intervals } = JSON.parse(fs.readFileSync(path.join(model, 'metrics.json'), 'utf8'));
	const megabytes = fs.statSync(path.join(model, 'weights.bin')).size / 1e6;
	return `${(100 * intervals.accuracy.estimate).toFixed(1)} % accurate, ${megabytes.toFixed(1)} MB`;
}

/** Photos, and what computes. @param {Stage} stage */
export function testReading({ site, visit }) {
	/** A drawn picture. @param {number} number From 1. */
	const samplePath = (number) => path.join(site().folder, 'samples', `${number}.png`);
	const sample = (/** @type {number} */ number) => libraryReading(samplePath(number));

	it('reads drawn faces as the library does, one and three, with either network', async () => {
		const here = await visit();
		assert.equal(await here.page.inputValue('#backend'), 'wasm');
		for (const number of [1, 2]) {
			await here.openSample();
			await assertShown(here, await sample(number));
		}
		assert.equal(await here.page.locator('.attention:visible').count(), 0);
		await here.page.check('#attention');
		await assertAttention(here, await sample(2));
		await here.page.uncheck('#attention');
		await here.count('.attention:not([hidden])', 0);
		assert.equal(await here.page.locator('#not-started').count(), 0);

		const titles = await here.page.locator('#model option').allTextContents();
		assert.deepEqual(titles, [MODEL, OTHER_MODEL].map(modelWords));
		const isOther = (/** @type {string} */ address) => address.includes('models/2/');
		assert.ok(!here.requests.some(isOther));
		await here.page.selectOption('#model', { index: 1 });
		await here.says('#speed', /^$/);
		await here.says('#speed', /^\d+ ms for this photo$/);
		assert.ok(here.requests.some(isOther));
		await assertShown(here, await libraryReading(samplePath(2), OTHER_MODEL));
	});

	it('says that computing failed, goes on with another backend, and leaves nothing behind', { skip }, async () => {
		const here = await visit();
		await here.openSample();
		const tensors = () => here.page.workers()[0].evaluate('_tfengine.memory().numTensors');
		const first = await tensors();
		// A graphics card that is gone: the work never ends, and the failure shows in the worker alone.
		await here.page.workers()[0].evaluate(() => {
			const draw = OffscreenCanvasRenderingContext2D.prototype.getImageData;
			OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...all) {
				OffscreenCanvasRenderingContext2D.prototype.getImageData = draw;
				// As the browser does it for a promise that nobody waits for; it does not for one that was made from here.
				const event = { promise: Promise.resolve(), reason: new Error('the card is gone') };
				dispatchEvent(new PromiseRejectionEvent('unhandledrejection', event));
				return draw.apply(this, all);
			};
		});
		await here.page.check('#attention');
		await here.says('#problem', /^The computation failed \(the card is gone\)\. Choose another backend/);
		// Without a graphics card WebGL starts for twenty seconds.
		for (const backend of process.env.FER_SLOW_TESTS ? ['webgl', 'wasm'] : ['wasm']) {
			await here.page.selectOption('#backend', backend);
			await here.says('#speed', /^$/);
			await here.says('#speed', /^\d+ ms for this photo$/);
			assert.equal(await here.page.workers()[0].evaluate('_tfengine.backendName'), backend);
			await assertShown(here, await sample(1));
			await assertAttention(here, await sample(1));
			assert.equal(await here.page.isHidden('#problem'), true);
		}
		assert.equal(await tensors(), first);
	});

	it('reads photos that are chosen, upright as their EXIF says, dropped and pasted, and says what is none', async () => {
		const here = await visit();
		const turned = await sharp(await photo())
			.rotate(-90)
			.withMetadata({ orientation: 6 })
			.jpeg({ quality: 95 })
			.toBuffer();
		await here.page.setInputFiles('#file', { name: 'me.jpg', mimeType: 'image/jpeg', buffer: turned });
		await here.status(/^1 face found\.$/);
		const [[left, top, width]] = (await here.shown()).boxes;
		assert.ok(Math.abs(left + width / 2 - 0.5) < 0.1 && top > 0 && top < 0.5, `${left} ${top} ${width}`);
		assert.equal(await here.page.getAttribute('#photo', 'aria-label'), 'Your photo, me.jpg');
		for (const how of /** @type {const} */ (['drop', 'paste'])) {
			await hand(here, how, { name: `${how}.png`, type: 'image/png', bytes: await photo() });
			await here.page.waitForSelector(`#photo[aria-label="Your photo, ${how}.png"]`);
			await here.says('.face-label', /^1: \w+ \d+ %$/);
			await here.status(/^1 face found\.$/);
		}
		await hand(here, 'drop', { name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('Dear diary') });
		await here.says('#problem', /^That was not an image file or a video\..*from other sites/);
		await hand(here, 'drop', { name: 'broken.png', type: 'image/png', bytes: Buffer.from('no PNG') });
		await here.says('#problem', /^The browser cannot read this file as a photo\. Use a JPEG/);
		await hand(here, 'drop', { name: 'empty.png', type: 'image/png', bytes: await emptyPhoto() });
		await here.status(/^No face found\. Detection works best/);
		const { labels, values, whose } = await here.shown();
		assert.deepEqual([labels, [...new Set(values)], whose], [[], ['–'], 'No face found']);
		assert.equal(await here.page.isHidden('#problem'), true);
		await here.says('#spoken', /^No face found\.$/);
	});
}

/**
 * Drops or pastes a file.
 * @param {import('../visit.mjs').Visit} visit
 * @param {'drop' | 'paste'} how
 * @param {{name: string, type: string, bytes: Buffer}} file
 */
async function hand({ page }, how, { bytes, ...file }) {
	const given = { ...file, how, base64: bytes.toString('base64') };
	await page.evaluate(({ name, type, how: event, base64 }) => {
		const data = new DataTransfer();
		data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }));
		const options = { bubbles: true, cancelable: true };
		if (event === 'paste') document.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }));
		else document.body.dispatchEvent(new DragEvent('drop', { ...options, dataTransfer: data }));
	}, given);
}
