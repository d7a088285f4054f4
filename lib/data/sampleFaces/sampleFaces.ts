import { EMOTIONS } from '../../emotions';
import { invalidArgument } from '../../errors';
import { createRandom, type Random } from '../../random';
import { type Dataset, makeDataset } from '../dataset';
import { rasterizeSvg } from '../image';
import { FER2013_SHAPE, progressOf, type ReaderOptions } from '../readers/readerOptions';
import { drawActions } from './actions';
import { drawPerson, drawScene } from './person';
import { drawPortrait } from './portrait';

const [SIDE] = FER2013_SHAPE;
/** Faces drawn at a time: enough to keep the threads of sharp busy. */
const BATCH = 16;

/** Options of `sampleFaces`. */
interface SampleFacesOptions extends ReaderOptions {
	/** Number of faces, at least 70, so that each class has an image in each part. */
	readonly size: number;
	/** Integer; the same seed draws the same faces, and fewer faces are the first of more. */
	readonly seed: number;
}

/**
 * Draws faces that replace FER2013 where it is not available: invented people with expressions coded in
 * FACS (Ekman and Friesen 1978), faint to strong and partly mixed, in varying pose, light, sharpness and noise, some
 * partly covered. Classes are balanced (face i shows emotion `i % 7`); of each class 80 % are Training, 10 % PublicTest
 * and 10 % PrivateTest. Results on drawn faces do not carry over to photographs.
 * @returns A Dataset of shape `[48, 48, 1]` with `drawn` set.
 * @throws {RangeError} If `size` or `seed` is out of range.
 * @example
 * ```ts
 * const faces = await fer.sampleFaces({ size: 70, seed: 42 });
 * faces.emotions[faces.labels[3]]; // 'happy'
 * ```
 */
export async function sampleFaces({ size, seed, onProgress }: SampleFacesOptions): Promise<Dataset<Uint8Array>> {
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
	// Of every ten faces of a class, the last two are for validation and testing.
	const usage = labels.map((_, index) => Math.max(0, (Math.floor(index / EMOTIONS.length) % 10) - 7));
	return makeDataset({ name: 'sample faces', drawn: true, shape: FER2013_SHAPE, pixels, labels, usage });
}

/** Returns face `index` of `sampleFaces` as an SVG document, before it becomes a photograph; each has its own stream. */
export function samplePortrait(seed: number, index: number, random = createRandom(seed, index)): string {
	const person = drawPerson(random);
	const actions = drawActions(EMOTIONS[index % EMOTIONS.length], random);
	return drawPortrait(person, actions, drawScene(random));
}

async function sampleFace(seed: number, index: number): Promise<Uint8Array> {
	const random = createRandom(seed, index);
	const drawing = await rasterizeSvg(samplePortrait(seed, index, random), { height: SIDE, width: SIDE });
	return photograph(drawing, random);
}

/** Simulates a poor camera: out of focus, with imperfect exposure and noise. */
function photograph(drawing: Uint8Array, random: Random): Uint8Array {
	const blur = 0.22 * random.uniform();
	const contrast = 0.8 + 0.4 * random.uniform();
	const bias = 14 * random.normal();
	const noise = 8 * random.uniform() ** 2;
	const soft = blurLines(blurLines(drawing, blur, 1), blur, SIDE);
	// Exposure compensates for half of the difference from middle grey.
	const mean = soft.reduce((sum, value) => sum + value, 0) / soft.length;
	const level = (mean + 128) / 2 + bias;
	// This array rounds and clamps its values.
	const picture = Uint8ClampedArray.from(soft, (value) => level + contrast * (value - mean) + noise * random.normal());
	return new Uint8Array(picture.buffer);
}

/** Blends each pixel with `share` of both neighbours, `step` away in the array (1 along a row, SIDE along a column). */
function blurLines(pixels: ArrayLike<number>, share: number, step: number): Float32Array {
	return Float32Array.from(pixels, (value, index) => {
		const place = Math.floor(index / step) % SIDE;
		const before = place === 0 ? value : pixels[index - step];
		const after = place === SIDE - 1 ? value : pixels[index + step];
		return value * (1 - 2 * share) + (before + after) * share;
	});
}
