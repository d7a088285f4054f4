import {
	cpSync,
	existsSync,
	lstatSync,
	readdirSync,
	readFileSync,
	rmdirSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isOwnPng } from '../lib/data/image';
import { Problem } from './problem';
import { makeFolder, shownPath } from './projectFolder';

/** Lists the files that this program wrote into a folder of the user's choice; only those are ever replaced. */
const MANIFEST = '.fer-output.json';

/** What a folder is filled with. */
export type OutputKind = 'package' | 'page' | 'SavedModel' | 'tfjs model';

/** A kind of file that a command writes for the user. */
export interface OwnFile {
	/** In the singular, with its article: `a new PNG file`. */
	readonly name: string;
	/** With its dot. */
	readonly ending: string;
	/** Whether a file is one that this program wrote. */
	isOwn(file: string): Promise<boolean>;
}

export const OWN_PNG: OwnFile = { name: 'a new PNG file', ending: '.png', isOwn: isOwnPng };

/**
 * Checks that a file can be written without loss: nothing is there yet, or one that this program wrote.
 * @param option The user's option, for the message.
 * @throws {Problem} Otherwise.
 */
export async function checkOutputFile(file: string, option: string, { name, isOwn }: OwnFile): Promise<void> {
	// Not statSync: a link would be replaced itself, and one to nothing looks like a new file.
	const stat = lstatSync(file, { throwIfNoEntry: false });
	if (!stat || (stat.isFile() && (await isOwn(file)))) return;
	const kind = stat.isDirectory() ? 'a folder' : stat.isSymbolicLink() ? 'a link' : 'a device or pipe';
	const received = stat.isFile() ? 'a file that fer did not write' : kind;
	throw new Problem(`Expected ${name} for ${option} but received ${received}: ${shownPath(file)}.`);
}

/** As `checkOutputFile`, for a PNG file. */
export const checkOutputPng = (file: string, option: string) => checkOutputFile(file, option, OWN_PNG);

/**
 * Checks that a folder can be filled without loss: it can be made, is empty, or was filled with the same kind of output before.
 * @returns The files of that earlier output, relative to the folder.
 * @throws {Problem} Otherwise.
 */
export function checkOutputFolder(folder: string, kind: OutputKind, option: string): readonly string[] {
	const stat = statSync(folder, { throwIfNoEntry: false });
	if (!stat) {
		// Whether the system allows it shows only in trying.
		const made = makeFolder(folder);
		for (let each = folder; made && each.length >= made.length; each = dirname(each)) rmdirSync(each);
		return [];
	}
	if (stat.isDirectory() && readdirSync(folder).length === 0) return [];
	const earlier = stat.isDirectory() ? readManifest(folder) : undefined;
	if (earlier?.kind === kind) return earlier.files;
	const expected = `Expected a new or empty folder, or one with an earlier ${kind}, for ${option}`;
	throw new Problem(`${expected} but received ${shownPath(folder)}. Choose another, or delete this one.`);
}

/**
 * Moves finished output into a folder: replaces the files of an earlier one, and leaves all other files as they are.
 * @param built The folder of the finished output.
 * @throws {Problem} As `checkOutputFolder`, or if a file of the user's has the name of a new one; nothing is changed then.
 */
export function fillOutputFolder(built: string, folder: string, kind: OutputKind, option: string): void {
	const earlier = checkOutputFolder(folder, kind, option);
	const files = listFiles(built);
	const foreign = files.find((file) => !earlier.includes(file) && existsSync(join(folder, file)));
	if (foreign) {
		const remedy = 'Move it elsewhere, or choose another folder.';
		throw new Problem(`Expected no ${foreign} in ${shownPath(folder)} but found one that fer did not write. ${remedy}`);
	}
	makeFolder(folder);
	// Of both, so that an interrupted command leaves nothing that counts as the user's.
	writeManifest(folder, kind, [...new Set([...earlier, ...files])]);
	for (const file of earlier.filter((name) => !files.includes(name))) removeFile(folder, file);
	cpSync(built, folder, { recursive: true });
	writeManifest(folder, kind, files);
}

function readManifest(folder: string): { kind: string; files: readonly string[] } | undefined {
	try {
		const { kind, files } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
		// A manifest that came from elsewhere must not name files outside its folder.
		const isInside = (file: unknown) => typeof file === 'string' && !/^([/\\]|\w:)|(^|[/\\])\.\.([/\\]|$)/.test(file);
		return Array.isArray(files) && files.every(isInside) ? { kind, files } : undefined;
	} catch {
		return undefined;
	}
}

function writeManifest(folder: string, kind: OutputKind, files: readonly string[]): void {
	writeFileSync(join(folder, MANIFEST), `${JSON.stringify({ kind, files }, null, '\t')}\n`);
}

function listFiles(folder: string, inside = ''): string[] {
	return readdirSync(join(folder, inside), { withFileTypes: true }).flatMap((entry) => {
		const name = join(inside, entry.name);
		return entry.isDirectory() ? listFiles(folder, name) : [name];
	});
}

/** Removes a file, and the folders that it leaves empty. */
function removeFile(folder: string, file: string): void {
	rmSync(join(folder, file), { force: true });
	for (let inside = dirname(file); inside !== '.'; inside = dirname(inside)) {
		if (!existsSync(join(folder, inside)) || readdirSync(join(folder, inside)).length > 0) return;
		rmdirSync(join(folder, inside));
	}
}
