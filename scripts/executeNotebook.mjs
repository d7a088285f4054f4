// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { pythonEnvironment } from './setup/environment.mjs';
import { KERNEL_NAME } from './setup/kernel.mjs';
import { ROOT, VENV_PYTHON } from './setup/paths.mjs';
import { Problem } from './setup/problem.mjs';
import { runLogged } from './setup/processes.mjs';
import { startTask } from './setup/terminal.mjs';

/** The notebooks: their files, and the folders below runs/ that their runs have by profile. */
export const NOTEBOOKS = {
	'transfer-learning': {
		file: path.join(ROOT, 'notebooks', 'CNN with transfer learning.ipynb'),
		runName: (/** @type {string} */ profile) => profile,
	},
	'cross-dataset': {
		file: path.join(ROOT, 'notebooks', 'Cross-dataset evaluation.ipynb'),
		runName: (/** @type {string} */ profile) => `cross-${profile}`,
	},
};

/** @typedef {keyof typeof NOTEBOOKS} NotebookName */

/** The notebook that `npm start` executes. */
export const NOTEBOOK = NOTEBOOKS['transfer-learning'].file;

const STATUS_MILLISECONDS = 500;
/** A status line is far shorter; only the file's end is read. */
const STATUS_BYTES = 4096;
const ERROR_LINES = 40;

/**
 * Returns the last line of the file in which the library notes how far it is.
 * @param {string} file
 */
export function readStatus(file) {
	try {
		const handle = fs.openSync(file, 'r');
		const { size } = fs.fstatSync(handle);
		const buffer = Buffer.alloc(Math.min(size, STATUS_BYTES));
		fs.readSync(handle, buffer, 0, buffer.length, size - buffer.length);
		fs.closeSync(handle);
		return buffer.toString('utf8').trimEnd().split('\n').at(-1)?.trim() ?? '';
	} catch {
		return ''; // not yet there
	}
}

/**
 * Finds in nbconvert's output what went wrong in the notebook: the cell, and what it said, without Python's traceback.
 * @param {string} output
 * @returns {string | undefined} Nothing if nbconvert itself failed.
 */
export function cellError(output) {
	if (/DeadKernelError|Kernel died/.test(output)) {
		return 'The notebook’s kernel ended without a word, most likely for want of memory. Close other programs, or take the smallest profile: FER_PROFILE=smoke npm start';
	}
	const start = output.indexOf('CellExecutionError: ');
	if (start < 0) return undefined;
	const [, source, said = ''] = output.slice(start).split(/^-{18}$/m);
	const lines = stripVTControlCharacters(said)
		.split('\n')
		// Where tslab ran the cell is of no use to its author.
		.filter((line) => line.trim() && !/^\s+at .*(node:|tslab|evalmachine)|^----- std/.test(line))
		.slice(-ERROR_LINES);
	return `A cell of the notebook failed:\n${indent(source.trim())}\nIt said:\n${indent(lines.join('\n'))}`;
}

/** @param {string} text */
const indent = (text) => text.replace(/^/gm, '    ');

/**
 * Executes a notebook with a profile by nbconvert, and writes the executed notebook and its HTML.
 * @param {object} options
 * @param {string} options.profile
 * @param {NotebookName} [options.name] Default `transfer-learning`.
 * @param {string} [options.notebook] Another file instead. It is left as it is; the executed copy goes to the output folder.
 * @param {string} [options.outputFolder] Default the run's folder below runs/.
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns {Promise<{executed: string, html: string, seconds: number}>}
 * @throws {Problem} If a cell fails: with the cell and what it said.
 */
export async function executeNotebook({
	profile,
	name = 'transfer-learning',
	notebook = NOTEBOOKS[name].file,
	outputFolder,
	env = process.env,
}) {
	const folder = outputFolder ?? path.join(ROOT, 'runs', NOTEBOOKS[name].runName(profile));
	const progressFile = path.join(folder, 'progress.txt');
	const executed = path.join(folder, path.basename(notebook));
	const html = executed.replace(/\.ipynb$/, '.html');
	if (!fs.existsSync(notebook))
		throw new Problem(`There is no ${notebook}. Take it back from git: git checkout notebooks`);
	fs.mkdirSync(folder, { recursive: true });
	for (const file of [progressFile, executed, html]) fs.rmSync(file, { force: true });
	const began = Date.now();
	const kernelEnv = { ...pythonEnvironment(env), FER_PROFILE: profile, FER_PROGRESS_FILE: progressFile };
	const task = startTask(`Notebook (${path.basename(folder)})`);
	const timer = setInterval(() => task.update(readStatus(progressFile)), STATUS_MILLISECONDS);
	try {
		await nbconvert(['--to', 'notebook', '--execute', ...executionOptions()], notebook, folder, kernelEnv);
		numberCells(executed);
		task.update('writing the HTML');
		await nbconvert(['--to', 'html'], executed, folder, kernelEnv);
	} catch (error) {
		clearInterval(timer);
		task.failed();
		throw error;
	}
	clearInterval(timer);
	task.done();
	return { executed, html, seconds: (Date.now() - began) / 1000 };
}

/**
 * Numbers the code cells in the order in which they ran: tslab does not tell its count to nbconvert.
 * @param {string} file The executed notebook.
 */
function numberCells(file) {
	const notebook = JSON.parse(fs.readFileSync(file, 'utf8'));
	let count = 0;
	for (const cell of notebook.cells) {
		if (cell.cell_type === 'code' && [cell.source].flat().join('').trim()) cell.execution_count = ++count;
	}
	fs.writeFileSync(file, `${JSON.stringify(notebook, null, 1)}\n`);
}

/** Options of nbclient, which nbconvert executes with. */
function executionOptions() {
	return [
		'--ExecutePreprocessor.timeout=-1', // a training cell takes as long as it takes
		'--ExecutePreprocessor.startup_timeout=300',
		'--ExecutePreprocessor.record_timing=False', // times of the day in every cell would only make noise in git
		`--ExecutePreprocessor.kernel_name=${KERNEL_NAME}`,
	];
}

/**
 * Converts a notebook. nbconvert takes patterns, so it runs in the input's folder: the folder's name may hold brackets.
 * @param {readonly string[]} options
 * @param {string} input
 * @param {string} folder Where the output and the log go.
 * @param {NodeJS.ProcessEnv} env
 */
async function nbconvert(options, input, folder, env) {
	const logFile = path.join(folder, 'nbconvert.log');
	const args = ['-m', 'nbconvert', ...options, '--output-dir', folder, path.basename(input)];
	const { code, output, tail } = await runLogged(VENV_PYTHON, args, { cwd: path.dirname(input), env, logFile });
	if (code === 0) return;
	const text = cellError(output) ?? `nbconvert failed. Its last lines:\n${tail}`;
	throw new Problem(`${text}\nAll that it said: ${path.relative(process.cwd(), logFile)}`, code);
}
