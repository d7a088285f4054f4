import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withTask } from './progressLine';
import { LOGS, PROJECT_FOLDER } from './projectFolder';
import { PYTHON, pipInstall } from './python';
import { runOrFail } from './runProgram';

const LOCK = join(PROJECT_FOLDER, 'requirements.lock');

/** Packages for a virtual environment other than the set-up's. */
interface Packages {
	/** Names the work in the terminal. */
	readonly title: string;
	/** Folder of the virtual environment; made if it is missing. */
	readonly venv: string;
	/** File for pip. */
	readonly requirements: string;
	/** Start of the names of the logs in runs/logs. */
	readonly log: string;
}

/** The Python of a virtual environment. */
export const pythonOf = (venv: string): string => join(venv, 'bin', 'python');

/**
 * Installs Python packages with the set-up's versions of their dependencies, unless they are installed.
 * @throws {Problem} If pip fails.
 */
export async function installPackages({ title, venv, requirements, log }: Packages): Promise<void> {
	const stamp = join(venv, `${basename(requirements)}.sha256`);
	const hash = createHash('sha256');
	for (const each of [requirements, LOCK]) hash.update(readFileSync(each));
	const wanted = hash.digest('hex');
	if (existsSync(pythonOf(venv)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
	await withTask(title, (task) => install({ venv, requirements, log }, (line) => task.update(line.slice(0, 60))));
	writeFileSync(stamp, wanted);
}

async function install(
	{ venv, requirements, log }: Omit<Packages, 'title'>,
	onLine: (line: string) => void,
): Promise<void> {
	const logged = (name: string) => ({ cwd: PROJECT_FOLDER, logFile: join(LOGS, `${log}-${name}.log`), onLine });
	const python = pythonOf(venv);
	if (!existsSync(python)) await runOrFail(PYTHON, ['-m', 'venv', '--clear', venv], logged('venv'));
	// Wheels are unpacked beside their destination: /tmp is small on some machines.
	const temporary = join(venv, 'tmp');
	mkdirSync(temporary, { recursive: true });
	const env = { ...process.env, TMPDIR: temporary };
	try {
		// With hashes in one file pip wants them for every package, and these have none.
		const constraints = join(temporary, 'constraints.txt');
		writeFileSync(constraints, readFileSync(LOCK, 'utf8').replaceAll(/ \\\n +--hash=\S+/g, ''));
		const files = ['--requirement', requirements, '--constraint', constraints];
		await pipInstall(python, files, { ...logged('pip'), env });
	} finally {
		rmSync(temporary, { recursive: true, force: true });
	}
}
