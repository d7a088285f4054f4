/** Formats examples for the end of a help text: `.addHelpText('after', examples('train', 'train --resume'))`. */
export function examples(...commands: readonly string[]): string {
	return ['', 'Examples:', ...commands.map((command) => `  $ npx fer ${command}`)].join('\n');
}
