import { invalidArgument, nearestFirst } from './errors';
import { mergeSettings } from './profiles';
import { settingNames } from './settings';

/**
 * Parses settings given on the command line.
 * @param assignments `NAME=VALUE` each, such as `phase2.epochs=20`; a value that is not JSON is a string.
 * @returns Changes for `createConfig`, which checks the values.
 * @throws {RangeError} If there is no `=`, or no setting or group of that name; the message lists the nearest names.
 */
export function parseAssignments(assignments: readonly string[]): Record<string, unknown> {
	let changes: unknown = {};
	for (const assignment of assignments) {
		const [, name, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
		if (!name) throw invalidArgument('--set', 'NAME=VALUE', assignment, 'For example: --set phase2.epochs=20.');
		checkName(name, settingNames());
		const change = name.split('.').reduceRight((inner: unknown, key) => ({ [key]: inner }), parseValue(text));
		changes = mergeSettings(changes, change);
	}
	return changes as Record<string, unknown>;
}

function checkName(name: string, names: readonly string[]): void {
	if (names.some((known) => known === name || known.startsWith(`${name}.`))) return;
	// The group is forgotten more often than the setting is misspelt.
	const likely = names.filter((known) => known.endsWith(`.${name}`));
	const nearest = [...new Set([...likely, ...nearestFirst(name, names)])].slice(0, 3).join(', ');
	throw invalidArgument('--set', 'the name of a setting', name, `Nearest: ${nearest}. All: npx fer settings.`);
}

function parseValue(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text; // Such as the name of a backbone.
	}
}
