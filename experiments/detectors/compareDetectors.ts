import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fillPage, tableOf, writeJson } from '../../cli/markdown';
import { openData } from '../../cli/openData';
import { withProgress } from '../../cli/progressLine';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { type Dataset, faceAt } from '../../lib/data/dataset';
import type { Box, RawImage } from '../../lib/data/rawImage';
import { splitDataset } from '../../lib/data/split';
import { quantile } from '../../lib/evaluation/statistics';
import { readMetrics } from '../../lib/evaluation/storedMetrics';
import { formatCount, formatPercent } from '../../lib/format';
import { type FaceDetector, openDetector, openPhotoDetector } from '../../lib/photos/detector';
import type { Framing } from '../../lib/photos/faceApi';
import { cropFace } from '../../lib/photos/faceCrop';
import { openRecognizer, type Recognizer } from '../../lib/photos/recognizer';
import { type OnProgress, ProgressMeter } from '../../lib/progress';
import { createRandom } from '../../lib/random';
import { openHuman } from '../compare/peers';

/** Size of a scene in pixels. */
const [WIDTH, HEIGHT] = [640, 480];
const SEED = 42;
/** Training faces to which a framing is fitted. */
const FITTED = 400;
/** A detector's box without a framing. */
const AS_IT_IS: Framing = { side: 1, right: 0, down: 0 };

/** Opens the detectors that are compared with a framing; without, the library's own combination with its own framings. */
const CANDIDATES: Readonly<Record<string, ((framing: Framing) => Promise<FaceDetector>) | undefined>> = {
	'face-api, SSD': (framing) => openDetector('ssd', framing),
	'face-api, tiny': (framing) => openDetector('tiny', framing),
	'face-api, SSD, then tiny where it finds none': undefined,
	'human, BlazeFace': openHuman,
};

/** Faces by index in a data set. */
type Faces = Readonly<{ dataset: Dataset; indices: Uint32Array }>;

/** A picture with a face, which is in the square. */
type Scene = Readonly<{ photo: RawImage; square: Box }>;

/** A pasted face that was found, and the detector's box. */
type FoundFace = Scene & Readonly<{ index: number; found: Box }>;

/** Measures all detectors and writes docs/results/detectors.json and docs/photos.md. */
export async function compareDetectors(modelFolder: string, count: number): Promise<void> {
	const { config } = await readMetrics(modelFolder);
	const recognizer = await openRecognizer(modelFolder);
	const dataset = await openData(config);
	const { train, validation } = splitDataset(dataset, config);
	// In the order of the file, which is not sorted by class.
	const fitted = { dataset, indices: train.slice(0, FITTED) };
	const judged = { dataset, indices: validation.slice(0, count) };
	const detectors = [];
	for (const name of Object.keys(CANDIDATES)) detectors.push(await measure(name, fitted, judged, recognizer));
	recognizer.dispose();
	const about = { model: basename(modelFolder), data: dataset.name, drawn: dataset.drawn, fitted: FITTED, seed: SEED };
	const results = { ...about, n: judged.indices.length, scene: `${WIDTH} x ${HEIGHT}`, detectors };
	console.table(detectors.map(({ framing, ...row }) => ({ ...row, ...framing })));
	await writeJson(join(PROJECT_FOLDER, 'docs', 'results', 'detectors.json'), results);
	await fillPage('docs/photos.md', 'detectors', { table: pageTable(results) });
}

/** Measures one detector: fits its framing on some faces and judges it on others. */
async function measure(name: string, fitted: Faces, judged: Faces, recognizer: Recognizer) {
	const open = CANDIDATES[name];
	const framing =
		open &&
		(await withProgress(`${name}, framing`, async (onProgress) =>
			fitFraming((await findFaces(fitted, await open(AS_IT_IS), onProgress)).found),
		));
	return withProgress(name, async (onProgress) => {
		const detector = open && framing ? await open(framing) : await openPhotoDetector();
		const { found, others } = await findFaces(judged, detector, onProgress);
		const correct = await countCorrect(found, judged.dataset, recognizer);
		const rate = (count: number, of = found.length) => Number((count / of).toFixed(4));
		return {
			detector: name,
			framing,
			found: rate(found.length, judged.indices.length),
			otherBoxes: rate(others, judged.indices.length),
			accuracyAfterDetection: rate(correct.inScene),
			accuracyOfTheSameFacesAlone: rate(correct.alone),
		};
	});
}

