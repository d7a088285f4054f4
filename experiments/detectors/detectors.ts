// @ts-check
import { createRequire } from 'node:module';
import path from 'node:path';
import { median } from '../bench/statistics.mjs';
import { openData, withProblems, withProgress } from '../cli/library.mjs';
import { count, fillPage, table, writeJson } from '../cli/markdown.mjs';
import { personFolder } from '../scripts/setup/environment.mjs';
import { ROOT } from '../scripts/setup/paths.mjs';
import { parseOptions, runCommandLine } from '../scripts/setup/problem.mjs';
import { setUp } from '../scripts/setup.mjs';
import { humanFolder } from './compare/human.mjs';

const HELP = `npm run detectors -- [options]: how well each face detector serves FER2013's faces pasted into larger scenes.
Fits on training faces how FER2013's square lies about a detector's box, then counts on validation faces how many are
found, and how many of these the model reads rightly, beside the same faces as they are. Writes docs/results/detectors.json and docs/photos.md. human (43 MB) is installed into runs/peers.
  --model FOLDER  default models/official
  --faces N       validation faces; default 1,000
  --help          this text
Environment: FER2013_PATH where FER2013 lies.`;

const OPTIONS = /** @type {const} */ ({
	model: { type: 'string' },
	faces: { type: 'string', default: '1000' },
	help: { type: 'boolean' },
});
const RESULT = path.join(ROOT, 'docs', 'results', 'detectors.json');
const [WIDTH, HEIGHT, FITTED, SEED] = [640, 480, 400, 42];
/** A detector's box as it is. */
const AS_IT_IS = { side: 1, right: 0, down: 0 };

/** @typedef {typeof import('../dist/lib/index.js')} Library */
/** @typedef {import('../dist/lib/index.js').Box} Box */
/** @typedef {import('../dist/lib/index.js').RawImage} RawImage */

/**
 * The grey of a face at a place from 0 to 1 across and down, between pixels by a line along each axis.
 * @param {import('../dist/lib/index.js').Dataset} dataset @param {number} index @param {number} across @param {number} down
 */
function greyAt({ pixels, shape: [height, width] }, index, across, down) {
	const clamp = (/** @type {number} */ value, /** @type {number} */ size) => Math.min(Math.max(value, 0), size - 1);
	const [x, y] = [clamp(across * width - 0.5, width), clamp(down * height - 0.5, height)];
	const [left, above] = [Math.floor(x), Math.floor(y)];
	const at = (/** @type {number} */ column, /** @type {number} */ row) =>
		pixels[index * width * height + clamp(row, height) * width + clamp(column, width)];
	const line = (/** @type {number} */ row) => (left + 1 - x) * at(left, row) + (x - left) * at(left + 1, row);
	return (above + 1 - y) * line(above) + (y - above) * line(above + 1);
}

/**
 * Pastes a face at a random place and size (a fifth to half of the scene's height) on a ground of soft light and dark.
 * @param {Library} fer @param {import('../dist/lib/index.js').Dataset} dataset @param {number} index
 * @returns {{photo: RawImage, square: Box}}
 */
function makeScene(fer, dataset, index) {
	const random = fer.createRandom(SEED, index);
	const side = Math.round(HEIGHT * (0.2 + 0.3 * random.uniform()));
	const left = Math.floor(random.uniform() * (WIDTH - side));
	const top = Math.floor(random.uniform() * (HEIGHT - side));
	const [across, down, phase] = [60 + 80 * random.uniform(), 60 + 80 * random.uniform(), 7 * random.uniform()];
	const pixels = new Uint8Array(WIDTH * HEIGHT);
	for (let y = 0; y < HEIGHT; y++) {
		for (let x = 0; x < WIDTH; x++) {
			pixels[y * WIDTH + x] = 110 + 40 * Math.sin(x / across + phase) * Math.cos(y / down) + random.integer(9);
		}
	}
	for (let y = 0; y < side; y++) {
		for (let x = 0; x < side; x++) {
			pixels[(top + y) * WIDTH + left + x] = greyAt(dataset, index, (x + 0.5) / side, (y + 0.5) / side);
		}
	}
	return {
		photo: { pixels, width: WIDTH, height: HEIGHT, channels: 1 },
		square: { left, top, width: side, height: side },
	};
}

