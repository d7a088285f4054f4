// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cellError, executeNotebook, readStatus } from '../../dist/cli/executeNotebook.js';
import { VENV } from '../../scripts/setup/paths.mjs';

const kernel = path.join(VENV, 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json');
const skip = fs.existsSync(kernel) ? false : 'The set-up has not been run: npm run setup';

/** As nbconvert prints it, shortened. */
const FAILED = `[NbConvertApp] Converting notebook fails.ipynb to notebook
Traceback (most recent call last):
  File "nbclient/client.py", line 918, in _check_raise_for_error
    raise CellExecutionError.from_cell_and_msg(cell, exec_reply_content)
nbclient.exceptions.CellExecutionError: An error occurred while executing the following cell:
------------------
const config = createConfig('quik');
------------------

----- stderr -----
\x1b[31mRangeError\x1b[0m: Expected one of quick, full, smoke for profile but received "quik".
    at createConfig (/home/me/clone/dist/config.js:10:8)
    at evalmachine.<anonymous>:5:22
    at Script.runInThisContext (node:vm:135:14)
    at Object.execute (/home/me/clone/node_modules/tslab/dist/executor.js:160:38)
------------------
`;

describe('cellError', () => {
	it('shows the cell and what it said, without Python’s and tslab’s stacks', () => {
		assert.equal(
			cellError(FAILED),
			[
				'A cell of the notebook failed:',
				"    const config = createConfig('quik');",
				'Its error:',
				'    RangeError: Expected one of quick, full, smoke for profile but received "quik".',
				'        at createConfig (/home/me/clone/dist/config.js:10:8)',
			].join('\n'),
		);
	});

	it('tells that the kernel died', () => {
		assert.match(cellError('nbclient.exceptions.DeadKernelError: Kernel died\n') ?? '', /out of memory/);
	});

	it('leaves other failures to nbconvert’s own words', () => {
		assert.equal(cellError('No such kernel named tslab'), undefined);
	});
});

describe('executeNotebook', { skip }, () => {
	/** @type {string} */
	let folder;
	before(() => {
		folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer [notebook] '));
	});
	after(() => fs.rmSync(folder, { recursive: true }));

	/**
	 * Writes a notebook of code cells.
	 * @param {string} name
	 * @param {...string} sources
	 */
	function write(name, ...sources) {
		const cells = sources.map((source) => ({
			cell_type: 'code',
			metadata: {},
			execution_count: null,
			outputs: [],
			source,
		}));
		const kernelspec = { name: 'tslab', display_name: 'TypeScript', language: 'typescript' };
		const file = path.join(folder, `${name}.ipynb`);
		fs.writeFileSync(file, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 4 }));
		return file;
	}

	it('executes with the profile, writes notebook and HTML, and leaves the original', async () => {
		const notebook = write(
			'a good one',
			"import fs from 'node:fs';\nfs.writeFileSync(process.env.FER_PROGRESS_FILE!, 'first\\nsecond\\n');",
			'const profile: string | undefined = process.env.FER_PROFILE;\nconsole.log("profile", profile);',
		);
		const original = fs.readFileSync(notebook, 'utf8');
		const outputFolder = path.join(folder, 'runs');
		const { executed, html } = await executeNotebook(notebook, 'smoke', outputFolder);
		assert.equal(fs.readFileSync(notebook, 'utf8'), original);
		const { cells } = JSON.parse(fs.readFileSync(executed, 'utf8'));
		assert.deepEqual(
			cells.map((/** @type {{execution_count: number}} */ cell) => cell.execution_count),
			[1, 2],
		);
		assert.equal([cells[1].outputs[0].text].flat().join(''), 'profile smoke\n');
		assert.match(fs.readFileSync(html, 'utf8'), /profile smoke/);
		assert.equal(readStatus(path.join(outputFolder, 'progress.txt')), 'second');
	});

	it('stops at a cell that fails, with the cell’s words', async () => {
		const notebook = write('a bad one', "throw new RangeError('Expected a number.');", "console.log('never');");
		const outputFolder = path.join(folder, 'bad runs');
		await assert.rejects(executeNotebook(notebook, 'smoke', outputFolder), (error) => {
			assert.ok(error instanceof Error && error.name === 'Problem');
			assert.match(error.message, /^A cell of the notebook failed:\n {4}throw new RangeError/);
			assert.match(error.message, /RangeError: Expected a number\./);
			assert.doesNotMatch(error.message, /Traceback|never/);
			return true;
		});
		assert.ok(!fs.existsSync(path.join(outputFolder, 'a bad one.ipynb')));
	});
});
