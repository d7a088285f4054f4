/** Formats a received value for a message: strings in quotes, numbers as they are, long values shortened. */
function show(value: unknown): string {
	const text = typeof value === 'string' || Array.isArray(value) ? JSON.stringify(value) : String(value);
	return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/**
 * Makes the error for an argument that a caller got wrong; the caller throws it.
 * @param name The option's or argument's name.
 * @param expected What would have been right, for example `number between 0 and 1`.
 * @param received The value found.
 * @param remedy One sentence of what to do; optional.
 * @returns A TypeError where the type differs (`expected` starts with a type's name), else a RangeError.
 */
export function invalidArgument(name: string, expected: string, received: unknown, remedy = ''): Error {
	const message = `Expected ${expected} for ${name} but received ${show(received)}.${remedy ? ` ${remedy}` : ''}`;
	const expectedType = /^(number|string|boolean|integer)\b/.exec(expected)?.[1].replace('integer', 'number');
	return expectedType && typeof received !== expectedType ? new TypeError(message) : new RangeError(message);
}

/** A file whose content is not what it should be: names the file, the place in it, and what to do. */
export class DataError extends Error {
	override name = 'DataError';

	/**
	 * @param expected What the file should hold, for example `2,304 pixels`.
	 * @param place Where, for example `row 812 of fer2013.csv`.
	 * @param received What stands there.
	 * @param remedy One sentence of what to do.
	 */
	constructor(
		readonly expected: string,
		readonly place: string,
		readonly received: string,
		readonly remedy: string,
	) {
		super(`Expected ${expected} in ${place} but received ${received}. ${remedy}`);
	}
}

/** Returns the entries of `valid` with the ones most like `word` first, for «did you mean» lists. */
export function nearestFirst(word: string, valid: readonly string[]): string[] {
	return [...valid].sort((a, b) => editDistance(word, a) - editDistance(word, b));
}

/** Levenshtein distance, case-insensitive (Wagner and Fischer 1974). */
function editDistance(a: string, b: string): number {
	const [from, to] = [a.toLowerCase(), b.toLowerCase()];
	let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
	for (let row = 1; row <= from.length; row++) {
		const current = [row];
		for (let column = 1; column <= to.length; column++) {
			const substitution = previous[column - 1] + (from[row - 1] === to[column - 1] ? 0 : 1);
			current.push(Math.min(substitution, previous[column] + 1, current[column - 1] + 1));
		}
		previous = current;
	}
	return previous[to.length];
}
