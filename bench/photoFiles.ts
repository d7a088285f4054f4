import { join } from 'node:path';
import sharp from 'sharp';
import { samplePortrait } from '../lib/data/sampleFaces/sampleFaces';

/** A photo to read, and its title in the table. */
export interface PhotoFile {
	readonly title: string;
	readonly file: string;
}

const SIZES = [
	{ title: '1 megapixel', width: 1200, height: 900 },
	{ title: '12 megapixels', width: 4000, height: 3000 },
	{ title: '48 megapixels', width: 8000, height: 6000 },
	{ title: '200 megapixels', width: 16320, height: 12240 },
	{ title: 'a panorama, 12,000 x 1,500 pixels', width: 12_000, height: 1500 },
	{ title: 'a strip, 60,000 x 600 pixels', width: 60_000, height: 600 },
];

/** The photos in their order, of which the first is what the others are compared with; their files are written by `writePhotos`. */
export function photoFiles(folder: string, quick: boolean): readonly PhotoFile[] {
	const sizes = quick ? SIZES.slice(0, 2) : SIZES;
	return sizes.map(({ title }, i) => ({ title, file: join(folder, `photo-${i}.jpg`) }));
}

/** Writes a drawn portrait in each size. */
export async function writePhotos(photos: readonly PhotoFile[]): Promise<void> {
	for (const [i, { file }] of photos.entries()) {
		const { width, height } = SIZES[i];
		// Small pieces, one beside the other: a portrait as large as the photo would be no face to a detector.
		const piece = await sharp(Buffer.from(samplePortrait(1, 3)))
			.resize(300, 300, { fit: 'fill' })
			.png()
			.toBuffer();
		const canvas = { width, height, channels: 3, background: 'grey' } as const;
		const image = sharp({ create: canvas, limitInputPixels: false });
		await image
			.composite([{ input: piece, tile: true }])
			.jpeg({ quality: 80 })
			.toFile(file);
	}
}