/**
 * Where FER2013's square lies about the boxes of a detector, from the faces that it finds.
 * @param {readonly {square: Box, found: Box}[]} pairs
 */
function fitFraming(pairs) {
	const of = (/** @type {(square: Box, found: Box) => number} */ part) =>
		Number(median(pairs.map(({ square, found }) => part(square, found) / found.width)).toFixed(3));
	const middle = (/** @type {Box} */ { left, width }) => left + width / 2;
	const center = (/** @type {Box} */ { top, height }) => top + height / 2;
	return {
		side: of((square) => square.width),
		right: of((square, found) => middle(square) - middle(found)),
		down: of((square, found) => center(square) - center(found)),
	};
}

/** Whether a box is that of the pasted face: its middle lies in the square, and its side is more than half and less than twice the square's. */
function isThere(/** @type {Box} */ box, /** @type {Box} */ square) {
	const [x, y] = [box.left + box.width / 2 - square.left, box.top + box.height / 2 - square.top];
	const inside = x > 0 && y > 0 && x < square.width && y < square.height;
	return inside && Math.abs(Math.log2(box.width / square.width)) < 1;
}

/**
 * The detector of @vladmandic/human (BlazeFace), which is too large to be a dependency: it is installed into runs/.
 * @param {import('../dist/lib/index.js').Framing} framing
 * @returns {Promise<import('../dist/lib/index.js').FaceDetector>}
 */
async function openHuman(framing) {
	const home = await humanFolder();
	const { tf, frame } = await import('../dist/lib/index.js');
	const { default: Human } = createRequire(import.meta.url)(path.join(home, 'dist', 'human.node-gpu.js'));
	const off = { enabled: false };
	const human = new Human({
		...{ backend: 'tensorflow', modelBasePath: `file://${home}/models/`, debug: false, filter: off },
		...{ body: off, hand: off, object: off, gesture: off, segmentation: off },
		face: {
			detector: { rotation: false, maxDetected: 10, minConfidence: 0.4 },
			...{ mesh: off, iris: off, description: off, emotion: off, attention: off },
		},
	});
	await human.load();
	return {
		async detect({ pixels, width, height }) {
			const image = tf.tidy(() =>
				tf.tile(tf.tensor3d(Int32Array.from(pixels), [height, width, 1], 'int32'), [1, 1, 3]),
			);
			const { face } = await human.detect(image);
			image.dispose();
			return face.map((/** @type {{box: number[], score: number}} */ { box: [x, y, side, tall], score }) => ({
				box: frame({ x, y, width: side, height: tall }, framing),
				detection: score,
			}));
		},
	};
}

/** @typedef {import('../dist/lib/index.js').Framing} Framing */

/**
 * What is compared; one without `open` for a framing has those of its parts, as the library ships them.
 * @type {Record<string, {open?: (framing: Framing) => Promise<import('../dist/lib/index.js').FaceDetector>}>}
 */
const CANDIDATES = {
	'face-api, SSD': { open: async (framing) => (await import('../dist/lib/index.js')).openDetector('ssd', framing) },
	'face-api, tiny': { open: async (framing) => (await import('../dist/lib/index.js')).openDetector('tiny', framing) },
	'face-api, SSD, then tiny where it finds none': {},
	'human, BlazeFace': { open: openHuman },
};

/**
 * Finds the pasted faces of a data set.
 * @param {Library} fer @param {import('../dist/lib/index.js').Dataset} dataset @param {readonly number[]} indices
 * @param {import('../dist/lib/index.js').FaceDetector} detector @param {import('../dist/lib/index.js').OnProgress} onProgress
 */
async function findFaces(fer, dataset, indices, detector, onProgress) {
	const found = [];
	let others = 0;
	const meter = new fer.ProgressMeter('Scenes', indices.length, onProgress);
	for (const index of indices) {
		const { photo, square } = makeScene(fer, dataset, index);
		const faces = await detector.detect(photo);
		const hits = faces.filter(({ box }) => isThere(box, square));
		others += faces.length - hits.length;
		if (hits.length > 0) found.push({ index, photo, square, found: hits[0].box });
		meter.add(1);
		// Lets the terminal draw progress.
		await new Promise((resolve) => setImmediate(resolve));
	}
	return { found, others };
}

