import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RawImage } from '../../lib/data/rawImage';
import { EMOTIONS } from '../../lib/emotions';
import { argmaxRows } from '../../lib/evaluation/metrics';
import { loadModel, saveModel } from '../../lib/model/modelFile';
import { cropFace } from '../../lib/photos/faceCrop';
import { openRecognizer, type Recognizer } from '../../lib/photos/recognizer';
import { tf } from '../../lib/tensorflow/tf';
import { drawnPhoto, SQUARE } from '../fixtures/drawnPhoto';
import { writeUntrainedModel } from '../fixtures/training/untrainedModel';
import { near } from '../tensorflow/tensors';

const folder = mkdtempSync(join(tmpdir(), 'recognizer-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let recognizer: Recognizer;
let face: RawImage;

before(async () => {
	await writeUntrainedModel(folder);
	recognizer = await openRecognizer(folder);
	const pixels = cropFace(await drawnPhoto(), SQUARE);
	face = { pixels, width: 48, height: 48, channels: 1 };
});

describe('a recognizer', () => {
	it('gives for a face already cut out what the stored model gives', async () => {
		const [reading, ...others] = await recognizer.recognize(face, { detect: false });
		assert.deepEqual(others, []);
		const model = await loadModel(folder);
		const expected = tf.tidy(() =>
			(model.predict(tf.tensor4d(Float32Array.from(face.pixels), [1, 48, 48, 1])) as tf.Tensor).dataSync<'float32'>(),
		);
		near(reading.probabilities, expected, 1e-5);
		assert.equal(reading.emotion, EMOTIONS[argmaxRows(expected, 7)[0]]);
		assert.deepEqual([reading.box, reading.detection], [{ left: 0, top: 0, width: 48, height: 48 }, 1]);
		assert.equal('attention' in reading, false);
	});

	it('finds a face in a photo and reads what the box holds', async () => {
		const photo = await drawnPhoto();
		const [found, ...others] = await recognizer.recognize(photo);
		assert.deepEqual(others, []);
		const crop = { ...face, pixels: cropFace(photo, found.box) };
		const [alone] = await recognizer.recognize(crop, { detect: false });
		near(found.probabilities, alone.probabilities, 1e-6);
		const sum = found.probabilities.reduce((total, value) => total + value, 0);
		assert.ok(Math.abs(sum - 1) < 1e-5);
	});

	it('says that there is no face by an empty list', async () => {
		const pixels = new Uint8Array(200 * 200 * 3).fill(90);
		assert.deepEqual(await recognizer.recognize({ pixels, width: 200, height: 200, channels: 3 }), []);
	});

	it('averages views that see a mirrored face as its original', async () => {
		const mirrored = face.pixels.map((_, i) => face.pixels[i - (i % 48) + 47 - (i % 48)]);
		const read = async (pixels: Uint8Array, tta: boolean) =>
			(await recognizer.recognize({ ...face, pixels: new Uint8Array(pixels) }, { detect: false, tta }))[0]
				.probabilities;
		near(await read(Uint8Array.from(mirrored), true), await read(Uint8Array.from(face.pixels), true), 1e-5);
		assert.notDeepEqual(
			await read(Uint8Array.from(face.pixels), true),
			await read(Uint8Array.from(face.pixels), false),
		);
	});

	it('tells where it looked when asked', async () => {
		const [{ attention }] = await recognizer.recognize(face, { detect: false, attention: true });
		assert.ok(attention);
		assert.deepEqual([attention.height, attention.width, attention.values.length], [6, 6, 36]);
		assert.ok(Array.from(attention.values).every((value) => value >= 0 && value <= 1));
	});

	it('leaves no tensor behind', async () => {
		const photo = await drawnPhoto();
		await recognizer.recognize(photo, { tta: true, attention: true });
		const before = tf.memory().numTensors;
		await recognizer.recognize(photo, { tta: true, attention: true });
		assert.equal(tf.memory().numTensors, before);
	});
});

describe('a recognizer of other classes, size and colours', () => {
	const classes = ['smile', 'neutral', 'surprised'];
	const place = join(folder, 'other');
	let other: Recognizer;

	before(async () => {
		await writeUntrainedModel(place, { imageSize: 32 }, [64, 64, 3], classes);
		other = await openRecognizer(place);
	});
	after(() => other?.dispose());

	/** The drawn photo in colours: red to the left, blue to the right. */
	async function colourPhoto(): Promise<RawImage> {
		const { pixels, width, height } = await drawnPhoto();
		const tinted = Array.from(pixels, (value, i) => [value, value >> 1, (value * (i % width)) / width]);
		return { pixels: Uint8Array.from(tinted.flat()), width, height, channels: 3 };
	}

	it('crops faces to what the model takes, and has its classes', async () => {
		const photo = await colourPhoto();
		const [reading, ...others] = await other.recognize(photo, { attention: true });
		assert.deepEqual([others, other.emotions, reading.probabilities.length], [[], classes, 3]);
		const pixels = cropFace(photo, reading.box, [64, 64, 3]);
		const model = await loadModel(place);
		const expected = tf.tidy(() =>
			(model.predict(tf.tensor4d(Float32Array.from(pixels), [1, 64, 64, 3])) as tf.Tensor).dataSync<'float32'>(),
		);
		model.dispose();
		near(reading.probabilities, expected, 1e-5);
		assert.equal(reading.emotion, classes[argmaxRows(expected, 3)[0]]);
		assert.ok(reading.attention && Array.from(reading.attention.values).every((value) => value >= 0 && value <= 1));
	});

	it('sees colours, and takes grey photos and those with opacity', async () => {
		const photo = await colourPhoto();
		const read = async (image: RawImage) =>
			(await other.recognize(image, { detect: false, tta: true }))[0].probabilities;
		const [colour, grey] = [await read(photo), await read(await drawnPhoto())];
		assert.notDeepEqual(colour, grey);
		const { pixels, width, height } = photo;
		const opaque = Array.from({ length: width * height }, (_, i) => [...pixels.subarray(3 * i, 3 * i + 3), 255]);
		assert.deepEqual(await read({ pixels: Uint8Array.from(opaque.flat()), width, height, channels: 4 }), colour);
	});
});

it('a recognizer of faces that are not square frames them wider, so that nothing is stretched', async () => {
	const place = join(folder, 'wide');
	await writeUntrainedModel(place, { imageSize: 32 }, [40, 60, 1], ['a', 'b']);
	const wide = await openRecognizer(place);
	const photo = await drawnPhoto();
	const [[{ box }], [{ box: square }]] = [await wide.recognize(photo), await recognizer.recognize(photo)];
	wide.dispose();
	assert.deepEqual([box.width, box.height], [1.5 * square.width, square.height]);
});

it('recognize returns no emotion where the network computes none', async () => {
	const place = join(folder, 'not finite');
	await writeUntrainedModel(place);
	const model = await loadModel(place);
	tf.tidy(() =>
		model.setWeights(
			model.getWeights().map((weight, i) => (i === 5 ? tf.fill(weight.shape, Number.NaN) : weight.clone())),
		),
	);
	await saveModel(model, place, { bits: 32 });
	model.dispose();
	const broken = await openRecognizer(place);
	for (const options of [{}, { tta: true }, { attention: true }]) {
		await assert.rejects(broken.recognize(face, { detect: false, ...options }), {
			name: 'NotFiniteError',
			message: /^The network returned values that are not finite\. Its weights are damaged/,
		});
	}
	broken.dispose();
});
