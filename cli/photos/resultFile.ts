import { closeSync, openSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs';
import { dirname, extname, relative, resolve } from 'node:path';
import { csvLine, parseCsv } from '../../lib/csv';
import { describeOwner, removeLock, tryLock } from '../../lib/fileLock';
import { Problem } from '../problem';
import { makeFolder, resolveUserPath, shownPath } from '../projectFolder';
import { csvColumns, toCsv, toJson } from './formats';
import { type PhotoResult, STATUSES } from './reading';

/** Receives results one by one. */
export interface ResultSink {
	write(result: PhotoResult): void;
	/** Ends the output, so that it is complete. */
	end(): void;
}

/** A file for results that was checked: `.csv`, or `.jsonl` with an object a line. */
export interface ResultFile {
	/** The files that were read already, by their absolute paths. */
	readonly done: ReadonlySet<string>;
	/**
	 * Opens it for appending, and locks it for this process. Throws a Problem if it has the results of a model with other
	 * emotions, or another process writes it.
	 */
	open(emotions: readonly string[]): ResultSink;
}

/** A file's name in the results, and what became of it. */
type StoredResult = Pick<PhotoResult, 'file' | 'status'>;

/** How the CSV of any model begins. */
const HEADER_START = 'file,face,emotion,';

/** How a line of JSON begins. */
const LINE_START = '{"file":"';

/** What a file holds: the results that are complete, and the length of their text. */
interface Content {
	readonly results: readonly StoredResult[];
	readonly length: number;
	/** The first line of a CSV. */
	readonly header?: readonly string[];
}

/**
 * Checks the file of `--to`.
 * @param resume Goes on with a file that exists: its results are kept, but for one that was not written to its end.
 * @throws {Problem} If the file exists without `resume`, or holds something else.
 */
export function checkResultFile(given: string, resume: boolean): ResultFile {
	const path = resolveUserPath(given);
	const isCsv = extname(path).toLowerCase() === '.csv';
	if (!isCsv && extname(path).toLowerCase() !== '.jsonl') {
		throw new Problem(`Expected a file that ends in .csv or .jsonl for --to but received ${given}.`);
	}
	const stat = statSync(path, { throwIfNoEntry: false });
	if (stat && !stat.isFile()) throw new Problem(`Expected a new file for --to but received another thing: ${given}.`);
	if (stat && stat.size > 0 && !resume) {
		const remedy = 'Add --resume to go on with it, or choose another name.';
		throw new Problem(`Expected a new file for --to but received one that exists: ${given}. ${remedy}`);
	}
	const bytes = stat ? readFileSync(path) : Buffer.alloc(0);
	const text = bytes.toString('utf8');
	const content = isCsv ? contentOfCsv(text) : contentOfLines(text);
	const complete = Buffer.from(text.slice(0, content?.length));
	if (!content || !complete.equals(bytes.subarray(0, complete.length))) {
		const remedy = 'Choose another name.';
		throw new Problem(`Expected results of fer predict for --resume but received another file: ${given}. ${remedy}`);
	}
	// Names in the file start from its folder: the same command may be given elsewhere.
	const folder = dirname(path);
	return {
		// What could not be read is tried again.
		done: new Set(content.results.flatMap(({ file, status }) => (status === 'not read' ? [] : resolve(folder, file)))),
		open(emotions) {
			const columns = csvColumns(emotions);
			if (content.header && String(content.header) !== String(columns)) {
				const remedy = 'Use the model that it was begun with, or choose another name.';
				throw new Problem(`Expected results with the columns ${columns} for --resume but received ${given}. ${remedy}`);
			}
			makeFolder(folder);
			const release = lock(path, bytes.length);
			if (complete.length < bytes.length) truncateSync(path, complete.length);
			const handle = openSync(path, 'a');
			const append = (text: string) => writeWhole(handle, `${text}\n`, shownPath(path));
			if (isCsv && !content.header) append(csvLine(columns));
			return {
				write(given) {
					const result = { ...given, file: relative(folder, resolveUserPath(given.file)) };
					append(isCsv ? toCsv(result, emotions) : JSON.stringify(toJson(result, emotions)));
				},
				end() {
					closeSync(handle);
					release();
				},
			};
		},
	};
}

/** Locks a file of results that has as many bytes as when it was checked; returns how to release it. */
function lock(path: string, bytes: number): () => void {
	const attempt = tryLock(`${path}.lock`);
	const refuse = (found: string, remedy: string) =>
		new Problem(`Expected no other process that writes ${shownPath(path)} but found ${found}. ${remedy}`);
	if (!attempt.release) throw refuse(describeOwner(attempt.owner), removeLock(`${shownPath(path)}.lock`));
	if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === bytes) return attempt.release;
	attempt.release();
	throw refuse('one that has just written', 'Run the command again with --resume.');
}

/** Writes all of a text; the system may take it in parts, or refuse a part when the disk is full. */
function writeWhole(handle: number, text: string, path: string): void {
	const bytes = Buffer.from(text);
	try {
		for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
	} catch (error) {
		throw Object.assign(error as NodeJS.ErrnoException, { path });
	}
}

/** Reads the results in a CSV; undefined if it is another one. */
function contentOfCsv(text: string): Content | undefined {
	const { rows, ends, isUnfinished } = parseCsv(text);
	if (!isUnfinished && text.length > (ends.at(-1) ?? 0)) return undefined;
	const [header, ...lines] = rows;
	// Nothing, or a part of the header.
	if (!header)
		return HEADER_START.startsWith(text.slice(0, HEADER_START.length)) ? { results: [], length: 0 } : undefined;
	// The last of this name: a class may have it too.
	const faces = header.lastIndexOf('faces');
	const isOurs = `${header.slice(0, 3)},` === HEADER_START && faces > 0;
	if (!isOurs || lines.some(({ length }) => length !== header.length)) return undefined;
	// The last photo is complete if there is a line for each of its faces.
	const last = lines.at(-1);
	const ofLast = last ? lines.filter(([file]) => file === last[0]).length : 0;
	const kept = last && ofLast < Number(last[faces]) ? rows.length - ofLast : rows.length;
	const status = header.lastIndexOf('status');
	const results = rows.slice(1, kept).map((row) => ({ file: row[0], status: row[status] as PhotoResult['status'] }));
	return { header, results, length: ends[kept - 1] };
}

/** Reads the results in lines of JSON; undefined if they are something else. */
function contentOfLines(text: string): Content | undefined {
	const length = text.lastIndexOf('\n') + 1;
	const results = text.slice(0, length).split('\n').filter(Boolean).map(resultIn);
	const rest = text.slice(length);
	// A part of a line, as a process leaves it that is killed while it writes; or all but its line break.
	const isPart = LINE_START.startsWith(rest) || (rest.startsWith(LINE_START) && (!isJson(rest) || resultIn(rest)));
	if (!isPart || !results.every((result) => result !== undefined)) return undefined;
	return { results, length };
}

/** Reads a line of JSON; undefined if it is no result of ours. */
function resultIn(line: string): StoredResult | undefined {
	if (!line.startsWith(LINE_START) || !isJson(line)) return undefined;
	const { file, status } = JSON.parse(line);
	return typeof file === 'string' && STATUSES.includes(status) ? { file, status } : undefined;
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
