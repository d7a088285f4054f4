// @ts-check
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BINDING, CACHE, ROOT, TFJS_NODE, VENV } from './paths.mjs';
import { Problem } from './problem.mjs';
import { runStep } from './processes.mjs';
import { hashInputs, stampedStep } from './stamp.mjs';
import { findWheel, libraryNames } from './tensorflowWheel.mjs';

const SOURCES = path.join(TFJS_NODE, 'binding');
/** This project's kernels, which register themselves when the binding is loaded. */
const KERNELS = path.join(ROOT, 'native');
/** Node-API's headers from npm, which are the same for every Node. */
const HEADERS = path.join(ROOT, 'node_modules', 'node-api-headers', 'include');

const BLOCK_SIGNALS = '  const native::BlockedSignals blocked;\n';

/**
 * Lines of the binding's sources and what is added after them: attributes that are lists (native/attributeLists.h), and lists
 * of ops that run in one call (native/tape.h); returning freed memory (native/freedMemory.h); and no signals while ops run
 * (native/blockedSignals.h).
 * @type {Record<string, Record<string, string>>}
 */
export const ADDITIONS = {
	'tfjs_backend.h': {
		'#include "tensorflow/c/eager/c_api.h"\n': '#include "freedMemory.h"\n#include "tape.h"\n',
		'class TFJSBackend {\n public:\n': '  friend struct native::Tapes;\n',
	},
	'tfjs_backend.cc': {
		'#include "tfjs_backend.h"\n': '#include "attributeLists.h"\n#include "blockedSignals.h"\n',
		// Makes the threads of TensorFlow.
		'  TFE_ContextOptions *tfe_options = TFE_NewContextOptions();\n': BLOCK_SIGNALS,
		'  // Push `nullptr` to get a valid pointer in the call to `TFE_Execute()`\n': BLOCK_SIGNALS,
		'  std::vector<TF_Tensor *> output_values(outputs.size(), nullptr);\n': BLOCK_SIGNALS,
		'    case TF_ATTR_STRING: {\n': '      if (native::SetStrings(env, tfe_op, attr_name, js_value)) break;\n',
		'    case TF_ATTR_TYPE: {\n': '      if (native::SetTypes(env, tfe_op, attr_name, js_value)) break;\n',
	},
	'tfjs_binding.cc': {
		'  // Export TF property types to JS\n':
			'  native::Tapes::AddTo(env, exports);\n  native::AddFreedMemory(env, exports);\n',
	},
};

/**
 * Adds to a source file of the binding what tfjs-node lacks.
 * @param {string} name
 * @param {string} source That file of tfjs-node 4.22.
 */
export function withAdditions(name, source) {
	let text = source;
	for (const [place, addition] of Object.entries(ADDITIONS[name])) {
		if (text.split(place).length !== 2) {
			const reason = `Expected the ${name} of tfjs-node 4.22, with one line ${place.trim().split('\n')[0]}`;
			throw new Problem(`${reason}, but received another. Install the locked packages: npm ci`);
		}
		text = text.replace(place, place + addition);
	}
	return text;
}

/**
 * Makes the compiler call for the binding. node-gyp makes the same one, but fails on a path with spaces.
 * @param {{platform: string, gpu: boolean, wheel: string, sources: string, output: string}} options `wheel` is the installed
 *   `tensorflow` folder, `sources` that of the files of `withAdditions`.
 */
export function compilerArguments({ platform, gpu, wheel, sources, output }) {
	const origin = platform === 'darwin' ? '@loader_path' : '$ORIGIN';
	// Relative to the binding, so that the clone may be moved. The CUDA libraries are found from the wheel's real folder.
	const rpath = gpu ? fs.realpathSync(wheel) : `${origin}/${path.relative(path.dirname(output), wheel)}`;
	const kernels = fs
		.readdirSync(KERNELS)
		.filter((name) => name.endsWith('.cc'))
		.sort();
	return [
		'-O3', // vectorises the kernels
		'-std=c++17',
		'-fPIC',
		'-DNAPI_VERSION=8',
		...(platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
		// The changed files come before the originals.
		...[HEADERS, sources, SOURCES, TFJS_NODE, KERNELS, path.join(wheel, 'include')].flatMap((folder) => ['-I', folder]),
		...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => path.join(sources, name)),
		...kernels.map((name) => path.join(KERNELS, name)),
		...libraryNames(platform).map((name) => path.join(wheel, name)),
		...['-Xlinker', '-rpath', '-Xlinker', rpath],
		'-o',
		output,
	];
}

/**
 * Makes the step that compiles the binding.
 * @param {boolean} gpu
 * @param {() => string | undefined} compiler The one that the preflight found.
 */
export function bindingStep(gpu, compiler) {
	return stampedStep({
		name: 'binding',
		title: 'TensorFlow binding',
		after: ['npm', 'pip'],
		needs: ['compiler'],
		stamp: path.join(CACHE, 'binding.json'),
		hash() {
			const wheel = findWheel(VENV);
			const place = gpu && wheel ? fs.realpathSync(wheel.folder) : wheel && path.relative(ROOT, wheel.folder);
			const recipe = fileURLToPath(import.meta.url);
			return hashInputs([SOURCES, KERNELS, HEADERS, recipe], [wheel?.version, place, gpu]);
		},
		outputs: () => [BINDING],
		async run() {
			const wheel = findWheel(VENV)?.folder;
			if (!wheel) throw new Problem('.venv has no TensorFlow wheel. Make it again: rm -r .venv; npm run setup');
			if (!fs.existsSync(path.join(HEADERS, 'node_api.h'))) {
				throw new Problem('node_modules has no Node-API headers. Install them: rm -r node_modules; npm run setup');
			}
			// Renamed at the end: overwriting a .node file crashes the processes that have loaded it.
			const output = path.join(path.dirname(BINDING), `tfjs_binding.${process.pid}.node`);
			const sources = `${output}.sources`;
			const args = compilerArguments({ platform: process.platform, gpu, wheel, sources, output });
			try {
				writeSources(sources);
				await runStep('binding', compiler() ?? 'c++', args);
				assertLoads(output);
				fs.renameSync(output, BINDING);
			} finally {
				for (const file of [output, sources]) fs.rmSync(file, { force: true, recursive: true });
			}
		},
	});
}

/** Writes the binding's sources with what is added to them. @param {string} folder */
function writeSources(folder) {
	fs.mkdirSync(folder, { recursive: true });
	for (const name of Object.keys(ADDITIONS)) {
		const file = path.join(SOURCES, name);
		if (!fs.existsSync(file)) {
			throw new Problem(`tfjs-node has no ${name}. Install it: rm -r node_modules; npm run setup`);
		}
		fs.writeFileSync(path.join(folder, name), withAdditions(name, fs.readFileSync(file, 'utf8')));
	}
}

/** Loads the binding in another process, so that a missing library shows now. @param {string} file */
function assertLoads(file) {
	const env = { ...process.env, NODE_OPTIONS: '', TF_CPP_MIN_LOG_LEVEL: '2' };
	const args = ['-e', 'require(process.argv[1])', file];
	const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
	if (status === 0) return;
	throw new Problem(`The compiled binding does not load:\n${stderr.trim().split('\n').slice(0, 8).join('\n')}`);
}
