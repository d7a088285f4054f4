import type { Command } from 'commander';
import { settingsJsonSchema } from '../../lib/config';
import { formatColumns } from '../../lib/format';
import { createConfig } from '../../lib/profiles';
import { settingsMarkdown, settingsTable } from '../../lib/settings';
import { examples } from '../examples';
import { profileOption } from '../profileOption';

export function registerSettings(program: Command): void {
	program
		.command('settings')
		.summary('list the settings of a training')
		.description('List every setting of a training with its value in a profile. `fer train --set` changes a setting.')
		.addOption(profileOption('full'))
		.option('--json', "print the profile's settings as JSON")
		.option('--json-schema', 'print the JSON schema of the settings')
		.option('--markdown', 'print the text of docs/settings.md')
		.addHelpText('after', examples('settings', 'settings --profile quick --json', 'settings --json-schema'))
		.action((options: Options) => console.log(describeSettings(options)));
}

type Options = Readonly<{ profile: string; json?: boolean; jsonSchema?: boolean; markdown?: boolean }>;

function describeSettings({ profile, json, jsonSchema, markdown }: Options): string {
	const config = createConfig(profile);
	if (json) return JSON.stringify(config, null, '\t');
	if (jsonSchema) return JSON.stringify(settingsJsonSchema(), null, '\t');
	if (markdown) return settingsMarkdown().trimEnd();
	const rows = settingsTable('', config).map(({ setting, value, range, unit, description }) => {
		const values = unit ? `${range} (${unit})` : range;
		return [setting, value, values, description];
	});
	return formatColumns([['setting', 'value', 'values', 'description'], ...rows]);
}
