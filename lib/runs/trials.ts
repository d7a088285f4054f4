import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '../atomicFile';
import type { Evaluation } from '../evaluation/evaluate';
import type { Run } from '../training/run';
import { changedSettings } from '../settings';
import type { PhaseResult } from '../training/trainHead';

const COLUMNS =
	'date,run,protocol,seed,changes,epochs,images,seconds,accuracy,macroF1,ttaViews,ttaAccuracy,ttaMacroF1'.split(',');

/** What a trial gave: a training that was judged on its validation part. */
export interface Trial {
	readonly run: Run;
	readonly phase1: PhaseResult;
	readonly phase2: PhaseResult;
	/** Of the validation part: `evaluate` with `split.test` set to it. */
	readonly evaluation: Evaluation;
	readonly date: Date;
}

/**
 * Adds a trial's line to a CSV table, and the header to a new one.
 * @throws {Error} The file system's own error; the table stays as it was.
 */
export async function appendTrial(path: string, { run, phase1, phase2, evaluation, date }: Trial): Promise<void> {
	const { config, split } = run;
	const histories = [...phase1.history, ...phase2.history];
	const { plain, tta } = evaluation;
	const line = [
		date.toISOString().slice(0, 10),
		run.name,
		config.protocol,
		config.seed,
		// In quotes, and a quote within them twice, as RFC 4180 has it.
		`"${changedSettings(config).join(' ').replaceAll('"', '""')}"`,
		phase2.history.length,
		config.phase2.imagesPerEpoch || split.train.length,
		Math.round(histories.reduce((sum, { seconds }) => sum + seconds, 0)),
		plain.report.accuracy.toFixed(4),
		plain.report.macroF1.toFixed(4),
		config.tta.views,
		tta.report.accuracy.toFixed(4),
		tta.report.macroF1.toFixed(4),
	];
	const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return `${COLUMNS.join(',')}\n`;
		throw error;
	});
	await writeFileAtomically(path, `${before}${line.join(',')}\n`);
}
