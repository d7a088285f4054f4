// @ts-check
// Preloaded into `fer train` (node --import): kills the process at a renaming of a run's folder, FER_FAULT=2:after being
// that after the second. A training sets another aside within a millisecond, which no signal from outside can hit.
import { createRequire } from 'node:module';
import path from 'node:path';

const [count, when] = (process.env.FER_FAULT ?? '').split(':');
const files = createRequire(import.meta.url)('node:fs/promises');
const rename = files.rename;
let renamings = 0;

/** @param {string} from @param {string} to */
files.rename = async (from, to) => {
	const isRun = path.basename(path.dirname(to)) === 'runs';
	const isPlace = isRun && ++renamings === Number(count);
	if (isPlace && when === 'before') process.kill(process.pid, 'SIGKILL');
	await rename(from, to);
	if (isPlace && when === 'after') process.kill(process.pid, 'SIGKILL');
};
