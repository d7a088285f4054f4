// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { launchChromium, withoutChromium } from '../../dist/experiments/chromium.js';
import { makeScene } from '../../dist/experiments/detectors/scenes.js';
import { encodePng } from '../../dist/lib/data/image.js';
import fer from '../../dist/lib/index.js';
import { boxFrom } from '../../package/src/boxFrom.js';
import { npmInstall, withoutSlowTests } from './project.mjs';
import { serveFolder } from './serveFolder.mjs';

const { tf } = fer;
const require = createRequire(import.meta.url);
const COUNT = 8;

/** Scripts of the page; the detectors find each other's objects on `globalThis`. */
const SCRIPTS = [
	'@tensorflow/tfjs/dist/tf.min.js',
	'@mediapipe/face_detection/face_detection.js',
	'@tensorflow-models/face-detection/dist/face-detection.js',
];

/** A program of the page: what each of the two packages returns for PNG files. */
const PROGRAM = `globalThis.findAll = async (name, addresses) => {
	const images = [];
	for (const address of addresses) {
		const image = Object.assign(new Image(), { src: address });
		await image.decode();
		images.push(image);
	}
	const found = [];
	if (name === 'face-detection') {
		const config = { runtime: 'mediapipe', solutionPath: '/@mediapipe/face_detection' };
		const detector = await faceDetection.createDetector('MediaPipeFaceDetector', config);
		for (const image of images) {
			detector.reset();
			found.push(await detector.estimateFaces(image));
		}
		return found;
	}
	const detector = new FaceDetection({ locateFile: (file) => '/@mediapipe/face_detection/' + file });
	detector.setOptions({ model: 'short', minDetectionConfidence: 0.4 });
	let last;
	detector.onResults(({ detections }) => {
		last = detections.map(({ boundingBox, landmarks }) => ({ boundingBox, landmarks }));
	});
	for (const image of images) {
		detector.reset();
		await detector.send({ image });
		found.push(last);
	}
	return found;
};`;

/** The area that two boxes share, of that of both. @param {import('../../lib/data/rawImage.js').Box} a @param {typeof a} b */
function overlap(a, b) {
	const [across, down] = [
		Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left),
		Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top),
	];
	const shared = Math.max(across, 0) * Math.max(down, 0);
	return shared / (a.width * a.height + b.width * b.height - shared);
}

const skip = withoutSlowTests || (process.env.FER2013_PATH ? false : 'FER2013_PATH is not set');

