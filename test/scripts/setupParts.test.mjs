// @ts-check
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compilerArguments, withAdditions } from '../../scripts/setup/binding.mjs';
import { withLock } from '../../scripts/setup/lock.mjs';
import { explainNpm } from '../../scripts/setup/npmPackages.mjs';
import { BINDING, pythonEnvironment, ROOT, TFJS_NODE, VENV } from '../../scripts/setup/paths.mjs';
import { diskFault, nodeFault, platformFault } from '../../scripts/setup/preflight.mjs';
import { runLogged } from '../../scripts/setup/processes.mjs';
import { explainPip } from '../../scripts/setup/pythonPackages.mjs';
import { hashInputs } from '../../scripts/setup/stamp.mjs';
import { gpuRequirements, libraryNames, tensorflowPackage } from '../../scripts/setup/tensorflowWheel.mjs';
import { formatSeconds } from '../../scripts/setup/terminal.mjs';

const LINUX = { platform: 'linux', arch: 'x64', nodeVersion: '20.11.0', glibc: true, env: {} };

/** @param {(folder: string) => unknown} work */
async function inFolder(work) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer parts '));
	try {
		await work(folder);
	} finally {
		fs.rmSync(folder, { recursive: true });
	}
}

describe('preflight', () => {
	it('asks for Node 20 or newer', () => {
		for (const nodeVersion of ['20.0.0', '22.9.0', '24.21.0'])
			assert.equal(nodeFault({ ...LINUX, nodeVersion }), undefined);
		const told = 'Node 20 or newer is required, but this is Node 18.20.4. Use a newer one: ';
		assert.equal(
			nodeFault({ ...LINUX, nodeVersion: '18.20.4' }),
			`${told}npx --yes --ignore-scripts=false --package node@22 npm start`,
		);
		assert.equal(nodeFault({ ...LINUX, nodeVersion: '18.20.4', env: { NVM_DIR: '/nvm' } }), `${told}nvm install 22`);
	});

	it('knows the systems for which TensorFlow has wheels', () => {
		for (const [platform, arch] of [
			['linux', 'x64'],
			['linux', 'arm64'],
			['darwin', 'arm64'],
		]) {
			assert.equal(platformFault({ ...LINUX, platform, arch }), undefined);
		}
		assert.match(platformFault({ ...LINUX, platform: 'win32' }) ?? '', /wsl --install$/);
		assert.match(
			platformFault({ ...LINUX, platform: 'darwin' }) ?? '',
			/^TensorFlow has no wheel for darwin on x64, .*docker run/,
		);
		assert.match(platformFault({ ...LINUX, glibc: false }) ?? '', /without glibc \(Alpine\)\. .*docker run/);
	});

	it('asks for 4 GB of disk space', () => {
		assert.equal(diskFault(4e9), undefined);
		assert.match(
			diskFault(3.9e9) ?? '',
			/^4000\.0 MB of free disk space are required, but only 3900\.0 MB are left\. .*npm cache clean/,
		);
	});
});

