// @ts-check
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FRAMINGS } from '../../dist/lib/photos/framing.js';
import { boxFrom } from '../../package/src/boxFrom.js';

const IMAGE = { width: 640, height: 480 };
/** A detector's box of 100 x 120 pixels whose middle is at (200, 160). */
const BOX = { x: 150, y: 100, width: 100, height: 120 };

/** What a framing makes of that box, by hand. @param {{side: number, right: number, down: number}} framing */
const expected = ({ side, right, down }) => ({
	left: 200 + 100 * right - 50 * side,
	top: 160 + 100 * down - 50 * side,
	width: 100 * side,
	height: 100 * side,
});

/** @param {import('../../lib/data/rawImage.js').Box} found @param {ReturnType<typeof expected>} box */
function assertBox(found, box) {
	for (const side of /** @type {const} */ (['left', 'top', 'width', 'height'])) {
		assert.ok(Math.abs(found[side] - box[side]) < 1e-6, `${side}: ${found[side]} against ${box[side]}`);
	}
}

describe('boxFrom', () => {
	const { x, y, width, height } = BOX;
	const relative = { xCenter: 200 / 640, yCenter: 160 / 480, width: 100 / 640, height: 120 / 480 };
	const raw = [150 / 640, 100 / 480, 100 / 640, 120 / 480];
	for (const [what, detector, detection, framing] of /** @type {const} */ ([
		['MediaPipe’s tasks', 'mediapipe', { boundingBox: { originX: x, originY: y, width, height } }, FRAMINGS.mediapipe],
		['MediaPipe’s solution, relative', 'mediapipe', { boundingBox: relative }, FRAMINGS.mediapipe],
		['TensorFlow.js', 'face-detection', { box: { xMin: x, yMin: y, width, height } }, FRAMINGS.mediapipe],
		['face-api', 'face-api', { box: BOX }, FRAMINGS.ssd],
		['face-api with landmarks', 'face-api', { detection: { box: BOX }, landmarks: {} }, FRAMINGS.ssd],
		['face-api’s tiny detector', 'face-api-tiny', { box: BOX }, FRAMINGS.tiny],
		['human', 'human', { box: [x, y, width, height], boxRaw: raw }, FRAMINGS.human],
		// Cut off at the edge of the image, as human does.
		['human at an edge', 'human', { box: [150, 110, 100, 110], boxRaw: raw }, FRAMINGS.human],
		[
			'a relative box of face-api',
			'face-api',
			{ box: { x: raw[0], y: raw[1], width: raw[2], height: raw[3] } },
			FRAMINGS.ssd,
		],
	])) {
		it(`frames the box of ${what}`, () => {
			assertBox(boxFrom(detector, /** @type {any} */ (detection), IMAGE), expected(framing));
		});
	}

	it('needs the image for relative boxes alone', () => {
		assertBox(boxFrom('human', { box: [x, y, width, height], boxRaw: raw }), expected(FRAMINGS.human));
		assert.throws(() => boxFrom('mediapipe', { boundingBox: relative }), {
			name: 'RangeError',
			message: /^Expected the image, or { width, height }, for image but received undefined\. Pass it as the third/,
		});
		// As a video whose first frame is not there yet.
		const empty = { width: 0, height: 0 };
		assert.throws(() => boxFrom('mediapipe', { boundingBox: relative }, empty), /an image with pixels/);
	});

	it('refuses other detectors, and what is no detection', () => {
		assert.throws(
			() => boxFrom(/** @type {any} */ ('dlib'), { box: BOX }),
			/^RangeError: Expected 'mediapipe', 'face-detection', .* for detector/,
		);
		for (const wrong of [
			undefined,
			null,
			[],
			{},
			{ box: undefined },
			{ detection: undefined },
			{ box: { ...BOX, width: 0 } },
			{ box: { ...BOX, x: Number.NaN } },
		]) {
			assert.throws(() => boxFrom('face-api', /** @type {any} */ (wrong)), {
				name: 'RangeError',
				message: /^Expected a face of face-api, as it returns it, for detection but received /,
			});
		}
		for (const detector of /** @type {const} */ (['mediapipe', 'face-detection', 'human'])) {
			assert.throws(() => boxFrom(detector, /** @type {any} */ ({})), /as it returns it, for detection/);
		}
	});
});