describe('boxFrom, on what the packages of the detectors return for faces of FER2013', { skip }, () => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-detectors-'));
	/** @type {ReturnType<typeof makeScene>[]} */
	let scenes;

	before(async () => {
		const dataset = await fer.openDataset({ path: process.env.FER2013_PATH, projectFolder: folder });
		scenes = Array.from({ length: COUNT }, (_, i) => makeScene(dataset, i));
		fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
	});
	after(() => fs.rmSync(folder, { recursive: true, force: true }));

	/**
	 * Compares the boxes with the squares of the pasted faces: their median overlap, of the faces that were found.
	 * @param {import('../../package/src/boxFrom.js').Detector} detector
	 * @param {readonly any[][]} found What the detector returns for each scene.
	 */
	function assertFramed(detector, found) {
		const overlaps = found.flatMap((faces, i) => {
			const { photo, square } = scenes[i];
			const boxes = faces.map((face) => boxFrom(detector, face, photo));
			return boxes.length > 0 ? [Math.max(...boxes.map((box) => overlap(box, square)))] : [];
		});
		assert.ok(overlaps.length >= COUNT / 2, `${overlaps.length} of ${COUNT} faces were found`);
		const median = overlaps.sort((a, b) => a - b)[Math.floor(overlaps.length / 2)];
		assert.ok(median > 0.65, `overlaps ${overlaps.map((value) => value.toFixed(2))}`);
	}

	/** A scene as a tensor. @param {number} i */
	function tensorOf(i) {
		const { pixels, width, height } = scenes[i].photo;
		return tf.tidy(() => tf.tile(tf.tensor3d(Int32Array.from(pixels), [height, width, 1], 'int32'), [1, 1, 3]));
	}

	/** @param {(image: import('@tensorflow/tfjs').Tensor3D) => PromiseLike<any[]>} detect */
	async function detectAll(detect) {
		const found = [];
		for (const i of scenes.keys()) {
			const image = tensorOf(i);
			found.push(await detect(image));
			image.dispose();
		}
		return found;
	}

	it('@vladmandic/face-api', async () => {
		const file = require.resolve('@vladmandic/face-api/dist/face-api.node-gpu.js');
		const api = require(file);
		const weights = path.join(path.dirname(path.dirname(file)), 'model');
		for (const name of ['ssdMobilenetv1', 'tinyFaceDetector', 'faceLandmark68Net']) {
			await api.nets[name].loadFromDisk(weights);
		}
		const ssd = new api.SsdMobilenetv1Options({ minConfidence: 0.2 });
		assertFramed('face-api', await detectAll((image) => api.detectAllFaces(image, ssd)));
		assertFramed('face-api', await detectAll((image) => api.detectAllFaces(image, ssd).withFaceLandmarks()));
		const tiny = new api.TinyFaceDetectorOptions({ inputSize: 416, scoreThreshold: 0.2 });
		assertFramed('face-api-tiny', await detectAll((image) => api.detectAllFaces(image, tiny)));
	});

	it('@vladmandic/human, with its face mesh and without', async () => {
		// It runs on the TensorFlow of this repository.
		const modules = path.join(folder, 'human', 'node_modules');
		fs.mkdirSync(path.dirname(modules));
		fs.writeFileSync(path.join(folder, 'human', 'package.json'), '{ "private": true }');
		npmInstall(path.dirname(modules), '--legacy-peer-deps', '@vladmandic/human@3.3.6');
		fs.symlinkSync(path.resolve('node_modules', '@tensorflow'), path.join(modules, '@tensorflow'));
		const home = path.join(modules, '@vladmandic', 'human');
		const { default: Human } = require(path.join(home, 'dist', 'human.node-gpu.js'));
		const off = { enabled: false };
		for (const enabled of [true, false]) {
			const human = new Human({
				...{ backend: 'tensorflow', modelBasePath: `file://${home}/models/`, debug: false, filter: off },
				...{ body: off, hand: off, object: off, gesture: off },
				face: { mesh: { enabled }, iris: off, description: off, emotion: off },
			});
			await human.load();
			assertFramed('human', await detectAll(async (image) => (await human.detect(image)).face));
		}
	});

	it('@mediapipe/face_detection and @tensorflow-models/face-detection', { skip: withoutChromium }, async () => {
		const packages = ['@mediapipe/face_detection@0.4.1646425229', '@tensorflow-models/face-detection@1.0.3'];
		npmInstall(folder, '--legacy-peer-deps', ...packages, '@tensorflow/tfjs@4.22.0');
		const modules = path.join(folder, 'node_modules');
		const scripts = SCRIPTS.map((name) => `<script src="/${name}"></script>`).join('');
		fs.writeFileSync(path.join(modules, 'index.html'), `<!doctype html>${scripts}`);
		const server = await serveFolder(modules);
		const browser = await launchChromium(['--use-angle=swiftshader', '--enable-unsafe-swiftshader']);
		try {
			const addresses = await Promise.all(
				scenes.map(async ({ photo: { pixels, width, height } }) => {
					const png = await encodePng(Uint8Array.from(pixels), { width, height, channels: 1 });
					return `data:image/png;base64,${png.toString('base64')}`;
				}),
			);
			for (const name of /** @type {const} */ (['mediapipe', 'face-detection'])) {
				const page = await browser.newPage();
				await page.goto(server.address);
				await page.evaluate(PROGRAM);
				const call = (/** @type {[string, string[]]} */ [detector, all]) =>
					Reflect.get(globalThis, 'findAll')(detector, all);
				assertFramed(name, await page.evaluate(call, /** @type {[string, string[]]} */ ([name, addresses])));
				await page.close();
			}
		} finally {
			await browser.close();
			server.close();
		}
	});
});
