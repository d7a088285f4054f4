import type { Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative } from 'node:path';
import { isOwnPngHead } from '../../lib/data/image';
import { type FileKind, fileEnds, fileKind, READ_FORMATS } from '../../lib/data/imageKind';
import { specialKind } from '../../lib/data/readers/source';
import { describeError } from '../problem';
import { resolveUserPath } from '../projectFolder';

/** A file that an argument stands for. */
export interface ListedFile {
	/** Its path, as the user would write it. */
	readonly file: string;
	/** Its path below the argument's folder, for the annotated copy. */
	readonly below: string;
	/** `photo`: to be read. `passed over`: an image that is not read. `not read`: neither. `other`: no image. */
	readonly group: 'photo' | 'passed over' | 'not read' | 'other';
	/** Why it is passed over or not read. */
	readonly reason?: string;
	/** What it is by its content, where that is known. */
	readonly kind?: FileKind;
}

const NOT_UTF8 = 'Its name is not in UTF-8. Rename it.';

/** What other programs would take for a photo: in a folder, it is read even if it holds something else. */
const PHOTO_NAME = /\.(jpe?g|png|webp|gif|tiff?|avif|bmp)$/i;

/**
 * Lists the files that arguments stand for, as they are found: files themselves, all files in folders and those below, by
 * name, and the files that match patterns; each file once. Hidden files are left out, those of `copies` too.
 * @param given Files, folders and patterns.
 * @param copies The folder of annotated copies, which are no photos.
 */
export async function* listFiles(given: readonly string[], copies?: string): AsyncGenerator<ListedFile> {
	const listed = new Set<string>();
	for (const argument of given) {
		let [hasPhoto, videos] = [false, 0];
		for await (const found of filesOf(argument, copies)) {
			hasPhoto ||= found.group === 'photo' || found.group === 'not read';
			if (found.kind?.isVideo) videos++;
			const path = resolveUserPath(found.file);
			if (listed.has(path)) continue;
			listed.add(path);
			yield found;
		}
		const received =
			videos === 0
				? 'none'
				: `${videos} video${videos === 1 ? '' : 's'}, ${videos === 1 ? 'which is' : 'which are'} read by name only`;
		if (!hasPhoto) yield refuse(argument, expected(argument, received));
	}
}

async function* filesOf(argument: string, copies?: string): AsyncGenerator<ListedFile> {
	const found = await look(argument);
	if (found instanceof Error) {
		const isMissing = (found as NodeJS.ErrnoException).code === 'ENOENT' && !(await isLink(argument));
		if (isMissing) yield* matching(argument);
		else yield refuse(argument, describeLink(found));
	} else if (found.isDirectory()) {
		yield* walk(argument, '', new Set([idOf(found)]), copies);
	} else if (found.isFile()) {
		yield { file: argument, below: basename(argument), group: 'photo' };
	} else {
		yield refuse(argument, expected(argument, specialKind(found)));
	}
}

/** Lists the files that match a pattern. */
async function* matching(pattern: string): AsyncGenerator<ListedFile> {
	const { glob, isDynamicPattern } = await import('tinyglobby');
	const files = await glob(pattern, { cwd: resolveUserPath('.'), expandDirectories: false });
	if (files.length === 0) return yield refuse(pattern, expected(pattern, 'no such file'));
	const parts = pattern.split('/');
	const fixed = parts.slice(
		0,
		Math.max(
			0,
			parts.findIndex((part) => isDynamicPattern(part)),
		),
	);
	const root = resolveUserPath(fixed.length > 0 ? fixed.join('/') || '/' : '.');
	for (const match of files.sort()) {
		const path = resolveUserPath(match);
		const inside = relative(root, path);
		// Braces may lead out of the root: {a,../b}/*.jpg.
		const below = inside.startsWith('..') ? basename(path) : inside;
		const file = isAbsolute(pattern) ? path : match;
		const found = await look(file);
		if (found instanceof Error) yield refuse(file, describeLink(found));
		else if (found.isFile()) yield classify(file, below);
		else yield passOver(file, below, `It is ${specialKind(found)}.`);
	}
}

/** Lists the files of a folder and those below it, each folder once, so that links in a circle end. */
async function* walk(folder: string, below: string, seen: Set<string>, copies?: string): AsyncGenerator<ListedFile> {
	let names: string[];
	try {
		names = await readdir(resolveUserPath(folder));
	} catch (error) {
		return yield refuse(folder, describeError(error));
	}
	for (const name of names.filter((each) => !each.startsWith('.')).sort()) {
		const [file, place] = [join(folder, name), join(below, name)];
		const found = await look(file);
		if (found instanceof Error) yield refuse(file, name.includes('\ufffd') ? NOT_UTF8 : describeLink(found));
		else if (found.isFile()) yield classify(file, place);
		else if (!found.isDirectory()) yield passOver(file, place, `It is ${specialKind(found)}.`);
		else if (resolveUserPath(file) === copies) continue;
		else if (seen.has(idOf(found))) yield passOver(file, place, 'Its folder is read already: a link leads there.');
		else {
			seen.add(idOf(found));
			yield* walk(file, place, seen, copies);
		}
	}
}

/** Tells what a file in a folder is, by its content, or by its name if the content says nothing. */
async function classify(file: string, below: string): Promise<ListedFile> {
	try {
		const ends = await fileEnds(resolveUserPath(file));
		if (isOwnPngHead(ends.head)) return passOver(file, below, 'It is an annotated copy or a figure that fer drew.');
		const kind = await fileKind(ends);
		if (kind?.group === 'read') return { file, below, group: 'photo', kind };
		if (kind?.group === 'unread') return passOver(file, below, `${kind.name}. ${kind.remedy ?? ''}`.trim(), kind);
		return { file, below, group: PHOTO_NAME.test(file) ? 'photo' : 'other', kind };
	} catch (error) {
		return refuse(file, describeError(error));
	}
}

/** Looks at a path, through links; returns the error where that fails. */
function look(path: string): Promise<Stats | Error> {
	return stat(resolveUserPath(path)).catch((error: Error) => error);
}

const idOf = ({ dev, ino }: Stats) => `${dev}:${ino}`;

async function isLink(path: string): Promise<boolean> {
	return (await lstat(resolveUserPath(path)).catch(() => undefined))?.isSymbolicLink() ?? false;
}

/** Describes why a path cannot be looked at; if there is nothing at it, it must be a link. */
function describeLink(error: Error): string {
	return (error as NodeJS.ErrnoException).code === 'ENOENT'
		? 'It is a link to a file that does not exist.'
		: describeError(error);
}

function expected(argument: string, received: string): string {
	return `Expected photos (${READ_FORMATS}) for ${argument} but received ${received}.`;
}

const refuse = (file: string, reason: string): ListedFile => ({ file, below: file, group: 'not read', reason });

function passOver(file: string, below: string, reason: string, kind?: FileKind): ListedFile {
	return { file, below, group: 'passed over', reason, kind };
}