/** Finds pasted faces; `others` counts the boxes without a face. */
async function findFaces({ dataset, indices }: Faces, detector: FaceDetector, onProgress: OnProgress) {
	const found: FoundFace[] = [];
	let others = 0;
	const meter = new ProgressMeter('Scenes', indices.length, onProgress);
	for (const index of indices) {
		const scene = makeScene(dataset, index);
		const faces = await detector.detect(scene.photo);
		const matches = faces.filter(({ box }) => isThere(box, scene.square));
		others += faces.length - matches.length;
		if (matches.length > 0) found.push({ index, ...scene, found: matches[0].box });
		meter.add(1);
		// Lets the terminal draw progress.
		await setImmediate();
	}
	return { found, others };
}

/** Whether a box is that of the pasted face: its center is inside the square, its side between half and twice the square's. */
function isThere(box: Box, square: Box): boolean {
	const [x, y] = [box.left + box.width / 2 - square.left, box.top + box.height / 2 - square.top];
	const inside = x > 0 && y > 0 && x < square.width && y < square.height;
	return inside && Math.abs(Math.log2(box.width / square.width)) < 1;
}

/** Fits the position of FER2013's square relative to a detector's boxes: medians over the faces that it found. */
function fitFraming(faces: readonly FoundFace[]): Framing {
	const median = (part: (square: Box, found: Box) => number) => {
		const values = Float64Array.from(faces, ({ square, found }) => part(square, found) / found.width);
		return Number(quantile(values.sort(), 0.5).toFixed(3));
	};
	return {
		side: median((square) => square.width),
		right: median((square, found) => square.left + square.width / 2 - (found.left + found.width / 2)),
		down: median((square, found) => square.top + square.height / 2 - (found.top + found.height / 2)),
	};
}

/** Counts the faces that the model reads correctly, cut out by the detector and as they are in the data set. */
async function countCorrect(faces: readonly FoundFace[], dataset: Dataset, recognizer: Recognizer) {
	const correct = { inScene: 0, alone: 0 };
	for (const { index, photo, found } of faces) {
		const label = dataset.emotions[dataset.labels[index]];
		const isRead = async (image: RawImage) =>
			(await recognizer.recognize(image, { detect: false }))[0].emotion === label;
		const face = faceAt(dataset, index);
		correct.inScene += Number(await isRead({ ...face, pixels: cropFace(photo, found) }));
		correct.alone += Number(await isRead(face));
	}
	return correct;
}

interface Results extends Readonly<Record<'model' | 'data', string>>, Readonly<Record<'n' | 'fitted', number>> {
	readonly detectors: readonly Awaited<ReturnType<typeof measure>>[];
}

function pageTable({ model, data, n, fitted, detectors }: Results): string {
	const rows = tableOf(detectors, 1, {
		detector: ({ detector }) => detector,
		found: ({ found }) => formatPercent(found, 1),
		'false boxes per scene': ({ otherBoxes }) => otherBoxes.toFixed(2),
		'accuracy after detection': ({ accuracyAfterDetection }) => formatPercent(accuracyAfterDetection, 1),
		'the same faces as they are': ({ accuracyOfTheSameFacesAlone }) => formatPercent(accuracyOfTheSameFacesAlone, 1),
		'framing: side, right, down': ({ framing }) =>
			framing ? [framing.side, framing.right, framing.down].join(', ') : '',
	});
	return `${data}, ${formatCount(n)} validation faces, framing fitted on ${fitted} training faces; models/${model}.\n\n${rows}`;
}

/** Pastes a face at a random place and size (a fifth to half of the scene's height) on a softly shaded background. */
function makeScene(dataset: Dataset, index: number): Scene {
	const random = createRandom(SEED, index);
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
	const face = faceAt(dataset, index);
	for (let y = 0; y < side; y++) {
		for (let x = 0; x < side; x++) {
			pixels[(top + y) * WIDTH + left + x] = greyAt(face, (x + 0.5) / side, (y + 0.5) / side);
		}
	}
	const photo: RawImage = { pixels, width: WIDTH, height: HEIGHT, channels: 1 };
	return { photo, square: { left, top, width: side, height: side } };
}

/** The grey value of a face at a place from 0 to 1 across and down, with bilinear interpolation. */
function greyAt({ pixels, width, height }: RawImage, across: number, down: number): number {
	const clamp = (value: number, size: number) => Math.min(Math.max(value, 0), size - 1);
	const [x, y] = [clamp(across * width - 0.5, width), clamp(down * height - 0.5, height)];
	const [left, above] = [Math.floor(x), Math.floor(y)];
	const at = (column: number, row: number) => pixels[clamp(row, height) * width + clamp(column, width)];
	const line = (row: number) => (left + 1 - x) * at(left, row) + (x - left) * at(left + 1, row);
	return (above + 1 - y) * line(above) + (y - above) * line(above + 1);
}
