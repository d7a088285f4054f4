import { invalidArgument } from '../errors';

/**
 * Checks that there is one image count for each class.
 * @throws {RangeError} If there are more or fewer, or one is not an integer of at least 0.
 */
export function checkCounts(name: string, counts: readonly number[], classes: number): void {
	if (counts.length !== classes) throw invalidArgument(name, `${classes} counts`, counts.length);
	const bad = counts.find((count) => !Number.isInteger(count) || count < 0);
	if (bad !== undefined) throw invalidArgument(name, 'integer counts of at least 0', bad);
}
