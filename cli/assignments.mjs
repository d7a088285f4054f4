// @ts-check
import { Problem } from '../scripts/setup/problem.mjs';

/**
 * Turns `phase2.epochs=20` and the like into a nested object. Values are JSON; what is none is a string.
 * @param {readonly string[]} assignments
 * @returns {Record<string, unknown>}
 */
export function parseAssignments(assignments) {
	/** @type {Record<string, unknown>} */
	const result = {};
	for (const assignment of assignments) {
		const equals = assignment.indexOf('=');
		if (equals < 1) throw new Problem(`Expected FIELD=VALUE for --set but received ${assignment}.`);
		const keys = assignment.slice(0, equals).split('.');
		const text = assignment.slice(equals + 1);
		/** @type {unknown} */
		let value = text;
		try {
			value = JSON.parse(text);
		} catch {
			// A plain word, such as a backbone's name.
		}
		let place = result;
		for (const key of keys.slice(0, -1)) {
			place[key] ??= {};
			place = /** @type {Record<string, unknown>} */ (place[key]);
		}
		place[/** @type {string} */ (keys.at(-1))] = value;
	}
	return result;
}
