import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { checkConfig } from '../../lib/config';
import { FULL } from '../../lib/profiles';
import { isRunName } from '../../lib/runName';
import { parseAssignments, settingNames } from '../../lib/settings';
import { type FuzzProperty, outcomeOf } from './outcome';

const NAME = fc.oneof(
	{ weight: 8, arbitrary: fc.constantFrom(...settingNames()) },
	{ weight: 2, arbitrary: fc.constantFrom('__proto__.x', 'constructor.prototype.x', 'phase2', 'phase2.', '.', '') },
	{ weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);
const VALUE = fc.oneof(
	fc.constantFrom('true', 'null', '0', '-1', '1e-320', '1e308', 'NaN', 'Infinity', '[]', '{}', 'constructor', '""'),
	fc.double().map(String),
	fc.json({ maxDepth: 2 }),
	fc.string({ maxLength: 12 }),
);

/** Checks that what the schema has accepted can be used: it is stored, read again and the same. */
function apply(assignments: readonly string[]): void {
	const config = checkConfig(parseAssignments(assignments));
	const stored = JSON.stringify(config);
	if (JSON.stringify(checkConfig(JSON.parse(stored))) !== stored) throw new Error(`Changed when read again: ${stored}`);
	if (Object.keys(config).length !== Object.keys(FULL).length) throw new Error(`Other fields: ${stored}`);
	if ('x' in {}) throw new Error('The prototype of all objects was changed.');
}

/** Values of `--set`, in JSON or not, and names of runs, which must stay inside runs/. */
export async function settingsTarget(): Promise<FuzzProperty> {
	const assignment = fc.oneof(
		fc.tuple(NAME, VALUE).map(([name, value]) => `${name}=${value}`),
		fc.string({ maxLength: 12 }),
	);
	const name = fc.oneof(
		fc.string({ unit: 'binary', maxLength: 12 }),
		fc.array(fc.constantFrom('.', '/', '\\', 'a', ' ', '\n', '..'), { maxLength: 5 }).map((parts) => parts.join('')),
	);
	return (count) =>
		fc.asyncProperty(fc.tuple(fc.array(assignment, { maxLength: 3 }), name), async ([assignments, run]) => {
			count(await outcomeOf(() => apply(assignments)));
			const isInside = dirname(join('/runs', run)) === '/runs' && !['', '.', '..'].includes(run);
			if (isRunName(run) && !isInside) throw new Error(`The name ${JSON.stringify(run)} leaves runs/.`);
		});
}