/**
 * Measures one detector.
 * @param {Library} fer @param {string} name @param {import('../dist/lib/index.js').Dataset} dataset
 * @param {{fitted: number[], judged: number[]}} parts @param {import('../dist/lib/index.js').Recognizer} recognizer
 */
async function measure(fer, name, dataset, { fitted, judged }, recognizer) {
	const { open } = CANDIDATES[name];
	const framing =
		open &&
		(await withProgress(fer, `${name}, framing`, async (onProgress) =>
			fitFraming((await findFaces(fer, dataset, fitted, await open(AS_IT_IS), onProgress)).found),
		));
	return withProgress(fer, name, async (onProgress) => {
		const detector = open && framing ? await open(framing) : await fer.openPhotoDetector();
		const { found, others } = await findFaces(fer, dataset, judged, detector, onProgress);
		let [inScene, alone] = [0, 0];
		for (const { index, photo, found: box } of found) {
			const right = dataset.emotions[dataset.labels[index]];
			const read = async (/** @type {RawImage} */ face) =>
				(await recognizer.recognize(face, { detect: false }))[0].emotion;
			const face = fer.faceAt(dataset, index);
			inScene += Number((await read({ ...face, pixels: fer.cropFace(photo, box) })) === right);
			alone += Number((await read(face)) === right);
		}
		const rate = (/** @type {number} */ count, of = found.length) => Number((count / of).toFixed(4));
		return {
			detector: name,
			framing,
			found: rate(found.length, judged.length),
			otherBoxes: rate(others, judged.length),
			accuracyAfterDetection: rate(inScene),
			accuracyOfTheSameFacesAlone: rate(alone),
		};
	});
}

/** @typedef {Awaited<ReturnType<typeof measure>>} Measured */

/** @param {{model: string, data: string, n: number, fitted: number, detectors: readonly Measured[]}} results */
function pageTable({ model, data, n, fitted, detectors }) {
	const percent = (/** @type {number} */ value) => `${(100 * value).toFixed(1)} %`;
	const lines = detectors.map((each) => [
		each.detector,
		percent(each.found),
		each.otherBoxes.toFixed(2),
		percent(each.accuracyAfterDetection),
		percent(each.accuracyOfTheSameFacesAlone),
		each.framing ? `${each.framing.side}, ${each.framing.right}, ${each.framing.down}` : '',
	]);
	const names = ['detector', 'found', 'other boxes a scene', 'accuracy after detection', 'the same faces as they are'];
	const about = `${data}, ${count(n)} validation faces, framing fitted on ${fitted} training faces; models/${model}.`;
	return `${about}\n\n${table([...names, 'framing: side, right, down'], lines, 1)}`;
}

await runCommandLine(async () => {
	const { values } = parseOptions({ options: OPTIONS });
	if (values.help) return console.log(HELP);
	await setUp();
	const fer = await import('../dist/lib/index.js');
	const rows = await withProblems(fer, async () => {
		const folder = path.resolve(personFolder(), values.model ?? path.join(ROOT, 'models', 'official'));
		const { config } = (await fer.readStoredModel(folder)).metrics;
		const recognizer = await fer.openRecognizer(folder);
		const dataset = await openData(fer, config);
		const split = fer.splitDataset(dataset, config);
		// In the order of the file: nothing there is sorted by class.
		const parts = {
			fitted: [...split.train.slice(0, FITTED)],
			judged: [...split.validation.slice(0, Number(values.faces))],
		};
		const measured = [];
		for (const name of Object.keys(CANDIDATES)) measured.push(await measure(fer, name, dataset, parts, recognizer));
		const about = {
			model: path.basename(folder),
			data: dataset.name,
			drawn: dataset.drawn,
			fitted: FITTED,
			seed: SEED,
		};
		return { ...about, n: parts.judged.length, scene: `${WIDTH} x ${HEIGHT}`, detectors: measured };
	});
	console.table(rows.detectors.map(({ framing, ...row }) => ({ ...row, ...framing })));
	writeJson(RESULT, rows);
	fillPage('docs/photos.md', 'detectors', { table: pageTable(rows) });
});
