import { join } from 'node:path';
import { writeFileAtomically } from '../../lib/atomicFile';
import { parallelCoordinates } from '../../lib/figures/parallelCoordinates';
import { writePng } from '../../lib/figures/rendering/export';
import { sweepCurves } from '../../lib/figures/sweepCurves';
import { formatColumns, formatPercent } from '../../lib/format';
import { formatAssignment } from '../../lib/settings';
import { rankTrials, type SweepTrial, trialAccuracy } from '../../lib/training/sweepTrial';
import type { Sweep } from './plan';
import type { SweepState } from './runTune';

/** Rows of the printed table. */
const MOST_ROWS = 10;
const COLUMNS = ['trial', 'status', 'epochs', 'accuracy'];

/** The result of a sweep for other programs. */
export interface SweepReport {
	readonly name: string;
	/** The best first, then those without an accuracy. */
	readonly trials: readonly TrialRow[];
	/** How to test the network of the best trial. */
	readonly command?: string;
}

interface TrialRow extends Pick<SweepTrial, 'name' | 'status' | 'settings' | 'reason'> {
	readonly epochs: number;
	/** Best validation accuracy. */
	readonly accuracy?: number;
}

const assignmentsOf = ({ settings }: Pick<SweepTrial, 'settings'>) =>
	Object.entries(settings).map(([name, value]) => formatAssignment(name, value));

/** Quotes a text for a shell, where it needs that. */
const quoted = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** Sums up a sweep. */
export function reportSweep({ sweep, trials }: SweepState): SweepReport {
	const ranked = rankTrials(trials);
	const all = [...ranked, ...trials.filter((trial) => !ranked.includes(trial))];
	const rows = all.map(({ history, ...trial }) => {
		const accuracy = trialAccuracy({ history, ...trial });
		return { ...trial, epochs: history.length, ...(accuracy !== undefined && { accuracy }) };
	});
	return { name: sweep.name, trials: rows, ...(ranked.length > 0 && { command: commandOf(sweep, ranked[0]) }) };
}

/** The command that tests a trial's network: it is taken over, as far as it was trained. */
function commandOf({ name, options }: Sweep, best: SweepTrial): string {
	const set = assignmentsOf(best).flatMap((each) => ['--set', each]);
	return ['npx fer train', '--study', name, '--name', best.name, ...[...options, ...set].map(quoted)].join(' ');
}

/** Formats a sweep for the terminal: the best trials, and the command for the best. */
export function formatReport({ trials, command }: SweepReport): string {
	const cells = trials.slice(0, MOST_ROWS).map((row) => [
		...[row.name, row.status, String(row.epochs)],
		row.accuracy === undefined ? '' : formatPercent(row.accuracy),
		// Of a failed trial, why.
		row.reason ?? assignmentsOf(row).join(' '),
	]);
	const table = formatColumns([[...COLUMNS, 'settings'], ...cells]);
	return command ? `${table}\n\nTest the best network on the test part:\n${command}` : table;
}

/** Writes the table of all trials and the figures of a sweep into its folder; returns their paths. */
export async function writeReport({ sweep, trials }: SweepState, report: SweepReport): Promise<string[]> {
	const names = Object.keys(sweep.space);
	const cell = (value: unknown) =>
		`"${(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('"', '""')}"`;
	const lines = report.trials.map((row) => {
		const { name, status, epochs, accuracy = '' } = row;
		const settings = names.map((setting) => cell(row.settings[setting]));
		return [name, status, epochs, accuracy, ...settings, cell(row.reason ?? '')].join(',');
	});
	const table = join(sweep.folder, 'trials.csv');
	await writeFileAtomically(table, `${[[...COLUMNS, ...names, 'reason'].join(','), ...lines].join('\n')}\n`);
	const files = [table];
	const caption = `${trials.length} trials of ${sweep.name}; seed ${sweep.config.seed}`;
	const figures = {
		'parallel-coordinates': parallelCoordinates({ trials, space: sweep.space, caption }),
		'learning-curves': sweepCurves({ trials, caption }),
	};
	for (const [name, figure] of Object.entries(figures)) {
		files.push(join(sweep.folder, 'images', `${name}.png`));
		await writePng(figure, files[files.length - 1]);
	}
	return files;
}
