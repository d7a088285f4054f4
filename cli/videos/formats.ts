import { csvLine } from '../../lib/csv';
import { formatClock, formatCount, formatPercent, formatSeconds } from '../../lib/format';
import { DECIMALS, type FollowedFace, type FrameReading } from '../../lib/videos/faceFollower';
import { type FaceSummary, withoutBrief } from '../../lib/videos/timeline';
import type { Column, ResultKind } from '../results/resultKind';

/** The faces in a frame of a video. */
export interface FrameResult extends FrameReading {
	/** The video's path. */
	readonly file: string;
}

const NUMBERS = ['left', 'top', 'width', 'height', 'detection'];

function columns(emotions: readonly string[]): Column[] {
	return [
		...([
			['file', 'text'],
			['time', 'number'],
			['face', 'integer'],
			['emotion', 'text'],
		] as const),
		...[...emotions, ...NUMBERS].map((name): Column => [name, 'number']),
		['faces', 'integer'],
	];
}

/** Formats a frame as lines of CSV: one per face, or one without a face. */
function toCsv({ file, time, faces }: FrameResult, emotions: readonly string[]): string {
	const start = [file, time.toFixed(DECIMALS.time)];
	if (faces.length === 0) {
		const unknown = [...emotions, ...NUMBERS, 'face', 'emotion'].map(() => '');
		return csvLine([...start, ...unknown, 0]);
	}
	const lines = faces.map(({ face, emotion, probabilities, box, detection }) => {
		const sides = [box.left, box.top, box.width, box.height].map((side) => side.toFixed(DECIMALS.box));
		const shares = [...probabilities, detection].map((share) => share.toFixed(DECIMALS.share));
		return csvLine([
			...start,
			face,
			emotion,
			...shares.slice(0, -1),
			...sides,
			shares[shares.length - 1],
			faces.length,
		]);
	});
	return lines.join('\n');
}

/** Makes the JSON of a frame: probabilities by emotion. */
function toJson({ file, time, faces }: FrameResult, emotions: readonly string[]): object {
	return {
		file,
		time,
		faces: faces.map(({ face, box, detection, emotion, probabilities }) => ({
			...{ face, box, detection, emotion },
			probabilities: Object.fromEntries(emotions.map((name, label) => [name, probabilities[label]])),
		})),
	};
}

/** Reads frames back from their lines in a CSV. */
function ofCsv(lines: readonly (readonly string[])[], header: readonly string[]): FrameResult[] {
	const end = header.length - NUMBERS.length - 1;
	const frames: (FrameResult & { readonly faces: FollowedFace[] })[] = [];
	for (const [file, time, face, emotion, ...cells] of lines) {
		let frame = frames.at(-1);
		if (frame?.file !== file || frame.time !== Number(time)) {
			frame = { file, time: Number(time), faces: [] };
			frames.push(frame);
		}
		if (face === '') continue;
		const probabilities = cells.slice(0, end - 4).map(Number);
		const [left, top, width, height, detection] = cells.slice(end - 4).map(Number);
		frame.faces.push({ face: Number(face), emotion, probabilities, box: { left, top, width, height }, detection });
	}
	return frames;
}

interface StoredFace extends Omit<FollowedFace, 'probabilities'> {
	readonly probabilities: Readonly<Record<string, number>>;
}

/** Reads a frame back from its JSON; undefined if it is none. */
function ofJson({ file, time, faces }: Readonly<Record<string, unknown>>): FrameResult | undefined {
	if (typeof time !== 'number' || !Array.isArray(faces)) return undefined;
	const isFace = ({ face, box, probabilities }: Partial<StoredFace>) => face && box && probabilities;
	if (!faces.every((face) => typeof face === 'object' && face !== null && isFace(face))) return undefined;
	const read = (faces as StoredFace[]).map((face) => ({ ...face, probabilities: Object.values(face.probabilities) }));
	return { file: file as string, time, faces: read };
}

/** How the results of videos are printed and stored, frame by frame. */
export const VIDEO_RESULTS: ResultKind<FrameResult, FrameResult> = {
	headerStart: 'file,time,face,emotion,',
	keyColumns: 2,
	...{ columns, toCsv, toJson, ofCsv, ofJson },
};

/** What was seen in a video. */
export interface VideoSummary {
	readonly file: string;
	readonly frames: number;
	/** The length that was read. */
	readonly seconds: number;
	readonly faces: readonly FaceSummary[];
}

const shown = (file: string) => (/\p{Cc}/u.test(file) ? JSON.stringify(file) : file);

/** Describes a video in lines of text: its faces, and the mean of the probabilities of each. */
export function describeVideo({ file, frames, seconds, faces }: VideoSummary, emotions: readonly string[]): string {
	const read = `${formatCount(frames)} frame${frames === 1 ? '' : 's'} (${formatSeconds(seconds)})`;
	if (faces.length === 0) return `${shown(file)}: no face found in ${read}`;
	const { shown: long, brief } = withoutBrief(faces);
	const others = brief > 0 ? `; ${brief} more, each seen in one or two` : '';
	const lines = long.map(({ face, mean, first, last, frames: seen }) => {
		const all = emotions.map((name, label) => `${name} ${formatPercent(mean[label], 0)}`).join(', ');
		const best = emotions[mean.indexOf(Math.max(...mean))];
		return `  ${face}. ${best}  (${all}; ${formatClock(first)} to ${formatClock(last)}, ${formatCount(seen)} frames)`;
	});
	const count = `${long.length} face${long.length === 1 ? '' : 's'}`;
	return [`${shown(file)}: ${count} in ${read}${others}`, ...lines].join('\n');
}
