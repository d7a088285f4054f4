// @ts-check
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { EMOTION_COLORS } from '../../../dist/lib/emotions.js';
import fer from '../../../dist/lib/index.js';
import { violations } from './access.mjs';

/** @typedef {import('../page.test.mjs').Stage} Stage */

/** 2.4 seconds; makeVideo.mjs beside it says what is in it. */
const VIDEO = fileURLToPath(new URL('../../fixtures/video/twoFaces.webm', import.meta.url));
/** In pixels: where the drawings are, the first one in the first frame, and how far it moves in 0.2 seconds. */
const [SIDE, TOP, LEFT, RIGHT, STEP] = [240, 60, 40, 360, 2];

/** Compares a table with what is in the video. @param {string} text */
function assertTable(text) {
	const [head, ...rows] = text
		.trimEnd()
		.split('\n')
		.map((line) => line.split(','));
	assert.deepEqual(head, ['time', 'face', 'emotion', ...fer.EMOTIONS, 'left', 'top', 'width', 'height']);
	const expected = Array.from({ length: 12 }, (_, i) => (i < 6 ? ['1', '2'] : ['1']).map((face) => [0.2 * i, face]));
	assert.deepEqual(
		rows.map(([time, face]) => [Number(time), face]),
		expected.flat().map(([time, face]) => [Number(Number(time).toFixed(3)), face]),
	);
	for (const [time, face, emotion, ...cells] of rows) {
		const numbers = cells.map(Number);
		const [probabilities, [left, top, width, height]] = [numbers.slice(0, 7), numbers.slice(7)];
		assert.ok(Math.abs(probabilities.reduce((sum, each) => sum + each, 0) - 1) < 1e-3, `${probabilities}`);
		assert.equal(emotion, fer.EMOTIONS[probabilities.indexOf(Math.max(...probabilities))]);
		if (face === '1') assert.equal(emotion, 'happy');
		const drawn = face === '1' ? LEFT + STEP * Math.round(Number(time) / 0.2) : RIGHT;
		// Faces fill their drawings, but not evenly.
		assert.ok(Math.abs(left + width / 2 - (drawn + SIDE / 2)) < 30, `${time} ${face} ${left} ${width}`);
		assert.ok(Math.abs(top + height / 2 - (TOP + SIDE / 2)) < 30 && width > SIDE / 2 && width < 1.2 * SIDE);
	}
}

/** Video files. @param {Stage} stage */
export function testVideos({ visit }) {
	it('reads a video: its faces, a timeline, a table and a picture, by mouse and keyboard', async () => {
		const here = await visit();
		const { page } = here;
		await page.setInputFiles('#file', VIDEO);
		await here.status(/^The video is read: 2 faces found in 12 frames\.$/);
		await here.count('#timeline-faces li', 2);
		await here.count('.face', 2);
		await page.waitForSelector('#timeline-faces svg[aria-label*="0:02"]');
		const described = await page.$$eval('.timeline-chart', (all) => all.map(({ ariaLabel }) => ariaLabel));
		assert.match(String(described[0]), /^Face 1, 0:00 to 0:02: happy \d+ %, \w+ \d+ %, \w+ \d+ %$/);
		assert.match(String(described[1]), /^Face 2, 0:00 to 0:01: /);
		assert.deepEqual(await violations(page), []);

		const table = await here.saved('#save-table');
		assert.equal(table.name, 'twoFaces.csv');
		assertTable(table.content.toString('utf8'));

		const chart = await page.locator('.timeline-chart').first().boundingBox();
		await page
			.locator('.timeline-chart')
			.first()
			.click({ position: { x: 0.75 * (chart?.width ?? 0), y: 5 } });
		await here.says('#video-clock', /^0:01 of 0:02$/);
		await here.count('.face', 1);
		await page.focus('#moment');
		await page.keyboard.press('Home');
		await here.count('.face', 2);
		await page.keyboard.press('ArrowRight');
		await page.waitForFunction(() => {
			const video = /** @type {HTMLVideoElement} */ (document.querySelector('#clip video'));
			return Math.abs(video.currentTime - 0.2) < 1e-3;
		});

		const picture = await here.saved('#share');
		assert.equal(picture.name, 'faces.png');
		const { data, info } = await sharp(picture.content).removeAlpha().raw().toBuffer({ resolveWithObject: true });
		assert.ok(info.width === 640 && info.height > 500, `${info.width} ${info.height}`);
		// The left edge of the first box has the colour of its emotion.
		const [[left, top, , height]] = (await here.shown()).boxes;
		const at = 3 * (Math.round(360 * (top + height / 2)) * info.width + Math.round(640 * left));
		const color = [1, 3, 5].map((place) => Number.parseInt(EMOTION_COLORS[3].slice(place, place + 2), 16));
		assert.ok(
			color.every((value, i) => Math.abs(value - data[at + i]) < 10),
			`${data.subarray(at, at + 3)}`,
		);

		await page.check('#attention');
		await here.count('.attention:not([hidden])', 2);
		await page.uncheck('#attention');
		await here.count('.attention:not([hidden])', 0);
		await page.click('#video-action');
		await here.says('#video-action', /^Pause$/);
		await here.says('#video-action', /^Play$/);
		assert.ok(Number(await page.inputValue('#moment')) > 2);

		await page.selectOption('#frames-per-second', '25');
		await page.click('#video-action');
		await here.status(/^Reading has stopped\.$/);
		await here.says('#video-action', /^Go on reading$/);
		await page.click('#video-action');
		await here.status(/^Reading the video…$/);
		await page.selectOption('#frames-per-second', '2');
		await here.status(/^The video is read: 2 faces found in 5 frames\.$/);

		const broken = { mimeType: 'video/webm', buffer: Buffer.from('no video') };
		await page.setInputFiles('#file', { name: 'broken.webm', ...broken });
		await here.says('#problem', /^The browser cannot play this file as a video\. Use an MP4/);
		assert.equal(await page.isVisible('#video-panel'), true);
		// As browsers do when they cannot decode the rest of a file.
		await page.evaluate(() => {
			const fail = (/** @type {Event} */ { target }) => {
				const video = /** @type {HTMLVideoElement} */ (target);
				if (video.currentTime > 1.1) video.dispatchEvent(new Event('error'));
			};
			document.addEventListener('seeking', fail, true);
		});
		await page.selectOption('#frames-per-second', '5');
		await here.says('#problem', /^This video cannot be read beyond 0:01: the file may be damaged\.$/);
		await here.status(/^The video is read: 2 faces found in 6 frames\.$/);
		await page.click('#camera');
		await here.status(/^The camera is on\.$/);
		assert.equal(await page.isHidden('#video-panel'), true);
	});
}
