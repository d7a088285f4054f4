// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FakeClone } from './fakeClone.mjs';

/**
 * Runs the set-up on a machine that lacks something, and checks that it stops before anything slow.
 * @param {readonly ('python3' | 'npm' | 'g++')[]} commands
 * @param {(clone: FakeClone) => void} [prepare]
 * @param {Record<string, string>} [env]
 */
function refusal(commands, prepare, env = {}) {
	const clone = new FakeClone(commands);
	try {
		prepare?.(clone);
		const { status, stderr, calls } = clone.setUp(env);
		assert.equal(status, 1);
		// The virtual environment takes seconds, and the index can be asked only from it.
		assert.deepEqual(
			calls.filter((call) => call !== 'python -m venv'),
			[],
		);
		assert.ok(!clone.has('node_modules'));
		return stderr.trim();
	} finally {
		clone.remove();
	}
}

/** Makes a package manager appear on the PATH. @param {string} name */
const withManager = (name) => (/** @type {FakeClone} */ clone) =>
	fs.writeFileSync(path.join(clone.fakes, 'bin', name), '', { mode: 0o755 });

const isMac = process.platform === 'darwin';

describe('what is missing', () => {
	it('no python3: the command of the package manager that is there', () => {
		assert.equal(
			refusal(['npm', 'g++'], withManager('dnf')),
			'python3 was not found. Install it: sudo dnf install python3',
		);
	});

	it('Debian’s command where no package manager is known', { skip: isMac }, () => {
		assert.equal(
			refusal(['npm', 'g++']),
			'python3 was not found. Install it: sudo apt-get install python3 python3-venv',
		);
	});

	it('a Python that is too old, and one that is too new for TensorFlow', () => {
		for (const version of [
			[3, 8, 10],
			[3, 14, 0],
		]) {
			const said = refusal(['python3', 'npm', 'g++'], (clone) => {
				clone.setPython({ version });
				withManager('apt-get')(clone);
			});
			assert.equal(
				said,
				`Python 3.9 to 3.13 is required, for which TensorFlow has wheels, but python3 is Python ${version.join('.')}. ` +
					'Install one beside it: sudo apt-get install python3.12 python3.12-venv (then: PYTHON=python3.12 npm run setup)',
			);
		}
	});

	it('takes another Python where python3 is too new', () => {
		const clone = new FakeClone();
		fs.writeFileSync(
			path.join(clone.fakes, 'bin', 'python3.12'),
			`#!/bin/sh\n[ "$1" = -c ] && echo '${fs.readFileSync(path.join(clone.fakes, 'python.json'), 'utf8')}' || { echo taken >&2; exit 1; }\n`,
			{ mode: 0o755 },
		);
		clone.setPython({ version: [3, 15, 0] });
		const { stderr } = clone.setUp();
		assert.match(stderr, /^python3\.12 -m venv failed\. Its last lines:\ntaken$/m);
		clone.remove();
	});

	it('a PYTHON that is not there', () => {
		assert.equal(
			refusal(['python3', 'npm', 'g++'], undefined, { PYTHON: 'python9' }),
			'PYTHON is python9, which does not run. To use python3: unset PYTHON',
		);
	});

	it('no venv module', () => {
		const said = refusal(['python3', 'npm', 'g++'], (clone) => {
			clone.setPython({ venv: false });
			withManager('apt-get')(clone);
		});
		assert.equal(
			said,
			'python3 (Python 3.11.7) has no venv module with pip. Install it: sudo apt-get install python3-venv',
		);
	});

	it('a free-threaded Python, and one for another processor', () => {
		const freeThreaded = refusal(['python3', 'npm', 'g++'], (clone) => clone.setPython({ freeThreaded: true }));
		assert.match(freeThreaded, /^TensorFlow has no wheel for the free-threaded build of Python, which python3 is\. /);
		const foreign = refusal(['python3', 'npm', 'g++'], (clone) => clone.setPython({ machine: 'riscv64' }));
		assert.match(foreign, /^Node runs as \w+, but python3 as riscv64: .* Install both for the same processor: /);
	});

	it('no compiler', { skip: isMac }, () => {
		assert.equal(
			refusal(['python3', 'npm'], withManager('pacman')),
			'No working C++17 compiler was found. Install one: sudo pacman -S gcc',
		);
	});

	it('tells all that is missing at once', { skip: isMac }, () => {
		const lines = refusal(['npm']).split('\n');
		assert.deepEqual(
			lines.map((line) => line.slice(0, 16)),
			['python3 was not ', 'No working C++17'],
		);
	});

	it('an npm registry that cannot be reached', () => {
		const said = refusal(['python3', 'npm', 'g++'], undefined, { NPM_SAYS: 'npm error code ECONNREFUSED' });
		assert.equal(
			said,
			'The npm registry cannot be reached (ECONNREFUSED). Check the network, or set a mirror: npm config set registry ADDRESS',
		);
	});

	it('a Python package index that cannot be reached', () => {
		const INDEX_SAYS =
			'WARNING: Retrying (Retry(total=0)) after connection broken by NewConnectionError\nERROR: No matching distribution found for tensorflow-cpu';
		assert.equal(
			refusal(['python3', 'npm', 'g++'], undefined, { INDEX_SAYS }),
			'The Python package index cannot be reached. Check the network, or set a mirror: pip config set global.index-url ADDRESS',
		);
	});

	it('a wheel that does not exist for this Python', () => {
		const INDEX_SAYS = 'ERROR: No matching distribution found for tensorflow-cpu';
		assert.equal(
			refusal(['python3', 'npm', 'g++'], undefined, { INDEX_SAYS }),
			`tensorflow-cpu has no wheel for Python 3.11.7 on ${process.platform} ${process.arch}. Use another Python: PYTHON=python3.12 npm run setup`,
		);
	});

	it('an unknown option', () => {
		const clone = new FakeClone();
		const { status, stderr } = clone.setUp({}, ['--cuda']);
		assert.equal(status, 1);
		assert.match(stderr, /Unknown option '--cuda'/);
		clone.remove();
	});
});

