import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Dataset } from './data/dataset';
import type { Figure } from './figures/figure';
import { show } from './figures/rendering/display';
import { formatProgress, type OnProgress } from './progress';
import { CROSS_FIGURES } from './runs/crossDataset/crossFigures';
import { RUN_FIGURES } from './runs/runFigures';

/** The part of tslab's display that is used: an output that can be replaced in place. */
export interface Display {
	text(text: string): void;
	html(html: string): void;
}

/** Every figure that a notebook shows by its name. */
const FIGURES = { ...RUN_FIGURES, ...CROSS_FIGURES } as const;

/** The name of a figure: of a run, or of a study across data sets. */
export type NotebookFigure = keyof typeof FIGURES;

/** What a figure needs of the results. */
export type FigureInput<Name extends NotebookFigure> = Parameters<(typeof FIGURES)[Name]>[0];

/** Options of a notebook. */
export interface NotebookOptions {
	/** tslab's `newDisplay`. */
	readonly newDisplay: () => Display;
	/** The run's name, which is its profile's where there is one run a profile. */
	readonly profile: string;
	/** A file whose content is the latest progress line, for whoever waits for the notebook; optional. */
	readonly progressFile?: string;
}

/** What a notebook's cells need beside the library: where things lie, progress in place, figures shown and saved. */
export interface Notebook {
	/** The folder that holds lib/, data/ and runs/. */
	readonly projectFolder: string;
	/** Where the figures of these data go: images/ for a full run on FER2013, else the run's own folder. */
	imagesFolder(dataset: { readonly drawn: boolean }): string;
	/** Makes a progress bar that is drawn in the cell that calls this. */
	progress(): OnProgress;
	/**
	 * Shows a banner if the faces are drawn, and says which data these are otherwise.
	 * @param title The data set that drawn faces stand in for. Default FER2013.
	 */
	banner(dataset: Dataset, title?: string): void;
	/** Shows a figure without saving it. */
	showFigure(figure: Figure): Promise<void>;
	/** Draws a figure of a run or a study, shows it and saves it as PNG. */
	show<Name extends NotebookFigure>(name: Name, results: FigureInput<Name>): Promise<void>;
}

const MILLISECONDS_BETWEEN_UPDATES = 250;

/** Opens the notebook's page. */
export function openNotebook({ newDisplay, profile, progressFile }: NotebookOptions): Notebook {
	const projectFolder = resolve(__dirname, '..', '..');
	const imagesFolder: Notebook['imagesFolder'] = ({ drawn }) =>
		profile === 'full' && !drawn ? join(projectFolder, 'images') : join(projectFolder, 'runs', profile, 'images');
	return {
		projectFolder,
		imagesFolder,
		progress: () => inPlace(newDisplay(), progressFile),
		banner: (dataset, title = 'FER2013') => newDisplay().html(bannerHtml(dataset, title)),
		showFigure: (figure) => show(figure),
		async show(name, results) {
			// TypeScript cannot tell that a name's figure takes that name's input.
			const draw = FIGURES[name] as (input: FigureInput<typeof name>) => Figure | Promise<Figure>;
			const folder = imagesFolder(results.about.dataset);
			await show(await draw(results), join(folder, `${name}.png`));
		},
	};
}

/** Draws progress into one output a few times a second, and always the last of a stage. */
function inPlace(display: Display, progressFile: string | undefined): OnProgress {
	let last = 0;
	return (progress) => {
		const finished = progress.done >= progress.total;
		if (!finished && performance.now() - last < MILLISECONDS_BETWEEN_UPDATES) return;
		last = performance.now();
		const line = formatProgress(progress);
		display.text(line);
		if (progressFile) writeFileSync(progressFile, `${line}\n`);
	};
}

function bannerHtml({ name, drawn, labels }: Dataset, title: string): string {
	const count = labels.length.toLocaleString('en');
	if (!drawn) return `<p><b>${name}</b>: ${count} faces.</p>`;
	const remedy =
		title === 'FER2013'
			? '<code>npm run data</code> fetches FER2013; data/README.md says how to put it there by hand.'
			: `data/README.md says where ${title} is looked for.`;
	return (
		'<div style="border:2px solid #d55e00;padding:0.6em 1em;margin:0.5em 0">' +
		`<b>No ${title} at hand: these are ${count} sample faces drawn by this project.</b><br>` +
		'All figures and results below tell that the code works, and nothing about real faces. ' +
		`${remedy}</div>`
	);
}
