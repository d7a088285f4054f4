/**
 * Creates the error for an invalid argument; the caller throws it.
 * @param expected Valid values, such as `number from 0 to 1`.
 * @param remedy One sentence on what to do.
 * @returns A TypeError if `expected` starts with the name of another type, else a RangeError.
 */
export function invalidArgument(name: string, expected: string, received: unknown, remedy = ''): Error {
	const text = describeValue(received);
	const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
	const message = `Expected ${expected} for ${name} but received ${shown}. ${remedy}`.trimEnd();
	const expectedType = /^(number|string|boolean|integer)\b/.exec(expected)?.[1].replace('integer', 'number');
	return expectedType && typeof received !== expectedType ? new TypeError(message) : new RangeError(message);
}

/** Describes a value in a message: strings in quotes, plain objects by their fields, others by their class. */
function describeValue(value: unknown): string {
	// No more of a long list than a message shows.
	if (Array.isArray(value)) return JSON.stringify(value.slice(0, 40));
	if (typeof value === 'string') return JSON.stringify(value);
	if (typeof value !== 'object' || value === null) return String(value);
	const name: string = value.constructor?.name ?? 'Object';
	if (ArrayBuffer.isView(value) && 'length' in value) return `${name} of ${value.length} values`;
	if (name !== 'Object') return `an object of the class ${name}`;
	const shown = Object.entries(value).map(
		([key, field]) => `${key}: ${typeof field === 'object' ? '...' : String(field)}`,
	);
	return `{ ${shown.join(', ')} }`;
}

/** The error for a file with invalid content: `2,304 pixels` expected in `row 812 of fer2013.csv`, and what to do. */
export class DataError extends Error {
	override name = 'DataError';

	constructor(
		readonly expected: string,
		readonly place: string,
		readonly received: string,
		readonly remedy: string,
	) {
		super(printable(`Expected ${expected} in ${place} but received ${received}. ${remedy}`));
	}

	/** Returns the same error with another place. */
	at(place: string): DataError {
		return new DataError(this.expected, place, this.received, this.remedy);
	}
}

/** The error for a graphics card that cannot be used, or no longer; the message says what to do. */
export class GraphicsError extends Error {
	override name = 'GraphicsError';
}

/** The error for a network whose outputs are not finite numbers; nothing may be concluded from them. */
export class NotFiniteError extends Error {
	override name = 'NotFiniteError';

	/** @param remedy One sentence on what to do. */
	constructor(remedy: string) {
		super(`The network returned values that are not finite. ${remedy}`);
	}
}

/** Checks the outputs of a network; throws a NotFiniteError with the remedy if one is NaN or infinite. */
export function checkFinite(values: ArrayLike<number>, remedy: string): void {
	for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) throw new NotFiniteError(remedy);
}

/** Replaces the control characters that names and contents of files may bring to a terminal. */
export const printable = (text: string): string => text.replaceAll(/[^\P{Cc}\n]/gu, '\ufffd');

/** Sorts `valid` by similarity to `word`, the most similar first, for suggestions. */
export function nearestFirst(word: string, valid: readonly string[]): string[] {
	return [...valid].sort((a, b) => editDistance(word, a) - editDistance(word, b));
}

/** Returns the valid word of which `word` is probably a misspelling: one letter differs, or two in six or more. */
export function misspelled(word: string, valid: readonly string[]): string | undefined {
	const [nearest] = nearestFirst(word, valid);
	if (nearest === undefined || word.length < 4) return undefined;
	return editDistance(word, nearest) <= (word.length < 6 ? 1 : 2) ? nearest : undefined;
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
