// @ts-check
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { place, randomPlacement } from '../../dist/lib/augmentation/placement.js';
import fer from '../../dist/lib/index.js';
import { createRandom } from '../../dist/lib/random.js';
import { attentiveNetwork } from '../../package/src/attentiveNetwork.js';
import { depthwiseGradient } from '../../package/src/depthwiseGradient.js';
import { imageReader, withoutTensor } from '../../package/src/imagePixels.js';
import { loaderWith } from '../../package/src/loadEmotionModel.js';
import { openEmotionModel } from '../../package/src/openEmotionModel.js';
import { placedViews } from '../../package/src/placedViews.js';
import { unfusedConvolutions } from '../../package/src/unfusedConvolutions.js';
import { viewNetwork } from '../../package/src/viewNetwork.js';
import { weightFiles } from '../../package/src/weightFiles.js';

const { tf } = fer;
const SHAPE = /** @type {const} */ ([48, 48, 1]);

describe('placedViews', () => {
	it('samples what the library samples, for many placements and sizes', () => {
		const random = createRandom(7);
		const range = { rotationDegrees: 30, zoomFraction: 0.4, shiftFraction: 0.3, shear: 0.3, horizontalFlip: true };
		const placements = [
			...fer.VIEWS.six,
			...fer.VIEWS.ten,
			...Array.from({ length: 20 }, () => randomPlacement(range, random)),
		];
		for (const [side, ...shape] of /** @type {const} */ ([
			[48, 48, 48, 1],
			[96, 48, 48, 1],
			[60, 48, 48, 1],
			[31, 48, 48, 1],
			[32, 64, 64, 3],
			[40, 30, 50, 3],
		])) {
			const [height, width, channels] = shape;
			const face = Uint8Array.from({ length: height * width * channels }, () => random.integer(256));
			const expected = tf.tidy(() => {
				const image = tf.tensor4d(Float32Array.from(face), [1, height, width, channels]);
				return tf.concat(placements.map((placement) => place(image, placement, side))).dataSync();
			});
			const views = placedViews(face, shape, placements, side);
			assert.equal(views.length, expected.length);
			// Of 255: float32 places differ in the fourth digit.
			assert.ok(
				views.every((value, i) => Math.abs(value - expected[i]) < 0.02),
				`side ${side} of ${shape}`,
			);
		}
	});

	it('leaves a face as it is, and mirrors it', () => {
		const face = Uint8Array.from({ length: 48 * 48 }, (_, i) => (7 * i) % 256);
		const views = placedViews(face, SHAPE, [{}, { mirror: true }], 48);
		assert.deepEqual([...views.subarray(0, 48 * 48)], [...face]);
		const mirrored = Float32Array.from(face, (_, i) => face[i - (i % 48) + 47 - (i % 48)]);
		assert.deepEqual(views.subarray(48 * 48), mirrored);
	});
});

/** A small classifier. @param {number} side @param {number} [classes] */
function classifier(side, classes = 7) {
	const inputs = tf.input({ shape: [side, side, 3] });
	const convolution = tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'convolution' });
	const logits = tf.layers.dense({ units: classes, name: 'logits' });
	const pooled = tf.layers.globalAveragePooling2d({ name: 'pooling' }).apply(convolution.apply(inputs));
	const outputs = /** @type {import('@tensorflow/tfjs').SymbolicTensor} */ (logits.apply(pooled));
	return tf.model({ inputs, outputs, name: 'emotions' });
}

/** @param {ArrayLike<number>} values @param {ArrayLike<number>} expected */
function assertClose(values, expected, tolerance = 1e-5) {
	assert.equal(values.length, expected.length);
	for (let i = 0; i < expected.length; i++) {
		assert.ok(Math.abs(values[i] - expected[i]) < tolerance, `${i}: ${values[i]} against ${expected[i]}`);
	}
}