describe('names by system', () => {
	it('of TensorFlow’s package', () => {
		assert.equal(tensorflowPackage({ platform: 'linux', arch: 'x64', gpu: false }), 'tensorflow-cpu');
		assert.equal(tensorflowPackage({ platform: 'linux', arch: 'arm64', gpu: false }), 'tensorflow');
		assert.equal(tensorflowPackage({ platform: 'darwin', arch: 'arm64', gpu: false }), 'tensorflow');
		assert.equal(tensorflowPackage({ platform: 'linux', arch: 'x64', gpu: true }), 'tensorflow');
		assert.throws(
			() => tensorflowPackage({ platform: 'darwin', arch: 'arm64', gpu: true }),
			/^Problem: --gpu needs Linux on x64.* but this is darwin on arm64\. Run the set-up without it: npm run setup$/,
		);
	});

	it('of its libraries', () => {
		assert.deepEqual(libraryNames('linux'), ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']);
		assert.deepEqual(libraryNames('darwin'), ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib']);
	});

	it('of the CUDA packages, in the place of both others', () => {
		const hash = '    --hash=sha256:00';
		const packages = ['nbconvert==7.17.2', 'tensorflow==2.20.0 ; a', 'tensorflow-cpu==2.20.0 ; b', 'termcolor==3.3.0'];
		const lock = ['# why', ...packages.map((name) => `${name} \\\n${hash}1 \\\n${hash}2`), ''].join('\n');
		const gpuLock = `tensorflow==2.20.0 \\\n${hash}3\nnvidia-nccl-cu12==2.32.3 \\\n${hash}4\n`;
		const [first, , , last] = packages;
		const expected = [`# why`, ...[first, last].map((name) => `${name} \\\n${hash}1 \\\n${hash}2`), gpuLock].join('\n');
		assert.equal(gpuRequirements(lock, gpuLock), expected);
		assert.throws(() => gpuRequirements('nbconvert==7.17.2\n', gpuLock), /requirements\.lock pins no TensorFlow/);
	});

	it('of every Python package’s hash', () => {
		for (const name of ['requirements.lock', 'requirements-gpu.lock']) {
			const packages = fs.readFileSync(path.join(ROOT, name), 'utf8').split(/^(?! )/m);
			const pinned = packages.filter((text) => /^[\w.-]+==\S/.test(text));
			assert.ok(pinned.length > 10);
			assert.deepEqual(
				pinned.filter((text) => !/--hash=sha256:[0-9a-f]{64}\b/.test(text)),
				[],
			);
			assert.deepEqual(
				packages.filter((text) => !pinned.includes(text) && text.trim() && !text.startsWith('#')),
				[],
			);
		}
	});
});

describe('the compiler call', () => {
	const wheel = path.join(VENV, 'lib', 'python3.11', 'site-packages', 'tensorflow');
	const sources = `${BINDING}.sources`;
	/** @param {string[]} args */
	const rpath = (args) => args[args.lastIndexOf('-Xlinker') + 1];

	it('finds the libraries from the binding’s own place on Linux', () => {
		const args = compilerArguments({ platform: 'linux', gpu: false, wheel, sources, output: BINDING });
		assert.equal(rpath(args), '$ORIGIN/../../../../../.venv/lib/python3.11/site-packages/tensorflow');
		assert.ok(args.includes('-shared') && args.includes(path.join(wheel, 'libtensorflow_cc.so.2')));
	});

	it('and on macOS', () => {
		const args = compilerArguments({ platform: 'darwin', gpu: false, wheel, sources, output: BINDING });
		assert.equal(rpath(args), '@loader_path/../../../../../.venv/lib/python3.11/site-packages/tensorflow');
		assert.deepEqual(args.slice(4, 7), ['-bundle', '-undefined', 'dynamic_lookup']);
	});

	it('takes the binding’s sources with lines added, and refuses another version of them', () => {
		for (const [name, lines, place] of /** @type {const} */ ([
			['tfjs_backend.cc', 7, 'case TF_ATTR_TYPE: {'],
			['tfjs_backend.h', 3, 'class TFJSBackend {'],
			['tfjs_binding.cc', 2, '// Export TF property types to JS'],
		])) {
			const source = fs.readFileSync(path.join(TFJS_NODE, 'binding', name), 'utf8');
			const added = withAdditions(name, source).split('\n');
			for (const line of source.split('\n')) assert.equal(added[added.indexOf(line)], line);
			assert.equal(added.length, source.split('\n').length + lines);
			assert.throws(
				() => withAdditions(name, source.replace(place, '')),
				({ message }) => message.includes(name) && message.includes(place),
			);
		}
	});

	it('prefers the changed sources', () => {
		const args = compilerArguments({ platform: 'linux', gpu: false, wheel, sources, output: BINDING });
		assert.ok(args.indexOf(sources) < args.indexOf(path.join(TFJS_NODE, 'binding')));
		assert.ok(args.includes(path.join(sources, 'tfjs_binding.cc')));
	});

	it('names the wheel’s real folder with CUDA', () =>
		inFolder((folder) => {
			fs.mkdirSync(path.join(folder, 'real'));
			fs.symlinkSync(path.join(folder, 'real'), path.join(folder, 'link'));
			const args = compilerArguments({
				platform: 'linux',
				gpu: true,
				wheel: path.join(folder, 'link'),
				sources,
				output: BINDING,
			});
			assert.equal(rpath(args), fs.realpathSync(path.join(folder, 'real')));
		}));
});

describe('what npm and pip say', () => {
	it('is told in a sentence where a person can repair it', () => {
		assert.match(explainNpm('npm error code ENOTFOUND\n') ?? '', /^The npm registry cannot be reached \(ENOTFOUND\)/);
		assert.match(explainNpm('npm ERR! code ENOSPC') ?? '', /^The disk is full/);
		assert.match(explainNpm('npm error code EUSAGE') ?? '', /npm install --package-lock-only$/);
		assert.match(explainPip('... ConnectTimeoutError ... Max retries exceeded', '') ?? '', /cannot be reached/);
		assert.equal(
			explainPip('ERROR: No matching distribution found for tensorflow==2.20.0', 'Python 3.14.0 on linux x64'),
			'tensorflow==2.20.0 has no wheel for Python 3.14.0 on linux x64. Use another Python: PYTHON=python3.12 npm run setup',
		);
	});

	it('of a package with another hash names it', () => {
		const output =
			'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated ...\n    six==1.17.0 from https://example.org/six.whl (from -r requirements.lock (line 2760)):\n        Expected sha256 00\n             Got        01';
		assert.match(
			explainPip(output, '') ?? '',
			/^six==1\.17\.0 was changed on its way: .* than requirements\.lock says\. Empty/,
		);
	});

	it('is shown as it is otherwise', () => {
		assert.equal(explainNpm('npm error code EWHATEVER'), undefined);
		assert.equal(explainPip('error: something else', ''), undefined);
	});
});

describe('hashes of inputs', () => {
	it('see content, names and values, and not where the clone lies', () =>
		inFolder((folder) => {
			for (const clone of ['a', 'b']) {
				fs.mkdirSync(path.join(folder, clone, 'lib'), { recursive: true });
				fs.writeFileSync(path.join(folder, clone, 'lib', 'x.ts'), 'x');
			}
			const hash = (/** @type {string} */ clone, values = [1]) => {
				const root = path.join(folder, clone);
				return hashInputs([path.join(root, 'lib')], values, root);
			};
			const first = hash('a');
			assert.equal(hash('b'), first);
			assert.notEqual(hash('a', [2]), first);
			fs.renameSync(path.join(folder, 'a', 'lib', 'x.ts'), path.join(folder, 'a', 'lib', 'y.ts'));
			assert.notEqual(hash('a'), first);
			fs.writeFileSync(path.join(folder, 'b', 'lib', 'x.ts'), 'y');
			assert.notEqual(hash('b'), first);
		}));
});

describe('processes', () => {
	it('keep their output in a log and their last lines for the message', () =>
		inFolder(async (folder) => {
			const logFile = path.join(folder, 'logs', 'it.log');
			const program = 'for (let i = 1; i <= 20; i++) console.log(i); process.exitCode = 3';
			const lines = /** @type {string[]} */ ([]);
			const onLine = (/** @type {string} */ line) => lines.push(line);
			const { code, tail } = await runLogged(process.execPath, ['-e', program], { cwd: folder, logFile, onLine });
			assert.equal(code, 3);
			assert.equal(tail.split('\n').length, 15);
			assert.equal(tail.split('\n').at(-1), '20');
			assert.equal(lines.length, 20);
			assert.equal(fs.readFileSync(logFile, 'utf8').split('\n')[0], '1');
		}));

	it('that do not exist have code 127', () =>
		inFolder(async (folder) => {
			const logFile = path.join(folder, 'it.log');
			const { code, tail } = await runLogged('no-such-program', [], { cwd: folder, logFile });
			assert.equal(code, 127);
			assert.match(tail, /ENOENT/);
		}));

	it('leave Ctrl-C to the caller when they have ended', () =>
		inFolder(async (folder) => {
			const listeners = process.listenerCount('SIGINT');
			const program = `process.exitCode = 0`;
			const run = runLogged(process.execPath, ['-e', program], { cwd: folder, logFile: path.join(folder, 'it.log') });
			assert.equal(process.listenerCount('SIGINT'), listeners + 1);
			await run;
			assert.equal(process.listenerCount('SIGINT'), listeners);
		}));

	it('end at Ctrl-C, and nothing is told of their failure', { timeout: 30_000 }, () =>
		inFolder(async (folder) => {
			const module = fileURLToPath(new URL('../../scripts/setup/processes.mjs', import.meta.url));
			const program = `import { runLogged } from ${JSON.stringify(module)};
				const sleeper = 'console.log(process.pid); setInterval(() => {}, 1000)';
				const onLine = (line) => console.log(line);
				await runLogged(process.execPath, ['-e', sleeper], { cwd: '.', logFile: 'it.log', onLine });
				console.log('told');`;
			const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: folder });
			let output = '';
			parent.stdout.on('data', (text) => {
				output += text;
			});
			await once(parent.stdout, 'data');
			parent.kill('SIGINT');
			const [code] = await once(parent, 'close');
			assert.equal(code, 130);
			assert.match(output, /^\d+\n$/);
			assert.throws(() => process.kill(Number(output), 0), { code: 'ESRCH' });
		}),
	);
});

