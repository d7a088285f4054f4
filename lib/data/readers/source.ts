import { lstatSync, type Stats, statSync } from 'node:fs';
import { invalidArgument } from '../../errors';

/** What is wrong with a path, by the system's code. */
const FAULTS: Readonly<Record<string, string>> = {
	EACCES: 'It may not be read: check its permissions.',
	ELOOP: 'It is a link that leads back to itself.',
	ENAMETOOLONG: 'The name is too long for this system.',
	ENOENT: 'There is no such file or folder.',
	ENOTDIR: 'A part of the path is a file.',
};

/**
 * Checks that a path leads to a file or a folder: reading a pipe, a socket or a device may never end.
 * @param name The argument or variable that the path comes from, for the error.
 * @throws {RangeError} Otherwise, with the reason.
 */
export function kindOfSource(source: string, name = 'source'): 'file' | 'folder' {
	const refuse = (why: string) => invalidArgument(name, 'the path of a file or folder', source, why);
	let stats: Stats;
	try {
		stats = statSync(source);
	} catch (error) {
		const code = codeOf(error);
		const isBroken = code === 'ENOENT' && isLink(source);
		throw refuse(isBroken ? 'It is a link to something that does not exist.' : (FAULTS[code] ?? `${code}.`));
	}
	if (stats.isDirectory()) return 'folder';
	if (stats.isFile()) return 'file';
	throw refuse(`It is ${specialKind(stats)}: save the data in a file first.`);
}

/** Names what is neither a file nor a folder. */
export function specialKind(entry: Pick<Stats, 'isFIFO' | 'isSocket'>): string {
	return entry.isFIFO() ? 'a named pipe' : entry.isSocket() ? 'a socket' : 'a device';
}

function isLink(source: string): boolean {
	try {
		return lstatSync(source).isSymbolicLink();
	} catch {
		return false;
	}
}

/** The system's code of an error: `ENOENT`; its message if it has none. */
export function codeOf(error: unknown): string {
	if (error instanceof Error && 'code' in error) return String(error.code);
	return error instanceof Error ? error.message : String(error);
}