describe('attentiveNetwork', () => {
	it('gives the model’s probabilities, and where it saw the most likely emotion, as the library does', async () => {
		const backbone = fer.BACKBONES['efficientnet-lite0'];
		const imageShape = /** @type {const} */ ([48, 48, 1]);
		const network = classifier(60);
		const model = await fer.exportModel(network, { backbone, imageSize: 60, imageShape, emotions: fer.EMOTIONS });
		const pixels = Uint8Array.from({ length: 2 * 48 * 48 }, (_, i) => (i * i + i / 48) % 256);
		const dataset = fer.makeDataset({ name: 'two', shape: imageShape, pixels, labels: new Uint8Array(2) });
		const input = { dataset, indices: [0, 1], imageSize: 60, normalization: backbone.normalization };
		const faces = tf.tensor4d(Float32Array.from(pixels), [2, 48, 48, 1]);
		const likely = /** @type {import('@tensorflow/tfjs').Tensor2D} */ (model.predict(faces)).argMax(1);
		const maps = await fer.explain(network, input, [...likely.dataSync()]);
		tf.tidy(() => {
			const { probabilities, attention } = attentiveNetwork(model, 60)(faces);
			const expected = /** @type {import('@tensorflow/tfjs').Tensor2D} */ (model.predict(faces));
			assertClose(probabilities.dataSync(), expected.dataSync());
			const values = maps.flatMap((map) => Array.from(map.values));
			assert.deepEqual(attention.shape, [2, maps[0].height, maps[0].width]);
			assert.ok(Math.max(...values) === 1 && new Set(values).size > 100);
			assertClose(attention.dataSync(), values, 1e-3);
		});
	});
});

describe('depthwiseGradient', () => {
	for (const [stride, pad, side, size] of /** @type {const} */ ([
		[1, 'same', 7, 3],
		[1, 'valid', 8, 5],
		[2, 'same', 12, 3],
		[2, 'same', 11, 5],
		[2, 'valid', 9, 3],
		[2, 'valid', 10, 3],
		[3, 'same', 10, 3],
		[2, 'same', 1, 3],
	])) {
		it(`is TensorFlow's own: stride ${stride}, padding ${pad}, ${side} pixels, filters of ${size}`, () => {
			const random = createRandom(3);
			tf.tidy(() => {
				const numbers = (/** @type {[number, number, number, number]} */ shape) =>
					tf.tensor4d(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, random.normal), shape);
				const shape = /** @type {[number, number, number, number]} */ ([2, side, side + 2, 3]);
				const [x, filter] = [numbers(shape), numbers([size, size, 3, 1])];
				const convolve = (/** @type {import('@tensorflow/tfjs').Tensor} */ image) =>
					tf.depthwiseConv2d(/** @type {typeof x} */ (image), filter, stride, pad);
				const dy = numbers(convolve(x).shape);
				const expected = tf.grad(convolve)(x, dy);
				const found = depthwiseGradient(dy, filter, { strides: stride, pad, inputShape: shape });
				assert.deepEqual(found.shape, expected.shape);
				assertClose(found.dataSync(), expected.dataSync(), 1e-4);
			});
		});
	}
});

describe('unfusedConvolutions', () => {
	it('changes no result, and leaves out the gradient of the filters', async () => {
		const inputs = tf.input({ shape: [9, 9, 3] });
		const options = { filters: 4, kernelSize: 3, strides: 2, padding: /** @type {const} */ ('same') };
		const linear = tf.layers.conv2d({ ...options, biasInitializer: 'randomNormal' }).apply(inputs);
		const active = tf.layers.conv2d({ ...options, activation: 'relu' }).apply(linear);
		const network = tf.model({ inputs, outputs: /** @type {import('@tensorflow/tfjs').SymbolicTensor} */ (active) });
		const images = /** @type {import('@tensorflow/tfjs').Tensor} */ (tf.randomNormal([2, 9, 9, 3], 0, 1, 'float32', 1));
		const gradient = tf.grad((x) => /** @type {import('@tensorflow/tfjs').Tensor} */ (network.apply(x)));
		const expected = gradient(images);
		const unfused = unfusedConvolutions(network);
		const kernels = async (/** @type {() => import('@tensorflow/tfjs').Tensor} */ work) =>
			(await tf.profile(() => void work())).kernelNames;
		assert.ok((await kernels(() => gradient(images))).includes('Conv2DBackpropFilter'));
		const left = await kernels(() => unfused(() => gradient(images)));
		assert.ok(left.includes('Conv2DBackpropInput') && !left.includes('Conv2DBackpropFilter'), left.join());
		const found = unfused(() => gradient(images));
		assertClose(found.dataSync(), expected.dataSync());
		// What throws leaves nothing behind.
		assert.throws(() => unfused(() => assert.fail()));
		assert.ok((await kernels(() => gradient(images))).includes('Conv2DBackpropFilter'));
	});
});