describe('the steps', () => {
	/** @type {FakeClone} */
	let clone;
	before(() => {
		clone = new FakeClone();
		clone.makeAddon();
	});
	after(() => clone.remove());

	it('go on where an earlier set-up broke off', () => {
		const PIP_SAYS = 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device';
		const broken = clone.setUp({ PIP_SAYS });
		assert.equal(broken.status, 1);
		assert.match(broken.stderr, /^The disk is full\. Free some space: .*\nFull output: runs\/setup\/pip\.log$/m);
		assert.deepEqual(broken.calls, ['python -m venv', 'npm ci', 'pip install']);
		const resumed = clone.setUp();
		assert.equal(resumed.status, 0, resumed.stderr);
		assert.deepEqual(resumed.calls, ['pip install', 'g++', 'tsc']);
		assert.match(resumed.stdout, /The set-up is done/);
	});

	it('are skipped in under 3 seconds when they are done', () => {
		const { status, calls, stdout, seconds } = clone.setUp();
		assert.equal(status, 0);
		assert.deepEqual(calls, []);
		assert.match(stdout, /^The set-up is current/);
		assert.ok(seconds < 3, `${seconds} s`);
	});

	it('run before fer, which says nothing of them when they are current', () => {
		const { status, stdout, stderr } = clone.setUp({}, ['train', '--name', 'x'], 'fer.mjs');
		assert.deepEqual([status, stdout, stderr], [0, 'train,--name,x\n', '']);
		fs.writeFileSync(path.join(clone.root, 'lib', 'index.ts'), 'zeroth');
		const second = clone.setUp({}, ['--help'], 'fer.mjs');
		assert.deepEqual([second.calls, second.stdout], [['tsc'], '--help\n']);
		assert.match(second.stderr, /TypeScript compiled to dist/);
		const link = path.join(clone.root, 'node_modules', '.bin', 'fer');
		assert.equal(fs.realpathSync(link), path.join(clone.root, 'scripts', 'fer.mjs'));
	});

	it('need nothing on the PATH when they are done', () => {
		assert.equal(clone.setUp({ PATH: '' }).status, 0);
	});

	it('are redone where their inputs have changed', () => {
		fs.writeFileSync(path.join(clone.root, 'lib', 'index.ts'), 'second');
		assert.deepEqual(clone.setUp().calls, ['tsc']);
		assert.equal(fs.readFileSync(path.join(clone.root, 'dist', 'index.js'), 'utf8'), 'second');
		fs.appendFileSync(path.join(clone.root, 'requirements.lock'), '# changed\n');
		assert.deepEqual(clone.setUp().calls, ['pip install']);
		fs.appendFileSync(path.join(clone.root, 'package-lock.json'), '\n');
		assert.deepEqual(clone.setUp().calls, ['npm ci', 'g++']);
	});

	it('are redone where what they made is gone', () => {
		const binding = ['node_modules', '@tensorflow', 'tfjs-node-gpu', 'lib', 'napi-v8'];
		fs.rmSync(path.join(clone.root, ...binding, 'tfjs_binding.node'));
		assert.deepEqual(clone.setUp().calls, ['g++']);
		assert.deepEqual(fs.readdirSync(path.join(clone.root, ...binding)), ['tfjs_binding.node']);
		fs.rmSync(path.join(clone.root, '.venv'), { recursive: true });
		assert.deepEqual(clone.setUp().calls, ['python -m venv', 'pip install']);
	});

	it('leave dist/ as it was where lib/ does not compile', () => {
		fs.writeFileSync(path.join(clone.root, 'lib', 'index.ts'), 'wrong');
		const { status, stderr } = clone.setUp();
		assert.equal(status, 1);
		assert.match(stderr, /^The TypeScript does not compile\. .*\nlib\/index\.ts\(1,1\): error TS2304/m);
		assert.equal(fs.readFileSync(path.join(clone.root, 'dist', 'index.js'), 'utf8'), 'second');
		fs.writeFileSync(path.join(clone.root, 'lib', 'index.ts'), 'second');
	});

	it('write the kernel anew when the clone has moved, and nothing else', () => {
		clone.move();
		const { status, calls, stdout } = clone.setUp();
		assert.equal(status, 0);
		assert.deepEqual(calls, []);
		assert.match(stdout, /TypeScript kernel/);
		const file = path.join(clone.root, '.venv', 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json');
		const { argv, language } = JSON.parse(fs.readFileSync(file, 'utf8'));
		assert.equal(language, 'typescript');
		assert.equal(argv[0], process.execPath);
		assert.equal(argv[1], path.join(clone.root, 'node_modules', 'tslab', 'bin', 'tslab'));
	});

	it('leave no lock behind', () => {
		const locks = fs.readdirSync(path.join(clone.root, 'runs', 'setup')).filter((entry) => entry.includes('.lock'));
		assert.deepEqual(locks, []);
	});
});
