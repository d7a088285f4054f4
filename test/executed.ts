import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const PROJECT = resolve(__dirname, '..');

/** An output of a cell. */
export interface Output {
	readonly output_type: string;
	readonly text?: string | string[];
	readonly data?: Readonly<Record<string, unknown>>;
}
interface Cell {
	readonly cell_type: string;
	readonly execution_count?: number | null;
	readonly source: string[];
	readonly outputs?: readonly Output[];
}

/** What `npm test` has just executed with the smoke profile. */
export interface Executed {
	/** The run's folder. */
	readonly folder: string;
	readonly outputs: readonly Output[];
	/** All that the cells have printed. */
	readonly printed: string;
	/** The figures that were shown, each in all its forms. */
	readonly figures: readonly Readonly<Record<string, unknown>>[];
}

/** Reads an executed notebook's code cells. */
function cellsOf(notebook: string): Cell[] {
	return JSON.parse(readFileSync(notebook, 'utf8')).cells.filter(({ cell_type }: Cell) => cell_type === 'code');
}

/** Reads a notebook that was executed into runs/<run>. */
export function readExecuted(run: string, name: string): Executed {
	const folder = join(PROJECT, 'runs', run);
	const outputs = cellsOf(join(folder, name)).flatMap((cell) => cell.outputs ?? []);
	const printed = outputs.flatMap(({ text = '' }) => (Array.isArray(text) ? text : [text])).join('');
	const figures = outputs.flatMap(({ data }) => (data && 'image/png' in data ? [data] : []));
	return { folder, outputs, printed, figures };
}

/** Tests what holds for every executed notebook. */
export function testExecuted(run: string, name: string): void {
	const notebook = join(PROJECT, 'runs', run, name);

	test('every cell was executed, in order, without an error', () => {
		const cells = cellsOf(notebook);
		assert.deepEqual(
			cells.map(({ execution_count }) => execution_count),
			cells.map((_, i) => i + 1),
		);
		const { outputs, printed } = readExecuted(run, name);
		assert.equal(outputs.filter(({ output_type }) => output_type === 'error').length, 0);
		assert.doesNotMatch(printed, /Error:|\bat .*\.js:\d+/);
	});

	test('cells are at most 15 lines long', () => {
		for (const { source } of cellsOf(notebook)) assert.ok(source.length <= 15, source.join(''));
	});

	test('each figure is interactive and a picture, and says that its faces are drawn', () => {
		const { figures } = readExecuted(run, name);
		assert.ok(figures.length > 0);
		for (const figure of figures) {
			const plotly = JSON.stringify(figure['application/vnd.plotly.v1+json'] ?? '');
			// A caption is broken into lines.
			assert.match(plotly.replaceAll('<br>', ' '), /drawn by this project/);
		}
	});

	test('the executed notebook is small, has its HTML beside it and holds no path of this machine', () => {
		assert.ok(statSync(notebook).size < 2e6);
		assert.ok(statSync(notebook.replace('.ipynb', '.html')).size > 1e5);
		const text = readFileSync(notebook, 'utf8');
		for (const path of [PROJECT, homedir()]) assert.ok(!text.includes(path), path);
	});
}

/** Tells whether a figure was saved as PNG in the run's folder of images. */
export function assertSaved({ folder }: Executed, name: string): void {
	const bytes = readFileSync(join(folder, 'images', `${name}.png`));
	assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
	assert.ok(bytes.length > 5000, `${name} has only ${bytes.length} bytes`);
}
