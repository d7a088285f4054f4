/** Something that the user can fix: its message is printed as it is, without a stack. */
export class Problem extends Error {
	override name = 'Problem';
}

/** Sentences for the file system's errors. */
const FILE_ERRORS: Readonly<Record<string, (path: string) => string>> = {
	ENOENT: (path) => `There is no file or folder ${path}.`,
	EACCES: (path) => `Permission denied: ${path}.`,
	EPERM: (path) => `Permission denied: ${path}.`,
	EROFS: (path) => `${path} is on a read-only file system. Choose another folder.`,
	ENOSPC: (path) => `No space left on the disk to write ${path}. Free some space and run the command again.`,
	EDQUOT: (path) => `The disk quota is used up: cannot write ${path}. Free some space and run the command again.`,
	EISDIR: (path) => `Expected a file but found a folder: ${path}.`,
	ELOOP: (path) => `Expected a file or folder but found a link that leads nowhere: ${path}.`,
	ENOTDIR: (path) => `Expected a folder but found a file in the path ${path}.`,
	EEXIST: (path) => `Expected a folder but found a file: ${path}.`,
	ENAMETOOLONG: (path) => `The name is too long for this file system: ${path}.`,
};

/** Describes an error of the file system in a sentence; undefined for any other error. */
function describeFileError(error: Error): string | undefined {
	const { code, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
	const sentence = FILE_ERRORS[code ?? ''];
	if (sentence) return sentence(dest ?? path ?? '(path unknown)');
	return path === undefined ? undefined : error.message;
}

/** Checks whether an error is the user's to fix: wrong arguments, bad files, a full disk. */
export function isExpected(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	if (
		['Problem', 'DataError', 'NotFiniteError', 'GraphicsError'].includes(error.name) ||
		describeFileError(error) !== undefined
	)
		return true;
	// V8's own errors of these types are bugs; the library's start with `Expected`.
	return ['RangeError', 'TypeError'].includes(error.name) && error.message.startsWith('Expected ');
}

/** Describes an error in a sentence for the terminal; a bug also says how to see its stack. */
export function describeError(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const sentence = describeFileError(error) ?? error.message;
	if (isExpected(error)) return sentence;
	return `${error.name}: ${sentence}\nThis is a bug. Run the command with --debug to see the stack.`;
}
