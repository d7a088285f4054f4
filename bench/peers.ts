import { join } from 'node:path';
import { Problem } from '../cli/problem';
import { PROJECT_FOLDER } from '../cli/projectFolder';
import { installPackages, pythonOf } from '../cli/pythonPackages';
import type { Side } from './rows';

const VENV = join(PROJECT_FOLDER, '.venv-bench');

/** The Python that has the peers. */
export const PEERS_PYTHON = pythonOf(VENV);

const NO_TORCH =
	'\nIf the CPU build of PyTorch is not on your package index, add the index of PyTorch ' +
	'(https://pytorch.org/get-started/locally/): PIP_EXTRA_INDEX_URL=ADDRESS npx fer bench';

/** What is installed together, and the peers that need it. */
const PARTS: readonly { title: string; peers: readonly Side[]; file: string; hint: string }[] = [
	{ title: 'Keras and pandas', peers: ['keras', 'pandas', 'pandasSplit'], file: 'requirements.txt', hint: '' },
	{ title: 'PyTorch', peers: ['torch', 'torchHalf'], file: 'requirements-torch.txt', hint: NO_TORCH },
	{ title: 'ONNX Runtime', peers: ['onnx'], file: 'requirements-onnx.txt', hint: '' },
];

/** Why peers are missing. */
export type Missing = Partial<Record<Side, string>>;

/** Installs missing peers into .venv-bench and returns those that cannot be installed. */
export async function installPeers(): Promise<Missing> {
	const missing: Missing = {};
	for (const { title, peers, file, hint } of PARTS) {
		const requirements = join(PROJECT_FOLDER, 'bench', file);
		try {
			await installPackages({ title: `Peers: ${title}`, venv: VENV, requirements, log: 'bench' });
		} catch (error) {
			if (!(error instanceof Problem)) throw error;
			console.error(`${error.message}${hint}\nThe rows that need ${title} are left empty.`);
			for (const peer of peers) missing[peer] = `${title}: not installed`;
		}
	}
	return missing;
}
