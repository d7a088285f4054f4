import fc from 'fast-check';
import sharp from 'sharp';
import { decodeImage } from '../../lib/data/image';
import { decodePhoto } from '../../lib/data/photo';
import { mutated } from './mutation';
import { type FuzzProperty, outcomeOf } from './outcome';

const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const;

/** A small image in each format, one of them turned and one in CMYK. */
async function sampleImages(): Promise<Uint8Array[]> {
	const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
	const image = () => sharp({ create: { width: 40, height: 30, channels: 3, background: 'grey', noise } });
	const plain = await Promise.all(FORMATS.map((format) => image().toFormat(format).toBuffer()));
	const turned = await image().withMetadata({ orientation: 6 }).jpeg({ progressive: true }).toBuffer();
	const cmyk = await image().toColourspace('cmyk').jpeg().toBuffer();
	return [...plain, turned, cmyk, bitmap(8, 6)];
}

/** A bitmap of 24 bits, which sharp does not write. */
function bitmap(width: number, height: number): Uint8Array {
	const stride = Math.ceil((3 * width) / 4) * 4;
	const file = Buffer.alloc(54 + stride * height, 0x55);
	file.fill(0, 0, 54);
	file.write('BM');
	file.writeUInt32LE(file.length, 2);
	file.writeUInt32LE(54, 10);
	file.writeUInt32LE(40, 14);
	file.writeInt32LE(width, 18);
	file.writeInt32LE(height, 22);
	file.writeUInt16LE(1, 26);
	file.writeUInt16LE(24, 28);
	return file;
}

/** Damaged images, as a photo and as a face of a data set. */
export async function imageTarget(): Promise<FuzzProperty> {
	const files = mutated(await sampleImages());
	const shape = { height: 48, width: 48, channels: 1 } as const;
	return (count) =>
		fc.asyncProperty(files, async (content) => {
			count(await outcomeOf(() => decodePhoto(content)));
			count(await outcomeOf(() => decodeImage(content, shape)));
		});
}
