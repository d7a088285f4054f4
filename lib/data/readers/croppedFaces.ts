import { DataError } from '../../errors';
import { encodePng } from '../image';
import { decodePhoto, type Photo, scaleBox } from '../photo';
import type { Box } from '../rawImage';
import type { FileTree } from './fileTree';

/** A face that is a part of an image. */
export interface CroppedFace {
	/** A name of its own. */
	readonly name: string;
	/** In pixels of the image. */
	readonly box: Box;
	/** Where the box is stated, for errors. */
	readonly where: string;
}

/**
 * Makes a tree in which the faces in images are files of their own: PNG files, cut out when they are read.
 * @param faces The faces of each image, by its name in the tree.
 */
export function croppedFaces(
	tree: FileTree,
	faces: ReadonlyMap<string, readonly CroppedFace[]>,
	remedy: string,
): FileTree {
	const each: FileTree['each'] = (wanted, take, options) => {
		const images = [...faces].filter(([, some]) => some.some(({ name }) => wanted.has(name)));
		const takeFaces = async (image: string, content: Uint8Array) => {
			let photo: Photo | undefined;
			for (const face of (faces.get(image) ?? []).filter(({ name }) => wanted.has(name))) {
				try {
					photo ??= await decodePhoto(content, image);
					await take(face.name, await crop(photo, face, remedy));
				} catch (error) {
					if (!(error instanceof DataError) || !options?.refuse) throw error;
					options.refuse(face.name, error.received);
				}
			}
		};
		return tree.each(new Set(images.map(([image]) => image)), takeFaces, options);
	};
	const names = [...faces.values()].flatMap((some) => some.map(({ name }) => name));
	const others = tree.names.filter((name) => !faces.has(name));
	return { ...tree, names: [...names, ...others], each };
}

/** Cuts the part of a box that is inside the image out of it, as a PNG file. */
async function crop(photo: Photo, { box, where }: CroppedFace, remedy: string): Promise<Uint8Array> {
	const scale = photo.width / photo.original.width;
	const inside = (value: number, most: number) => Math.min(Math.max(Math.round(value * scale), 0), most);
	const [left, top] = [inside(box.left, photo.width), inside(box.top, photo.height)];
	const width = inside(box.left + box.width, photo.width) - left;
	const height = inside(box.top + box.height, photo.height) - top;
	if (width < 1 || height < 1) {
		const found = `a box of ${box.width}x${box.height} pixels at ${box.left}, ${box.top}`;
		throw new DataError('a box inside its image', where, found, remedy);
	}
	const { pixels } = await scaleBox(photo, { left, top, width, height }, { width, height });
	return encodePng(Uint8Array.from(pixels), { width, height, channels: 3 });
}
