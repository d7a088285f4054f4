// @ts-check
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { LOGS, pythonEnvironment, ROOT, VENV, VENV_PYTHON } from './paths.mjs';
import { stepFailed } from './problem.mjs';
import { runLogged } from './processes.mjs';
import { explainPip } from './registry.mjs';
import { hashInputs, readStamp, stampedStep } from './stamp.mjs';
import { findWheel, gpuRequirements, libraryNames, tensorflowPackage } from './tensorflowWheel.mjs';
import { describePython } from './virtualEnvironment.mjs';

const REQUIREMENTS = path.join(ROOT, 'requirements.txt');
const CONSTRAINTS = path.join(ROOT, 'constraints.txt');
const STAMP = path.join(VENV, '.fer', 'packages.json');
const TEMPORARY = path.join(VENV, '.fer', 'tmp');

/** Decides whether TensorFlow has CUDA: as requested, else as in the last set-up. @param {boolean | undefined} requested */
export function wantsGpu(requested) {
	return requested ?? readStamp(STAMP)?.gpu === true;
}

/** Makes the step that installs requirements.txt, in the versions of constraints.txt. @param {boolean} gpu */
export function pipStep(gpu) {
	return stampedStep({
		name: 'pip',
		title: gpu ? 'Python packages, with CUDA' : 'Python packages',
		after: ['venv'],
		needs: ['disk', 'pythonIndex'],
		stamp: STAMP,
		hash: () => hashInputs([REQUIREMENTS, CONSTRAINTS], [gpu]),
		outputs() {
			const wheel = findWheel(VENV)?.folder ?? path.join(VENV, 'no wheel');
			return libraryNames(process.platform).map((name) => path.join(wheel, name));
		},
		async run(task) {
			fs.mkdirSync(TEMPORARY, { recursive: true });
			removeOtherTensorflow(gpu);
			await install(gpu, task);
			fs.rmSync(TEMPORARY, { recursive: true, force: true });
			return { gpu };
		},
	});
}

/** Uninstalls TensorFlow's other package: both contain the folder `tensorflow`. @param {boolean} gpu */
function removeOtherTensorflow(gpu) {
	const { platform, arch } = process;
	const wanted = tensorflowPackage({ platform, arch, gpu }).replace(/\[.*/, '').replace('-', '_');
	const installed = findWheel(VENV)?.version;
	if (!installed || installed.startsWith(`${wanted}-`)) return;
	const args = ['-m', 'pip', 'uninstall', '--yes', 'tensorflow', 'tensorflow-cpu'];
	spawnSync(VENV_PYTHON, args, { env: pythonEnvironment() });
}

/**
 * Runs pip, and shows its latest line.
 * @param {boolean} gpu
 * @param {import('./terminal.mjs').Task} task
 */
async function install(gpu, task) {
	const requirements = gpu ? path.join(TEMPORARY, 'requirements-gpu.txt') : REQUIREMENTS;
	if (gpu) fs.writeFileSync(requirements, gpuRequirements(fs.readFileSync(REQUIREMENTS, 'utf8')));
	const logFile = path.join(LOGS, 'pip.log');
	const options = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
	const files = ['--requirement', requirements, '--constraint', CONSTRAINTS];
	// Wheels are unpacked beside their target: /tmp is small on some machines.
	const env = { ...pythonEnvironment(), TMPDIR: TEMPORARY };
	const running = { cwd: ROOT, env, logFile, onLine: (/** @type {string} */ line) => task.update(line.trim()) };
	const result = await runLogged(VENV_PYTHON, ['-m', 'pip', 'install', ...options, ...files], running);
	const explanation = explainPip(result.output, describePython());
	if (result.code !== 0) throw stepFailed('pip install', result, logFile, explanation);
}
