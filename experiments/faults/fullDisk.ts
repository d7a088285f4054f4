// @ts-check
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { startProcess } from '../../scripts/setup/processes.mjs';
import { trainToEnd } from './kills.mjs';
import { readOutcome } from './outcome.mjs';
import { expectRefusal } from './refusals.mjs';
import { runFolder, storedSteps } from './trainCommand.mjs';

/**
 * @typedef {object} FullDisk
 * @property {number} megabytes The disk's size.
 * @property {number | null} exitCode
 * @property {string} said
 * @property {number[]} checkpoints Steps of the checkpoints that were left, whole.
 */

/** A mount namespace of its own, which ends with the process: no mount is left behind. */
const NAMESPACE = process.geteuid?.() === 0 ? ['--mount'] : ['--mount', '--user', '--map-root-user'];

/**
 * Trains on a disk too small for the third checkpoint of phase 2, then enlarges it and trains to the end.
 * @param {string} name The folder becomes the disk's mount point.
 * @param {string} whole A finished run of the same settings, for the size of a checkpoint.
 * @returns {Promise<{result: FullDisk, outcome: import('./outcome.mjs').Outcome} | {skipped: string}>}
 * @throws {Error} If the training does not end as it should.
 */
export async function trainOnFullDisk(name, whole) {
	const possible = process.platform === 'linux' && spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;
	if (!possible) return { skipped: 'A small disk needs Linux and the right to make a mount namespace.' };
	const args = [...NAMESPACE, process.execPath, fileURLToPath(import.meta.url), name, whole];
	const child = startProcess('unshare', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
	let [output, errors] = ['', ''];
	child.stdout?.on('data', (text) => {
		output += text;
	});
	child.stderr?.on('data', (text) => {
		errors += text;
	});
	const code = await new Promise((resolve) => child.on('close', resolve));
	if (code !== 0) throw new Error(`On a full disk:\n${output}${errors}`);
	return JSON.parse(output);
}

/** @param {string} options @param {string} folder */
function mountDisk(options, folder) {
	const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { encoding: 'utf8' });
	if (status !== 0) throw new Error(`No disk could be mounted: ${stderr}`);
}

/**
 * What `trainOnFullDisk` does inside the namespace.
 * @param {string} name
 * @param {string} whole
 */
async function trainInside(name, whole) {
	const folder = runFolder(name);
	const file = path.join(runFolder(whole), 'phase2', `checkpoint-${storedSteps(whole, 2)[0]}.bin`);
	const bytes = Math.round(2.5 * fs.statSync(file).size);
	fs.mkdirSync(folder, { recursive: true });
	mountDisk(`size=${bytes}`, folder);
	const words =
		/^Expected room for [\d.]+ MB in the folder of checkpoint-\d+\.bin but received a full disk\. Free some space /;
	const { exitCode, said } = await expectRefusal('a full disk', words, { name });
	const checkpoints = storedSteps(name, 2);
	const { readCheckpoint } = await import('../../dist/lib/training/checkpoint.js');
	for (const step of checkpoints) await readCheckpoint(path.join(folder, 'phase2', `checkpoint-${step}.bin`));
	const halves = fs.readdirSync(path.join(folder, 'phase2')).filter((each) => each.endsWith('.part'));
	if (checkpoints.length !== 2 || halves.length > 0) throw new Error(`Left: ${checkpoints}, ${halves}`);
	mountDisk('remount,size=2g', folder);
	await trainToEnd(name, ['--resume']);
	// Read here: it is gone with the disk.
	const outcome = await readOutcome(name);
	return { result: { megabytes: Math.round(bytes / 1e6), exitCode, said, checkpoints }, outcome };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [name, whole] = process.argv.slice(2);
	console.log(JSON.stringify(await trainInside(name, whole)));
}
