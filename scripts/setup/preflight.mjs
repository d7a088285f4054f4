// @ts-check
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { installCommand } from './packageManager.mjs';
import { formatMegabytes } from './terminal.mjs';

const OLDEST_NODE = 20;
/** The packages unpack to about 2.6 GB, and the largest wheel lies beside them while it is unpacked. */
const FREE_BYTES = 4e9;

/** Compiles only with a C++17 compiler that has its standard library. */
const PROGRAM = '#include <memory>\n#include <optional>\nint main() { return std::optional<int>(0).value(); }\n';

/**
 * @typedef {object} Machine What the checks look at; tests make their own.
 * @property {string} platform As Node names it: linux, darwin, win32.
 * @property {string} arch As Node names it: x64, arm64.
 * @property {string} nodeVersion
 * @property {boolean} glibc False on Linux with another C library (Alpine).
 * @property {NodeJS.ProcessEnv} env
 */

/** @returns {Machine} */
export function thisMachine() {
	const { platform, arch, env } = process;
	const report = /** @type {{header?: {glibcVersionRuntime?: string}}} */ (process.report?.getReport() ?? {});
	const glibc = platform !== 'linux' || report.header?.glibcVersionRuntime !== undefined;
	return { platform, arch, nodeVersion: process.versions.node, glibc, env };
}

/**
 * Checks Node's version.
 * @param {Machine} machine
 */
export function nodeFault({ nodeVersion, env }) {
	if (Number(nodeVersion.split('.')[0]) >= OLDEST_NODE) return undefined;
	const command = env.NVM_DIR ? 'nvm install 22' : 'npx --yes --ignore-scripts=false --package node@22 npm start';
	return `Node ${OLDEST_NODE} or newer is needed, but this is Node ${nodeVersion}. Take a newer one: ${command}`;
}

/**
 * Checks that TensorFlow exists for this system at all.
 * @param {Machine} machine
 */
export function platformFault({ platform, arch, glibc }) {
	if (platform === 'win32') {
		return 'Windows itself cannot run this, but its Linux subsystem can. Install that, and type npm start in it: wsl --install';
	}
	const known = ['linux x64', 'linux arm64', 'darwin arm64'].includes(`${platform} ${arch}`);
	if (!known) {
		return `TensorFlow has no wheel for ${platform} on ${arch}, only for Linux on x64 and arm64 and macOS on arm64. Run it in a Linux container on such a machine: docker run -it -v "$PWD":/fer -w /fer node:22 npm start`;
	}
	if (!glibc) {
		return 'TensorFlow has no wheel for a Linux without glibc (Alpine). Run it in a Debian container: docker run -it -v "$PWD":/fer -w /fer node:22 npm start';
	}
	return undefined;
}

/**
 * Finds a C++17 compiler that works: `CXX` if that is set, else the usual names.
 * @param {Machine} machine
 * @returns {{command: string} | {fault: string}}
 */
export function findCompiler({ platform, env }) {
	const names = platform === 'darwin' ? ['clang++', 'c++', 'g++'] : ['g++', 'c++', 'clang++'];
	for (const command of env.CXX ? [env.CXX] : names) {
		const { status } = spawnSync(command, ['-std=c++17', '-fsyntax-only', '-x', 'c++', '-'], {
			env,
			input: PROGRAM,
			timeout: 60_000,
		});
		if (status === 0) return { command };
	}
	if (env.CXX) {
		return {
			fault: `CXX names ${env.CXX}, which does not compile C++17. Unset it, and g++ or clang++ is taken: unset CXX`,
		};
	}
	return { fault: `No working C++17 compiler was found. Install one: ${installCommand('compiler', env, platform)}` };
}

/**
 * Reads how many bytes a person may still write to a folder's disk.
 * @param {string} folder
 */
export function freeBytes(folder) {
	const { bavail, bsize } = fs.statfsSync(folder);
	return bavail * bsize;
}

/**
 * Checks the free space.
 * @param {number} free bytes
 */
export function diskFault(free) {
	if (free >= FREE_BYTES) return undefined;
	return `${formatMegabytes(FREE_BYTES)} of free disk space are needed here, but only ${formatMegabytes(free)} are left. Make room, for example by emptying the download caches: npm cache clean --force; python3 -m pip cache purge`;
}
