import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { dirname, extname, relative, resolve } from 'node:path';
import { csvLine } from '../../lib/csv';
import { parquetToCsv, writeParquet } from '../../lib/data/parquet';
import { describeOwner, removeLock, tryLock } from '../../lib/fileLock';
import { Problem } from '../problem';
import { makeFolder, resolveUserPath, shownPath } from '../projectFolder';
import { contentOfCsv, contentOfLines } from './content';
import type { ResultKind, ResultSink } from './resultKind';

/** A file for results that was checked: `.csv`, `.jsonl` with an object a line, or `.parquet`. */
export interface ResultFile<Result, Stored> {
	/** The results in it, whose files have absolute paths. */
	readonly stored: readonly Stored[];
	/**
	 * Opens it for appending, and locks it for this process. Throws a Problem if it has the results of a model with other
	 * emotions, or another process writes it.
	 */
	open(emotions: readonly string[]): ResultSink<Result>;
}

/** Where a result file's text is kept: Parquet cannot be appended to, so that it is made from a CSV beside it in the end. */
interface Place {
	/** The file that is appended to. */
	readonly path: string;
	readonly isCsv: boolean;
	/** The Parquet file that is made of it. */
	readonly parquet?: string;
}

/** Follows the name of a Parquet file while its results are collected. */
const UNFINISHED = '.unfinished.csv';

/**
 * Checks the file of `--to`.
 * @param resume Goes on with a file that exists: its results are kept, but for one that was not written to its end.
 * @throws {Problem} If the file exists without `resume`, or holds something else.
 */
export function checkResultFile<Result extends { readonly file: string }, Stored extends { readonly file: string }>(
	given: string,
	resume: boolean,
	kind: ResultKind<Result, Stored>,
): ResultFile<Result, Stored> {
	const place = placeOf(given);
	const { path, isCsv, parquet } = place;
	const written = [parquet, path].filter((each) => each !== undefined);
	for (const file of written) checkNew(file, resume);
	// The results of a finished Parquet file are written anew, so that they can be appended to.
	const isFinished = parquet !== undefined && existsSync(parquet) && !existsSync(path);
	const bytes = isFinished ? tableOf(parquet, given) : existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
	const text = bytes.toString('utf8');
	const content = isCsv ? contentOfCsv(text, kind) : contentOfLines(text, kind);
	const complete = Buffer.from(text.slice(0, content?.length));
	if (!content || !complete.equals(bytes.subarray(0, complete.length))) throw otherFile(given);
	// Names in the file start from its folder: the same command may be given elsewhere.
	const folder = dirname(path);
	return {
		stored: content.results.map((result) => ({ ...result, file: resolve(folder, result.file) })),
		open(emotions) {
			const columns = kind.columns(emotions);
			const names = columns.map(([name]) => name);
			if (content.header && String(content.header) !== String(names)) {
				const remedy = 'Use the model that it was begun with, or choose another name.';
				throw new Problem(`Expected results with the columns ${names} for --resume but received ${given}. ${remedy}`);
			}
			if (parquet !== undefined && new Set(names).size < names.length) {
				const remedy = 'A table of Parquet cannot hold two columns of the same name: choose a file that ends in .csv.';
				throw new Problem(`Expected columns with different names for ${given} but received ${names}. ${remedy}`);
			}
			makeFolder(folder);
			const release = lock(path, isFinished ? 0 : bytes.length);
			if (!isFinished && complete.length < bytes.length) truncateSync(path, complete.length);
			const handle = openSync(path, 'a');
			const append = (lines: string) => writeWhole(handle, lines, shownPath(path));
			if (isFinished) append(complete.toString('utf8'));
			if (isCsv && !content.header) append(`${csvLine(names)}\n`);
			return {
				write(result) {
					const stored = { ...result, file: relative(folder, resolveUserPath(result.file)) };
					append(`${isCsv ? kind.toCsv(stored, emotions) : JSON.stringify(kind.toJson(stored, emotions))}\n`);
				},
				end(isWhole) {
					closeSync(handle);
					try {
						if (!isWhole || parquet === undefined) return;
						writeParquet(path, columns, parquet);
						rmSync(path);
					} finally {
						release();
					}
				},
			};
		},
	};
}

function placeOf(given: string): Place {
	const path = resolveUserPath(given);
	const ending = extname(path).toLowerCase();
	if (ending === '.parquet') return { path: `${path}${UNFINISHED}`, isCsv: true, parquet: path };
	if (ending === '.csv' || ending === '.jsonl') return { path, isCsv: ending === '.csv' };
	throw new Problem(`Expected a file that ends in .csv, .jsonl or .parquet for --to but received ${given}.`);
}

function checkNew(path: string, resume: boolean): void {
	const stat = statSync(path, { throwIfNoEntry: false });
	const shown = shownPath(path);
	if (stat && !stat.isFile()) throw new Problem(`Expected a new file for --to but received another thing: ${shown}.`);
	if (!stat || stat.size === 0 || resume) return;
	const remedy = 'Add --resume to go on with it, or choose another name.';
	throw new Problem(`Expected a new file for --to but received one that exists: ${shown}. ${remedy}`);
}

/** The CSV of a Parquet file. */
function tableOf(parquet: string, given: string): Buffer {
	if (statSync(parquet).size === 0) return Buffer.alloc(0);
	try {
		return parquetToCsv(parquet);
	} catch {
		throw otherFile(given);
	}
}

function otherFile(given: string): Problem {
	const remedy = 'Choose another name.';
	return new Problem(`Expected results of fer predict for --resume but received another file: ${given}. ${remedy}`);
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
