import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { writeFileAtomically } from '../atomicFile';
import type { Metrics } from '../evaluation/storedMetrics';
import { withLock } from '../fileLock';
import { formatRatio } from '../format';
import { FULL } from '../profiles';
import { changedSettings } from '../settings';

const COLUMNS = 'date,run,protocol,seed,changes,epochs,images,seconds,accuracy,macroF1,ttaViews,ttaAccuracy,ttaMacroF1';

/** Quotes a text; quotes inside are doubled (RFC 4180). */
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/**
 * Appends the validation metrics of a trial to a CSV table; a new table gets a header. Several processes may do so at
 * once.
 * @throws {DataError} If another process holds the table's lock for two minutes.
 */
export async function appendTrial(path: string, metrics: Metrics, date = new Date()): Promise<void> {
	const { name, config, split, epochs, seconds, accuracy, macroF1, tta } = metrics;
	// The protocol has a column; the path of the data is of no use elsewhere.
	const shared = { ...config, protocol: FULL.protocol, data: config.data && basename(config.data) };
	const line = [
		date.toISOString().slice(0, 10),
		/[",]/.test(name) ? quoted(name) : name,
		config.protocol,
		config.seed,
		quoted(changedSettings(shared).join(' ')),
		epochs.phase2,
		config.phase2.imagesPerEpoch || split.train,
		Math.round(seconds),
		...[accuracy, macroF1].map(formatRatio),
		tta.views,
		...[tta.accuracy, tta.macroF1].map(formatRatio),
	];
	await withLock(`${path}.lock`, async () => {
		const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
			if (error.code === 'ENOENT') return '';
			throw error;
		});
		// An editor may have left the last line open.
		const table = `${before.trimEnd() || COLUMNS}\n`;
		await writeFileAtomically(path, `${table}${line.join(',')}\n`);
	});
}
