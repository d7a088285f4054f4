// @ts-check
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { launchChromium } from '../../../dist/experiments/chromium.js';
import { CAMERA, FACES } from '../pictures.mjs';
import { skip, Visit } from '../visit.mjs';

/** @typedef {import('../page.test.mjs').Stage} Stage */

/** The camera, and what is said without one. @param {Stage} stage */
export function testCamera({ site, visit }) {
	it('reads all faces of the camera, as in a mirror, tells how fast, and stops', async () => {
		const here = await visit();
		const { page } = here;
		await page.click('#camera');
		await here.says('#speed', /^[\d.]+ frames\/s, \d+ ms per frame$/);
		await here.says('.face-label', /^1: \w+ \d+ %$/);
		await here.count('.face', 2);
		const { boxes, labels } = await here.shown();
		// Mirrored, the second one is on the left and gets the first number.
		for (const [i, { left, top, side }] of [...FACES].reverse().entries()) {
			const [x, y, width] = boxes[i];
			const [across, down] = [x + width / 2, y + (width * CAMERA.width) / CAMERA.height / 2];
			const expected = [1 - (left + side / 2) / CAMERA.width, (top + side / 2) / CAMERA.height];
			assert.ok(Math.abs(across - expected[0]) < 0.06 && Math.abs(down - expected[1]) < 0.12, `${across} ${down}`);
			assert.match(labels[i], new RegExp(`^${i + 1}: \\w+ \\d+ %$`));
		}
		assert.ok(await page.isVisible('#video.mirror'));
		const tensors = () => page.workers()[0].evaluate('_tfengine.memory().numTensors');
		const [before, wait] = [await tensors(), page.waitForTimeout(1500)];
		await wait;
		assert.equal(await tensors(), before);
		await page.evaluate(() => {
			const { srcObject } = /** @type {HTMLVideoElement} */ (document.querySelector('#video'));
			Object.assign(globalThis, { track: /** @type {MediaStream} */ (srcObject).getVideoTracks()[0] });
		});
		assert.equal(await page.textContent('#camera'), 'Stop the camera');
		await page.click('#camera');
		assert.equal(await page.evaluate('track.readyState'), 'ended');
		assert.equal(await page.textContent('#camera'), 'Use the camera');
		assert.deepEqual([await page.locator('.face').count(), await page.isVisible('#empty')], [0, true]);
	});

	it('moves the bars softly', { skip }, async () => {
		const here = await visit();
		await here.page.click('#camera');
		await here.says('.face-label', /^1: /);
		// Noted at each of the screen's pictures, while those of the camera are read far more seldom.
		const lengths = await here.page.evaluate(async () => {
			const [first] = document.querySelectorAll('.first .bar-fill');
			const seen = new Set();
			for (let i = 0; i < 90; i++) {
				await new Promise(requestAnimationFrame);
				seen.add(/** @type {HTMLElement} */ (first).style.transform);
			}
			return seen.size;
		});
		assert.ok(lengths > 10, `${lengths} lengths`);
	});

	it('says so when the camera goes away', { skip }, async () => {
		const here = await visit();
		await here.page.click('#camera');
		await here.status(/^The camera is on\.$/);
		await here.page.evaluate(() => {
			const { srcObject } = /** @type {HTMLVideoElement} */ (document.querySelector('#video'));
			const [track] = /** @type {MediaStream} */ (srcObject).getVideoTracks();
			track.dispatchEvent(new Event('ended'));
		});
		await here.says('#problem', /^The camera was disconnected\. Connect it again, or open a photo\.$/);
		assert.ok(await here.page.isVisible('#empty'));
	});

	it('says what to do when the camera is not allowed, and reads photos all the same', { skip }, async () => {
		// Without a person to ask, this browser says no.
		const browser = await launchChromium(['--use-fake-device-for-media-stream']);
		try {
			const here = await Visit.begin(browser, site().address());
			await here.page.click('#camera');
			await here.says('#problem', /^The browser did not let this page use the camera\. Allow it .*Or open a photo/);
			assert.equal(await here.page.textContent('#camera'), 'Use the camera');
			assert.match((await here.openSample()).labels[0], /^1: /);
			assert.ok(await here.page.isHidden('#problem'));
			await here.end();
		} finally {
			await browser.close();
		}
	});

	it('says what to do where there is no camera, and where pages get none', { skip }, async () => {
		const none = () => {
			navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Requested device', 'NotFoundError'));
		};
		const here = await visit({ script: none });
		await here.page.click('#camera');
		await here.says('#problem', /^No camera was found\. Connect one/);
		const insecure = () => Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
		const there = await visit({ script: insecure });
		await there.page.click('#camera');
		await there.says('#problem', /^Browsers allow cameras only on pages from https/);
	});
}
