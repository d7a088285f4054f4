import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '../atomicFile';
import type { Metrics } from '../evaluation/storedMetrics';
import { changedSettings } from '../settings';

const COLUMNS = 'date,run,protocol,seed,changes,epochs,images,seconds,accuracy,macroF1,ttaViews,ttaAccuracy,ttaMacroF1';

/**
 * Appends the line of a trial to a CSV table; a new table gets a header.
 * @param metrics Metrics of the validation part.
 * @throws {Error} The file system's own error; the table stays as it was.
 */
export async function appendTrial(path: string, metrics: Metrics, date = new Date()): Promise<void> {
	const { name, config, split, epochs, seconds, accuracy, macroF1, tta } = metrics;
	const line = [
		date.toISOString().slice(0, 10),
		name,
		config.protocol,
		config.seed,
		// Quoted; quotes inside are doubled (RFC 4180).
		`"${changedSettings(config).join(' ').replaceAll('"', '""')}"`,
		epochs.phase2,
		config.phase2.imagesPerEpoch || split.train,
		Math.round(seconds),
		...[accuracy, macroF1].map((score) => score.toFixed(4)),
		tta.views,
		...[tta.accuracy, tta.macroF1].map((score) => score.toFixed(4)),
	];
	const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return `${COLUMNS}\n`;
		throw error;
	});
	await writeFileAtomically(path, `${before}${line.join(',')}\n`);
}
