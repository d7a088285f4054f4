import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { Problem } from './problem';
import { withTask } from './progressLine';
import { PROJECT_FOLDER } from './projectFolder';
import { PYTHON, pythonEnvironment } from './python';
import { type RunOptions, runOrFail } from './runProgram';

const FOLDER = join(PROJECT_FOLDER, 'notebooks');

/** The notebooks: their files, and what stands before the profile in the names of their runs. */
export const NOTEBOOKS = {
	'transfer-learning': { file: join(FOLDER, 'CNN with transfer learning.ipynb'), runPrefix: '' },
	'cross-dataset': { file: join(FOLDER, 'Cross-dataset evaluation.ipynb'), runPrefix: 'cross-' },
} as const;

/** The name of a notebook. */
export type NotebookName = keyof typeof NOTEBOOKS;

const STATUS_MILLISECONDS = 500;
const ERROR_LINES = 40;

/** Options of nbclient, which nbconvert executes with. */
const EXECUTION = [
	'--ExecutePreprocessor.timeout=-1', // a training cell may take hours
	'--ExecutePreprocessor.startup_timeout=300',
	'--ExecutePreprocessor.record_timing=False', // times in every cell would only be noise in git
	'--ExecutePreprocessor.kernel_name=tslab',
];

/** Reads the last line of the file in which the library notes its progress; empty where there is none yet. */
export function readStatus(file: string): string {
	return existsSync(file) ? (readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)?.trim() ?? '') : '';
}

/**
 * Finds in nbconvert's output what went wrong in the notebook: the cell and its error, without Python's traceback.
 * @returns undefined if nbconvert itself failed.
 */
export function cellError(output: string): string | undefined {
	if (/DeadKernelError|Kernel died/.test(output)) {
		const remedy = 'Close other programs, or use the smallest profile: FER_PROFILE=smoke npm start';
		return `The notebook’s kernel died without a message, most likely out of memory. ${remedy}`;
	}
	const start = output.indexOf('CellExecutionError: ');
	if (start < 0) return undefined;
	const [, source, message = ''] = output.slice(start).split(/^-{18}$/m);
	const lines = stripVTControlCharacters(message)
		.split('\n')
		// Frames inside tslab do not help the author.
		.filter((line) => line.trim() && !/^\s+at .*(node:|tslab|evalmachine)|^----- std/.test(line))
		.slice(-ERROR_LINES);
	return `A cell of the notebook failed:\n${indent(source.trim())}\nIts error:\n${indent(lines.join('\n'))}`;
}

const indent = (text: string) => text.replace(/^/gm, '    ');

/**
 * Executes a notebook with a profile by nbconvert, and writes the executed notebook and its HTML; the original stays.
 * @throws {Problem} If a cell fails: with the cell and its error.
 */
export async function executeNotebook(
	notebook: string,
	profile: string,
	folder: string,
): Promise<{ executed: string; html: string }> {
	const progressFile = join(folder, 'progress.txt');
	const executed = join(folder, basename(notebook));
	const html = executed.replace(/\.ipynb$/, '.html');
	if (!existsSync(notebook)) throw new Problem(`There is no ${notebook}. Restore it: git checkout notebooks`);
	mkdirSync(folder, { recursive: true });
	// The notebook of an earlier execution stays until there is a new one: it is set aside with its training.
	rmSync(progressFile, { force: true });
	const env = { ...pythonEnvironment(), FER_PROFILE: profile, FER_PROGRESS_FILE: progressFile };
	await withTask(`Notebook (${basename(folder)})`, async (task) => {
		const timer = setInterval(() => task.update(readStatus(progressFile)), STATUS_MILLISECONDS);
		try {
			await nbconvert(['--to', 'notebook', '--execute', ...EXECUTION], notebook, folder, env);
			numberCells(executed);
			await nbconvert(['--to', 'html'], executed, folder, env);
		} finally {
			clearInterval(timer);
		}
		task.update('');
	});
	return { executed, html };
}

/** Numbers the code cells in the order in which they ran, which tslab does not report to nbconvert. */
function numberCells(file: string): void {
	const notebook = JSON.parse(readFileSync(file, 'utf8'));
	let count = 0;
	for (const cell of notebook.cells) {
		if (cell.cell_type === 'code' && [cell.source].flat().join('').trim()) cell.execution_count = ++count;
	}
	writeFileSync(file, `${JSON.stringify(notebook, null, 1)}\n`);
}

/** Converts a notebook. nbconvert takes patterns, so it runs in the input's folder, whose name may contain brackets. */
async function nbconvert(options: readonly string[], input: string, folder: string, env: RunOptions['env']) {
	const logFile = join(folder, 'nbconvert.log');
	const args = ['-m', 'nbconvert', ...options, '--output-dir', folder, basename(input)];
	await runOrFail(PYTHON, args, { cwd: dirname(input), env, logFile, explain: cellError });
}
