import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PYTHON } from '../cli/python';
import { PROFILES } from '../lib/profiles';

const PROJECT = resolve(__dirname, '..');
const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8');
const NOTEBOOK = JSON.parse(read('notebooks/Kaggle.ipynb'));
const CODE: string[] = NOTEBOOK.cells
	.filter(({ cell_type }: { cell_type: string }) => cell_type === 'code')
	.map(({ source }: { source: string[] }) => source.join(''));

/** The code cell that contains a text. */
function cellWith(text: string): string {
	const cells = CODE.filter((source) => source.includes(text));
	assert.equal(cells.length, 1, text);
	return cells[0];
}

function python(program: string, env: NodeJS.ProcessEnv = {}) {
	const { PATH } = process.env;
	return spawnSync(PYTHON, ['-c', program], { encoding: 'utf8', env: { PATH, ...env } });
}

describe('the notebook for Kaggle', () => {
	it('is Python, has short cells and no outputs', () => {
		assert.equal(NOTEBOOK.metadata.kernelspec.name, 'python3');
		assert.equal(NOTEBOOK.nbformat, 4);
		for (const source of CODE) assert.ok(source.split('\n').length <= 15, source);
		for (const { cell_type, outputs, execution_count } of NOTEBOOK.cells) {
			if (cell_type === 'code') assert.deepEqual({ outputs, execution_count }, { outputs: [], execution_count: null });
		}
	});

	it('has cells that Python and Bash parse', () => {
		const isBash = (source: string) => source.startsWith('%%bash\n');
		const cells = CODE.filter((source) => !source.startsWith('%'));
		const { status, stderr } = python(
			`import ast, json\nfor cell in json.loads(${JSON.stringify(JSON.stringify(cells))}): ast.parse(cell)`,
		);
		assert.equal(status, 0, stderr);
		const scripts = CODE.filter(isBash);
		assert.ok(cells.length >= 6 && scripts.length === 3);
		const bash = spawnSync('bash', ['-n'], {
			input: scripts.map((source) => source.replace('%%bash\n', '')).join('\n'),
		});
		assert.equal(bash.status, 0, String(bash.stderr));
	});

	it('names profiles that exist, and runs commands that exist', () => {
		const settings = cellWith('REPOSITORY =');
		for (const name of Object.keys(PROFILES)) assert.match(settings, new RegExp(`\\b${name}\\b`));
		const { scripts } = JSON.parse(read('package.json'));
		assert.ok(scripts.setup && scripts.start);
		cellWith('npm run --silent setup');
		cellWith('npm start');
	});

	it('asks for the address of the repository in a sentence', () => {
		const { status, stderr } = python(cellWith('REPOSITORY ='));
		assert.equal(status, 1);
		assert.match(
			stderr,
			/Expected the address of the repository for REPOSITORY but received nothing\. Set it in this cell\./,
		);
		assert.equal(python(cellWith('REPOSITORY ='), { FER_REPOSITORY: '/fer' }).status, 0);
	});
});

describe('FER2013 among the inputs of Kaggle', () => {
	let folder: string;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), 'kaggle-'));
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	/** Runs the cell that looks for it, on inputs with these files. */
	function find(name: string, files: readonly string[], given = ''): string {
		const input = join(folder, name);
		for (const file of files) {
			mkdirSync(dirname(join(input, file)), { recursive: true });
			writeFileSync(join(input, file), '');
		}
		const cell = cellWith("INPUT = Path('/kaggle/input')").replace("'/kaggle/input'", JSON.stringify(input));
		const settings = `import os\nDATA = ${JSON.stringify(given)}\n`;
		const { stdout, stderr } = python(`${settings}${cell}\nprint(os.environ['FER2013_PATH'])`);
		assert.equal(stderr, '');
		return stdout.trimEnd().split('\n').slice(1).join('').replace(`${input}/`, '');
	}

	it('is a table at any depth, rather than folders', () => {
		const inFolders = ['datasets/m/fer2013/train/disgust/1.jpg', 'datasets/m/fer2013/test/disgust/1.jpg'];
		assert.equal(find('table', [...inFolders, 'fer2013/fer2013/fer2013.csv']), 'fer2013/fer2013/fer2013.csv');
		assert.equal(find('folders', inFolders), 'datasets/m/fer2013');
	});

	it('is no other data set, and may be missing', () => {
		assert.equal(find('others', ['affectnet/train/disgust/1.jpg', 'ferplus/fer2013new.csv']), '');
		assert.equal(find('missing', []), '');
	});

	it('is where the settings say', () => {
		assert.equal(find('given', ['fer2013/fer2013.csv'], '/somewhere/faces.csv'), '/somewhere/faces.csv');
	});
});
