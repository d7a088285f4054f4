import { type Dataset, faceAt } from '../../lib/data/dataset';
import type { Box, RawImage } from '../../lib/data/rawImage';
import { createRandom } from '../../lib/random';

/** Size of a scene in pixels. */
export const [WIDTH, HEIGHT] = [640, 480];
/** Of the places, sizes and backgrounds. */
export const SEED = 42;

/** A picture with a face, which is in the square. */
export type Scene = Readonly<{ photo: RawImage; square: Box }>;

/** Pastes a face at a random place and size (a fifth to half of the scene's height) on a softly shaded background. */
export function makeScene(dataset: Dataset, index: number): Scene {
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
