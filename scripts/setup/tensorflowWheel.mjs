// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { Problem } from './problem.mjs';

/** The Pythons for which the pinned TensorFlow has wheels, oldest and newest. */
export const PYTHONS = /** @type {const} */ ({ oldest: [3, 9], newest: [3, 13] });

/**
 * Names the package on PyPI that brings TensorFlow's C library to this kind of machine.
 * Linux x64 is proved. Linux arm64, macOS and the GPU package are written after the packages' names, and not tried.
 * @param {{platform: string, arch: string, gpu: boolean}} machine
 */
export function tensorflowPackage({ platform, arch, gpu }) {
	if (gpu) {
		if (platform === 'linux' && arch === 'x64') return 'tensorflow[and-cuda]';
		throw new Problem(
			`--gpu needs Linux on x64, where TensorFlow has a CUDA wheel, but this is ${platform} on ${arch}. ` +
				'Run the set-up without it: npm run setup',
		);
	}
	return platform === 'linux' && arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow';
}

/**
 * Names the two shared libraries that the wheel holds and the binding links against.
 * @param {string} platform
 */
export function libraryNames(platform) {
	const [before, after] = platform === 'darwin' ? ['.2', '.dylib'] : ['', '.so.2'];
	return [`libtensorflow_cc${before}${after}`, `libtensorflow_framework${before}${after}`];
}

/**
 * Writes requirements.txt's lines with the CUDA package in the place of TensorFlow's own.
 * @param {string} requirements
 */
export function gpuRequirements(requirements) {
	const version = /^tensorflow(?:-cpu)?==(\S+)/m.exec(requirements)?.[1];
	if (!version)
		throw new Problem('requirements.txt pins no TensorFlow. Take it back from git: git checkout requirements.txt');
	const others = requirements.split('\n').filter((line) => !/^tensorflow(-cpu)?==/.test(line));
	return `${others.join('\n').trimEnd()}\ntensorflow[and-cuda]==${version}\n`;
}

/**
 * Names the folder of a virtual environment's packages.
 * @param {string} venv
 */
export function sitePackages(venv) {
	const lib = path.join(venv, 'lib');
	const pythons = fs.existsSync(lib) ? fs.readdirSync(lib) : [];
	return pythons.map((python) => path.join(lib, python, 'site-packages')).find((folder) => fs.existsSync(folder));
}

/**
 * Finds the installed wheel in a virtual environment.
 * @param {string} venv
 * @returns {{folder: string, version: string} | undefined} The `tensorflow` folder, and the wheel's name with version.
 */
export function findWheel(venv) {
	const packages = sitePackages(venv);
	if (!packages || !fs.existsSync(path.join(packages, 'tensorflow', 'include'))) return undefined;
	const version = fs.readdirSync(packages).find((name) => /^tensorflow(_cpu)?-[^/]*\.dist-info$/.test(name));
	return version ? { folder: path.join(packages, 'tensorflow'), version } : undefined;
}
