import { EMOTIONS } from '../../emotions';
import { invalidArgument } from '../../errors';
import { createRandom, type Random } from '../../random';
import { type Dataset, makeDataset, USAGES, type Usage } from '../dataset';
import { rasterizeSvg } from '../image';
import { FER2013_SHAPE, progressOf, type ReaderOptions } from '../readers/readerOptions';
import { drawActions } from './actions';
import { drawPerson, drawScene } from './person';
import { drawPortrait } from './portrait';

/** Height and width of a face, in pixels. */
const [SIDE] = FER2013_SHAPE;

/** Drawn at a time: enough to keep the threads of sharp busy. */
const BATCH = 16;

/** What `sampleFaces` takes. */
export interface SampleFacesOptions extends ReaderOptions {
	/** How many faces, all classes together; at least 70, so that each class has one in each part. */
	readonly size: number;
	/** An integer; the same seed gives the same faces, and fewer of them are the first of more. */
	readonly seed: number;
}

/**
 * Draws faces that stand in where no data set is at hand: people of our own invention, of all seven classes alike (class
 * `i % 7` for face i), showing expressions coded in FACS (Ekman and Friesen 1978), faint to strong and partly mixed,
 * in varying pose, light, sharpness and noise, some partly covered. Of each class 8 in 10 are Training, 1 in 10
 * PublicTest, 1 in 10 PrivateTest. Results on them say nothing of results on photographs.
 * @returns A Dataset of shape `[48, 48, 1]`, marked as drawn.
 * @throws {RangeError} If `size` or `seed` is out of range.
 */
export async function sampleFaces({ size, seed, onProgress }: SampleFacesOptions): Promise<Dataset> {
	const least = 10 * EMOTIONS.length;
	if (!Number.isInteger(size) || size < least) throw invalidArgument('size', `integer of at least ${least}`, size);
	if (!Number.isInteger(seed)) throw invalidArgument('seed', 'integer', seed);
	const report = progressOf({ onProgress }, 'Drawing sample faces');
	const pixels = new Uint8Array(size * SIDE * SIDE);
	for (let start = 0; start < size; start += BATCH) {
		const end = Math.min(start + BATCH, size);
		const indices = Array.from({ length: end - start }, (_, place) => start + place);
		const faces = await Promise.all(indices.map((index) => sampleFace(seed, index)));
		faces.forEach((face, place) => {
			pixels.set(face, (start + place) * SIDE * SIDE);
		});
		report(end / size);
	}
	const labels = Uint8Array.from({ length: size }, (_, index) => index % EMOTIONS.length);
	const usage = Uint8Array.from({ length: size }, (_, index) => usageOf(Math.floor(index / EMOTIONS.length)));
	return makeDataset({ name: 'sample faces', drawn: true, shape: FER2013_SHAPE, pixels, labels, usage });
}

/** The part that the given face of a class is for: of every ten the last two go to the tests. */
function usageOf(turn: number): number {
	const usage: Usage = turn % 10 === 9 ? 'PrivateTest' : turn % 10 === 8 ? 'PublicTest' : 'Training';
	return USAGES.indexOf(usage);
}

/**
 * The drawing of face `index` before it is photographed, for whoever wants it larger; `sampleFaces` has the same people.
 * @returns An SVG document, a square in greys.
 */
export function samplePortrait(seed: number, index: number): string {
	return draw(createRandom(seed, index), index);
}

function draw(random: Random, index: number): string {
	const person = drawPerson(random);
	const actions = drawActions(EMOTIONS[index % EMOTIONS.length], random);
	return drawPortrait(person, actions, drawScene(random));
}

/** Makes face `index`: a stream of random numbers of its own, so that no face depends on when another is done. */
async function sampleFace(seed: number, index: number): Promise<Uint8Array> {
	const random = createRandom(seed, index);
	const drawing = await rasterizeSvg(draw(random, index), { height: SIDE, width: SIDE });
	return photograph(drawing, random);
}

/** Takes a clean drawing through a poor camera: a little out of focus, exposed more or less well, with noise. */
function photograph(drawing: Uint8Array, random: Random): Uint8Array {
	const blur = 0.22 * random.uniform();
	const contrast = 0.8 + 0.4 * random.uniform();
	const bias = 14 * random.normal();
	const noise = 8 * random.uniform() ** 2;
	const soft = blurLines(blurLines(drawing, blur, 1), blur, SIDE);
	// Exposure makes up for half of what a dark or light picture is off the middle grey.
	const mean = soft.reduce((sum, value) => sum + value, 0) / soft.length;
	const level = (mean + 128) / 2 + bias;
	// This array rounds and clamps what is written to it.
	const picture = Uint8ClampedArray.from(soft, (value) => level + contrast * (value - mean) + noise * random.normal());
	return new Uint8Array(picture.buffer);
}

/** Mixes each pixel with `share` of either neighbour, `step` away in the array (1 along a row, SIDE along a column). */
function blurLines(pixels: ArrayLike<number>, share: number, step: number): Float32Array {
	return Float32Array.from(pixels, (value, index) => {
		const place = Math.floor(index / step) % SIDE;
		const before = place === 0 ? value : pixels[index - step];
		const after = place === SIDE - 1 ? value : pixels[index + step];
		return value * (1 - 2 * share) + (before + after) * share;
	});
}
