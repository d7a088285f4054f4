import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LOGS, PROJECT_FOLDER } from '../../cli/projectFolder';
import { runLogged } from '../../cli/runProgram';
import { readCheckpoint } from '../../lib/training/checkpoint';
import { type Outcome, readOutcome } from './outcome';
import { expectRefusal } from './refusals';
import { runFolder, storedSteps, trainToEnd } from './training';

/** A mount namespace of its own, which ends with the process, so that no mount is left behind. */
const NAMESPACE = process.geteuid?.() === 0 ? ['--mount'] : ['--mount', '--user', '--map-root-user'];

/**
 * Trains on a disk too small for the third checkpoint of phase 2, then enlarges it and trains to the end.
 * @param name The run; its folder becomes the disk's mount point.
 * @param whole A finished run with the same settings, for the size of a checkpoint.
 * @returns What to store, with the steps of the complete checkpoints that the full disk left, and the outcome.
 * @throws {Error} If the training does not end as it should.
 */
export async function trainOnFullDisk(name: string, whole: string): ReturnType<typeof trainInside> {
	const possible = process.platform === 'linux' && spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;
	if (!possible) return { result: { skipped: 'A small disk needs Linux and permission to create a mount namespace.' } };
	const args = [...NAMESPACE, process.execPath, __filename, name, whole];
	const logFile = join(LOGS, 'faults-disk.log');
	const { code, output } = await runLogged('unshare', args, { cwd: PROJECT_FOLDER, logFile });
	const result = output.split('\n').find((line) => line.startsWith('{'));
	if (code !== 0 || !result) throw new Error(`On a full disk:\n${output}`);
	return JSON.parse(result);
}

function mountDisk(options: string, folder: string): void {
	const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { encoding: 'utf8' });
	if (status !== 0) throw new Error(`No disk could be mounted: ${stderr}`);
}

/** Does the work of `trainOnFullDisk` inside the namespace. */
async function trainInside(name: string, whole: string): Promise<{ result: object; outcome?: Outcome }> {
	const folder = runFolder(name);
	const file = join(runFolder(whole), 'phase2', `checkpoint-${storedSteps(whole, 2)[0]}.bin`);
	const bytes = Math.round(2.5 * statSync(file).size);
	mkdirSync(folder, { recursive: true });
	mountDisk(`size=${bytes}`, folder);
	const words =
		/^Expected room for [\d.]+ MB in the folder of checkpoint-\d+\.bin but received a full disk\. Free some /;
	const { exitCode, said } = await expectRefusal('a full disk', words, { name });
	const checkpoints = storedSteps(name, 2);
	for (const step of checkpoints) await readCheckpoint(join(folder, 'phase2', `checkpoint-${step}.bin`));
	const halves = readdirSync(join(folder, 'phase2')).filter((each) => each.endsWith('.part'));
	if (checkpoints.length !== 2 || halves.length > 0) throw new Error(`Left: ${checkpoints}, ${halves}`);
	mountDisk('remount,size=2g', folder);
	await trainToEnd(name, true);
	// The outcome is read here, since it disappears with the disk.
	const result = { megabytes: Math.round(bytes / 1e6), exitCode, said, checkpoints };
	return { result, outcome: await readOutcome(name) };
}

if (require.main === module) {
	const [name, whole] = process.argv.slice(2);
	trainInside(name, whole).then((done) => console.log(JSON.stringify(done)));
}
