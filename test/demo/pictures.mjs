// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { samplePortrait } from '../../dist/lib/data/sampleFaces/sampleFaces.js';

/** Size of the camera's pictures. */
export const CAMERA = { width: 640, height: 480 };
/** Where the faces are in the camera's first picture, before it is mirrored. */
export const FACES = [
	{ left: 60, top: 90, side: 300, person: 59 },
	{ left: 390, top: 130, side: 230, person: 9 },
];
/** Of `samplePortrait`: people that the detector finds. */
const [SEED, PERSON] = [3, 59];

/** A drawn portrait as PNG. @param {number} side @param {number} [person] */
async function portrait(side, person = PERSON) {
	return sharp(Buffer.from(samplePortrait(SEED, person)), { density: (72 * side) / 192 })
		.resize(side)
		.png()
		.toBuffer();
}

/**
 * Writes a video as Chromium's fake camera takes it, of drawn faces that move a little: JPEGs, one behind the other.
 * @param {string} folder
 */
export async function writeCameraVideo(folder) {
	const faces = await Promise.all(FACES.map(({ side, person }) => portrait(side, person)));
	const frames = await Promise.all(
		Array.from({ length: 12 }, (_, i) => {
			const shift = Math.round(6 * Math.sin((i * Math.PI) / 6));
			const inputs = faces.map((input, j) => ({ input, left: FACES[j].left + shift, top: FACES[j].top }));
			const ground = sharp({ create: { ...CAMERA, channels: 3, background: '#a0a8b0' } });
			return ground.composite(inputs).jpeg({ quality: 92 }).toBuffer();
		}),
	);
	const file = path.join(folder, 'camera.mjpeg');
	fs.writeFileSync(file, Buffer.concat(frames));
	return file;
}

/** A photo of somebody drawn, as PNG, with as much around the face as photos have. */
export async function photo() {
	const around = { left: 120, right: 120, top: 40, bottom: 40, background: '#a0a8b0' };
	return sharp(await portrait(400))
		.extend(around)
		.png()
		.toBuffer();
}

/** A photo of nobody, as PNG. */
export function emptyPhoto() {
	return sharp({ create: { width: 320, height: 240, channels: 3, background: '#808080' } })
		.png()
		.toBuffer();
}
