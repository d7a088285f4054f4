import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { fillPage, tableOf, writeJson } from '../../cli/markdown';
import { openData } from '../../cli/openData';
import { withProgress } from '../../cli/progressLine';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { type Dataset, faceAt } from '../../lib/data/dataset';
import type { Box, RawImage } from '../../lib/data/rawImage';
import { splitDataset } from '../../lib/data/split';
import { invalidArgument } from '../../lib/errors';
import { quantile } from '../../lib/evaluation/statistics';
import { readMetrics } from '../../lib/evaluation/storedMetrics';
import { formatCount, formatPercent } from '../../lib/format';
import { type FaceDetector, openDetector, openPhotoDetector } from '../../lib/photos/detector';
import { cropFace } from '../../lib/photos/faceCrop';
import type { Framing } from '../../lib/photos/framing';
import { openRecognizer, type Recognizer } from '../../lib/photos/recognizer';
import { type OnProgress, ProgressMeter } from '../../lib/progress';
import { openHuman } from '../compare/peers';
import { openMediaPipe } from './mediaPipe';
import { HEIGHT, makeScene, type Scene, SEED, WIDTH } from './scenes';

const RESULT = join(PROJECT_FOLDER, 'docs', 'results', 'detectors.json');
/** Training faces to which a framing is fitted. */
const FITTED = 400;
/** A detector's box without a framing. */
const AS_IT_IS: Framing = { side: 1, right: 0, down: 0 };

/** A detector that is compared, and what else must be closed with it. */
type Candidate = FaceDetector & { close?(): Promise<void> };

/** Opens the detectors that are compared with a framing; without, the library's own combination with its own framings. */
const CANDIDATES: Readonly<Record<string, ((framing: Framing) => Promise<Candidate>) | undefined>> = {
	'face-api, SSD': (framing) => openDetector('ssd', framing),
	'face-api, tiny': (framing) => openDetector('tiny', framing),
	'face-api, SSD, then tiny where it finds none': undefined,
	'human, BlazeFace': (framing) => openHuman(framing),
	'human, BlazeFace and face mesh': (framing) => openHuman(framing, { mesh: true }),
	'MediaPipe, short range': (framing) => openMediaPipe(framing, 'short'),
	'MediaPipe, full range': (framing) => openMediaPipe(framing, 'full'),
};

/** Faces by index in a data set. */
type Faces = Readonly<{ dataset: Dataset; indices: Uint32Array }>;

/** A pasted face that was found, and the detector's box. */
type FoundFace = Scene & Readonly<{ index: number; found: Box }>;

/**
 * Measures detectors and writes docs/results/detectors.json and docs/photos.md.
 * @param only Words in the names of the detectors to measure; of the others, rows measured in the same way are kept.
 */
export async function compareDetectors(
	modelFolder: string,
	count: number,
	only: readonly string[] = [],
): Promise<void> {
	const names = Object.keys(CANDIDATES);
	const isChosen = (name: string) => only.length === 0 || only.some((word) => name.toLowerCase().includes(word));
	if (!names.some(isChosen)) throw invalidArgument('--only', `words in ${names.join('; ')}`, only.join(' '));
	const { config } = await readMetrics(modelFolder);
	const recognizer = await openRecognizer(modelFolder);
	const dataset = await openData(config);
	const { train, validation } = splitDataset(dataset, config);
	// In the order of the file, which is not sorted by class.
	const fitted = { dataset, indices: train.slice(0, FITTED) };
	const judged = { dataset, indices: validation.slice(0, count) };
	const about = { model: basename(modelFolder), data: dataset.name, drawn: dataset.drawn, fitted: FITTED, seed: SEED };
	const how = { ...about, n: judged.indices.length, scene: `${WIDTH} x ${HEIGHT}` };
	const earlier = earlierRows(how);
	const detectors: Row[] = [];
	for (const name of names) {
		const known = earlier.find(({ detector }) => detector === name);
		if (isChosen(name)) detectors.push(await measure(name, fitted, judged, recognizer));
		else if (known) detectors.push(known);
	}
	recognizer.dispose();
	const results = { ...how, detectors };
	console.table(detectors.map(({ framing, ...row }) => ({ ...row, ...framing })));
	await writeJson(RESULT, results);
	await fillPage('docs/photos.md', 'detectors', { table: pageTable(results) });
}

type Row = Awaited<ReturnType<typeof measure>>;

/** The rows of docs/results/detectors.json, if they were measured in the same way. */
function earlierRows(how: object): readonly Row[] {
	if (!existsSync(RESULT)) return [];
	const { detectors, ...before } = JSON.parse(readFileSync(RESULT, 'utf8'));
	return isDeepStrictEqual(before, how) ? detectors : [];
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

/** Finds pasted faces, and closes the detector; `others` counts the boxes without a face. */
async function findFaces({ dataset, indices }: Faces, detector: Candidate, onProgress: OnProgress) {
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
	await detector.close?.();
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
	readonly detectors: readonly Row[];
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
