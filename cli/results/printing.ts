import { csvLine } from '../../lib/csv';
import type { ResultKind, ResultSink } from './resultKind';

/** How results are printed. */
export type PrintFormat = 'text' | 'csv' | 'json';

/** Prints results as they come; JSON is one array, which is valid once it is ended. */
export function openPrinter<Result extends { readonly file: string }>(
	format: PrintFormat,
	emotions: readonly string[],
	kind: ResultKind<Result, { readonly file: string }>,
	write: (text: string) => void = (text) => void process.stdout.write(text),
): ResultSink<Result> {
	if (format === 'json') {
		let count = 0;
		return {
			write(result) {
				const text = JSON.stringify(kind.toJson(result, emotions), null, '\t').replaceAll('\n', '\n\t');
				write(`${count++ === 0 ? '[' : ','}\n\t${text}`);
			},
			end: () => write(count === 0 ? '[]\n' : '\n]\n'),
		};
	}
	const toLines = (result: Result) =>
		format === 'csv' ? kind.toCsv(result, emotions) : kind.toText?.(result, emotions);
	if (format === 'csv') write(`${csvLine(kind.columns(emotions).map(([name]) => name))}\n`);
	return {
		write(result) {
			const lines = toLines(result);
			if (lines !== undefined) write(`${lines}\n`);
		},
		end: () => {},
	};
}
