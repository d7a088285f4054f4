import { DataError } from '../../errors';
import { formatCount } from '../../format';
import { isUtf16 } from './packing';
import { FER2013_SHAPE } from './readerOptions';

/** The columns of a table: their names, what separates them, and which ones are read. */
export interface Columns {
	readonly names: readonly string[];
	readonly separator: string;
	readonly emotion: number;
	readonly pixels: number;
	/** -1 if the table has no such column. */
	readonly usage: number;
}

const SEPARATORS = [',', ';', '\t', '|'];
const IMAGE_PIXELS = FER2013_SHAPE[0] * FER2013_SHAPE[1];
const NAMES_REMEDY = 'Name the columns emotion, pixels and Usage; others are ignored.';

/** Reads the first line of a text by its first bytes. */
export function readHeaderLine(start: Buffer): string {
	return new TextDecoder(isUtf16(start) ?? 'utf-8').decode(start).split(/\r?\n/, 1)[0];
}

/** Whether a line is a header of FER2013's table, or of a part of it that `readColumns` explains. */
export function isFer2013Header(line: string): boolean {
	const { names } = splitHeader(line);
	return names.includes('pixels') || (names.includes('emotion') && names.length >= IMAGE_PIXELS);
}

/** Cuts a header at the separator that yields the columns known, or most columns; names are in lower case. */
function splitHeader(line: string): Pick<Columns, 'names' | 'separator'> {
	const text = line.replaceAll(/["\uFEFF]/g, '').toLowerCase();
	const all = SEPARATORS.map((separator) => ({ separator, names: text.split(separator).map((name) => name.trim()) }));
	const known = all.find(({ names }) => names.includes('pixels') || names.includes('emotion'));
	return known ?? all.reduce((best, each) => (each.names.length > best.names.length ? each : best));
}

/**
 * Reads the header of a table: columns in any order and case, separated by commas, semicolons, tabs or bars; columns of
 * other names, such as the index of pandas, are not read.
 * @param note Receives what differs from FER2013's own form.
 * @throws {DataError} If a column is missing, with the reason where it is known.
 */
export function readColumns(line: string, place: string, note: (text: string) => void): Columns {
	const { names, separator } = splitHeader(line);
	const [emotion, pixels, usage] = ['emotion', 'pixels', 'usage'].map((name) => names.indexOf(name));
	const twice = names.find(
		(name, at) => [emotion, pixels, usage].includes(names.indexOf(name)) && names.indexOf(name) < at,
	);
	if (emotion < 0 || pixels < 0 || twice !== undefined) throw headerError(line, names, place, twice);
	if (separator !== ',') note(`columns separated by ${separator === '\t' ? 'tabs' : separator}`);
	const others = names.filter((_, at) => ![emotion, pixels, usage].includes(at));
	const shown = others.map((name) => (name === '' ? 'one without a name' : name));
	if (others.length > 0) note(`columns not read: ${shown.slice(0, 5).join(', ')}${shown.length > 5 ? ' ...' : ''}`);
	return { names, separator, emotion, pixels, usage };
}

function headerError(line: string, names: readonly string[], place: string, twice?: string): DataError {
	const found = JSON.stringify(line.slice(0, 80).trim());
	const error = (received: string, remedy: string) =>
		new DataError('the columns emotion, pixels and Usage', `row 1 of ${place}`, received, remedy);
	if (twice !== undefined) return error(`${found}, with ${twice} twice`, 'Keep one of them.');
	if (names.length >= IMAGE_PIXELS) {
		const remedy = 'Join the values of each image with spaces in one column pixels.';
		return error(`${formatCount(names.length)} columns, probably one per pixel`, remedy);
	}
	if (names.includes('pixels')) {
		const remedy = 'Without labels it serves neither training nor testing; fer2013.csv and train.csv have them.';
		return error(`${found}: images without labels, as in Kaggle's test.csv`, remedy);
	}
	if (/^\s*"?\d+"?[,;\t|]\s*"?\[?\d+ /.test(line)) {
		return error(`${found}, a row of values`, 'Add the header emotion,pixels,Usage as the first line.');
	}
	return error(found, /^sep=/i.test(line) ? 'Delete this first line.' : NAMES_REMEDY);
}
