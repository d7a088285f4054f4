import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng, rasterizeSvg } from '../../lib/data/image';
import type { RawImage } from '../../lib/data/rawImage';
import { samplePortrait } from '../../lib/data/sampleFaces/sampleFaces';

/** The drawn faces that the page shows: their seed, and for each picture a title and its faces. */
const SEED = 3;
const PICTURES = [
	{ title: 'A drawn face, smiling', faces: [59] },
	{ title: 'Three drawn faces in a row', faces: [9, 38, 60] },
	{ title: 'A drawn face with raised brows and an open mouth', faces: [12] },
	{ title: 'A drawn face with lowered brows', faces: [49] },
];
/** In pixels: a face, the mat around it, and the wall around that. */
const [FACE, MAT, WALL] = [320, 16, 64];
/** Grey levels. */
const [MAT_LEVEL, WALL_LEVEL] = [250, 176];

/**
 * Draws the pictures to try: portraits of invented people, hung on a wall.
 * @returns Files in that folder, and their titles.
 */
export async function drawSamples(folder: string): Promise<{ file: string; title: string }[]> {
	mkdirSync(folder, { recursive: true });
	return Promise.all(
		PICTURES.map(async ({ title, faces }, i) => {
			const file = `${i + 1}.png`;
			const portraits = await Promise.all(
				faces.map((face) => rasterizeSvg(samplePortrait(SEED, face), { height: FACE, width: FACE })),
			);
			const { pixels, ...size } = hang(portraits);
			writeFileSync(join(folder, file), await encodePng(pixels, size));
			return { file, title };
		}),
	);
}

function hang(portraits: readonly Uint8Array[]): Pick<RawImage, 'width' | 'height'> & { pixels: Uint8Array } {
	const room = FACE + 2 * MAT + WALL;
	// At least as wide as a photo.
	const [width, height] = [Math.max(portraits.length * room + WALL, 640), room + WALL];
	const pixels = new Uint8Array(width * height).fill(WALL_LEVEL);
	const start = (width - portraits.length * room + WALL) / 2;
	for (const [i, portrait] of portraits.entries()) {
		const left = start + i * room;
		for (let y = 0; y < FACE + 2 * MAT; y++) {
			const at = (WALL + y) * width + left;
			pixels.fill(MAT_LEVEL, at, at + FACE + 2 * MAT);
			if (y >= MAT && y < FACE + MAT) pixels.set(portrait.subarray((y - MAT) * FACE, (y - MAT + 1) * FACE), at + MAT);
		}
	}
	return { pixels, width, height };
}
