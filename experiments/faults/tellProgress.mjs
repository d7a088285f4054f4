// @ts-check
// Loaded before scripts/train.mjs (node --import): tells each report of progress on file descriptor 3, a line each, as
// it is made. The terminal shows few of them, and a process that is killed cannot be asked how far it was.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const progress = createRequire(import.meta.url)('../../dist/lib/progress.js');
const format = progress.formatProgress;

/** @param {import('../../dist/lib/index.js').Progress} report @param {number} [width] */
progress.formatProgress = (report, width) => {
	fs.writeSync(3, `${JSON.stringify([report.stage, report.done, report.total])}\n`);
	return format(report, width);
};
