import { EMOTIONS } from '../../emotions';
import { DataError } from '../../errors';
import { formatCount } from '../../format';
import { USAGES } from '../dataset';
import { didYouMean, labelOfName } from './classNames';
import { FER2013_SHAPE } from './readerOptions';

/** The values of the Usage column; `Test` is for other sources. */
export const CSV_USAGES: readonly string[] = USAGES.slice(0, 3);

const IMAGE_PIXELS = FER2013_SHAPE[0] * FER2013_SHAPE[1];
/** What to do about a wrong row. */
export const ROW_REMEDY = 'Correct this row, or download the file again if it is as published.';

/** Other data sets in FER2013's form have contempt as their class 7. */
const CONTEMPT_REMEDY = 'FER2013 has no class 7; in ckextended.csv, which is CK+, it is contempt. Keep that name.';

/** Receives what differs from FER2013's own form; more than once if it does in several rows. */
type Note = (text: string) => void;

/** Formats the position of a row, for errors; the header is row 1. */
export function rowPlace(row: number, place: string): string {
	return `row ${formatCount(row)} of ${place}`;
}

/** Reads a label: a number from 0 to 6, also as `3.0`, or an emotion. */
export function readLabel(field: string, where: string, note: Note, emotions: readonly string[] = EMOTIONS): number {
	const text = field.trim();
	const label = /^\d+(\.0+)?$/.test(text) ? Number(text) : -1;
	if (label >= 0 && label < emotions.length) return label;
	const other = emotions.indexOf(text.toLowerCase());
	const named = labelOfName(text) ?? (other < 0 ? undefined : other);
	if (named === undefined) {
		const remedy = Number(text) === EMOTIONS.length ? CONTEMPT_REMEDY : ROW_REMEDY;
		const expected = `a label from 0 to ${emotions.length - 1}, or an emotion,`;
		throw new DataError(expected, where, JSON.stringify(field.slice(0, 40)), `${didYouMean(text, emotions)}${remedy}`);
	}
	note('labels read as words');
	return named;
}

/** Reads a field of the Usage column as an index into `USAGES`. */
export function readUsage(field: string, where: string, remedy = ROW_REMEDY): number {
	const usage = CSV_USAGES.indexOf(field.trim());
	if (usage >= 0) return usage;
	throw new DataError(`a Usage of ${CSV_USAGES.join(', ')}`, where, JSON.stringify(field.slice(0, 40)), remedy);
}

/** Reads the pixels of an image: integers separated by spaces, or as a list, `[1, 2, 3]`. */
export function readPixels(text: string, where: string, note: Note): Uint8Array {
	const image = parsePixels(text);
	if (image) return image;
	const plain = text.replaceAll(/[[\](),;\s]+/g, ' ');
	const listed = parsePixels(plain);
	if (!listed) throw pixelError(plain, where);
	note('pixels read from lists');
	return listed;
}

/** Every value of the file is read here, so it works on character codes; undefined if anything is wrong. */
function parsePixels(text: string): Uint8Array | undefined {
	const image = new Uint8Array(IMAGE_PIXELS);
	let count = 0;
	let value = -1;
	for (let at = 0; at <= text.length; at++) {
		const digit = at < text.length ? text.charCodeAt(at) - 48 : -16;
		if (digit >= 0 && digit <= 9) {
			value = (value < 0 ? 0 : value * 10) + digit;
		} else if (digit !== -16 || value > 255) {
			return undefined;
		} else if (value >= 0) {
			// Past the end of the image this writes nothing, and the count reveals it.
			image[count++] = value;
			value = -1;
		}
	}
	return count === image.length ? image : undefined;
}

/** Finds out, slowly, what is wrong with pixels that cannot be read. */
function pixelError(text: string, where: string): DataError {
	const values = text.split(' ').filter((value) => value !== '');
	const wrong = values.findIndex((value) => !/^[0-9]+$/.test(value) || Number(value) > 255);
	if (values[wrong] === '...') {
		const remedy = 'NumPy shortens what it prints; write all values: " ".join(map(str, image.ravel())).';
		return new DataError('all pixels', where, 'pixels shortened with "..."', remedy);
	}
	if (wrong >= 0) {
		const found = JSON.stringify(values[wrong].slice(0, 20));
		const isFraction = /^\d*\.\d+/.test(values[wrong]);
		const remedy = isFraction ? 'Write whole numbers from 0 to 255, the grey levels.' : ROW_REMEDY;
		return new DataError('values from 0 to 255', `pixel ${wrong + 1} in ${where}`, found, remedy);
	}
	const [expected, found] = [IMAGE_PIXELS, values.length].map(formatCount);
	const side = Math.sqrt(values.length);
	if (!Number.isInteger(side) || side < 8) return new DataError(`${expected} pixels`, where, found, ROW_REMEDY);
	const remedy = `Resize the images to ${FER2013_SHAPE[0]}x${FER2013_SHAPE[1]}, or save them as files in one folder per class.`;
	return new DataError(`${expected} pixels`, where, `${found} (${side}x${side})`, remedy);
}
