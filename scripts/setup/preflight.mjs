// @ts-check
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { checkNpmRegistry } from './npmPackages.mjs';
import { installCommand } from './packageManager.mjs';
import { ROOT } from './paths.mjs';
import { Problem } from './problem.mjs';
import { findPython } from './python.mjs';
import { formatMegabytes } from './terminal.mjs';

const OLDEST_NODE = 20;
/** The packages unpack to about 2.8 GB, and the largest wheel is there too while it is unpacked. */
const FREE_BYTES = 4e9;
/** Compiles only with a C++17 compiler that has its standard library. */
const PROGRAM = '#include <memory>\n#include <optional>\nint main() { return std::optional<int>(0).value(); }\n';
const CONTAINER = 'docker run -it -v "$PWD":/fer -w /fer node:22 npm start';

/**
 * @typedef {object} Machine What the checks look at; tests make their own.
 * @property {string} platform As in Node: linux, darwin, win32.
 * @property {string} arch As in Node: x64, arm64.
 * @property {string} nodeVersion
 * @property {boolean} glibc False on Linux with another C library (Alpine).
 * @property {NodeJS.ProcessEnv} env
 */

/** @returns {Machine} */
function thisMachine() {
	const { platform, arch, env } = process;
	const report = /** @type {{header?: {glibcVersionRuntime?: string}}} */ (process.report?.getReport() ?? {});
	const glibc = platform !== 'linux' || report.header?.glibcVersionRuntime !== undefined;
	return { platform, arch, nodeVersion: process.versions.node, glibc, env };
}

/** Checks Node's version. @param {Machine} machine */
export function nodeFault({ nodeVersion, env }) {
	if (Number(nodeVersion.split('.')[0]) >= OLDEST_NODE) return undefined;
	const command = env.NVM_DIR ? 'nvm install 22' : 'npx --yes --ignore-scripts=false --package node@22 npm start';
	return `Node ${OLDEST_NODE} or newer is required, but this is Node ${nodeVersion}. Use a newer one: ${command}`;
}

/** Checks that TensorFlow exists for this system. @param {Machine} machine */
export function platformFault({ platform, arch, glibc }) {
	if (platform === 'win32') {
		return 'Windows is supported through its Linux subsystem only. Install that, and run npm start in it: wsl --install';
	}
	if (!['linux x64', 'linux arm64', 'darwin arm64'].includes(`${platform} ${arch}`)) {
		const known = 'Linux on x64 and arm64 and macOS on arm64';
		return `TensorFlow has no wheel for ${platform} on ${arch}, only for ${known}. Use a container there: ${CONTAINER}`;
	}
	if (glibc) return undefined;
	return `TensorFlow has no wheel for Linux without glibc (Alpine). Use a Debian container: ${CONTAINER}`;
}

/** Checks the free space. @param {number} free bytes */
export function diskFault(free) {
	if (free >= FREE_BYTES) return undefined;
	const [required, left] = [FREE_BYTES, free].map(formatMegabytes);
	const remedy = 'Free some space, for example: npm cache clean --force; python3 -m pip cache purge';
	return `${required} of free disk space are required, but only ${left} are left. ${remedy}`;
}

/**
 * Finds a C++17 compiler that works: `CXX` if that is set, else the usual names.
 * @param {Machine} machine
 * @returns {{command: string} | {fault: string}}
 */
function findCompiler({ platform, env }) {
	const names = platform === 'darwin' ? ['clang++', 'c++', 'g++'] : ['g++', 'c++', 'clang++'];
	const options = { env, input: PROGRAM, timeout: 60_000 };
	for (const command of env.CXX ? [env.CXX] : names) {
		const { status } = spawnSync(command, ['-std=c++17', '-fsyntax-only', '-x', 'c++', '-'], options);
		if (status === 0) return { command };
	}
	if (env.CXX) return { fault: `CXX is ${env.CXX}, which does not compile C++17. To use g++ or clang++: unset CXX` };
	return { fault: `No working C++17 compiler was found. Install one: ${installCommand('compiler', env, platform)}` };
}

/**
 * Checks everything that the pending steps need, and reports all that is missing at once.
 * @param {ReadonlySet<import('./stamp.mjs').Need>} needs
 * @returns {{python?: {command: string, version: string}, compiler?: string}}
 * @throws {Problem}
 */
export function preflight(needs) {
	const machine = thisMachine();
	const always = nodeFault(machine) ?? platformFault(machine);
	if (always) throw new Problem(always);
	const python = needs.has('python') ? findPython(machine) : undefined;
	const compiler = needs.has('compiler') ? findCompiler(machine) : undefined;
	const { bavail, bsize } = fs.statfsSync(ROOT);
	const disk = needs.has('disk') ? diskFault(bavail * bsize) : undefined;
	const found = [python, compiler].map((each) => (each && 'fault' in each ? each.fault : undefined));
	const faults = [...found, disk].filter((fault) => fault !== undefined);
	if (faults.length > 0) throw new Problem(faults.join('\n'));
	if (needs.has('npmRegistry')) checkNpmRegistry();
	return {
		python: python && 'command' in python ? python : undefined,
		compiler: compiler && 'command' in compiler ? compiler.command : undefined,
	};
}
