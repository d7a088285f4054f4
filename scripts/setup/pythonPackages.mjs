// @ts-check
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pythonEnvironment } from './environment.mjs';
import { LOGS, ROOT, VENV, VENV_PYTHON } from './paths.mjs';
import { followPip } from './pipProgress.mjs';
import { stepFailed } from './problem.mjs';
import { runLogged } from './processes.mjs';
import { explainPip } from './registry.mjs';
import { hashInputs, isStamped, readStamp, writeStamp } from './stamp.mjs';
import { findWheel, gpuRequirements, libraryNames, sitePackages, tensorflowPackage } from './tensorflowWheel.mjs';
import { describePython } from './virtualEnvironment.mjs';

const REQUIREMENTS = path.join(ROOT, 'requirements.txt');
const CONSTRAINTS = path.join(ROOT, 'constraints.txt');
const STAMP = path.join(VENV, '.fer', 'packages.json');
const TEMPORARY = path.join(VENV, '.fer', 'tmp');

/**
 * Tells whether TensorFlow comes with CUDA: as asked for, else as it was installed the last time.
 * @param {boolean | undefined} asked
 */
export function takesGpu(asked) {
	return asked ?? readStamp(STAMP)?.gpu === true;
}

/**
 * Installs the Python packages of requirements.txt, all versions pinned by constraints.txt.
 * @param {boolean} gpu
 * @returns {import('./steps.mjs').Step}
 */
export function pipStep(gpu) {
	const hash = () => hashInputs({ root: ROOT, files: [REQUIREMENTS, CONSTRAINTS], values: [gpu] });
	return {
		name: 'pip',
		title: gpu ? 'Python packages, with CUDA' : 'Python packages',
		after: ['venv'],
		needs: ['disk', 'pythonIndex'],
		isCurrent() {
			const wheel = findWheel(VENV)?.folder;
			const libraries = libraryNames(process.platform).map((name) => path.join(wheel ?? '', name));
			return wheel !== undefined && isStamped(STAMP, hash(), libraries);
		},
		async run(task) {
			const began = hash();
			fs.mkdirSync(TEMPORARY, { recursive: true });
			removeOtherTensorflow(gpu);
			await install(writeRequirements(gpu), task);
			fs.rmSync(TEMPORARY, { recursive: true, force: true });
			writeStamp(STAMP, { hash: began, gpu });
		},
	};
}

/**
 * Uninstalls TensorFlow where its other package is wanted: both hold the folder `tensorflow`.
 * @param {boolean} gpu
 */
function removeOtherTensorflow(gpu) {
	const { platform, arch } = process;
	const wanted = tensorflowPackage({ platform, arch, gpu }).replace(/\[.*/, '').replace('-', '_');
	const installed = findWheel(VENV)?.version;
	if (!installed || installed.startsWith(`${wanted}-`)) return;
	const args = ['-m', 'pip', 'uninstall', '--yes', 'tensorflow', 'tensorflow-cpu'];
	spawnSync(VENV_PYTHON, args, { env: pythonEnvironment() });
}

/**
 * Names the file of requirements; with CUDA it is made from the one in the repository.
 * @param {boolean} gpu
 */
function writeRequirements(gpu) {
	if (!gpu) return REQUIREMENTS;
	const file = path.join(TEMPORARY, 'requirements-gpu.txt');
	fs.writeFileSync(file, gpuRequirements(fs.readFileSync(REQUIREMENTS, 'utf8')));
	return file;
}

/**
 * Runs pip, showing which package it is at and how much of it has come.
 * @param {string} requirements
 * @param {import('./terminal.mjs').Task} task
 */
async function install(requirements, task) {
	const logFile = path.join(LOGS, 'pip.log');
	const follower = followPip({ temporary: TEMPORARY, sitePackages: () => sitePackages(VENV) });
	const timer = setInterval(() => task.update(follower.status()), 500);
	const options = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
	const files = ['--requirement', requirements, '--constraint', CONSTRAINTS];
	const result = await runLogged(VENV_PYTHON, ['-m', 'pip', 'install', ...options, ...files], {
		cwd: ROOT,
		// Wheels are unpacked beside where they go: /tmp is small on some machines.
		env: { ...pythonEnvironment(), TMPDIR: TEMPORARY },
		logFile,
		onLine: follower.onLine,
	});
	clearInterval(timer);
	if (result.code !== 0) stepFailed('pip install', result, logFile, explainPip(result.output, describePython()));
}
