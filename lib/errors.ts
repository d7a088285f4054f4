/** Formats a received value for a message: strings in quotes, long values shortened. */
function show(value: unknown): string {
	const text = typeof value === 'string' || Array.isArray(value) ? JSON.stringify(value) : String(value);
	return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/**
 * Creates the error for an invalid argument; the caller throws it.
 * @param name Name of the option or argument.
 * @param expected Valid values, such as `number from 0 to 1`.
 * @param received The invalid value.
 * @param remedy One sentence on what to do; optional.
 * @returns A TypeError if `expected` starts with the name of another type, else a RangeError.
 */
export function invalidArgument(name: string, expected: string, received: unknown, remedy = ''): Error {
	const message = `Expected ${expected} for ${name} but received ${show(received)}.${remedy ? ` ${remedy}` : ''}`;
	const expectedType = /^(number|string|boolean|integer)\b/.exec(expected)?.[1].replace('integer', 'number');
	return expectedType && typeof received !== expectedType ? new TypeError(message) : new RangeError(message);
}

/** The error for a file with invalid content: names the place in it and what to do. */
export class DataError extends Error {
	override name = 'DataError';

	/**
	 * @param expected What the file should contain, such as `2,304 pixels`.
	 * @param place Where, such as `row 812 of fer2013.csv`.
	 * @param received What was found there.
	 * @param remedy One sentence on what to do.
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

/** Sorts `valid` by similarity to `word`, the most similar first, for suggestions. */
export function nearestFirst(word: string, valid: readonly string[]): string[] {
	return [...valid].sort((a, b) => editDistance(word, a) - editDistance(word, b));
}

/** Levenshtein distance, ignoring case (Wagner and Fischer 1974). */
function editDistance(a: string, b: string): number {
	const to = b.toLowerCase();
	let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
	for (const letter of a.toLowerCase().split('')) {
		const current = [previous[0] + 1];
		for (let column = 0; column < to.length; column++) {
			const substitution = previous[column] + (letter === to[column] ? 0 : 1);
			current.push(Math.min(substitution, previous[column + 1] + 1, current[column] + 1));
		}
		previous = current;
	}
	return previous[to.length];
}
