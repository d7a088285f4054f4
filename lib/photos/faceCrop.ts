import type { Box, RawImage } from '../data/rawImage';
import { invalidArgument } from '../errors';

/** Side of FER2013's faces in pixels. */
export const FACE_SIDE = 48;

/**
 * Crops a face to FER2013's format: grey (Rec. 601), 48 x 48 pixels.
 *
 * Reduces with a triangle filter, so that fine detail does not alias, and enlarges bilinearly; edge pixels repeat beyond
 * the image. Plain arithmetic, with the same result on every machine.
 * @param box What to crop. Default: the whole image. A box that is not square is stretched.
 * @returns `[48, 48]`, 0 to 255.
 * @throws {RangeError} If the number of pixels does not match the image's size, or `checkBox` refuses the box.
 * @example
 * ```ts
 * const image = { pixels: new Uint8Array(100 * 80 * 3), width: 100, height: 80, channels: 3 } as const;
 * const face = fer.cropFace(image, { left: 20, top: 10, width: 60, height: 60 }); // 2,304 grey levels
 * ```
 */
export function cropFace(image: RawImage, box: Box = { left: 0, top: 0, ...image }): Uint8Array {
	const { pixels, width, height, channels } = image;
	if (pixels.length !== width * height * channels || pixels.length === 0) {
		throw invalidArgument('pixels', `${width * height * channels} values, more than 0,`, `${pixels.length} values`);
	}
	checkBox(box, image);
	return sampleFace(image, box);
}

/** As `cropFace`, but checks nothing: `image` may be the part around a box that was checked before. */
export function sampleFace(image: RawImage, box: Box): Uint8Array {
	const { width, height } = image;
	const columns = samples(box.left, box.width, width);
	const rows = samples(box.top, box.height, height);
	const reduce = (y: number) =>
		columns.map((taps) => taps.reduce((sum, [x, weight]) => sum + weight * grey(image, x, y), 0));
	// Several rows of the face use the same row of the image: each is reduced once.
	const used = new Set(rows.flat().map(([y]) => y));
	const lines = new Map([...used].map((y) => [y, Float32Array.from(reduce(y))]));
	return Uint8Array.from({ length: FACE_SIDE * FACE_SIDE }, (_, i) => {
		const [taps, column] = [rows[Math.floor(i / FACE_SIDE)], i % FACE_SIDE];
		return Math.round(taps.reduce((sum, [y, weight]) => sum + weight * (lines.get(y) as Float32Array)[column], 0));
	});
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

/** Lists, for each pixel of the face along an axis, the image's pixels it is computed from and their weights. */
function samples(start: number, length: number, limit: number): [place: number, weight: number][][] {
	const step = length / FACE_SIDE;
	const reach = Math.max(1, step);
	return Array.from({ length: FACE_SIDE }, (_, i) => {
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
