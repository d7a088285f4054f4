import { existsSync, statSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { DataError, invalidArgument } from '../../errors';
import { packingOf, visitArchive } from './archive';

/** The files of a folder or an archive. */
export interface FileTree {
	/** The folder's or archive's name, for errors. */
	readonly place: string;
	/** The files' paths inside it, with forward slashes, sorted; without what desktops leave behind. */
	readonly names: readonly string[];
	/**
	 * Reads some of the files and gives each to `take`, a few at once, in no particular order; archives are read once
	 * through, and no more than a few files are in memory.
	 */
	readonly each: (
		wanted: ReadonlySet<string>,
		take: (name: string, content: Uint8Array) => Promise<void>,
		report?: (fraction: number) => void,
	) => Promise<void>;
}

const FILES_AT_ONCE = 64;

/**
 * Opens a folder, or a tar, tar.gz or zip archive, whatever its name. A folder that holds one archive and no other file
 * stands for that archive.
 * @throws {RangeError} If there is nothing at `source`.
 * @throws {DataError} If it is a file but no archive, or the archive is damaged.
 */
export async function openFiles(source: string): Promise<FileTree> {
	if (!existsSync(source)) throw invalidArgument('source', 'the path of a file or folder', source);
	if (!statSync(source).isDirectory()) return openArchive(source);
	const names = await listFolder(source, '');
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

async function listFolder(root: string, below: string): Promise<string[]> {
	const names: string[] = [];
	for (const entry of (await readdir(path.join(root, below))).sort()) {
		const name = path.posix.join(below, entry);
		if (isHidden(name)) continue;
		if ((await stat(path.join(root, name))).isDirectory()) names.push(...(await listFolder(root, name)));
		else names.push(name);
	}
	return names.sort();
}

async function openArchive(file: string): Promise<FileTree> {
	const packing = await packingOf(file);
	const place = path.basename(file);
	if (packing.kind === 'text') {
		const remedy = 'Give the path of a folder of images, or of an archive of one.';
		throw new DataError('a tar, tar.gz or zip archive', place, 'another kind of file', remedy);
	}
	const names: string[] = [];
	const list = async ({ name }: { name: string }) => void (isHidden(name) || names.push(name));
	await visitArchive(file, packing, list, () => undefined);
	const each: FileTree['each'] = async (wanted, take, report = () => undefined) => {
		let some: [string, Uint8Array][] = [];
		const takeSome = async () => {
			await Promise.all(some.map(([name, content]) => take(name, content)));
			some = [];
		};
		const visit = async ({ name, content }: { name: string; content: AsyncIterable<Uint8Array> }) => {
			if (!wanted.has(name)) return;
			const chunks: Uint8Array[] = [];
			for await (const chunk of content) chunks.push(chunk);
			some.push([name, Buffer.concat(chunks)]);
			if (some.length === FILES_AT_ONCE) await takeSome();
		};
		await visitArchive(file, packing, visit, report);
		await takeSome();
	};
	// An archive may hold a file twice: the later one counts, as when it is unpacked.
	return { place, names: [...new Set(names)].sort(), each };
}

/** Tells files that desktops leave in folders and archives, which are nobody's data, and what is in hidden folders. */
function isHidden(name: string): boolean {
	const parts = name.split('/');
	const file = parts[parts.length - 1].toLowerCase();
	return (
		parts.some((part) => (part.startsWith('.') && part !== '.') || part === '__MACOSX') ||
		['thumbs.db', 'desktop.ini'].includes(file)
	);
}

/** Reads text files of a tree whole; for lists of labels, not for images. */
export async function readTexts(tree: FileTree, names: readonly string[]): Promise<Map<string, string>> {
	const texts = new Map<string, string>();
	await tree.each(new Set(names), async (name, content) => {
		texts.set(
			name,
			Buffer.from(content)
				.toString('utf8')
				.replace(/^\uFEFF/, ''),
		);
	});
	return texts;
}
