import { formatCount, formatSeconds } from '../lib/format';
import { OWN_PNG } from './ownOutput';
import { filesDone, PHOTO_RESULTS } from './photos/formats';
import { type ListedFile, listFiles } from './photos/listing';
import { openReader, type PhotoReader, type PhotoTask } from './photos/reader';
import type { PhotoResult, ReadingOptions } from './photos/reading';
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
	/** Where Ray reads the photos, `local` or a cluster's address; absent to read them in this process. */
	readonly on?: string;
	/** Cores of each of Ray's workers. */
	readonly cores?: number;
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
 * @param signal Stops after the photo that is being read, or at once what reads on Ray.
 * @param open Opens the model.
 * @throws {Problem} Before any work, if the options are wrong or a file of the user's would be replaced.
 */
export async function predictPhotos(
	given: readonly string[],
	options: PredictOptions,
	print: (emotions: readonly string[]) => ResultSink<PhotoResult>,
	signal?: AbortSignal,
	open = openReaderFor,
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
	const reader = await open(options, signal);
	try {
		const sink = (results?.open ?? print)(reader.emotions);
		return await readAll({ files, reader, copies, done: filesDone(results?.stored ?? []), sink, signal });
	} finally {
		reader.dispose();
	}
}

async function openReaderFor(options: PredictOptions, signal?: AbortSignal): Promise<PhotoReader> {
	const { model, detect, tta, debug, on, cores } = options;
	const reading = { detect, tta, debug };
	if (on === undefined) {
		if (cores !== undefined) throw new Problem('Expected --on with --cores but received none. Example: --on local');
		return openReader(modelFolder(model), reading);
	}
	const { openRayReader } = await import('./photos/rayReader.js');
	return openRayReader(modelFolder(model), reading, { on, cores, signal });
}

interface Work {
	readonly files: AsyncIterable<ListedFile> | Iterable<ListedFile>;
	readonly reader: PhotoReader;
	readonly copies?: ReadonlyMap<string, string>;
	readonly done: ReadonlySet<string>;
	readonly sink: ResultSink<PhotoResult>;
	readonly signal?: AbortSignal;
}

/** What was found so far; `isWhole` if that is all. */
interface Listing {
	count: number;
	isWhole: boolean;
	readonly leftOut: Record<string, number>;
}

async function readAll({ reader, sink, signal, ...work }: Work): Promise<PredictSummary> {
	let [count, failed, isWhole] = [0, 0, false];
	const listing: Listing = { count: 0, isWhole: false, leftOut: {} };
	try {
		return await withTask('Photos', async (task) => {
			const describe = progressOf(listing);
			task.update('starting');
			await reader.read(tasksOf(work, listing, signal), (result) => {
				task.print(() => sink.write(result));
				count++;
				if (result.error !== undefined && result.status !== 'passed over') failed++;
				task.update(`${describe(count)}${failed > 0 ? `, ${failed} not read` : ''}`);
			});
			isWhole = !signal?.aborted;
			return { done: count, failed, leftOut: listing.leftOut, wasStopped: !isWhole };
		});
	} finally {
		sink.end(isWhole);
	}
}

/** The files that remain to be read, until `signal`. */
async function* tasksOf(
	{ files, copies, done }: Pick<Work, 'files' | 'copies' | 'done'>,
	listing: Listing,
	signal?: AbortSignal,
): AsyncGenerator<PhotoTask> {
	for await (const { file, group, reason, kind } of files) {
		if (signal?.aborted) return;
		if (group === 'other' || group === 'passed over') {
			const name = kind?.name ?? 'other file';
			listing.leftOut[name] = (listing.leftOut[name] ?? 0) + 1;
		}
		if (group === 'other' || done.has(resolveUserPath(file))) continue;
		listing.count++;
		yield { file, group, reason, copy: copies?.get(file) };
	}
	listing.isWhole = true;
}

/** Describes progress: the rate since the first results, and the time left where the number of files is known. */
function progressOf(listing: Listing): (count: number) => string {
	let first: { readonly count: number; readonly time: number } | undefined;
	return (count) => {
		const now = performance.now();
		first ??= { count, time: now };
		const rate = (1000 * (count - first.count)) / (now - first.time);
		const { count: total, isWhole } = listing;
		const left = isWhole ? total - count : 0;
		const parts = [left > 0 ? `${formatCount(count)} of ${formatCount(total)}` : `${formatCount(count)} done`];
		if (Number.isFinite(rate) && rate > 0) {
			parts.push(`${rate.toFixed(1)}/s`);
			if (left > 0) parts.push(`${formatSeconds(left / rate)} left`);
		}
		return parts.join(', ');
	};
}

async function collect(files: AsyncIterable<ListedFile> | Iterable<ListedFile>): Promise<ListedFile[]> {
	const all: ListedFile[] = [];
	for await (const file of files) all.push(file);
	return all;
}
