import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Dataset } from './data/dataset';
import type { Figure } from './figures/figure';
import { show } from './figures/rendering/display';
import { formatCount } from './format';
import { formatProgress, type OnProgress } from './progress';
import { RUN_FIGURES } from './runs/runFigures';
import { runFolder } from './training/runFolder';

/** The part of tslab's display used here: an output that can be replaced in place. */
export type Display = Readonly<Record<'text' | 'html', (content: string) => void>>;

type NotebookFigure = keyof typeof RUN_FIGURES;

/** The results that a figure needs. */
export type FigureInput<Name extends NotebookFigure> = Parameters<(typeof RUN_FIGURES)[Name]>[0];

/** Options of `openNotebook`. */
interface NotebookOptions {
	/** tslab's `newDisplay`. */
	readonly newDisplay: () => Display;
	/** The name of the run. */
	readonly profile: string;
	/** Overwritten with each progress line. Default none. */
	readonly progressFile?: string;
}

/** Progress, a banner and figures for the cells of a notebook. */
export interface Notebook {
	/** The folder with lib/, data/ and runs/. */
	readonly projectFolder: string;
	/** Returns the folder for figures: images/ for a full run on FER2013, otherwise the folder of the run. */
	imagesFolder(dataset: { readonly drawn: boolean }): string;
	/** Creates a progress bar in the output of the current cell. */
	progress(): OnProgress;
	/** Shows the name of a dataset, or a warning if drawn faces replace `title`, by default FER2013. */
	banner(dataset: Dataset, title?: string): void;
	/** Shows a figure, and saves it as PNG if a file is given. */
	showFigure(figure: Figure, file?: string): Promise<void>;
	/** Draws a figure of a run, shows it and saves it as PNG. */
	show<Name extends NotebookFigure>(name: Name, results: FigureInput<Name>): Promise<void>;
}

/**
 * Connects the cells of a notebook with the library.
 * @throws {RangeError} If the name of the run is not that of a folder in runs/.
 * @example
 * ```ts
 * const newDisplay = () => ({ text: console.log, html: console.log }); // in a notebook: tslab.newDisplay
 * const notebook = fer.openNotebook({ newDisplay, profile: 'smoke' });
 * notebook.banner(dataset); // warns that the faces are drawn
 * notebook.imagesFolder(dataset); // .../runs/smoke/images
 * ```
 */
export function openNotebook({ newDisplay, profile, progressFile }: NotebookOptions): Notebook {
	const above = dirname(__dirname);
	// From dist/lib/, or in tests from lib/.
	const projectFolder = basename(above) === 'dist' ? dirname(above) : above;
	const folder = runFolder(projectFolder, profile, 'profile');
	const imagesFolder: Notebook['imagesFolder'] = ({ drawn }) =>
		join(profile === 'full' && !drawn ? projectFolder : folder, 'images');
	return {
		projectFolder,
		imagesFolder,
		progress: () => inPlace(newDisplay(), progressFile),
		banner: (dataset, title = 'FER2013') => newDisplay().html(bannerHtml(dataset, title)),
		showFigure: show,
		async show(name, results) {
			// TypeScript does not infer that the figure of a name takes the input of that name.
			const draw = RUN_FIGURES[name] as (input: FigureInput<typeof name>) => Figure | Promise<Figure>;
			const folder = imagesFolder(results.about.dataset);
			await show(await draw(results), join(folder, `${name}.png`));
		},
	};
}

/** Shows progress in one output, at most four times a second and at the end of each stage. */
function inPlace(display: Display, progressFile: string | undefined): OnProgress {
	let last = 0;
	return (progress) => {
		const finished = progress.done >= progress.total;
		if (!finished && performance.now() - last < 250) return;
		last = performance.now();
		const line = formatProgress(progress);
		display.text(line);
		if (progressFile) writeFileSync(progressFile, `${line}\n`);
	};
}

function bannerHtml({ name, drawn, labels }: Dataset, title: string): string {
	const count = formatCount(labels.length);
	if (!drawn) return `<p><b>${name}</b>: ${count} faces.</p>`;
	const remedy =
		title === 'FER2013'
			? 'Run <code>npx fer data</code> to download FER2013, or see data/README.md to add it by hand.'
			: `See data/README.md for where to put ${title}.`;
	return (
		'<div style="border:2px solid #d55e00;padding:0.6em 1em;margin:0.5em 0">' +
		`<b>No ${title} found: these are ${count} sample faces drawn by this project.</b><br>` +
		`The figures and results below show that the code works; they say nothing about real faces. ${remedy}</div>`
	);
}