describe('the lock', () => {
	const module = fileURLToPath(new URL('../../scripts/setup/lock.mjs', import.meta.url));
	const holder = `import { withLock } from ${JSON.stringify(module)};
		await withLock(process.argv[1], async () => { console.log('held'); await new Promise((done) => setTimeout(done, 60000)); }, () => {});`;

	it('makes a second process wait, and dies with its owner', { timeout: 30_000 }, () =>
		inFolder(async (folder) => {
			const owner = spawn(process.execPath, ['--input-type=module', '-e', holder, folder], {
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			await once(owner.stdout, 'data');
			const order = /** @type {string[]} */ ([]);
			const onWait = (/** @type {string} */ holder) => {
				assert.match(holder, new RegExp(`^process ${owner.pid} since .*; if there is none: rm ".*set-up\\.lock"$`));
				order.push('waits');
				owner.kill('SIGKILL'); // no chance to release
			};
			const result = await withLock(folder, async () => order.push('works'), onWait);
			assert.equal(result, 2);
			assert.deepEqual(order, ['waits', 'works']);
		}),
	);

	/** Puts a lock into a clone, and takes it over. @param {string} folder @param {object} changes */
	async function takeOver(folder, changes) {
		const file = path.join(folder, 'runs', 'setup', 'set-up.lock');
		fs.mkdirSync(path.dirname(file), { recursive: true });
		fs.writeFileSync(
			file,
			JSON.stringify({ pid: 1, host: os.hostname(), since: new Date().toISOString(), ...changes }),
		);
		const result = await withLock(
			folder,
			async () => 'works',
			() => assert.fail('waits'),
		);
		assert.deepEqual([result, fs.readdirSync(path.dirname(file))], ['works', []]);
	}

	it('of a process that has ended is taken over, also where another one has its number', { timeout: 30_000 }, () =>
		inFolder(async (folder) => {
			const { pid } = spawnSync(process.execPath, ['-e', '']);
			await takeOver(folder, { pid });
			if (process.platform === 'linux') await takeOver(folder, { pid: 1, start: 'another boot:1' });
		}),
	);

	it('never follows a link, and says what to do about a file that names no process', () =>
		inFolder(async (folder) => {
			const file = path.join(folder, 'runs', 'setup', 'set-up.lock');
			fs.mkdirSync(path.dirname(file), { recursive: true });
			const target = path.join(folder, 'target');
			fs.symlinkSync(target, file);
			const work = withLock(
				folder,
				async () => assert.fail('works'),
				() => assert.fail('waits'),
			);
			await assert.rejects(work, /^Problem: Another set-up of this folder holds its lock .*: rm ".*"\)\.$/);
			assert.ok(!fs.existsSync(target));
		}));
});

describe('the environment of Python', () => {
	it('is the virtual environment’s alone', () => {
		const env = pythonEnvironment({ PATH: '/bin', PYTHONPATH: '/elsewhere', PYTHONHOME: '/usr', PIP_USER: '1' });
		assert.deepEqual(env, { PATH: '/bin', PYTHONNOUSERSITE: '1' });
	});
});

describe('what is printed', () => {
	it('has durations of every length', () => {
		assert.deepEqual([0.4, 59, 61, 3599, 3600, 7380].map(formatSeconds), [
			'0 s',
			'59 s',
			'1 min 01 s',
			'59 min 59 s',
			'1 h 00 min',
			'2 h 03 min',
		]);
	});
});
