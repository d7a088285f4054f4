// @ts-check
// Preloaded into `fer train` (node --import): writes each report of progress to file descriptor 3 as it is made. The
// terminal shows few of them, and a killed process cannot be asked how far it was.
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';

const progress = createRequire(import.meta.url)('../../dist/lib/progress.js');
const format = progress.formatProgress;

/** @param {import('../../dist/lib/progress.js').Progress} report @param {number} [width] */
progress.formatProgress = (report, width) => {
	writeSync(3, `${JSON.stringify([report.stage, report.done, report.total])}\n`);
	return format(report, width);
};
