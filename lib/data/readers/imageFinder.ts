import path from 'node:path';
import { DataError } from '../../errors';
import { isImageName } from './faceSet';
import type { FileTree } from './fileTree';

/** Finds an image by the name that a table gives it, in a row for errors; undefined if there is none. */
export type FindImage = (written: string, where: string) => string | undefined;

/**
 * Prepares to find the images of a tree by their names in a table: relative to the table or to the tree, with slashes of
 * Windows; and, since tables keep paths of other computers and names without folder or ending, by one that ends in the
 * other. `train/1.png` is not found as `test/1.png`.
 * @param table The path of the table in the tree.
 */
export function imageFinder({ names, place }: Pick<FileTree, 'names' | 'place'>, table: string): FindImage {
	const images = names.filter(isImageName);
	const exact = new Set(images);
	const folder = path.posix.dirname(table);
	let ends: ReturnType<typeof indexEnds> | undefined;
	return (written, where) => {
		const wanted = path.posix.normalize(written.trim().replaceAll('\\', '/'));
		for (const name of [path.posix.join(folder, wanted), wanted]) if (exact.has(name)) return name;
		ends ??= indexEnds(images, folder);
		const [found, other] = ends.files.get(wanted.toLowerCase()) ?? [];
		if (other !== undefined) {
			const remedy = 'Write the folder of each image too.';
			throw new DataError(`one image ${written}, named in ${where},`, place, `${found} and ${other}`, remedy);
		}
		return found ?? endsOf(wanted.toLowerCase()).flatMap((end) => ends?.paths.get(end) ?? [])[0];
	};
}

/** Two images at most for each end of a path, with and without the ending; and images by their whole paths. */
function indexEnds(images: readonly string[], folder: string) {
	const files = new Map<string, string[]>();
	const paths = new Map<string, string>();
	for (const name of images) {
		const lower = name.toLowerCase();
		for (const end of endsOf(lower)) {
			for (const key of [end, end.slice(0, -path.posix.extname(end).length)]) {
				const known = files.get(key);
				if (!known) files.set(key, [name]);
				else if (known.length < 2) known.push(name);
			}
		}
		for (const whole of [lower, path.posix.relative(folder.toLowerCase(), lower)]) paths.set(whole, name);
	}
	return { files, paths };
}

/** A path and what is left of it without its first folder, without its first two, and so on. */
function endsOf(name: string): string[] {
	const parts = name.split('/');
	return parts.map((_, start) => parts.slice(start).join('/'));
}
