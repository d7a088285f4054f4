import { csvLine } from '../../lib/csv';
import type { Column, ResultKind } from '../results/resultKind';
import { type PhotoResult, STATUSES } from './reading';

const percent = (value: number) => `${Math.round(100 * value)} %`;

/** Formats a result as lines of text. */
export function toText({ file, status, faces = [], note, error }: PhotoResult, emotions: readonly string[]): string {
	// A control character in a file's name could change what the terminal shows.
	const name = /\p{Cc}/u.test(file) ? JSON.stringify(file) : file;
	const found =
		faces.length > 0
			? `${faces.length} face${faces.length === 1 ? '' : 's'}`
			: `${status}${status === 'no face' ? ' found' : ''}`;
	const lines = faces.map(({ emotion, probabilities, box }, i) => {
		const [x, y, width, height] = [box.left, box.top, box.width, box.height].map(Math.round);
		const all = emotions.map((each, label) => `${each} ${percent(probabilities[label])}`).join(', ');
		return `  ${i + 1}. ${emotion}  (${all}; box ${x},${y} ${width} x ${height})`;
	});
	return [`${name}: ${found}${note ? ` (${note})` : ''}${error ? `. ${error}` : ''}`, ...lines].join('\n');
}

/** Names the columns of the CSV. */
export function columns(emotions: readonly string[]): Column[] {
	const numbers = [...emotions, 'left', 'top', 'width', 'height', 'detection'];
	return [
		...([
			['file', 'text'],
			['face', 'integer'],
			['emotion', 'text'],
		] as const),
		...numbers.map((name): Column => [name, 'number']),
		...([
			['faces', 'integer'],
			['status', 'text'],
			['note', 'text'],
		] as const),
	];
}

/** Formats a result as lines of CSV: one per face, or one without a face. */
export function toCsv({ file, status, faces, note, error }: PhotoResult, emotions: readonly string[]): string {
	const about = [faces?.length ?? '', status, [note, error].filter(Boolean).join('; ')];
	if (!faces || faces.length === 0) {
		const unknown = columns(emotions)
			.slice(1, -about.length)
			.map(() => '');
		return csvLine([file, ...unknown, ...about]);
	}
	const lines = faces.map(({ emotion, probabilities, box, detection }, i) => {
		const numbers = [...probabilities, box.left, box.top, box.width, box.height, detection];
		return csvLine([file, i + 1, emotion, ...numbers.map((value) => value.toFixed(4)), ...about]);
	});
	return lines.join('\n');
}

/** Makes the JSON of a result: probabilities by emotion. */
export function toJson({ file, status, faces, note, error }: PhotoResult, emotions: readonly string[]): object {
	return {
		file,
		status,
		note,
		error,
		faces: faces?.map(({ box, detection, emotion, probabilities }) => ({
			...{ box, detection, emotion },
			probabilities: Object.fromEntries(emotions.map((name, label) => [name, probabilities[label]])),
		})),
	};
}

/** The name of a photo in the results, and what became of it. */
type StoredPhoto = Pick<PhotoResult, 'file' | 'status'>;

/** The photos among stored results that need not be read again: what could not be read is tried again. */
export const filesDone = (stored: readonly StoredPhoto[]): ReadonlySet<string> =>
	new Set(stored.flatMap(({ file, status }) => (status === 'not read' ? [] : file)));

/** How the results of photos are printed and stored. */
export const PHOTO_RESULTS: ResultKind<PhotoResult, StoredPhoto> = {
	headerStart: 'file,face,emotion,',
	keyColumns: 1,
	...{ columns, toCsv, toJson, toText },
	ofCsv(lines, header) {
		const status = header.lastIndexOf('status');
		return lines.map((line) => ({ file: line[0], status: line[status] as PhotoResult['status'] }));
	},
	ofJson({ file, status }) {
		const isKnown = STATUSES.some((each) => each === status);
		return isKnown ? { file: file as string, status: status as PhotoResult['status'] } : undefined;
	},
};
