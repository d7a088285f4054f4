import { readFileSync } from 'node:fs';
import { parseCsv } from '../../lib/csv';

/** How the rows of two tables of results differ. */
export interface Comparison {
	readonly rows: number;
	/** Rows that differ in a number. */
	readonly differing: number;
	/** The largest difference of two numbers in the same cell. */
	readonly largestDifference: number;
}

/**
 * Compares two CSV files of results, row by row.
 * @throws {Error} If they have other rows, or cells that differ in something else than a number.
 */
export function compareTables(file: string, other: string): Comparison {
	const [ours, theirs] = [file, other].map((each) => parseCsv(readFileSync(each, 'utf8')).rows);
	if (ours.length !== theirs.length)
		throw new Error(`${ours.length} and ${theirs.length} rows in ${file} and ${other}`);
	let [differing, largestDifference] = [0, 0];
	for (const [i, row] of ours.entries()) {
		const differences = row.map((cell, column) => difference(cell, theirs[i][column]));
		const largest = Math.max(...differences);
		if (!Number.isFinite(largest)) throw new Error(`Row ${i + 1} differs:\n${row}\n${theirs[i]}`);
		if (largest > 0) differing++;
		largestDifference = Math.max(largestDifference, largest);
	}
	return { rows: ours.length - 1, differing, largestDifference };
}

/** The difference of two cells: 0 if they are equal, infinite if they are not and one is no number. */
function difference(cell: string, other: string): number {
	if (cell === other) return 0;
	const apart = Math.abs(Number(cell) - Number(other));
	return cell !== '' && other !== '' && Number.isFinite(apart) ? apart : Number.POSITIVE_INFINITY;
}