describe('viewNetwork', () => {
	for (const [side, what, normalization] of /** @type {const} */ ([
		[60, 'one scale for all channels', { scale: 1 / 128, offset: -1 }],
		[60, 'a scale for each channel', { scale: [0.02, 0.01, 0.03], offset: [-2, -1, -3], channelOrder: 'bgr' }],
		[48, 'no enlargement', { scale: 1 / 128, offset: -1 }],
	])) {
		it(`gives what the whole model gives, from images already enlarged: ${side} px, ${what}`, async () => {
			const backbone = { ...fer.BACKBONES['efficientnet-lite0'], normalization };
			const imageShape = /** @type {const} */ ([48, 48, 1]);
			const options = { backbone, imageSize: side, imageShape, emotions: fer.EMOTIONS };
			const model = await fer.exportModel(classifier(side), options);
			const face = Uint8Array.from({ length: 48 * 48 }, (_, i) => (i * i) % 256);
			const network = viewNetwork(model);
			assert.deepEqual(network.inputs[0].shape, [null, side, side, 1]);
			tf.tidy(() => {
				const whole = /** @type {import('@tensorflow/tfjs').Tensor} */ (
					model.predict(tf.tensor4d(Float32Array.from(face), [1, 48, 48, 1]))
				).dataSync();
				const views = tf.tensor4d(placedViews(face, SHAPE, [{}], side), [1, side, side, 1]);
				const found = /** @type {import('@tensorflow/tfjs').Tensor} */ (network.predict(views)).dataSync();
				assertClose(found, whole);
			});
		});
	}
});

