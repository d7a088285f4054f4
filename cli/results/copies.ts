import { statSync } from 'node:fs';
import { join, parse } from 'node:path';
import { checkOutputFile, type OwnFile } from '../ownOutput';
import { Problem } from '../problem';
import { makeFolder, resolveUserPath, shownPath } from '../projectFolder';

/** A file with a copy, or another file that is named after it. */
interface Source {
	/** Its path, as the user would write it. */
	readonly file: string;
	/** Its path below the argument's folder. */
	readonly below: string;
}

/** What is written into a folder of the user's choice. */
interface CopyKind {
	/** What it is made of, in the plural: `photos`. */
	readonly sources: string;
	/** The user's option. */
	readonly option: string;
	readonly output: OwnFile;
}

/**
 * Chooses the file that is made of each source, before any work, and makes their folder: folders below the arguments are
 * mirrored, and the ending of the source is replaced by the new one, or followed by it where two sources differ only in
 * their endings.
 * @returns The paths of the new files by the sources' files.
 * @throws {Problem} If two would have the same name, or one would replace a file that this program did not write.
 */
export async function planCopies(
	files: readonly Source[],
	folder: string,
	{ sources, option, output }: CopyKind,
): Promise<ReadonlyMap<string, string>> {
	if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
		throw new Problem(`Expected a folder for ${option} but received a file: ${shownPath(folder)}.`);
	}
	const own = new Map(files.map(({ file }) => [resolveUserPath(file), file]));
	const stems = files.map(({ below }) => join(parse(below).dir, parse(below).name));
	const counts = new Map<string, number>();
	for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
	const copies = new Map<string, string>();
	const owners = new Map<string, string>();
	for (const [i, { file, below }] of files.entries()) {
		const copy = join(folder, `${counts.get(stems[i]) === 1 ? stems[i] : below}${output.ending}`);
		const other = owners.get(copy);
		if (other !== undefined) {
			const expected = `Expected ${sources} with different names for ${option}`;
			throw new Problem(`${expected} but received ${other} and ${file}. Run the command once for each.`);
		}
		const replaced = own.get(copy);
		if (replaced !== undefined) {
			const expected = `Expected a folder without the ${sources} themselves for ${option}`;
			const remedy = 'Choose another folder.';
			throw new Problem(
				`${expected} but received ${shownPath(folder)}, whose ${replaced} would be replaced. ${remedy}`,
			);
		}
		await checkOutputFile(copy, option, output);
		owners.set(copy, file);
		copies.set(file, copy);
	}
	makeFolder(folder);
	return copies;
}
