import { invalidArgument } from './errors';

/** What else lies in runs/: output, builds and downloads of the program. */
const RESERVED = ['bench', 'data', 'demo', 'export', 'logs', 'package', 'peers', 'setup'];

/** A file name has 255 at most; this leaves room for what stands behind it: `.old-12`, `.lock.1234567.part`. */
const MOST_BYTES = 200;

/** Whether a text can name a folder on Linux and macOS, and names nothing but a folder inside another. */
function isFolderName(name: string): boolean {
	const isPlain = /^[^\s.](.*[^\s.])?$/su.test(name) && !/[/\\\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name);
	return isPlain && new TextEncoder().encode(name).length <= MOST_BYTES;
}

/** Whether a text can be the name of a run, a folder of its own in runs/. */
export function isRunName(name: unknown): boolean {
	if (typeof name !== 'string' || !isFolderName(name)) return false;
	return !RESERVED.includes(name.toLowerCase()) && !/\.(lock|part|stale)$/i.test(name);
}

/**
 * Checks the name of a run.
 * @param option Where the name comes from, for the message.
 * @throws {RangeError} If it is not that of a folder of its own in runs/.
 */
export function checkRunName(name: string, option = 'name'): void {
	if (isRunName(name)) return;
	const isReserved = RESERVED.includes(String(name).toLowerCase());
	const rule =
		`A name has at most ${MOST_BYTES} bytes, no slash, backslash or control character, and neither starts nor ends ` +
		'with a dot or a space.';
	const remedy = isReserved ? `runs/${name} holds other files of this program: choose another name.` : rule;
	throw invalidArgument(option, 'the name of a folder in runs/', name, remedy);
}

/** Splits the name of an earlier training, `quick.old-2`; undefined for any other name. */
export function earlierName(name: string): { name: string; number: number } | undefined {
	const [, current, number] = /^(.+)\.old-([1-9]\d{0,14})$/.exec(name) ?? [];
	return current ? { name: current, number: Number(number) } : undefined;
}

/** Whether a path names a folder inside the folder of a run that is none of those that every run has, or is empty. */
export function isInnerFolder(path: string): boolean {
	if (path === '') return true;
	// Below the first part too: a folder that holds such folders looks like a study of several runs.
	const isOwn = (part: string) => /^(phase[12].*|model|images|.*\.(json|ipynb|html|log|txt))$/i.test(part);
	return path.split('/').every((part) => isFolderName(part) && !isOwn(part));
}