describe('imageReader', () => {
	const pixels = new Uint8Array(6 * 4 * 3);

	it('takes pixels by either name, and finds the channels by their number', () => {
		const box = { left: 1, top: 0, width: 3, height: 3 };
		const image = { pixels, width: 6, height: 4, channels: 3 };
		assert.deepEqual(imageReader({ pixels, width: 6, height: 4 }, SHAPE)(box), { image, box });
		const data = new Uint8ClampedArray(6 * 4);
		const whole = { left: 0, top: 0, width: 6, height: 4 };
		const grey = { pixels: data, width: 6, height: 4, channels: 1 };
		assert.deepEqual(imageReader({ data, width: 6, height: 4, channels: 1 }, SHAPE)(), { image: grey, box: whole });
	});

	it('takes pixels as any list of numbers from 0 to 255, and as tensors', async () => {
		const values = Uint8Array.from({ length: 6 * 4 * 3 }, (_, i) => 3 * i);
		const size = { width: 6, height: 4 };
		const expected = { pixels: Uint8ClampedArray.from(values), ...size, channels: 3 };
		for (const list of [Float32Array.from(values), Float64Array.from(values), Int32Array.from(values), [...values]]) {
			assert.deepEqual(imageReader({ pixels: list, ...size }, SHAPE)().image, expected);
		}
		for (const dtype of /** @type {const} */ (['float32', 'int32'])) {
			const image = tf.tensor3d([...values], [4, 6, 3], dtype);
			const batch = /** @type {import('@tensorflow/tfjs').Tensor4D} */ (image.expandDims(0));
			for (const source of [image, batch, { pixels: image, ...size }, { data: image, ...size }]) {
				assert.deepEqual(imageReader(await withoutTensor(source), SHAPE)().image, expected);
			}
			tf.dispose([image, batch]);
		}
		// What is no tensor is not waited for: the next frame of a video would be another picture.
		assert.ok(!(withoutTensor({ pixels: values, ...size }) instanceof Promise));
	});

	it('refuses tensors that are no image from 0 to 255', async () => {
		const disposed = tf.zeros([4, 6, 3]);
		disposed.dispose();
		for (const [tensor, message] of /** @type {const} */ ([
			[
				tf.zeros([4, 6]),
				/a tensor \[height, width, 1, 3 or 4 channels\], .* for image but received "the shape \[4, 6\]"/,
			],
			[tf.zeros([2, 4, 6, 3]), /received "the shape \[2, 4, 6, 3\]"/],
			[tf.zeros([4, 6, 2]), /received "the shape \[4, 6, 2\]"/],
			[tf.zeros([4, 6, 3], 'bool'), /a tensor of numbers for image but received "bool"/],
			[tf.fill([4, 6, 3], -1), /values from 0 to 255 for pixels but received -1\./],
			[
				tf.fill([4, 6, 3], 0.5),
				/values from 0 to 255 for pixels but received "values from 0 to 0\.5"\. Multiply them by 255/,
			],
			[disposed, /a tensor with values for image but received "one that was disposed"/],
		])) {
			await assert.rejects(async () => withoutTensor(/** @type {any} */ (tensor)), { name: 'RangeError', message });
			tensor.dispose();
		}
	});

	for (const [what, source, received] of /** @type {const} */ ([
		['an address', 'face.jpg', '"face.jpg"'],
		['nothing', null, 'null'],
		['an empty object', {}, '\\{ {2}\\}'],
		['what only a browser draws', { width: 3, height: 3 }, '\\{ width: 3, height: 3 \\}'],
		['a decoder’s bytes alone', Buffer.alloc(9), 'Buffer of 9 values'],
		['an object of some library', new Map(), 'an object of the class Map'],
	])) {
		it(`refuses ${what}, and says what it is`, () => {
			// @ts-expect-error: it is no image.
			assert.throws(() => imageReader(source), {
				name: 'TypeError',
				message: new RegExp(`^Expected an image, video, .* for image but received ${received}\\.`),
			});
		});
	}

	for (const [what, source, message] of /** @type {const} */ ([
		[
			'too few pixels',
			{ pixels, width: 6, height: 5 },
			/^Expected 6 x 5 pixels with 1, 3 or 4 channels for pixels but received "72 values"\. Pass/,
		],
		[
			'other channels',
			{ pixels, width: 6, height: 4, channels: 4 },
			/^Expected 6 x 4 pixels with 4 channels for pixels but received "72 values"/,
		],
		['two channels', { pixels, width: 6, height: 6, channels: 2 }, /^Expected 6 x 6 pixels with 1, 3 or 4 channels/],
		[
			'an encoded image',
			{ pixels: Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), width: 6, height: 4 },
			/received "4 values"\. Decode the image first/,
		],
		['no width', { pixels, height: 4 }, /^Expected integer above 0 for width but received undefined/],
		['half a pixel', { pixels, width: 6, height: 4.5 }, /^Expected integer above 0 for height but received 4\.5/],
		[
			'values from 0 to 1',
			{ pixels: new Float32Array(72).fill(0.25), width: 6, height: 4 },
			/received "values from 0 to 0\.25"\. Multiply them by 255/,
		],
		[
			'values above 255',
			{ pixels: new Uint16Array(72).fill(256), width: 6, height: 4 },
			/^Expected values from 0 to 255 for pixels but received 256/,
		],
		[
			'NaN',
			{ pixels: new Float32Array(72).fill(Number.NaN), width: 6, height: 4 },
			/^Expected values from 0 to 255 for pixels but received NaN/,
		],
		[
			'lists in lists',
			{
				pixels: [
					[1, 2],
					[3, 4],
				],
				width: 2,
				height: 2,
			},
			/^Expected values from 0 to 255 for pixels but received \[1,2\]/,
		],
		[
			'a text',
			{ pixels: 'pixels', width: 2, height: 2 },
			/^Expected a list of numbers for pixels but received "pixels"/,
		],
	])) {
		it(`refuses ${what}`, () => {
			assert.throws(() => imageReader(/** @type {any} */ (source), SHAPE)(), { message });
		});
	}

	it('refuses boxes that cannot be a face in the image', () => {
		const image = { pixels, width: 6, height: 4 };
		const box = { left: 0, top: Number.NaN, width: 3, height: 3 };
		const message = /^Expected \{ left, .* for box but received { left: 0, top: NaN, width: 3, height: 3 }/;
		assert.throws(() => imageReader(image, SHAPE)(box), { name: 'RangeError', message });
		for (const wrong of [
			{ left: 0, top: 0, width: 3, height: 0 },
			{ left: 0.1, top: 0.1, width: 0.8, height: 0.8 },
			{ left: 1e16, top: 0, width: 10, height: 10 },
			{ left: 0, top: 0, width: 1e7, height: 1e7 },
		]) {
			assert.throws(() => imageReader(image, SHAPE)(wrong), {
				name: 'RangeError',
				message: /for box but received { left/,
			});
		}
	});
});

/**
 * The artifacts of a small model as `exportModel` makes it.
 * @param {(weights: Float32Array) => void} [change]
 * @param {{imageShape: readonly [number, number, number], emotions: readonly string[]}} [kind]
 */
async function smallModel(change = () => {}, kind = { imageShape: SHAPE, emotions: fer.EMOTIONS }) {
	const options = { backbone: fer.BACKBONES['efficientnet-lite0'], imageSize: 48 };
	const model = await fer.exportModel(classifier(48, kind.emotions.length), { ...options, ...kind });
	/** @type {import('@tensorflow/tfjs').io.ModelArtifacts | undefined} */
	let artifacts;
	await model.save(
		tf.io.withSaveHandler(async (saved) => {
			artifacts = saved;
			return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
		}),
	);
	model.dispose();
	const weightData = tf.io.CompositeArrayBuffer.join(artifacts?.weightData);
	change(new Float32Array(weightData));
	return { ...artifacts, weightData };
}

describe('openEmotionModel', () => {
	const image = { pixels: Uint8Array.from({ length: 48 * 48 }, (_, i) => i % 256), width: 48, height: 48 };

	it('predicts in parallel, finishes what has begun when it is disposed, and says so afterwards', async () => {
		const model = await openEmotionModel(await smallModel());
		const alone = await model.predict(image);
		const tensor = tf.tensor3d([...image.pixels], [48, 48, 1]);
		const running = [model.predict(image), model.predict(image, { tta: true }), model.predict(image)];
		const waiting = model.predict(tensor);
		model.dispose();
		model.dispose();
		const [first, , third] = await Promise.all(running);
		assert.deepEqual([first, third], [alone, alone]);
		const disposed = { message: /^Expected an open model for predict but received one that was disposed\. Call/ };
		await assert.rejects(waiting, disposed);
		await assert.rejects(model.predict(image), disposed);
		tensor.dispose();
	});

	it('crops to the size and colours of its model, and answers with its classes', async () => {
		const kind = { imageShape: /** @type {const} */ ([64, 40, 3]), emotions: ['smile', 'neutral', 'surprised'] };
		const artifacts = await smallModel(undefined, kind);
		const model = await openEmotionModel(artifacts);
		assert.deepEqual([model.emotions, model.inputShape], [kind.emotions, kind.imageShape]);
		const size = /** @type {const} */ ({ width: 90, height: 70, channels: 3 });
		const photo = { pixels: Uint8Array.from({ length: 90 * 70 * 3 }, (_, i) => (i * i) % 251), ...size };
		const box = { left: 10, top: 5, width: 40, height: 64 };
		const { emotion, probabilities, attention } = await model.predict(photo, { box, attention: true });
		assert.deepEqual(Object.keys(probabilities), kind.emotions);
		const network = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
		const expected = tf.tidy(() => {
			const face = tf.tensor4d(Float32Array.from(fer.cropFace(photo, box, kind.imageShape)), [1, ...kind.imageShape]);
			return /** @type {import('@tensorflow/tfjs').Tensor} */ (network.predict(face)).dataSync();
		});
		assertClose(Object.values(probabilities), expected);
		assert.equal(emotion, kind.emotions[expected.indexOf(Math.max(...expected))]);
		assert.ok(attention && attention.values.length === attention.height * attention.width);
		const averaged = Object.values((await model.predict(photo, { box, tta: true })).probabilities);
		assert.ok(Math.abs(averaged.reduce((sum, value) => sum + value) - 1) < 1e-5);
		assert.notDeepEqual(averaged, Object.values(probabilities));
		model.dispose();
	});

	it('gives for a tensor what it gives for its values', async () => {
		const model = await openEmotionModel(await smallModel());
		const tensor = tf.tensor3d([...image.pixels], [48, 48, 1]);
		assert.deepEqual(await model.predict(tensor), await model.predict(image));
		tensor.dispose();
		model.dispose();
	});

	it('reads many faces in one batch as it does one by one', async () => {
		const kind = { imageShape: /** @type {const} */ ([64, 40, 3]), emotions: ['smile', 'neutral', 'surprised'] };
		const model = await openEmotionModel(await smallModel(undefined, kind));
		const photo = { pixels: Uint8Array.from({ length: 90 * 70 * 3 }, (_, i) => (i * i) % 251), width: 90, height: 70 };
		const boxes = [0, 11, 23].map((left) => ({ left, top: left / 2, width: 50 - left, height: 64 }));
		for (const options of [{}, { tta: true }, { attention: true }]) {
			const together = await model.predictAll(photo, boxes, options);
			assert.equal(together.length, boxes.length);
			for (const [i, { emotion, probabilities, attention }] of together.entries()) {
				const alone = await model.predict(photo, { box: boxes[i], ...options });
				assert.equal(emotion, alone.emotion);
				assertClose(Object.values(probabilities), Object.values(alone.probabilities), 1e-6);
				assert.equal(attention === undefined, !options.attention);
				if (attention) assertClose(attention.values, alone.attention?.values ?? [], 1e-5);
			}
		}
		const before = tf.memory().numTensors;
		await model.predictAll(photo, boxes, { tta: true, attention: true });
		assert.equal(tf.memory().numTensors, before);
		assert.deepEqual(await model.predictAll(photo, []), []);
		const tensor = tf.tensor3d([...photo.pixels], [70, 90, 3]);
		assert.deepEqual(await model.predictAll(tensor, boxes), await model.predictAll(photo, boxes));
		tensor.dispose();
		await assert.rejects(model.predictAll(photo, [boxes[0], { ...boxes[1], width: 0 }]), /a width and height above 0/);
		for (const wrong of [undefined, boxes[0], [undefined]]) {
			const message = /^Expected a list of boxes { left, top, width, height } for boxes/;
			await assert.rejects(model.predictAll(photo, /** @type {any} */ (wrong)), { message });
		}
		model.dispose();
		await assert.rejects(model.predictAll(photo, boxes), /one that was disposed/);
	});

	it('returns no emotion where the network computes none', async () => {
		const model = await openEmotionModel(await smallModel((weights) => weights.fill(Number.NaN)));
		for (const options of [{}, { tta: true }, { attention: true }]) {
			await assert.rejects(model.predict(image, options), {
				name: 'NotFiniteError',
				message: /^The network returned values that are not finite\. Choose another tfjs backend/,
			});
		}
		model.dispose();
	});

	it('refuses a model that does not say what its outputs mean, and one that tfjs cannot build', async () => {
		const artifacts = await smallModel();
		await assert.rejects(
			openEmotionModel({ ...artifacts, userDefinedMetadata: { emotions: ['happy'], imageSize: 48 } }),
			{
				name: 'DataError',
				message:
					/^Expected a network from height,width,1 or 3 to its classes in model\.json but received one from 48,48,1 to 7 outputs/,
			},
		);
		await assert.rejects(openEmotionModel({ ...artifacts, modelTopology: { class_name: 'Nothing', config: {} } }), {
			name: 'DataError',
			message: /layers that tfjs cannot build\. Use the model\.json of this package/,
		});
	});
});

describe('loadEmotionModel', () => {
	it('refuses other bits and networks before it reads anything', async () => {
		const load = loaderWith(() => assert.fail('It reads.'));
		// @ts-expect-error: there is no such network.
		await assert.rejects(load({ network: 'huge' }), {
			name: 'RangeError',
			message: /^Expected "default" or "small" for network but received "huge"/,
		});
		// @ts-expect-error: there are weights in 16 and 8 bits alone.
		await assert.rejects(load({ bits: 4 }), {
			name: 'RangeError',
			message: /^Expected 16 or 8 for bits but received 4/,
		});
	});

	it('refuses what a server sends instead of the model, before tfjs sees it', async () => {
		const weights = [{ name: 'a', shape: [2], dtype: 'float32' }];
		const model = { modelTopology: { a: 1 }, weightsManifest: [{ paths: ['weights.bin'], weights }] };
		const right = new ArrayBuffer(8);
		const sha256 = 'af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc';
		const of = (/** @type {string} */ hash) => ({
			...model,
			userDefinedMetadata: { weights: { bytes: 8, sha256: hash } },
		});
		for (const [text, data, message] of /** @type {const} */ ([
			[
				'<!doctype html><html>',
				right,
				/^Expected a tfjs layers model in model\.json but received a web page\. Use both files/,
			],
			['{"error": 404}', right, /^Expected a tfjs layers model in model\.json but received "{\\"error/],
			[
				JSON.stringify(model),
				new ArrayBuffer(7),
				/^Expected 8 bytes in weights\.bin but received 7 bytes\. Use both files/,
			],
			[JSON.stringify(of('0'.repeat(64))), right, /^Expected SHA-256 0{64} in weights\.bin but received af5570/],
			[JSON.stringify(of(sha256)), right, /layers that tfjs cannot build/],
		])) {
			const load = loaderWith(async ({ pathname }) =>
				pathname.endsWith('.json') ? new TextEncoder().encode(text).buffer : data,
			);
			await assert.rejects(load(), { name: 'DataError', message });
		}
	});
});

describe('weightFiles', () => {
	it('names the files beside it, or in a folder', () => {
		for (const [options, expected] of /** @type {const} */ ([
			[{}, 'default/16'],
			[{ bits: 8 }, 'default/8'],
			[{ network: 'small' }, 'small/16'],
			[{ network: 'small', bits: 8 }, 'small/8'],
		])) {
			const { model, weights } = weightFiles(options);
			assert.ok(model.pathname.endsWith(`/weights/${expected}/model.json`), model.pathname);
			assert.ok(weights.pathname.endsWith(`/weights/${expected}/weights.bin`), weights.pathname);
		}
		for (const folder of ['https://example.org/a', 'https://example.org/a/', new URL('https://example.org/a')]) {
			assert.equal(weightFiles({ folder }).model.href, 'https://example.org/a/model.json');
		}
		assert.equal(weightFiles({ folder: pathToFileURL('/a b') }).weights.pathname, '/a%20b/weights.bin');
		assert.throws(() => weightFiles({ folder: 'a/b' }), {
			name: 'RangeError',
			message: /a URL, .* for folder but received "a\/b"/,
		});
	});
});
