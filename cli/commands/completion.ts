import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import { PROFILES } from '../../lib/profiles';
import { settingNames } from '../../lib/settings';
import { examples } from '../examples';
import { PROJECT_FOLDER } from '../projectFolder';

export function registerCompletion(program: Command): void {
	program
		.command('completion')
		.summary('print a script for shell completion')
		.description('Print a script that completes commands, options and settings, for the start-up file of your shell.')
		.addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
		.addHelpText(
			'after',
			`${examples('completion bash >> ~/.bashrc', 'completion zsh > ~/.zfunc/_fer', 'completion fish | source')}\n\n` +
				'Completion works for a command named fer: run npm link, or define alias fer="npx fer".',
		)
		.action(async (shell: string) => {
			const { script } = await import('@bomb.sh/tab');
			script(shell, 'fer', `'${process.execPath}' '${join(PROJECT_FOLDER, 'scripts', 'fer.mjs')}'`);
		});
}

/** Prints the completions of a command line; the scripts of `fer completion` call it as `fer complete -- WORDS`. */
export async function complete(program: Command, words: readonly string[]): Promise<void> {
	const { default: tab } = await import('@bomb.sh/tab/commander');
	for (const command of program.commands) command.description(command.summary() || command.description());
	const own = 'tab-completion';
	const completions = tab(program, { completionCommandName: own });
	completions.commands.delete(own);
	const values = { set: settingNames().map((name) => `${name}=`), profile: Object.keys(PROFILES) };
	for (const { options } of completions.commands.values()) {
		for (const [name, all] of Object.entries(values)) {
			const option = options.get(name);
			if (option) option.handler = (add) => void all.map((value) => add(value, ''));
		}
	}
	completions.parse(words.filter((word, i) => i > 0 || word !== '--'));
}
