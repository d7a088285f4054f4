import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../../errors';
import { formatMegabytes } from '../../format';
import { collect, visitArchive } from './archive';
import { type ArchiveEntry, WHOLE_BYTES } from './archiveEntry';
import { fingerprintFiles, stampOf } from './cache';
import { isHidden, listFolder } from './folderFiles';
import { joinTrees } from './joinedTree';
import { foreignFile, type Packing, packingOf } from './packing';
import { codeOf, kindOfSource } from './source';
import type { EachOptions, FileTree } from './tree';

export type { FileTree };

const FILES_AT_ONCE = 64;
const IMAGE_ENDINGS = /\.(jpe?g|jpe|jfif|png|webp|tiff?|bmp|gif)$/i;

const ARCHIVE_NAME = /^[^/]*(\/[^/]+)?$/;
const ARCHIVE_ENDINGS = ['', '.zip', '.tar', '.gz', '.tgz'];
const ARCHIVES_AT_MOST = 20;

/**
 * Opens a folder or an archive, whatever its name. A folder with an archive and no other file is read as the archive; one
 * without images, as its files and those of the archives in it.
 */
export async function openFiles(source: string): Promise<FileTree> {
	if (kindOfSource(source) === 'file') return openArchive(source, await packingOf(source));
	const { names, empty, passedOver } = listFolder(source);
	const archives = await archivesIn(source, names);
	const opened = await Promise.all(archives.map(({ name, packing }) => openArchive(path.join(source, name), packing)));
	if (names.length === 1 && opened.length === 1) return opened[0];
	const loose = names.filter((name) => !archives.some((archive) => archive.name === name));
	const folder = folderTree(source, { names: loose, empty, passedOver });
	return opened.length === 0 ? folder : joinTrees(folder.place, folder, opened);
}

/** The archives directly in a folder, or in a folder there, if no image is beside them. */
async function archivesIn(source: string, names: readonly string[]): Promise<{ name: string; packing: Packing }[]> {
	const endingOf = (name: string) => path.posix.extname(name).toLowerCase();
	if (names.some((name) => IMAGE_ENDINGS.test(name))) return [];
	const likely = names.filter((name) => ARCHIVE_NAME.test(name) && ARCHIVE_ENDINGS.includes(endingOf(name)));
	if (likely.length > ARCHIVES_AT_MOST) return [];
	const found = await Promise.all(
		likely.map(async (name) => ({ name, packing: await packingOf(path.join(source, name)).catch(() => undefined) })),
	);
	return found.flatMap(({ name, packing }) =>
		packing?.kind === 'tar' || packing?.kind === 'zip' ? { name, packing } : [],
	);
}

/** The files of a folder, without archives. */
function folderTree(source: string, { names, empty, passedOver }: ReturnType<typeof listFolder>): FileTree {
	const place = path.basename(path.resolve(source));
	const taken = new Set<string>();
	const each: FileTree['each'] = async (wanted, take, { report, refuse = refuser(place) } = {}) => {
		const chosen = names.filter((name) => wanted.has(name));
		for (let start = 0; start < chosen.length; start += FILES_AT_ONCE) {
			const some = chosen.slice(start, start + FILES_AT_ONCE);
			const read = async (name: string) => {
				taken.add(name);
				const content = await contentOf(path.join(source, name));
				return typeof content === 'string' ? refuse(name, content) : take(name, content);
			};
			await Promise.all(some.map(read));
			report?.((start + some.length) / chosen.length);
		}
	};
	const stamp = () => fingerprintFiles(source, names);
	return { place, names, empty, passedOver, stamp, taken, each };
}

/** The content of a file, or why it cannot be read. */
async function contentOf(file: string): Promise<Uint8Array | string> {
	try {
		return statSync(file).size > WHOLE_BYTES ? TOO_LARGE : await readFile(file);
	} catch (error) {
		const code = codeOf(error);
		return code === 'EACCES' || code === 'EPERM' ? 'it may not be read' : `it cannot be read (${code})`;
	}
}

const TOO_LARGE = `it is larger than ${formatMegabytes(WHOLE_BYTES)}`;

/** Throws for a file that cannot be read. */
function refuser(place: string): NonNullable<EachOptions['refuse']> {
	return (name, reason) => {
		throw new DataError('files that can be read', place, `${name}: ${reason}`, 'Replace or delete this file.');
	};
}

async function openArchive(file: string, packing: Packing): Promise<FileTree> {
	const place = path.basename(file);
	if (packing.kind === 'other') throw foreignFile('a tar, tar.gz or zip archive', file, packing);
	if (packing.kind === 'text') {
		const remedy = 'Give the path of a folder of images, or of an archive of one.';
		throw new DataError('a tar, tar.gz or zip archive', place, 'a text file', remedy);
	}
	/** How often each file occurs. */
	const times = new Map<string, number>();
	let [hidden, repeated] = [0, 0];
	await visitArchive(file, packing, async ({ name }) => {
		if (isHidden(name)) hidden++;
		else {
			if (times.has(name)) repeated++;
			times.set(name, (times.get(name) ?? 0) + 1);
		}
	});
	const taken = new Set<string>();
	const each: FileTree['each'] = async (wanted, take, { report, refuse = refuser(place) } = {}) => {
		let some: [string, Uint8Array][] = [];
		let bytes = 0;
		const takeSome = async () => {
			await Promise.all(some.map(([name, content]) => take(name, content)));
			[some, bytes] = [[], 0];
		};
		const earlier = new Map<string, number>();
		const visit = async ({ name, size, content }: ArchiveEntry) => {
			if (!wanted.has(name)) return;
			const occurrence = (earlier.get(name) ?? 0) + 1;
			earlier.set(name, occurrence);
			// The last one counts, as when the archive is unpacked.
			if (occurrence < (times.get(name) ?? 1)) return;
			taken.add(name);
			if (size > WHOLE_BYTES) return refuse(name, TOO_LARGE);
			some.push([name, await collect(content, name)]);
			bytes += size;
			if (some.length === FILES_AT_ONCE || bytes > WHOLE_BYTES) await takeSome();
		};
		await visitArchive(file, packing, visit, report);
		await takeSome();
	};
	const passedOver = { ...(hidden && { hidden }), ...(repeated && { 'earlier copies of a file': repeated }) };
	const stamp = () => stampOf(file);
	return { place, names: [...times.keys()].sort(), passedOver, stamp, taken, each };
}

/** Reads text files of a tree whole. */
export async function readTexts(tree: FileTree, names: readonly string[]): Promise<Map<string, string>> {
	const texts = new Map<string, string>();
	// TextDecoder removes a byte-order mark.
	await tree.each(new Set(names), async (name, content) => void texts.set(name, new TextDecoder().decode(content)));
	return texts;
}
