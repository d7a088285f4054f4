import { readFileSync } from 'node:fs';
import type { PartialConfig } from '../../lib/config';
import { DataError, invalidArgument, nearestFirst } from '../../lib/errors';
import { createConfig, isGroup, mergeSettings } from '../../lib/profiles';
import { checkSettingName, formatAssignment, parseAssignments, settingSchema } from '../../lib/settings';
import type { SweepDimension } from '../../lib/training/sweepTrial';
import { Problem } from '../problem';
import { shownPath } from '../projectFolder';

/** The settings that a sweep varies, by their names. */
export type Space = Readonly<Record<string, SweepDimension>>;

const FORMS = 'a list of values, or { "min": ..., "max": ..., "log": true or false }';
const KEYS = ['min', 'max', 'log'];

/**
 * Reads the space of a sweep: JSON with a list of values or a range for each setting. Every value, and both ends of every
 * range, are checked by the schema of the settings.
 * @param profile The profile that the trials start from.
 * @param set What all trials change of it, as `--set` takes it.
 * @throws {DataError | RangeError | TypeError | Problem} If the file is no JSON of this form, or a setting or value is not
 *   valid: names the file and the setting.
 */
export function readSpace(file: string, profile: string, set: readonly string[]): Space {
	const shown = shownPath(file);
	const content = parse(readFileSync(file, 'utf8'), shown);
	const dimensions = Object.entries(content).map(([name, value]) => {
		const place = `${name} in ${shown}`;
		checkSettingName(name, shown);
		const dimension = Array.isArray(value) ? readChoices(value, place) : readRange(name, value, place);
		const ends = 'choices' in dimension ? dimension.choices : [dimension.min, dimension.max];
		for (const each of ends) checkValue([...set, formatAssignment(name, each)], profile, shown);
		return [name, dimension] as const;
	});
	return Object.fromEntries(dimensions);
}

function parse(text: string, shown: string): Readonly<Record<string, unknown>> {
	const remedy = 'For example: { "phase2.learningRate": { "min": 1e-4, "max": 1e-2, "log": true } }.';
	let content: unknown;
	try {
		content = JSON.parse(text);
	} catch (error) {
		throw new DataError('JSON', shown, (error as SyntaxError).message, remedy);
	}
	if (isGroup(content) && Object.keys(content).length > 0) return content;
	throw new DataError('an object of settings', shown, JSON.stringify(content).slice(0, 60), remedy);
}

function readChoices(choices: readonly unknown[], place: string): SweepDimension {
	const isUnique = new Set(choices.map((each) => JSON.stringify(each))).size === choices.length;
	if (choices.length > 0 && isUnique) return { choices };
	throw invalidArgument(place, 'different values, at least one,', choices);
}

function readRange(name: string, range: unknown, place: string): SweepDimension {
	if (!isGroup(range)) throw invalidArgument(place, FORMS, range);
	const unknown = Object.keys(range).find((key) => !KEYS.includes(key));
	if (unknown) throw invalidArgument(place, `one of ${nearestFirst(unknown, KEYS).join(', ')}`, unknown);
	const { min, max, log = false } = range;
	const type = settingSchema(name)?.type;
	if (type !== 'number' && type !== 'integer') throw invalidArgument(place, 'a list of values', range);
	for (const [key, value] of Object.entries({ min, max })) {
		if (typeof value !== 'number') throw invalidArgument(`${key} of ${place}`, 'number', value);
	}
	if (typeof log !== 'boolean') throw invalidArgument(`log of ${place}`, 'boolean', log);
	const [low, high] = [min as number, max as number];
	if (low >= high) throw invalidArgument(`max of ${place}`, `number above ${low}`, high);
	if (log && low <= 0) throw invalidArgument(`min of ${place}`, 'number above 0, for a logarithm,', low);
	return { min: low, max: high, log, integer: type === 'integer' };
}

function checkValue(set: readonly string[], profile: string, shown: string): void {
	try {
		createConfig(profile, mergeSettings({}, parseAssignments(set)) as PartialConfig);
	} catch (error) {
		throw new Problem(`${shown}: ${(error as Error).message}`);
	}
}
