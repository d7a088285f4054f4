import type { Box, RawImage } from '../data/rawImage';
import { invalidArgument } from '../errors';

/** Side of FER2013's faces in pixels. */
export const FACE_SIDE = 48;

/**
 * Cuts a face out as FER2013 has them: grey (Rec. 601) and 48 x 48 pixels. Each pixel is a mean of those that it covers, by a
 * triangle that grows with the reduction, so that fine detail does not alias; small faces are interpolated. Beyond the
 * image its edge goes on. Plain arithmetic: the same everywhere, whatever decodes the image.
 * @param box What to cut out; all of the image by default. What is not square is stretched.
 * @returns `[48, 48]`, 0 to 255.
 * @throws {RangeError} If the pixels are not as many as the image says, or the box has no area.
 */
export function cropFace(image: RawImage, box: Box = { left: 0, top: 0, ...image }): Uint8Array {
	const { pixels, width, height, channels } = image;
	if (pixels.length !== width * height * channels || pixels.length === 0) {
		throw invalidArgument('pixels', `${width * height * channels} values, more than 0,`, `${pixels.length} values`);
	}
	if (!(box.width > 0 && box.height > 0)) throw invalidArgument('box', 'a width and height above 0', box);
	const columns = samples(box.left, box.width, width);
	const rows = samples(box.top, box.height, height);
	const face = new Uint8Array(FACE_SIDE * FACE_SIDE);
	// Rows are needed by several pixels below each other: each is squeezed once.
	const squeezed = new Map<number, Float32Array>();
	const squeeze = (y: number) => {
		const known = squeezed.get(y);
		if (known) return known;
		const line = Float32Array.from(columns, (taps) =>
			taps.reduce((sum, [x, part]) => sum + part * grey(image, x, y), 0),
		);
		squeezed.set(y, line);
		return line;
	};
	for (let row = 0; row < FACE_SIDE; row++) {
		const lines = rows[row].map(([y, part]) => [squeeze(y), part] as const);
		for (let column = 0; column < FACE_SIDE; column++) {
			const value = lines.reduce((sum, [line, part]) => sum + part * line[column], 0);
			face[row * FACE_SIDE + column] = Math.round(value);
		}
	}
	return face;
}

/** For each pixel of the face, along one axis: which pixels of the image it is made of, and their parts. */
function samples(start: number, length: number, limit: number): [place: number, part: number][][] {
	const step = length / FACE_SIDE;
	const reach = Math.max(1, step);
	return Array.from({ length: FACE_SIDE }, (_, i) => {
		const center = start + (i + 0.5) * step - 0.5;
		const taps: [number, number][] = [];
		for (let place = Math.ceil(center - reach); place <= center + reach; place++) {
			const part = 1 - Math.abs(place - center) / reach;
			if (part > 0) taps.push([Math.min(Math.max(place, 0), limit - 1), part]);
		}
		const total = taps.reduce((sum, [, part]) => sum + part, 0);
		return taps.map(([place, part]) => [place, part / total]);
	});
}

function grey({ pixels, width, channels }: RawImage, x: number, y: number): number {
	const at = (y * width + x) * channels;
	if (channels === 1) return pixels[at];
	const luma = 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
	if (channels === 3) return luma;
	const opacity = pixels[at + 3] / 255;
	return opacity * luma + (1 - opacity) * 255;
}
