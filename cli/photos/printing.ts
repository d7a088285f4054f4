import { csvLine } from '../../lib/csv';
import { csvColumns, toCsv, toJson, toText } from './formats';
import type { ResultSink } from './resultFile';

/** How results are printed. */
export type PrintFormat = 'text' | 'csv' | 'json';

/** Prints results as they come; JSON is one array, which is valid once it is ended. */
export function openPrinter(
	format: PrintFormat,
	emotions: readonly string[],
	write: (text: string) => void = (text) => void process.stdout.write(text),
): ResultSink {
	if (format === 'json') {
		let count = 0;
		return {
			write(result) {
				const text = JSON.stringify(toJson(result, emotions), null, '\t').replaceAll('\n', '\n\t');
				write(`${count++ === 0 ? '[' : ','}\n\t${text}`);
			},
			end: () => write(count === 0 ? '[]\n' : '\n]\n'),
		};
	}
	if (format === 'csv') write(`${csvLine(csvColumns(emotions))}\n`);
	const toLines = format === 'csv' ? toCsv : toText;
	return { write: (result) => write(`${toLines(result, emotions)}\n`), end: () => {} };
}
