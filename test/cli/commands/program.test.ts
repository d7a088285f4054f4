import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { buildProgram } from '../../../cli/commands/program';
import type { Finding } from '../../../cli/doctor/finding';
import { describeError, Problem } from '../../../cli/problem';
import { PROJECT_FOLDER } from '../../../cli/projectFolder';

const PROGRAM = join(PROJECT_FOLDER, 'dist', 'cli', 'commands', 'program.js');
const skip = existsSync(PROGRAM) ? false : 'The program is not compiled: npm run setup';

function fer(...args: string[]) {
	return spawnSync(process.execPath, [PROGRAM, ...args], { cwd: PROJECT_FOLDER, encoding: 'utf8' });
}

describe('the help', () => {
	const commands = buildProgram().commands.filter((command) => command.name() !== 'experiment');
	for (const command of commands) {
		it(`of ${command.name()} describes each option and shows examples`, () => {
			let text = '';
			command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
			for (const { long, description } of command.options) {
				assert.ok(text.includes(String(long)) && description.length > 0, String(long));
			}
			assert.match(text, /--quiet[\s\S]*--debug/);
			assert.match(text, new RegExp(`\\nExamples:\\n  \\$ npx fer ${command.name()}`));
		});
	}
});

describe('describeError', () => {
	const fileError = (code: string) => Object.assign(new Error(`${code}: words, open 'x'`), { code, path: '/data/x' });

	it('puts errors of the file system into sentences with the path', () => {
		for (const code of ['ENOENT', 'EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EISDIR']) {
			const text = describeError(fileError(code));
			assert.match(text, /\/data\/x/);
			assert.doesNotMatch(text, /bug|words/);
		}
	});

	it("shows the user's mistakes as they are, and how to see the stack of a bug", () => {
		assert.equal(describeError(new Problem('Do this.')), 'Do this.');
		assert.equal(describeError(new RangeError('Expected 1 for x but received 2.')), 'Expected 1 for x but received 2.');
		assert.match(describeError(new TypeError('x is undefined')), /^TypeError: x is undefined\n.*--debug/);
	});
});

