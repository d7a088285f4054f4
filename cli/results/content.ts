import { parseCsv } from '../../lib/csv';
import type { ResultKind } from './resultKind';

/** What a file of results holds: the results that are complete, and the length of their text. */
export interface Content<Stored> {
	readonly results: readonly Stored[];
	readonly length: number;
	/** The first line of a CSV. */
	readonly header?: readonly string[];
}

/** How a line of JSON begins. */
const LINE_START = '{"file":"';

type StoredKind<Stored extends { readonly file: string }> = Pick<
	ResultKind<{ readonly file: string }, Stored>,
	'headerStart' | 'keyColumns' | 'ofCsv' | 'ofJson'
>;

/** Reads the results in a CSV; undefined if it is another one. */
export function contentOfCsv<Stored extends { readonly file: string }>(
	text: string,
	{ headerStart, keyColumns, ofCsv }: StoredKind<Stored>,
): Content<Stored> | undefined {
	const { rows, ends, isUnfinished } = parseCsv(text);
	if (!isUnfinished && text.length > (ends.at(-1) ?? 0)) return undefined;
	const [header, ...lines] = rows;
	// Nothing, or a part of the header.
	if (!header)
		return headerStart.startsWith(text.slice(0, headerStart.length)) ? { results: [], length: 0 } : undefined;
	// The last of this name: a class may have it too.
	const faces = header.lastIndexOf('faces');
	const isOurs = `${header.join(',')},`.startsWith(headerStart) && faces > 0;
	if (!isOurs || lines.some(({ length }) => length !== header.length)) return undefined;
	// The last result is complete if there is a line for each of its faces.
	const last = lines.at(-1);
	const keyOf = (row: readonly string[]) => JSON.stringify([...row.slice(0, keyColumns), row[faces]]);
	const before = last ? lines.findLastIndex((row) => keyOf(row) !== keyOf(last)) : -1;
	const ofLast = lines.length - 1 - before;
	const kept = last && ofLast < Number(last[faces]) ? rows.length - ofLast : rows.length;
	return { header, results: ofCsv(rows.slice(1, kept), header), length: ends[kept - 1] };
}

/** Reads the results in lines of JSON; undefined if they are something else. */
export function contentOfLines<Stored extends { readonly file: string }>(
	text: string,
	{ ofJson }: StoredKind<Stored>,
): Content<Stored> | undefined {
	const resultIn = (line: string): Stored | undefined => {
		if (!line.startsWith(LINE_START) || !isJson(line)) return undefined;
		const value = JSON.parse(line);
		return typeof value.file === 'string' ? ofJson(value) : undefined;
	};
	const length = text.lastIndexOf('\n') + 1;
	const results = text
		.slice(0, length)
		.split('\n')
		.filter(Boolean)
		.map((line) => resultIn(line));
	const rest = text.slice(length);
	// A part of a line, as a process leaves it that is killed while it writes; or all but its line break.
	const isPart = LINE_START.startsWith(rest) || (rest.startsWith(LINE_START) && (!isJson(rest) || resultIn(rest)));
	const isComplete = (result: Stored | undefined) => result !== undefined;
	return isPart && results.every(isComplete) ? { results: results as Stored[], length } : undefined;
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
