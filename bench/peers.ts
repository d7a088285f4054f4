import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../cli/problem';
import { withTask } from '../cli/progressLine';
import { LOGS, PROJECT_FOLDER } from '../cli/projectFolder';
import { PYTHON, pipInstall } from '../cli/python';
import { runOrFail } from '../cli/runProgram';
import type { Side } from './group';

const VENV = join(PROJECT_FOLDER, '.venv-bench');
const VENV_PYTHON = join(VENV, 'bin', 'python');
const CONSTRAINTS = join(PROJECT_FOLDER, 'constraints.txt');

const NO_TORCH =
	'If the CPU build of PyTorch is not on your package index, add the index of PyTorch ' +
	'(https://pytorch.org/get-started/locally/): PIP_EXTRA_INDEX_URL=ADDRESS npx fer bench';

/** What is installed together, and the peers that need it. */
const PARTS = [
	{ title: 'Keras and pandas', peers: ['keras', 'pandas', 'pandasSplit'], file: 'requirements.txt' },
	{ title: 'PyTorch', peers: ['torch'], file: 'requirements-torch.txt', hint: NO_TORCH },
] as const satisfies readonly { title: string; peers: readonly Side[]; file: string; hint?: string }[];

/** The peers in Python. */
export interface Peers {
	/** The interpreter that has them. */
	readonly python: string;
	/** Why peers are missing, by name. */
	readonly faults: Readonly<Partial<Record<Side, string>>>;
}

/** Installs missing peers into .venv-bench. Those that cannot be installed are in `faults`. */
export async function installPeers(): Promise<Peers> {
	const faults: Partial<Record<Side, string>> = {};
	for (const { title, peers, file, ...more } of PARTS) {
		const requirements = join(PROJECT_FOLDER, 'bench', file);
		const stamp = join(VENV, `${file}.sha256`);
		const hash = createHash('sha256')
			.update(readFileSync(requirements))
			.update(readFileSync(CONSTRAINTS))
			.digest('hex');
		if (existsSync(VENV_PYTHON) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) continue;
		try {
			await withTask(`Peers: ${title}`, (task) => install(requirements, (line) => task.update(line.slice(0, 60))));
			writeFileSync(stamp, hash);
		} catch (error) {
			if (!(error instanceof Problem)) throw error;
			const hint = 'hint' in more ? `\n${more.hint}` : '';
			console.error(`${error.message}${hint}\nThe rows that need ${title} are left empty.`);
			for (const peer of peers) faults[peer] = `${title}: not installed`;
		}
	}
	return { python: VENV_PYTHON, faults };
}

async function install(requirements: string, onLine: (line: string) => void): Promise<void> {
	const log = (name: string) => ({ cwd: PROJECT_FOLDER, logFile: join(LOGS, `bench-${name}.log`), onLine });
	if (!existsSync(VENV_PYTHON)) await runOrFail(PYTHON, ['-m', 'venv', '--clear', VENV], log('venv'));
	// Wheels are unpacked beside their destination: /tmp is small on some machines.
	const temporary = join(VENV, 'tmp');
	mkdirSync(temporary, { recursive: true });
	const env = { ...process.env, TMPDIR: temporary };
	try {
		const files = ['--requirement', requirements, '--constraint', CONSTRAINTS];
		await pipInstall(VENV_PYTHON, files, { ...log('pip'), env });
	} finally {
		rmSync(temporary, { recursive: true, force: true });
	}
}