describe('fer', { skip }, () => {
	it('suggests the nearest command and option, and exits with 1', () => {
		for (const [args, words] of [
			[['trian'], /unknown command 'trian'\n\(Did you mean train\?\)/],
			[['train', '--nam', 'x'], /unknown option '--nam'\n\(Did you mean --name\?\)/],
			[['evaluate'], /required option '--model <folder>' not specified/],
		] as const) {
			const { status, stderr, stdout } = fer(...args);
			assert.deepEqual([status, stdout], [1, '']);
			assert.match(stderr, words);
		}
	});

	it('prints the version and JSON alone on standard output', () => {
		assert.match(fer('--version').stdout, /^\d+\.\d+\.\d+\n$/);
		const { stdout, stderr, status } = fer('settings', '--json', '--profile', 'quick');
		assert.deepEqual([status, stderr], [0, '']);
		assert.equal(JSON.parse(stdout).phase2.epochs, 4);
		assert.match(fer('settings', '--json-schema').stdout, /^\{\n[\s\S]*\}\n$/);
	});

	it('explains a wrong argument in a sentence, and shows the stack with --debug', () => {
		const { status, stderr, stdout } = fer('settings', '--profile', 'quik');
		assert.deepEqual([status, stdout], [1, '']);
		assert.match(stderr, /^Expected one of quick, .*\n$/);
		assert.match(fer('settings', '--profile', 'quik', '--debug').stderr, /\n {4}at /);
	});

	it('refuses to evaluate on other data, without notes of TensorFlow', () => {
		const env = { ...process.env, FER2013_PATH: join(PROJECT_FOLDER, 'nowhere') };
		const args = [PROGRAM, 'evaluate', '--model', join('models', 'official')];
		const { status, stdout, stderr } = spawnSync(process.execPath, args, {
			cwd: PROJECT_FOLDER,
			encoding: 'utf8',
			env,
		});
		assert.deepEqual([status, stdout], [1, '']);
		assert.match(stderr, /^Expected .* for FER2013_PATH but received .*\n$/);
	});

	it('checks the installation, and names what is wrong with a remedy', () => {
		const env = { ...process.env, FER2013_PATH: join(PROJECT_FOLDER, 'nowhere') };
		const options = { cwd: PROJECT_FOLDER, encoding: 'utf8', env } as const;
		const { status, stdout } = spawnSync(process.execPath, [PROGRAM, 'doctor', '--json', '--quiet'], options);
		const findings: Finding[] = JSON.parse(stdout);
		const byName = Object.fromEntries(findings.map((finding) => [finding.name, finding]));
		assert.match(byName.TensorFlow.found, /^2\.\d+\.\d+ by tfjs 4\.\d+\.\d+$/);
		assert.match(byName.Speed.found, /^[1-9]\d* faces\/s \(efficientnet-lite0, 96 px\)$/);
		assert.deepEqual(byName['C++ kernels'], { name: 'C++ kernels', state: 'ok', found: 'compiled in' });
		assert.deepEqual(
			findings.filter(({ state }) => state === 'fault').map(({ name, remedy }) => [name, remedy]),
			[['FER2013', 'npx fer data, or set FER2013_PATH']],
		);
		assert.match(byName.FER2013.found, /^Expected .* for FER2013_PATH but received .*nowhere/);
		assert.equal(status, 1);
	});

	it('ends quietly when the reader of a pipe has left', async () => {
		const child = spawn(process.execPath, [PROGRAM, 'settings', '--json-schema'], {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		child.stdout.destroy();
		let errors = '';
		child.stderr.on('data', (text) => (errors += text));
		const [code] = await once(child, 'close');
		assert.deepEqual([code, errors], [0, '']);
	});

	it('reports a folder where a file is needed in a sentence', () => {
		const folder = mkdtempSync(join(tmpdir(), 'fer program '));
		writeFileSync(join(folder, 'file'), '');
		const { status, stderr } = fer('figures', '--run', join('..', '..', folder, 'file'));
		assert.equal(status, 1);
		assert.doesNotMatch(stderr, /\n {4}at /);
		rmSync(folder, { recursive: true });
	});

	it('refuses empty arguments and options, instead of the default or the whole disk', () => {
		for (const args of [
			['predict', ''],
			['predict', 'x.jpg', '--model', ''],
			['figures', '--run', ''],
			['demo', '--port', ''],
			['demo', '--model', 'models/official', ''],
		]) {
			const { status, stderr, stdout } = fer(...args);
			assert.deepEqual([status, stdout], [1, '']);
			assert.match(stderr, /^Expected a value for (an argument|--\w+) but received an empty string\.\n$/);
		}
	});

	it('refuses to train outside runs/', () => {
		for (const name of ['../x', '.', '/x']) {
			const { status, stderr } = fer('train', '--profile', 'smoke', '--name', name);
			assert.equal(status, 1);
			assert.match(stderr, /^Expected the name of a folder in runs\/ for --name but received .*\n$/);
		}
	});

	it('refuses a file for --annotate before any photo is read', () => {
		const folder = mkdtempSync(join(tmpdir(), 'fer program '));
		const photo = join(folder, 'photo.jpg');
		writeFileSync(photo, '');
		const { status, stderr, stdout } = fer('predict', photo, '--annotate', photo);
		rmSync(folder, { recursive: true });
		assert.deepEqual([status, stdout], [1, '']);
		assert.match(stderr, /^Expected a folder for --annotate but received a file: .*\n$/);
	});

	it('ends where the system makes no folder', { skip: !existsSync('/proc/self') }, () => {
		for (const command of [['demo', '--build'], ['package']]) {
			const { status, stderr } = fer(...command, '--to', '/proc/nowhere');
			assert.equal(status, 1);
			assert.match(stderr, /There is no file or folder \/proc\/nowhere/);
		}
	});

	it('reports output that cannot be written in a sentence', { skip: !existsSync('/dev/full') }, () => {
		const full = openSync('/dev/full', 'w');
		const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'settings'], { stdio: ['ignore', full, 'pipe'] });
		closeSync(full);
		assert.equal(status, 1);
		assert.match(String(stderr), /^Cannot write the output: .*no space left.*\n$/);
	});

	it('completes commands, options and settings', () => {
		const complete = (...words: string[]) => fer('complete', '--', ...words).stdout;
		assert.match(complete('tr'), /^train\t/);
		assert.match(complete('train', '--pr'), /^--profile\t/);
		assert.match(complete('train', '--set', 'phase2.ep'), /^phase2\.epochs=\t/);
		assert.match(complete('train', '--profile', ''), /smoke\t\nquick\t/);
		for (const shell of ['bash', 'zsh', 'fish']) assert.match(fer('completion', shell).stdout, /scripts\/fer\.mjs/);
	});
});
