import { openRecognizer, type Recognizer } from '../lib/photos/recognizer';
import { OWN_PNG } from './ownOutput';
import { filesDone, PHOTO_RESULTS } from './photos/formats';
import { type ListedFile, listFiles } from './photos/listing';
import { type PhotoResult, type ReadingOptions, readPhoto } from './photos/reading';
import { Problem } from './problem';
import { withTask } from './progressLine';
import { modelFolder, resolveUserPath } from './projectFolder';
import { planCopies } from './results/copies';
import { checkResultFile } from './results/resultFile';
import type { ResultSink } from './results/resultKind';

/** The options of `fer predict` that choose how photos are read, and where results go. */
export interface PredictOptions extends ReadingOptions {
	readonly model?: string;
	/** The folder of annotated copies. */
	readonly annotate?: string;
	/** A file for the results, instead of printing them. */
	readonly to?: string;
	/** Goes on with the file of `to`. */
	readonly resume?: boolean;
}

/** What a run of `fer predict` did. */
export interface PredictSummary {
	readonly done: number;
	/** Files that were not read or have no annotated copy. */
	readonly failed: number;
	/** Number of files in folders that were left out, by what they are. */
	readonly leftOut: Readonly<Record<string, number>>;
	readonly wasStopped: boolean;
}

/** Checks that `resume` comes with a file; throws a Problem otherwise. */
export function checkResume({ resume, to }: Pick<PredictOptions, 'resume' | 'to'>): void {
	if (!resume || to !== undefined) return;
	throw new Problem('Expected --to with --resume but received none. Give the file of the results to go on with.');
}

/**
 * Reads the faces of photos, and passes each result on as it comes; a file that cannot be read does not stop the others.
 * @param given Files, folders and patterns.
 * @param print Opens the output for the results where no file is given, for a model's emotions.
 * @param signal Stops after the photo that is being read.
 * @throws {Problem} Before any work, if the options are wrong or a file of the user's would be replaced.
 */
export async function predictPhotos(
	given: readonly string[],
	options: PredictOptions,
	print: (emotions: readonly string[]) => ResultSink<PhotoResult>,
	signal?: AbortSignal,
): Promise<PredictSummary> {
	checkResume(options);
	const { to, resume = false } = options;
	const results = to === undefined ? undefined : checkResultFile(to, resume, PHOTO_RESULTS);
	const folder = options.annotate === undefined ? undefined : resolveUserPath(options.annotate);
	let files: AsyncIterable<ListedFile> | Iterable<ListedFile> = listFiles(given, folder);
	let copies: ReadonlyMap<string, string> | undefined;
	if (folder !== undefined) {
		// All of them, since every name is checked before any work.
		const all = await collect(files);
		const photos = all.filter(({ group }) => group === 'photo');
		copies = await planCopies(photos, folder, { sources: 'photos', option: '--annotate', output: OWN_PNG });
		files = all;
	}
	const recognizer = await openRecognizer(modelFolder(options.model));
	try {
		const open = results ? results.open : print;
		return await readAll({
			files,
			recognizer,
			options,
			copies,
			done: filesDone(results?.stored ?? []),
			sink: open(recognizer.emotions),
			signal,
		});
	} finally {
		recognizer.dispose();
	}
}

interface Work {
	readonly files: AsyncIterable<ListedFile> | Iterable<ListedFile>;
	readonly recognizer: Recognizer;
	readonly options: ReadingOptions;
	readonly copies?: ReadonlyMap<string, string>;
	readonly done?: ReadonlySet<string>;
	readonly sink: ResultSink<PhotoResult>;
	readonly signal?: AbortSignal;
}

async function readAll({ files, recognizer, options, copies, done, sink, signal }: Work): Promise<PredictSummary> {
	let [count, failed, isWhole] = [0, 0, false];
	const leftOut: Record<string, number> = {};
	try {
		return await withTask('Photos', async (task) => {
			for await (const listed of files) {
				if (signal?.aborted) break;
				if (listed.group === 'other' || listed.group === 'passed over') {
					const name = listed.kind?.name ?? 'other file';
					leftOut[name] = (leftOut[name] ?? 0) + 1;
				}
				if (listed.group === 'other' || done?.has(resolveUserPath(listed.file))) continue;
				const result = await readPhoto(recognizer, listed, options, copies?.get(listed.file));
				task.print(() => sink.write(result));
				count++;
				if (result.error !== undefined && result.status !== 'passed over') failed++;
				task.update(`${count} done${failed > 0 ? `, ${failed} not read` : ''}`);
			}
			isWhole = !signal?.aborted;
			return { done: count, failed, leftOut, wasStopped: !isWhole };
		});
	} finally {
		sink.end(isWhole);
	}
}

async function collect(files: AsyncIterable<ListedFile> | Iterable<ListedFile>): Promise<ListedFile[]> {
	const all: ListedFile[] = [];
	for await (const file of files) all.push(file);
	return all;
}
