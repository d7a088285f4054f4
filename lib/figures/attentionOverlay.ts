import type { Box, RawImage } from '../data/rawImage';
import type { AttentionMap } from '../evaluation/attention/attentionMap';

/** Colour and opacity of the overlay where attention is 1. */
export const ATTENTION = { color: [255, 106, 0], opacity: 0.65 } as const;

/** Lays an attention map in orange over the part of an image that the network saw; returns a copy in RGB. */
export function layAttention(image: RawImage, box: Box, map: AttentionMap) {
	const { width, height, channels } = image;
	const pixels = new Uint8Array(width * height * 3);
	for (let place = 0; place < width * height; place++) {
		const [x, y] = [place % width, Math.floor(place / width)];
		const across = (x + 0.5 - box.left) / box.width;
		const down = (y + 0.5 - box.top) / box.height;
		const inside = across >= 0 && across <= 1 && down >= 0 && down <= 1;
		const opacity = inside ? ATTENTION.opacity * valueAt(map, across, down) : 0;
		for (let c = 0; c < 3; c++) {
			const own = image.pixels[place * channels + (channels === 1 ? 0 : c)];
			pixels[place * 3 + c] = Math.round((1 - opacity) * own + opacity * ATTENTION.color[c]);
		}
	}
	return { pixels, width, height, channels: 3 } as const;
}

/** Interpolates the map bilinearly between the centres of its cells. */
function valueAt({ values, height, width }: AttentionMap, across: number, down: number): number {
	const [left, right, x] = neighbours(across * width - 0.5, width);
	const [above, below, y] = neighbours(down * height - 0.5, height);
	const row = (line: number) => (1 - x) * values[line * width + left] + x * values[line * width + right];
	return (1 - y) * row(above) + y * row(below);
}

function neighbours(position: number, size: number): [lower: number, upper: number, fraction: number] {
	const clamped = Math.min(Math.max(position, 0), size - 1);
	const lower = Math.floor(clamped);
	return [lower, Math.min(lower + 1, size - 1), clamped - lower];
}
