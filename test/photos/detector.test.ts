import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RawImage } from '../../lib/data/rawImage';
import { openDetector, openPhotoDetector } from '../../lib/photos/detector';
import { DETECTORS, type DetectorName } from '../../lib/photos/faceApi';
import { tf } from '../../lib/tensorflow/tf';
import { drawnPhoto, FOUND, SQUARE } from '../fixtures/drawnPhoto';

for (const name of Object.keys(DETECTORS) as DetectorName[]) {
	describe(`the detector ${name}`, () => {
		it('finds a drawn face where it is, in grey, in colours and with opacity, and leaves no tensor behind', async () => {
			const photo = await drawnPhoto();
			const detector = await openDetector(name);
			const [first] = await detector.detect(photo);
			const before = tf.memory().numTensors;
			for (const image of [photo, withChannels(photo, 3), withChannels(photo, 4)]) {
				const faces = await detector.detect(image);
				assert.deepEqual(faces, [first]);
			}
			assert.equal(tf.memory().numTensors, before);
			const { box, detection } = first;
			const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
			assert.ok(Math.abs(x - SQUARE.left - SQUARE.width / 2) < 40 && Math.abs(y - SQUARE.top - SQUARE.height / 2) < 40);
			assert.ok(box.width > 0.5 * SQUARE.width && box.width < 1.6 * SQUARE.width && box.width === box.height);
			assert.ok(detection > 0.4 && detection <= 1);
		});

		it('finds nothing where nothing is', async () => {
			const detector = await openDetector(name);
			const pixels = new Uint8Array(320 * 240).fill(128);
			assert.deepEqual(await detector.detect({ pixels, width: 320, height: 240, channels: 1 }), []);
		});
	});
}

describe('the detector for photos', () => {
	it('takes the first detector’s boxes where it finds a face', async () => {
		const photo = await drawnPhoto();
		const ssd = await (await openDetector('ssd')).detect(photo);
		assert.deepEqual(await (await openPhotoDetector()).detect(photo), ssd);
	});

	it('asks the second where the first finds none', async () => {
		const photo = await drawnPhoto(FOUND.byTiny);
		const [ssd, tiny] = await Promise.all(
			(['ssd', 'tiny'] as const).map(async (name) => (await openDetector(name)).detect(photo)),
		);
		assert.deepEqual([ssd.length, tiny.length], [0, 1]);
		assert.deepEqual(await (await openPhotoDetector()).detect(photo), tiny);
	});
});

function withChannels({ pixels, width, height }: RawImage, channels: 3 | 4): RawImage {
	const copies = Array.from(pixels, (value) => [value, value, value, 255].slice(0, channels));
	return { pixels: Uint8Array.from(copies.flat()), width, height, channels };
}
