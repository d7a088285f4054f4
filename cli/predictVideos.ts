import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GraphicsError } from '../lib/errors';
import { escapeHtml } from '../lib/figures/className';
import { emotionTimeline } from '../lib/figures/emotionTimeline';
import { saveFile, writePng } from '../lib/figures/rendering/export';
import { isOwnHtml, toHtml } from '../lib/figures/rendering/html';
import { formatClock } from '../lib/format';
import { openRecognizer, type Recognizer } from '../lib/photos/recognizer';
import { formatProgress, ProgressMeter } from '../lib/progress';
import { withoutBrief } from '../lib/videos/timeline';
import { OWN_PNG } from './ownOutput';
import { checkResume, type PredictOptions, type PredictSummary } from './predictPhotos';
import { describeError, isExpected } from './problem';
import { type Task, withTask } from './progressLine';
import { modelFolder, resolveUserPath } from './projectFolder';
import { planCopies } from './results/copies';
import { checkResultFile } from './results/resultFile';
import type { ResultSink } from './results/resultKind';
import { runFfmpeg } from './videos/ffmpeg';
import { describeVideo, type FrameResult, VIDEO_RESULTS, type VideoSummary } from './videos/formats';
import { isOwnVideo, probe } from './videos/probe';
import { readVideo, type VideoReadingOptions } from './videos/reading';

/** The options of `fer predict` for videos. */
export interface PredictVideoOptions extends PredictOptions, VideoReadingOptions {
	/** The folder of the timelines. */
	readonly timeline?: string;
}

/** Where results of videos go. */
interface VideoOutput {
	/** Opens the output for the frames where no file is given, for a model's emotions. */
	open(emotions: readonly string[]): ResultSink<FrameResult>;
	/** Receives what was seen in a video, or why it was not read. */
	tell(text: string, isFailure: boolean): void;
}

const SIGNAL_MILLISECONDS = 200;

/** The files that are named after each video. */
interface Copies {
	readonly annotated?: ReadonlyMap<string, string>;
	readonly timelines?: readonly [png: ReadonlyMap<string, string>, html: ReadonlyMap<string, string>];
}

/**
 * Reads the faces of videos, and passes each frame on as it comes; a video that cannot be read does not stop the others.
 * @param files Videos, each once.
 * @param signal Stops after the frame that is being read.
 * @throws {Problem} Before any work, if the options are wrong, ffmpeg is not installed, or a file of the user's would be
 *   replaced.
 */
export async function predictVideos(
	files: readonly string[],
	options: PredictVideoOptions,
	output: VideoOutput,
	signal?: AbortSignal,
): Promise<PredictSummary> {
	checkResume(options);
	await runFfmpeg('ffmpeg', ['-version']);
	await runFfmpeg('ffprobe', ['-version']);
	const { to, resume = false } = options;
	const results = to === undefined ? undefined : checkResultFile(to, resume, VIDEO_RESULTS);
	const copies = await planAll(files, options);
	const recognizer = await openRecognizer(modelFolder(options.model));
	const sink = (results ?? output).open(recognizer.emotions);
	const stored = (file: string) => (results?.stored ?? []).filter((frame) => frame.file === resolveUserPath(file));
	let [done, failed, isWhole] = [0, 0, false];
	try {
		return await withTask('Videos', async (task) => {
			for (const file of files) {
				if (signal?.aborted) break;
				const place = files.length > 1 ? `${basename(file)} (${done + 1} of ${files.length})` : basename(file);
				const work = { file, place, recognizer, options, copies, sink, task, signal };
				let isFailure = false;
				const text = await readOne({ ...work, stored: stored(file) }).catch(async (error) => {
					if (!isExpected(error) || error instanceof GraphicsError) throw error;
					// A Ctrl-C ends ffmpeg as well, and may reach it before this process.
					await sleep(SIGNAL_MILLISECONDS);
					if (signal?.aborted) return undefined;
					isFailure = true;
					return describeError(error);
				});
				if (text === undefined) break;
				done++;
				failed += Number(isFailure);
				task.print(() => output.tell(text, isFailure));
			}
			isWhole = !signal?.aborted;
			return { done, failed, leftOut: {}, wasStopped: !isWhole };
		});
	} finally {
		sink.end(isWhole);
		recognizer.dispose();
	}
}

async function planAll(files: readonly string[], { annotate, timeline }: PredictVideoOptions): Promise<Copies> {
	const sources = files.map((file) => ({ file, below: basename(file) }));
	const plan = (folder: string, option: string, output: typeof OWN_PNG) =>
		planCopies(sources, resolveUserPath(folder), { sources: 'videos', option, output });
	const video = { name: 'a new MP4 file', ending: '.mp4', isOwn: isOwnVideo };
	const page = { name: 'a new HTML file', ending: '.html', isOwn: isOwnHtml };
	return {
		...(annotate !== undefined && { annotated: await plan(annotate, '--annotate', video) }),
		...(timeline !== undefined && {
			timelines: [await plan(timeline, '--timeline', OWN_PNG), await plan(timeline, '--timeline', page)],
		}),
	};
}

interface Work {
	readonly file: string;
	/** Its name in the progress. */
	readonly place: string;
	readonly recognizer: Recognizer;
	readonly options: PredictVideoOptions;
	readonly stored: readonly FrameResult[];
	readonly copies: Copies;
	readonly sink: ResultSink<FrameResult>;
	readonly task: Task;
	readonly signal?: AbortSignal;
}

/** Reads a video and draws its timeline; returns a description of it, or undefined if it was stopped. */
async function readOne(work: Work): Promise<string | undefined> {
	const { file, place, recognizer, options, stored, copies, sink, task, signal } = work;
	const video = await probe(file);
	const total = Math.ceil((video.seconds ?? 0) * options.fps);
	const report = (text: string) => task.update(text.trim());
	const meter = new ProgressMeter(place, total, (each) => report(formatProgress(each, 20)), stored.length);
	const summary = await readVideo(video, {
		...{ recognizer, options, stored, signal, copy: copies.annotated?.get(file) },
		onFrame(frame) {
			task.print(() => sink.write({ file, ...frame }));
			if (total > 0) meter.add(1);
			else report(`${place} · ${formatClock(frame.time)} read`);
		},
	});
	if (!summary) return undefined;
	if (copies.timelines && summary.faces.length > 0) {
		report(`${place} · timeline`);
		await drawTimeline(summary, work, copies.timelines);
	}
	const isShort = (video.seconds ?? 0) - summary.seconds > 1;
	const note = isShort ? `\nIts picture ends there; the file says ${formatClock(video.seconds ?? 0)}.` : '';
	return describeVideo(summary, recognizer.emotions) + note;
}

async function drawTimeline(
	{ file, faces, seconds }: VideoSummary,
	{ options: { fps, smoothing }, recognizer }: Work,
	[png, html]: NonNullable<Copies['timelines']>,
): Promise<void> {
	const { shown, brief } = withoutBrief(faces);
	const average = smoothing > 0 ? `probabilities averaged over time (constant ${smoothing} s)` : 'no average over time';
	const left = brief > 0 ? ` ${brief} seen in one or two frames only, not shown.` : '';
	const rate = `${fps} frame${fps === 1 ? '' : 's'} per second`;
	const caption = `${escapeHtml(basename(file))}, ${rate}, ${average}.${left}`;
	const figure = emotionTimeline({ faces: shown, emotions: recognizer.emotions, seconds, caption });
	await writePng(figure, png.get(file) as string);
	await saveFile(html.get(file) as string, Buffer.from(toHtml(figure, `Emotions in ${basename(file)}`)));
}
