// @ts-check
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ADDITIONS } from '../../scripts/setup/binding.mjs';
import { libraryNames } from '../../scripts/setup/tensorflowWheel.mjs';

const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..', '..');

/** Stands in for python3: tells the facts in python.json, makes a virtual environment, installs a wheel of empty files. */
const PYTHON = `#!/bin/sh
PATH=/usr/bin:/bin
case "$1 $2 $3" in
	"-c "*) cat "$FAKES/python.json" ;;
	"-m venv --clear")
		echo "python -m venv" >> "$FAKES/calls.log"
		rm -rf "$4"; mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; echo home > "$4/pyvenv.cfg" ;;
	"-m pip index") [ -z "$INDEX_SAYS" ] || { echo "$INDEX_SAYS" >&2; exit 1; } ;;
	"-m pip install")
		echo "pip install" >> "$FAKES/calls.log"
		[ -z "$PIP_SAYS" ] || { echo "$PIP_SAYS"; exit 1; }
		packages="$(dirname "$0")/../lib/python3.11/site-packages"
		mkdir -p "$packages/tensorflow/include" "$packages/tensorflow_cpu-2.20.0.dist-info"
		for library in $LIBRARIES; do echo > "$packages/tensorflow/$library"; done ;;
esac
`;

/** Writes the binding's sources, of which the set-up needs these lines. */
const BINDING_SOURCES = Object.entries(ADDITIONS)
	.map(([name, places]) => {
		const file = `node_modules/@tensorflow/tfjs-node-gpu/binding/${name}`;
		return `cat > ${file} << 'END'\n${Object.keys(places).join('')}END`;
	})
	.join('\n');

/** Stands in for npm: installs empty packages, and a tsc that writes one file. */
const NPM = `#!/bin/sh
PATH=/usr/bin:/bin
[ -z "$NPM_SAYS" ] || { echo "$NPM_SAYS" >&2; exit 1; }
[ "$1" = ci ] || exit 0
echo "npm ci" >> "$FAKES/calls.log"
rm -rf node_modules
mkdir -p node_modules/tslab/bin node_modules/@tensorflow/tfjs-node-gpu/binding node_modules/node-api-headers/include
mkdir -p node_modules/typescript/bin
echo > node_modules/tslab/bin/tslab
echo > node_modules/node-api-headers/include/node_api.h
${BINDING_SOURCES}
cp "$FAKES/tsc.js" node_modules/typescript/bin/tsc
`;

/** Stands in for g++: accepts any program, and its output is an add-on that loads. */
const COMPILER = `#!/bin/sh
PATH=/usr/bin:/bin
for argument; do
	[ "$argument" != -fsyntax-only ] || exit 0
done
echo "g++" >> "$FAKES/calls.log"
for argument; do
	[ "$last" != -o ] || cp "$FAKES/addon.node" "$argument"
	last="$argument"
done
`;

const TSC = `const fs = require('node:fs');
const args = process.argv;
fs.appendFileSync(process.env.FAKES + '/calls.log', 'tsc\\n');
const source = fs.readFileSync('lib/index.ts', 'utf8');
if (source.includes('wrong')) { console.log('lib/index.ts(1,1): error TS2304: Cannot find name.'); process.exit(2); }
const folder = args[args.indexOf('--outDir') + 1];
fs.mkdirSync(folder, { recursive: true });
fs.writeFileSync(folder + '/index.js', source);
fs.mkdirSync(folder + '/cli/commands', { recursive: true });
fs.writeFileSync(folder + '/cli/commands/program.js', 'exports.main = (args) => console.log(args.join());');
`;

/** The least that Node loads as an add-on. */
const ADDON = 'extern "C" void *napi_register_module_v1(void *, void *exports) { return exports; }\n';

const GOOD_PYTHON = { version: [3, 11, 7], venv: true, machine: os.machine?.() ?? 'x86_64', freeThreaded: false };

/** A clone with spaces in its path, on a machine whose python3, npm and g++ are stand-ins that note what they make. */
export class FakeClone {
	/** @param {readonly ('python3' | 'npm' | 'g++')[]} commands What is installed. */
	constructor(commands = ['python3', 'npm', 'g++']) {
		this.top = fs.mkdtempSync(path.join(os.tmpdir(), 'fer set-up '));
		this.root = path.join(this.top, 'a clone');
		this.fakes = path.join(this.top, 'fakes');
		for (const folder of [this.root, path.join(this.fakes, 'bin'), path.join(this.root, 'lib')])
			fs.mkdirSync(folder, { recursive: true });
		for (const name of [
			'native',
			'scripts',
			'package.json',
			'package-lock.json',
			'requirements.lock',
			'requirements-gpu.lock',
			'tsconfig.json',
		]) {
			fs.cpSync(path.join(ROOT, name), path.join(this.root, name), { recursive: true });
		}
		fs.writeFileSync(path.join(this.root, 'lib', 'index.ts'), 'first');
		const scripts = { python3: PYTHON, npm: NPM, 'g++': COMPILER };
		for (const name of commands) fs.writeFileSync(path.join(this.fakes, 'bin', name), scripts[name], { mode: 0o755 });
		fs.writeFileSync(path.join(this.fakes, 'tsc.js'), TSC);
		this.setPython({});
	}

	/** Changes what python3 tells of itself. @param {Partial<typeof GOOD_PYTHON>} facts */
	setPython(facts) {
		fs.writeFileSync(path.join(this.fakes, 'python.json'), JSON.stringify({ ...GOOD_PYTHON, ...facts }));
	}

	/** Compiles the add-on that the stand-in compiler gives out. */
	makeAddon() {
		const source = path.join(this.fakes, 'addon.cc');
		fs.writeFileSync(source, ADDON);
		execFileSync('c++', ['-shared', '-fPIC', source, '-o', path.join(this.fakes, 'addon.node')]);
	}

	/**
	 * Runs the set-up.
	 * @param {Record<string, string>} [env] On top of the stand-ins.
	 * @param {readonly string[]} [args]
	 * @param {string} [script] In scripts/.
	 */
	setUp(env = {}, args = [], script = 'setup.mjs') {
		fs.rmSync(path.join(this.fakes, 'calls.log'), { force: true });
		const began = Date.now();
		const result = spawnSync(process.execPath, [path.join(this.root, 'scripts', script), ...args], {
			cwd: this.root,
			encoding: 'utf8',
			env: {
				PATH: path.join(this.fakes, 'bin'),
				HOME: this.top,
				TMPDIR: this.top,
				FAKES: this.fakes,
				LIBRARIES: libraryNames(process.platform).join(' '),
				...env,
			},
		});
		return { ...result, seconds: (Date.now() - began) / 1000, calls: this.calls() };
	}

	/** What the last run has installed, made and compiled, in order. */
	calls() {
		const log = path.join(this.fakes, 'calls.log');
		return fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n') : [];
	}

	/** Tells whether something lies in the clone. @param {string[]} names */
	has(...names) {
		return fs.existsSync(path.join(this.root, ...names));
	}

	/** Moves the clone to another folder. */
	move() {
		const moved = path.join(this.top, 'moved [away], clone');
		fs.renameSync(this.root, moved);
		this.root = moved;
	}

	remove() {
		fs.rmSync(this.top, { recursive: true, force: true });
	}
}
