// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { encodePng, rasterizeSvg } from '../../dist/lib/data/image.js';

/** Of the drawn faces, those that the page shows: the seed, and for each picture a title and its faces. */
const SEED = 3;
const PICTURES = [
	{ title: 'A drawn face, smiling', faces: [59] },
	{ title: 'Three drawn faces in a row', faces: [9, 38, 60] },
	{ title: 'A drawn face with raised brows and an open mouth', faces: [12] },
	{ title: 'A drawn face with lowered brows', faces: [49] },
];
/** In pixels: a face, the mat around it, and the wall around that. */
const [FACE, MAT, WALL] = [320, 16, 64];
/** In greys. */
const [MAT_LEVEL, WALL_LEVEL] = [250, 176];

/**
 * Draws the pictures to try: portraits of people of our own invention, hung on a wall.
 * @param {typeof import('../../dist/lib/index.js')} fer
 * @param {string} folder
 * @returns {Promise<{file: string, title: string}[]>} Files in that folder.
 */
export async function drawSamples(fer, folder) {
	fs.mkdirSync(folder, { recursive: true });
	return Promise.all(
		PICTURES.map(async ({ title, faces }, i) => {
			const file = `${i + 1}.png`;
			const portraits = await Promise.all(
				faces.map((face) => rasterizeSvg(fer.samplePortrait(SEED, face), { height: FACE, width: FACE })),
			);
			const { pixels, ...size } = hang(portraits);
			fs.writeFileSync(path.join(folder, file), await encodePng(pixels, size));
			return { file, title };
		}),
	);
}

/** @param {readonly Uint8Array[]} portraits */
function hang(portraits) {
	const room = FACE + 2 * MAT + WALL;
	// Never narrower than a photo.
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
