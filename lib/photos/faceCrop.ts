import type { Box, RawImage } from '../data/rawImage';
import { invalidArgument } from '../errors';

/** Side of FER2013's faces in pixels. */
export const FACE_SIDE = 48;

/** Height, width and channels (1 grey, 3 RGB) of the faces that a model takes. */
export type FaceShape = readonly [height: number, width: number, channels: number];

const FER2013: FaceShape = [FACE_SIDE, FACE_SIDE, 1];

/**
 * Crops a face to the format of a model: grey (Rec. 601) or RGB, in its size.
 *
 * Reduces with a triangle filter, so that fine detail does not alias, and enlarges bilinearly; edge pixels repeat beyond
 * the image. Plain arithmetic, with the same result on every machine.
 * @param box What to crop. Default: the whole image. A box of another aspect than the face is stretched.
 * @param shape Height, width, and 1 or 3 channels of the face. Default: FER2013's, grey and 48 x 48 pixels.
 * @returns `[height, width, channels]`, 0 to 255.
 * @throws {RangeError} If the number of pixels does not match the image's size, `checkBox` refuses the box, or the shape
 *   is none of a face.
 * @example
 * ```ts
 * const image = { pixels: new Uint8Array(100 * 80 * 3), width: 100, height: 80, channels: 3 } as const;
 * const box = { left: 20, top: 10, width: 60, height: 60 };
 * const face = fer.cropFace(image, box); // 2,304 grey levels
 * const colours = fer.cropFace(image, box, [64, 64, 3]); // 12,288 values
 * ```
 */
export function cropFace(image: RawImage, box: Box = { left: 0, top: 0, ...image }, shape = FER2013): Uint8Array {
	const { pixels, width, height, channels } = image;
	if (pixels.length !== width * height * channels || pixels.length === 0) {
		throw invalidArgument('pixels', `${width * height * channels} values, more than 0,`, `${pixels.length} values`);
	}
	checkBox(box, image);
	if (!isFaceShape(shape)) throw invalidArgument('shape', 'height, width, and 1 or 3 channels', shape);
	return sampleFace(image, box, shape);
}

/** Whether a shape is one of faces: two sides above 0, and 1 or 3 channels. */
export function isFaceShape(shape: readonly unknown[]): shape is FaceShape {
	const [height, width, channels, ...others] = shape;
	const areSides = [height, width].every((side) => Number.isInteger(side) && (side as number) > 0);
	return areSides && (channels === 1 || channels === 3) && others.length === 0;
}

/** As `cropFace`, but checks nothing: `image` may be the part around a box that was checked before. */
export function sampleFace(image: RawImage, box: Box, [height, width, channels]: FaceShape): Uint8Array {
	const columns = samples({ start: box.left, length: box.width, limit: image.width, count: width });
	const rows = samples({ start: box.top, length: box.height, limit: image.height, count: height });
	// Several rows of the face use the same row of the image: each is reduced once.
	const used = [...new Set(rows.flat().map(([y]) => y))];
	const face = new Uint8Array(height * width * channels);
	for (let channel = 0; channel < channels; channel++) {
		const level = (x: number, y: number) => (channels === 1 ? grey(image, x, y) : colour(image, x, y, channel));
		const reduce = (y: number) =>
			columns.map((taps) => taps.reduce((sum, [x, weight]) => sum + weight * level(x, y), 0));
		const lines = new Map(used.map((y) => [y, Float32Array.from(reduce(y))]));
		for (let i = 0; i < height * width; i++) {
			const [taps, column] = [rows[Math.floor(i / width)], i % width];
			const value = taps.reduce((sum, [y, weight]) => sum + weight * (lines.get(y) as Float32Array)[column], 0);
			face[i * channels + channel] = Math.round(value);
		}
	}
	return face;
}

/**
 * Enlarges a square box about its centre to the aspect of a model's faces, so that nothing is stretched or lost. The same
 * box for square faces.
 */
export function fitAspect(box: Box, [height, width]: FaceShape): Box {
	if (height === width) return box;
	const [across, down] = [box.width * Math.max(1, width / height), box.height * Math.max(1, height / width)];
	return {
		left: box.left - (across - box.width) / 2,
		top: box.top - (down - box.height) / 2,
		width: across,
		height: down,
	};
}

/** Largest side of a box in sides of the image; beyond, the image would be less than five pixels of the face. */
const MOST_SIDES = 10;

/**
 * Checks that a box can be a face: numbers in pixels, with an area, not relative to the image's size, on the image at
 * least in part, and with sides of at most ten times the image's longer side.
 * @throws {RangeError} Otherwise.
 */
export function checkBox(box: Box, image: Pick<RawImage, 'width' | 'height'>): void {
	const { left, top, width, height } = box ?? {};
	const refuse = (expected: string, remedy?: string) => invalidArgument('box', expected, box, remedy);
	const numbers = [left, top, width, height];
	if (!numbers.every(Number.isFinite)) throw refuse('{ left, top, width, height } in pixels');
	if (width <= 0 || height <= 0) throw refuse('a width and height above 0');
	if (numbers.every((value) => value >= 0 && value <= 1) && Math.max(image.width, image.height) > 1) {
		throw refuse('pixels', "Multiply left and width by the image's width, and top and height by its height.");
	}
	if (left >= image.width || top >= image.height || left + width <= 0 || top + height <= 0) {
		throw refuse(`a box on the image of ${image.width} x ${image.height} pixels`);
	}
	const most = MOST_SIDES * Math.max(image.width, image.height);
	if (width > most || height > most) throw refuse(`sides of at most ${most} pixels`);
}

/** An axis of a crop: where it starts in the image, its length, the image's size, and the pixels of the face along it. */
export type Axis = Readonly<Record<'start' | 'length' | 'limit' | 'count', number>>;

/** Lists, for each pixel of the face along an axis, the image's pixels it is computed from and their weights. */
function samples({ start, length, limit, count }: Axis): [place: number, weight: number][][] {
	const step = length / count;
	const reach = Math.max(1, step);
	return Array.from({ length: count }, (_, i) => {
		const center = start + (i + 0.5) * step - 0.5;
		const taps: [number, number][] = [];
		for (let place = Math.ceil(center - reach); place <= center + reach; place++) {
			const weight = 1 - Math.abs(place - center) / reach;
			if (weight > 0) taps.push([Math.min(Math.max(place, 0), limit - 1), weight]);
		}
		const total = taps.reduce((sum, [, weight]) => sum + weight, 0);
		return taps.map(([place, weight]) => [place, weight / total]);
	});
}

/** The grey level of a pixel; a transparent one is laid on white. */
function grey({ pixels, width, channels }: RawImage, x: number, y: number): number {
	const at = (y * width + x) * channels;
	if (channels === 1) return pixels[at];
	const luma = 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
	if (channels === 3) return luma;
	const opacity = pixels[at + 3] / 255;
	return opacity * luma + (1 - opacity) * 255;
}

/** The red, green or blue of a pixel; a transparent one is laid on white. */
function colour({ pixels, width, channels }: RawImage, x: number, y: number, channel: number): number {
	const at = (y * width + x) * channels;
	if (channels === 1) return pixels[at];
	if (channels === 3) return pixels[at + channel];
	const opacity = pixels[at + 3] / 255;
	return opacity * pixels[at + channel] + (1 - opacity) * 255;
}
