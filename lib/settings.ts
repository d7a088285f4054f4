import { type Config, settingsJsonSchema } from './config';
import { invalidArgument, nearestFirst } from './errors';
import { createConfig, FULL, mergeSettings, PROFILES } from './profiles';
import { rangeOf, type SettingSchema } from './settingSchema';

/** A setting in words; `unit` may be empty. */
type SettingRow = Readonly<Record<'setting' | 'value' | 'range' | 'unit' | 'description', string>>;

/** Lists the settings in a group of the schema. */
function leaves({ properties = {} }: SettingSchema, path = ''): [name: string, schema: SettingSchema][] {
	return Object.entries(properties).flatMap(([key, schema]) => {
		const name = `${path}${key}`;
		return schema.type === 'object' ? leaves(schema, `${name}.`) : [[name, schema]];
	});
}

/** Returns the value of a setting, `phase2.epochs`, in a config or in changes of one. */
export function valueIn(config: object, name: string): unknown {
	return name.split('.').reduce<unknown>((group, key) => (group as Record<string, unknown>)[key], config);
}

/** Lists the names of all settings, such as `phase2.epochs`. */
export function settingNames(): string[] {
	return leaves(settingsJsonSchema()).map(([name]) => name);
}

/** Returns the schema of a setting; undefined for a group of settings, and for any other text. */
export function settingSchema(name: string): SettingSchema | undefined {
	return leaves(settingsJsonSchema()).find(([known]) => known === name)?.[1];
}

/**
 * Describes settings in the order of the schema.
 * @param prefix Start of the names to include, such as `phase2.`. Default: all.
 * @param config Supplies the values. Default: the full profile, whose values are the defaults.
 * @example
 * ```ts
 * const [epochs] = fer.settingsTable('phase1.');
 * epochs.setting; // 'phase1.epochs'
 * epochs.range; // 'integer from 1 to 1000'
 * ```
 */
export function settingsTable(prefix = '', config: Config = FULL): SettingRow[] {
	const settings = leaves(settingsJsonSchema()).filter(([name]) => name.startsWith(prefix));
	return settings.map(([setting, schema]) => {
		const { unit = '', description = '' } = schema;
		const value = valueIn(config, setting);
		const text = typeof value === 'string' ? value : JSON.stringify(value);
		return { setting, value: text, range: rangeOf(schema), unit, description };
	});
}

/** Lists the settings that differ from those of `base` as the command line takes them: `phase2.epochs=4`. */
export function changedSettings(config: Config, base: Config = FULL): string[] {
	return settingNames().flatMap((name) => {
		const [value, standard] = [config, base].map((each) => JSON.stringify(valueIn(each, name)));
		return value === standard ? [] : [`${name}=${value}`];
	});
}

/** Writes the text of docs/settings.md: all settings by group, and the changes of each profile. */
export function settingsMarkdown(): string {
	const table = (rows: readonly SettingRow[]) =>
		`| Setting | Default | Values | Unit | Description |\n|---|---|---|---|---|\n${rows
			.map((row) => `| \`${row.setting}\` | ${row.value} | ${row.range} | ${row.unit} | ${row.description} |`)
			.join('\n')}`;
	const groups = Object.entries(settingsJsonSchema().properties ?? {}).filter(([, { type }]) => type === 'object');
	const profiles = Object.keys(PROFILES).map((name) => {
		const changes = changedSettings(createConfig(name)).map((change) => `\`${change}\``);
		return `- \`${name}\`: ${changes.join(', ') || 'no changes'}`;
	});
	const sections = [
		'# Settings',
		'Written by `npx fer settings --markdown` from the schema in `lib/config.ts`: edit that, not this file. Change settings\n' +
			"with `npx fer train --set phase2.epochs=30` or `fer.createConfig('full', { phase2: { epochs: 30 } })`.",
		table(settingsTable().filter(({ setting }) => !setting.includes('.'))),
		...groups.flatMap(([name, { description }]) => [`## ${name}\n\n${description}`, table(settingsTable(`${name}.`))]),
		'## Profiles\n\nEach profile is a list of changes to the defaults.',
		profiles.join('\n'),
	];
	return `${sections.join('\n\n')}\n`;
}

/** Parses settings such as `phase2.epochs=20` into changes for `createConfig`; a value that is not JSON is a string. */
export function parseAssignments(assignments: readonly string[]): Record<string, unknown> {
	let changes: unknown = {};
	for (const assignment of assignments) {
		const [, name, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
		if (!name) throw invalidArgument('--set', 'NAME=VALUE', assignment, 'For example: --set phase2.epochs=20.');
		checkSettingName(name, '--set');
		const change = name.split('.').reduceRight((inner: unknown, key) => ({ [key]: inner }), parseValue(text));
		changes = mergeSettings(changes, change);
	}
	return changes as Record<string, unknown>;
}

/**
 * Checks the name of a setting or of a group of settings.
 * @param place Where it comes from, for the message.
 * @throws {RangeError} If there is none of that name; the message names the nearest.
 */
export function checkSettingName(name: string, place: string): void {
	const names = settingNames();
	if (names.some((known) => known === name || known.startsWith(`${name}.`))) return;
	// Users forget the group more often than they misspell the setting.
	const likely = names.filter((known) => known.endsWith(`.${name}`));
	const nearest = [...new Set([...likely, ...nearestFirst(name, names)])].slice(0, 3).join(', ');
	throw invalidArgument(place, 'the name of a setting', name, `Nearest: ${nearest}. All: npx fer settings.`);
}

/** Writes a setting as the command line takes it: `phase2.epochs=20`; only a string that looks like JSON is quoted. */
export function formatAssignment(name: string, value: unknown): string {
	const isPlain = typeof value === 'string' && parseValue(value) === value;
	return `${name}=${isPlain ? value : JSON.stringify(value)}`;
}

function parseValue(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text; // Such as the name of a backbone.
	}
}
