import { DataError } from '../../errors';
import { imageSize } from '../image';
import type { FileTree } from './fileTree';
import { FER2013_SHAPE } from './readerOptions';

/** The form of the images of a data set: squares of `size` pixels, grey (1) or RGB (3). */
export interface ImageForm {
	readonly size: number;
	readonly channels: 1 | 3;
}

const [FER2013_SIDE] = FER2013_SHAPE;
/** Networks gain little from larger faces, which need more memory and time. */
const LARGEST_SIDE = 112;
const SAMPLED = 200;

/**
 * Completes the form of a data set from up to 200 of its images, evenly spaced: 48 pixels and grey if all are 48x48, as in
 * FER2013; else the median of their longer sides, at most 112, and RGB unless all are grey.
 */
export async function imageForm(
	tree: FileTree,
	names: readonly string[],
	{ size, channels }: Partial<ImageForm>,
): Promise<ImageForm> {
	if (size !== undefined && channels !== undefined) return { size, channels };
	const own = ownForm(await sampleShapes(tree, names));
	return { size: size ?? own.size, channels: channels ?? own.channels };
}

async function sampleShapes(
	tree: FileTree,
	names: readonly string[],
): Promise<Awaited<ReturnType<typeof imageSize>>[]> {
	const count = Math.min(SAMPLED, names.length);
	const sample = new Set(
		Array.from({ length: count }, (_, place) => names[Math.floor((place * names.length) / count)]),
	);
	const shapes: Awaited<ReturnType<typeof imageSize>>[] = [];
	const take = async (_: string, content: Uint8Array) => {
		try {
			shapes.push(await imageSize(content));
		} catch (error) {
			// Named when all are decoded.
			if (!(error instanceof DataError)) throw error;
		}
	};
	await tree.each(sample, take, { refuse: () => {} });
	return shapes;
}

function ownForm(shapes: readonly Awaited<ReturnType<typeof imageSize>>[]): ImageForm {
	const isFer2013 = shapes.every(({ width, height }) => width === FER2013_SIDE && height === FER2013_SIDE);
	if (isFer2013) return { size: FER2013_SIDE, channels: 1 };
	const sides = shapes.map(({ width, height }) => Math.max(width, height)).sort((a, b) => a - b);
	const median = sides[Math.floor((sides.length - 1) / 2)];
	return { size: Math.min(median, LARGEST_SIDE), channels: shapes.every(({ channels }) => channels === 1) ? 1 : 3 };
}
