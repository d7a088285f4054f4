import { randomInt } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { examples } from '../../cli/examples';

const PARTS = ['kills', 'signals', 'disk', 'refusals', 'memory'] as const;

/** A part of the test. */
export type Part = (typeof PARTS)[number];

const DETAILS = `
The training is killed at random moments and restarted, interrupted, run out of disk and made to diverge, and must end
with the same history, weights and metrics as an unbroken one; 1,000 steps with every option on must leave the number of
tensors and the memory unchanged. Takes about a quarter of an hour and writes docs/results/faults.json.
${examples('experiment faults', 'experiment faults --only kills,signals --seed 7')}`;

/** Registers `fer experiment faults`. */
export function registerFaults(experiment: Command): void {
	experiment
		.command('faults')
		.summary('test that a training survives kills, signals and a full disk')
		.description('Test on the real command that a training survives faults.')
		.option('--seed <n>', 'seed of the moments; by default a new one each time, which is printed', parseSeed)
		.option('--only <parts>', `some of ${PARTS.join(', ')}, comma-separated; writes nothing to docs/`, parseParts)
		.addHelpText('after', DETAILS)
		.action(async ({ seed = randomInt(2 ** 31), only }: { seed?: number; only?: Part[] }) => {
			const { runFaults } = await import('./runFaults.js');
			await runFaults(only ?? PARTS, seed, !only);
		});
}

function parseSeed(text: string): number {
	if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Expected an integer of at least 0.');
	return Number(text);
}

function parseParts(text: string): Part[] {
	const names = text.split(',');
	const unknown = names.filter((name) => !(PARTS as readonly string[]).includes(name));
	if (unknown.length > 0) throw new InvalidArgumentError(`Expected some of ${PARTS.join(', ')}.`);
	return names as Part[];
}
