import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataError, invalidArgument } from '../../errors';
import { type ArchiveEntry, collect, packingOf, type Report, visitArchive } from './archive';

/** The files of a folder or an archive. */
export interface FileTree {
	/** The name of the folder or archive, for errors. */
	readonly place: string;
	/** The paths of the files inside, with forward slashes, sorted; without hidden files and those of desktops. */
	readonly names: readonly string[];
	/** Passes the content of the wanted files to `take`, a few at once, in no particular order; reads an archive once. */
	readonly each: (
		wanted: ReadonlySet<string>,
		take: (name: string, content: Uint8Array) => Promise<void>,
		report?: Report,
	) => Promise<void>;
}

const FILES_AT_ONCE = 64;

/** Opens a folder or an archive, whatever its name; a folder with an archive and no other file is read as the archive. */
export async function openFiles(source: string): Promise<FileTree> {
	if (!existsSync(source)) throw invalidArgument('source', 'the path of a file or folder', source);
	if (!statSync(source).isDirectory()) return openArchive(source);
	const names = listFolder(source).sort();
	if (names.length === 1) {
		const file = path.join(source, names[0]);
		if ((await packingOf(file)).kind !== 'text') return openArchive(file);
	}
	const each: FileTree['each'] = async (wanted, take, report) => {
		const chosen = names.filter((name) => wanted.has(name));
		for (let start = 0; start < chosen.length; start += FILES_AT_ONCE) {
			const some = chosen.slice(start, start + FILES_AT_ONCE);
			await Promise.all(some.map(async (name) => take(name, await readFile(path.join(source, name)))));
			report?.((start + some.length) / chosen.length);
		}
	};
	return { place: path.basename(path.resolve(source)), names, each };
}

function listFolder(root: string, below = ''): string[] {
	// Synchronous, since 35,887 promises take longer than the calls themselves.
	const entries = readdirSync(path.join(root, below)).map((entry) => path.posix.join(below, entry));
	const visible = entries.filter((name) => !isHidden(name));
	return visible.flatMap((name) => (statSync(path.join(root, name)).isDirectory() ? listFolder(root, name) : name));
}

async function openArchive(file: string): Promise<FileTree> {
	const packing = await packingOf(file);
	const place = path.basename(file);
	if (packing.kind === 'text') {
		const remedy = 'Give the path of a folder of images, or of an archive of one.';
		throw new DataError('a tar, tar.gz or zip archive', place, 'another kind of file', remedy);
	}
	const names: string[] = [];
	const list = async ({ name }: ArchiveEntry) => void (isHidden(name) || names.push(name));
	await visitArchive(file, packing, list);
	const each: FileTree['each'] = async (wanted, take, report) => {
		let some: [string, Uint8Array][] = [];
		const takeSome = async () => {
			await Promise.all(some.map(([name, content]) => take(name, content)));
			some = [];
		};
		const visit = async ({ name, content }: ArchiveEntry) => {
			if (!wanted.has(name)) return;
			some.push([name, await collect(content)]);
			if (some.length === FILES_AT_ONCE) await takeSome();
		};
		await visitArchive(file, packing, visit, report);
		await takeSome();
	};
	// An archive may contain a file twice: the later one counts, as when it is unpacked.
	return { place, names: [...new Set(names)].sort(), each };
}

/** Whether a file is hidden, in a hidden folder, or one that desktops leave in folders and archives. */
function isHidden(name: string): boolean {
	const parts = name.toLowerCase().split('/');
	const isHiddenPart = (part: string) => (part.startsWith('.') && part !== '.') || part === '__macosx';
	return parts.some(isHiddenPart) || ['thumbs.db', 'desktop.ini'].includes(parts[parts.length - 1]);
}

/** Reads text files of a tree whole. */
export async function readTexts(tree: FileTree, names: readonly string[]): Promise<Map<string, string>> {
	const texts = new Map<string, string>();
	// TextDecoder removes a byte-order mark.
	await tree.each(new Set(names), async (name, content) => void texts.set(name, new TextDecoder().decode(content)));
	return texts;
}
