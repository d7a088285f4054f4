// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { Problem } from './problem.mjs';

/**
 * Names the package on PyPI that has TensorFlow's C library for this kind of machine.
 * Tested on Linux x64. Linux arm64, macOS and the GPU package follow the packages' documentation.
 * @param {{gpu: boolean, platform?: string, arch?: string}} machine Default this one.
 */
export function tensorflowPackage({ gpu, platform = process.platform, arch = process.arch }) {
	const isLinuxX64 = platform === 'linux' && arch === 'x64';
	if (!gpu) return isLinuxX64 ? 'tensorflow-cpu' : 'tensorflow';
	if (isLinuxX64) return 'tensorflow';
	const reason = `--gpu needs Linux on x64, where TensorFlow has a CUDA wheel, but this is ${platform} on ${arch}`;
	throw new Problem(`${reason}. Run the set-up without it: npm run setup`);
}

/** Names the wheel's two shared libraries that the binding links against. @param {string} platform */
export function libraryNames(platform) {
	const [before, after] = platform === 'darwin' ? ['.2', '.dylib'] : ['', '.so.2'];
	return [`libtensorflow_cc${before}${after}`, `libtensorflow_framework${before}${after}`];
}

/**
 * Replaces TensorFlow in the lines of requirements.lock by those of requirements-gpu.lock.
 * @param {string} lock
 * @param {string} gpuLock
 */
export function gpuRequirements(lock, gpuLock) {
	// A package is a line, and lines that begin with spaces: its hashes.
	const packages = lock.split(/^(?! )/m);
	const others = packages.filter((text) => !/^tensorflow(-cpu)?==/.test(text));
	if (others.length === packages.length) {
		throw new Problem('requirements.lock pins no TensorFlow. Restore it: git checkout requirements.lock');
	}
	return `${others.join('')}${gpuLock}`;
}

/**
 * Finds the installed wheel in a virtual environment.
 * @param {string} venv
 * @returns {{folder: string, version: string} | undefined} The `tensorflow` folder, and the wheel's name with version.
 */
export function findWheel(venv) {
	const lib = path.join(venv, 'lib');
	for (const python of fs.existsSync(lib) ? fs.readdirSync(lib) : []) {
		const packages = path.join(lib, python, 'site-packages');
		if (!fs.existsSync(path.join(packages, 'tensorflow', 'include'))) continue;
		const version = fs.readdirSync(packages).find((name) => /^tensorflow(_cpu)?-[^/]*\.dist-info$/.test(name));
		if (version) return { folder: path.join(packages, 'tensorflow'), version };
	}
	return undefined;
}
