import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../cli/problem';
import { withTask } from '../cli/progressLine';
import { LOGS, PROJECT_FOLDER } from '../cli/projectFolder';
import { PYTHON, pipInstall } from '../cli/python';
import { runOrFail } from '../cli/runProgram';
import type { Side } from './rows';

const VENV = join(PROJECT_FOLDER, '.venv-bench');
const LOCK = join(PROJECT_FOLDER, 'requirements.lock');

/** The Python that has the peers. */
export const PEERS_PYTHON = join(VENV, 'bin', 'python');

const NO_TORCH =
	'\nIf the CPU build of PyTorch is not on your package index, add the index of PyTorch ' +
	'(https://pytorch.org/get-started/locally/): PIP_EXTRA_INDEX_URL=ADDRESS npx fer bench';

/** What is installed together, and the peers that need it. */
const PARTS: readonly { title: string; peers: readonly Side[]; file: string; hint: string }[] = [
	{ title: 'Keras and pandas', peers: ['keras', 'pandas', 'pandasSplit'], file: 'requirements.txt', hint: '' },
	{ title: 'PyTorch', peers: ['torch'], file: 'requirements-torch.txt', hint: NO_TORCH },
];

/** Why peers are missing. */
export type Missing = Partial<Record<Side, string>>;

/** Installs missing peers into .venv-bench and returns those that cannot be installed. */
export async function installPeers(): Promise<Missing> {
	const missing: Missing = {};
	for (const { title, peers, file, hint } of PARTS) {
		const requirements = join(PROJECT_FOLDER, 'bench', file);
		const stamp = join(VENV, `${file}.sha256`);
		const hash = createHash('sha256');
		for (const each of [requirements, LOCK]) hash.update(readFileSync(each));
		const wanted = hash.digest('hex');
		if (existsSync(PEERS_PYTHON) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) continue;
		try {
			await withTask(`Peers: ${title}`, (task) => install(requirements, (line) => task.update(line.slice(0, 60))));
			writeFileSync(stamp, wanted);
		} catch (error) {
			if (!(error instanceof Problem)) throw error;
			console.error(`${error.message}${hint}\nThe rows that need ${title} are left empty.`);
			for (const peer of peers) missing[peer] = `${title}: not installed`;
		}
	}
	return missing;
}

async function install(requirements: string, onLine: (line: string) => void): Promise<void> {
	const log = (name: string) => ({ cwd: PROJECT_FOLDER, logFile: join(LOGS, `bench-${name}.log`), onLine });
	if (!existsSync(PEERS_PYTHON)) await runOrFail(PYTHON, ['-m', 'venv', '--clear', VENV], log('venv'));
	// Wheels are unpacked beside their destination: /tmp is small on some machines.
	const temporary = join(VENV, 'tmp');
	mkdirSync(temporary, { recursive: true });
	const env = { ...process.env, TMPDIR: temporary };
	try {
		// With hashes in one file pip wants them for every package, and the peers have none.
		const constraints = join(temporary, 'constraints.txt');
		writeFileSync(constraints, readFileSync(LOCK, 'utf8').replaceAll(/ \\\n +--hash=\S+/g, ''));
		const files = ['--requirement', requirements, '--constraint', constraints];
		await pipInstall(PEERS_PYTHON, files, { ...log('pip'), env });
	} finally {
		rmSync(temporary, { recursive: true, force: true });
	}
}
