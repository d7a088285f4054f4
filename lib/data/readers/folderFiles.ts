import { readdirSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { DataError } from '../../errors';
import { codeOf, specialKind } from './source';

/** The files of a folder. */
interface FolderFiles {
	/** Paths relative to the folder, with forward slashes, sorted. */
	readonly names: string[];
	/** Folders without a file, such as that of a class; of nested ones the innermost. */
	readonly empty: string[];
	/** Number of other entries, by kind. */
	readonly passedOver: Record<string, number>;
}

/** A data set in memory has at most a few hundred thousand images. */
const MOST_ENTRIES = 2_000_000;

/** Lists the files in a folder and the folders below it; links are followed, except where they lead back up. */
export function listFolder(root: string): FolderFiles {
	const names: string[] = [];
	const empty: string[] = [];
	const passedOver: Record<string, number> = {};
	const passOver = (kind: string) => {
		passedOver[kind] = (passedOver[kind] ?? 0) + 1;
	};
	let entries = 0;
	// Synchronous, since 35,887 promises take longer than the calls themselves.
	const walk = (below: string, ancestors: readonly string[]) => {
		const before = names.length + empty.length;
		for (const entry of entriesOf(root, below, passOver)) {
			entries++;
			if (entries > MOST_ENTRIES) {
				const place = path.basename(path.resolve(root));
				throw new DataError(`at most ${MOST_ENTRIES} files`, place, 'more', 'Give the folder of the data set alone.');
			}
			const name = path.posix.join(below, entry.name);
			if (isHidden(entry.name)) passOver('hidden');
			else if (entry.isFile()) names.push(name);
			else
				visit(name, entry.isSymbolicLink() || entry.isDirectory() ? followed(path.join(root, name)) : entry, ancestors);
		}
		if (below !== '' && names.length + empty.length === before) empty.push(below);
	};
	const visit = (name: string, entry: Kind | Stats | undefined, ancestors: readonly string[]) => {
		if (!entry) return passOver('broken links');
		if (entry.isFile()) return void names.push(name);
		if (!entry.isDirectory() || !('ino' in entry)) return passOver(specialKind(entry).replace(/^an? /, ''));
		const own = identity(entry);
		if (ancestors.includes(own)) return passOver('links to a folder above');
		walk(name, [...ancestors, own]);
	};
	walk('', [identity(statSync(root))]);
	return { names: names.sort(), empty: empty.sort(), passedOver };
}

type Kind = Pick<Stats, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket'>;

const identity = ({ dev, ino }: Stats) => `${dev}:${ino}`;

/** The entries of a folder; none if it may not be read, unless it is the root. */
function entriesOf(root: string, below: string, passOver: (kind: string) => void) {
	try {
		return readdirSync(path.join(root, below), { withFileTypes: true });
	} catch (error) {
		if (below === '' || !['EACCES', 'EPERM'].includes(codeOf(error))) throw error;
		passOver('folders that may not be read');
		return [];
	}
}

/** What a path leads to; undefined if it is a link that leads nowhere. */
function followed(place: string): Stats | undefined {
	try {
		return statSync(place);
	} catch {
		return undefined;
	}
}

/** Whether a file is hidden, in a hidden folder, or one that desktops leave in folders and archives. */
export function isHidden(name: string): boolean {
	const parts = name.toLowerCase().split('/');
	const isHiddenPart = (part: string) => (part.startsWith('.') && part !== '.') || part === '__macosx';
	return parts.some(isHiddenPart) || ['thumbs.db', 'desktop.ini'].includes(parts[parts.length - 1]);
}
