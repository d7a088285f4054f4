// @ts-check
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BINDING, LOGS, ROOT, TFJS_NODE, VENV } from './paths.mjs';
import { Problem, stepFailed } from './problem.mjs';
import { runLogged } from './processes.mjs';
import { hashInputs, isStamped, writeStamp } from './stamp.mjs';
import { findWheel, libraryNames } from './tensorflowWheel.mjs';

const STAMP = path.join(ROOT, 'node_modules', '.cache', 'fer', 'binding.json');
const SOURCES = path.join(TFJS_NODE, 'binding');
/** This project's own kernels, which register themselves when the binding is loaded. */
const KERNELS = path.join(ROOT, 'native');
/** Node-API's headers from npm: the same for every Node, so those beside Node are not needed. */
const HEADERS = path.join(ROOT, 'node_modules', 'node-api-headers', 'include');

/** Where the binding hands an attribute to TensorFlow, and what is put there: see native/attributeLists.h. */
const ATTRIBUTE_LISTS = {
	'#include "tfjs_backend.h"\n': '#include "attributeLists.h"\n',
	'    case TF_ATTR_STRING: {\n': '      if (native::SetStrings(env, tfe_op, attr_name, js_value)) break;\n',
	'    case TF_ATTR_TYPE: {\n': '      if (native::SetTypes(env, tfe_op, attr_name, js_value)) break;\n',
};

/**
 * The binding's source with attributes that are lists.
 * @param {string} source tfjs_backend.cc, as tfjs-node 4.22 has it.
 */
export function withAttributeLists(source) {
	let text = source;
	for (const [place, addition] of Object.entries(ATTRIBUTE_LISTS)) {
		if (text.split(place).length !== 2) {
			throw new Problem(
				`The binding's tfjs_backend.cc has not one line ${place.trim()}: it is not that of tfjs-node 4.22. Install the locked packages: npm ci`,
			);
		}
		text = text.replace(place, place + addition);
	}
	return text;
}

/** @returns {string[]} */
function kernelSources() {
	const names = fs.readdirSync(KERNELS).filter((name) => name.endsWith('.cc'));
	return names.sort().map((name) => path.join(KERNELS, name));
}

/**
 * Writes the one compiler call that makes the binding. node-gyp does the same, but fails on a path with spaces.
 * @param {object} options
 * @param {string} options.platform
 * @param {boolean} options.gpu
 * @param {string} options.wheel The installed `tensorflow` folder.
 * @param {string} options.backend The file that `withAttributeLists` made.
 * @param {string} options.output
 */
export function compilerArguments({ platform, gpu, wheel, backend, output }) {
	const origin = platform === 'darwin' ? '@loader_path' : '$ORIGIN';
	// Relative to the binding, so that the clone may be moved. The CUDA libraries are found from the wheel's real folder.
	const rpath = gpu ? fs.realpathSync(wheel) : `${origin}/${path.relative(path.dirname(output), wheel)}`;
	return [
		'-O3', // vectorises the kernels
		'-std=c++17',
		'-fPIC',
		'-DNAPI_VERSION=8',
		...(platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
		...[HEADERS, SOURCES, TFJS_NODE, KERNELS, path.join(wheel, 'include')].flatMap((folder) => ['-I', folder]),
		backend,
		path.join(SOURCES, 'tfjs_binding.cc'),
		...kernelSources(),
		...libraryNames(platform).map((name) => path.join(wheel, name)),
		...['-Xlinker', '-rpath', '-Xlinker', rpath],
		'-o',
		output,
	];
}

/**
 * @param {boolean} gpu
 * @param {() => string | undefined} compiler The one that the preflight found.
 * @returns {import('./steps.mjs').Step}
 */
export function bindingStep(gpu, compiler) {
	const hash = () => {
		const wheel = findWheel(VENV);
		const place = gpu && wheel ? fs.realpathSync(wheel.folder) : wheel && path.relative(ROOT, wheel.folder);
		const recipe = fileURLToPath(import.meta.url);
		return hashInputs({ root: ROOT, files: [SOURCES, KERNELS, HEADERS, recipe], values: [wheel?.version, place, gpu] });
	};
	return {
		name: 'binding',
		title: 'TensorFlow binding',
		after: ['npm', 'pip'],
		needs: ['compiler'],
		isCurrent: () => isStamped(STAMP, hash(), [BINDING]),
		async run() {
			const wheel = findWheel(VENV);
			if (!wheel)
				throw new Problem('The TensorFlow wheel is gone from .venv. Make it anew: rm -r .venv; npm run setup');
			if (!fs.existsSync(path.join(HEADERS, 'node_api.h'))) {
				throw new Problem(
					"Node-API's headers are missing from node_modules. Install them anew: rm -r node_modules; npm run setup",
				);
			}
			// Beside and renamed: to overwrite a .node file kills the processes that have loaded it.
			const output = path.join(path.dirname(BINDING), `tfjs_binding.${process.pid}.node`);
			fs.mkdirSync(path.dirname(BINDING), { recursive: true });
			const logFile = path.join(LOGS, 'binding.log');
			const backend = `${output}.cc`;
			fs.writeFileSync(backend, withAttributeLists(fs.readFileSync(path.join(SOURCES, 'tfjs_backend.cc'), 'utf8')));
			const args = compilerArguments({ platform: process.platform, gpu, wheel: wheel.folder, backend, output });
			const result = await runLogged(compiler() ?? 'c++', args, { cwd: ROOT, logFile });
			try {
				if (result.code !== 0) stepFailed('The compiler', result, logFile);
				assertLoads(output);
				fs.renameSync(output, BINDING);
			} finally {
				for (const file of [output, backend]) fs.rmSync(file, { force: true });
			}
			writeStamp(STAMP, { hash: hash() });
		},
	};
}

/**
 * Loads the binding in a process of its own, so that a library it cannot find is told now.
 * @param {string} file
 */
function assertLoads(file) {
	const program = 'require(process.argv[1])';
	const { status, stderr } = spawnSync(process.execPath, ['-e', program, file], {
		encoding: 'utf8',
		env: { ...process.env, NODE_OPTIONS: '', TF_CPP_MIN_LOG_LEVEL: '2' },
	});
	if (status !== 0)
		throw new Problem(`The compiled binding does not load:\n${stderr.trim().split('\n').slice(0, 8).join('\n')}`);
}
