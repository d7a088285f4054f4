import type { Command } from 'commander';
import { createConfig } from '../../lib/profiles';
import { examples } from '../examples';
import { settingsJsonSchema, settingsTable } from '../settings';

/** Registers `fer settings`. */
export function registerSettings(program: Command): void {
	program
		.command('settings')
		.summary('list the settings of a training')
		.description('List every setting of a training with its value in a profile. `fer train --set` changes them.')
		.option('--profile <name>', 'smoke, quick, full or distilled', 'full')
		.option('--json', 'print the settings as JSON, as in the config of metrics.json')
		.option('--json-schema', 'print the JSON schema of the settings')
		.option('--markdown', 'print a table in Markdown, as in docs/settings.md')
		.addHelpText('after', examples('settings', 'settings --profile quick --json', 'settings --json-schema'))
		.action(settings);
}

interface Options {
	readonly profile: string;
	readonly json?: boolean;
	readonly jsonSchema?: boolean;
	readonly markdown?: boolean;
}

function settings({ profile, json, jsonSchema, markdown }: Options): void {
	const config = createConfig(profile);
	if (json || jsonSchema) {
		console.log(JSON.stringify(jsonSchema ? settingsJsonSchema() : config, null, '\t'));
		return;
	}
	const rows = settingsTable(config).map(({ name, value }) => [name, JSON.stringify(value)]);
	const width = Math.max(...rows.map(([name]) => name.length));
	const lines = markdown
		? ['| setting | value |', '| --- | --- |', ...rows.map(([name, value]) => `| \`${name}\` | \`${value}\` |`)]
		: rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
	console.log(lines.join('\n'));
}
