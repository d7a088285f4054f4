import { invalidArgument, nearestFirst } from './errors';
import { mergeSettings } from './profiles';
import { settingNames } from './settings';

/**
 * Parses settings as the command line takes them.
 * @param assignments `NAME=VALUE` each, such as `phase2.epochs=20`; values are JSON, and anything else is a string.
 * @returns The changes for `createConfig`, which checks the values.
 * @throws {RangeError} If there is no `=`, or no setting of that name; the message lists the nearest names.
 */
export function parseAssignments(assignments: readonly string[]): Record<string, unknown> {
	let changes: unknown = {};
	for (const assignment of assignments) {
		const [, name, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
		if (!name) throw invalidArgument('--set', 'NAME=VALUE', assignment, 'For example: --set phase2.epochs=20');
		checkName(name);
		const value = name.split('.').reduceRight((inner: unknown, key) => ({ [key]: inner }), parseValue(text));
		changes = mergeSettings(changes, value);
	}
	return changes as Record<string, unknown>;
}

/** Accepts settings and groups of settings. */
function checkName(name: string): void {
	const names = settingNames();
	if (names.some((known) => known === name || known.startsWith(`${name}.`))) return;
	// People forget the group rather than the setting, so the last word counts first.
	const lastWord = (path: string) => path.slice(path.lastIndexOf('.') + 1);
	const words = nearestFirst(lastWord(name), [...new Set(names.map(lastWord))]);
	const rank = (path: string) => words.indexOf(lastWord(path));
	const nearest = nearestFirst(name, names).sort((a, b) => rank(a) - rank(b));
	const remedy = `Nearest: ${nearest.slice(0, 3).join(', ')}. All: npx fer settings`;
	throw invalidArgument('--set', 'the name of a setting', name, remedy);
}

function parseValue(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text; // Such as the name of a backbone.
	}
}
