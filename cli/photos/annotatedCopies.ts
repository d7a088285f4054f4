import { statSync } from 'node:fs';
import { join, parse } from 'node:path';
import { checkOutputPng } from '../ownOutput';
import { Problem } from '../problem';
import { makeFolder, resolveUserPath, shownPath } from '../projectFolder';
import type { ListedFile } from './listing';

const OPTION = '--annotate';

/**
 * Chooses the file of each photo's annotated copy, before any work, and makes their folder: folders below the arguments are
 * mirrored, and the ending of the photo is replaced by `.png`, or followed by it where two photos differ only in their endings.
 * @returns The paths of the copies by the photos' files.
 * @throws {Problem} If two copies would have the same name, or one would replace a file that this program did not draw.
 */
export async function planCopies(files: readonly ListedFile[], folder: string): Promise<ReadonlyMap<string, string>> {
	if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
		throw new Problem(`Expected a folder for ${OPTION} but received a file: ${shownPath(folder)}.`);
	}
	const photos = files.filter(({ group }) => group === 'photo');
	const own = new Map(photos.map(({ file }) => [resolveUserPath(file), file]));
	const stems = photos.map(({ below }) => join(parse(below).dir, parse(below).name));
	const counts = new Map<string, number>();
	for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
	const copies = new Map<string, string>();
	const owners = new Map<string, string>();
	for (const [i, { file, below }] of photos.entries()) {
		const copy = join(folder, `${counts.get(stems[i]) === 1 ? stems[i] : below}.png`);
		const other = owners.get(copy);
		if (other !== undefined) {
			const expected = `Expected photos with different names for ${OPTION}`;
			throw new Problem(`${expected} but received ${other} and ${file}. Run the command once for each.`);
		}
		const replaced = own.get(copy);
		if (replaced !== undefined) {
			const expected = `Expected a folder without the photos themselves for ${OPTION}`;
			const remedy = 'Choose another folder.';
			throw new Problem(
				`${expected} but received ${shownPath(folder)}, whose ${replaced} would be replaced. ${remedy}`,
			);
		}
		await checkOutputPng(copy, OPTION);
		owners.set(copy, file);
		copies.set(file, copy);
	}
	makeFolder(folder);
	return copies;
}
