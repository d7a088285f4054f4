import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { sampleFaces } from '../../lib/data/sampleFaces/sampleFaces';
import { EMOTIONS } from '../../lib/emotions';
import type { OnProgress } from '../../lib/progress';
import { HEIGHT, makeScene, SEED, WIDTH } from '../detectors/scenes';

/** Photos in one folder. */
const PER_FOLDER = 1000;
/** Of this many photos one is cut off, so that it cannot be read. */
const PER_BROKEN = 100;
/** Width of the photos in pixels: small files, and as much work as a large photo, which a detector sees reduced. */
const PHOTO_WIDTH = 320;

/** Draws photos with one face each, unless they are there: all or none. @returns The number of those that cannot be read. */
export async function drawPhotos(folder: string, count: number, onProgress?: OnProgress): Promise<number> {
	const broken = Math.floor(count / PER_BROKEN);
	if (existsSync(folder)) return broken;
	const partial = `${folder}.part`;
	rmSync(partial, { recursive: true, force: true });
	const size = Math.max(count, 10 * EMOTIONS.length);
	const faces = await sampleFaces({ size, seed: SEED, onProgress });
	for (let index = 0; index < count; index++) {
		const { pixels } = makeScene(faces, index).photo;
		const scene = sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } }).resize(PHOTO_WIDTH);
		const jpeg = await scene.jpeg({ quality: 80 }).toBuffer();
		const isBroken = (index + 1) % PER_BROKEN === 0;
		const file = join(partial, name(Math.floor(index / PER_FOLDER), 3), `${name(index, 6)}.jpg`);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, isBroken ? jpeg.subarray(0, jpeg.length / 2) : jpeg);
	}
	renameSync(partial, folder);
	return broken;
}

const name = (index: number, digits: number) => String(index).padStart(digits, '0');
