import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '../../atomicFile';
import { type DrawingOptions, svgToPng } from '../../data/image';
import { invalidArgument } from '../../errors';
import type { Figure } from '../figure';
import { openPlotlyPage, type PlotlyPage } from './plotlyPage';

/** Size of a drawn figure. */
export interface DrawOptions {
	/** In pixels; default the figure's own. */
	readonly width?: number;
	/** In pixels; default the figure's own. */
	readonly height?: number;
	/** Pixels of the picture for each pixel of the figure, above 0. Default 1.5. */
	readonly scale?: number;
}

/** How a figure becomes a PNG file. */
export type PngOptions = DrawOptions & Pick<DrawingOptions, 'palette'>;

const DEFAULT_SCALE = 1.5;

let page: Promise<PlotlyPage> | undefined;
/** The drawing before: they go one by one, so that each finds the page's random numbers at their start. */
let previous: Promise<unknown> = Promise.resolve();

/** Draws a figure with the options that Plotly's `toImage` takes. */
async function draw(figure: Figure, options: DrawOptions): Promise<string> {
	for (const [name, value] of Object.entries(options)) {
		if (value !== undefined && !(value > 0)) throw invalidArgument(name, 'number above 0', value);
	}
	page ??= openPlotlyPage();
	const { restart, draw } = await page;
	restart();
	try {
		return await draw(JSON.stringify(figure), JSON.stringify(options));
	} catch (error) {
		// An error of another context is no instance of this one's Error.
		throw new Error(`Plotly cannot draw the figure: ${(error as Error).message}`, { cause: error });
	}
}

/**
 * Draws a figure to SVG without a browser, with all text as paths. The first call loads Plotly, about a second.
 * @param options.scale Default 1.
 * @returns An SVG document that hangs on no font; the same for the same figure, from run to run.
 * @throws {RangeError} If a size is not above 0.
 * @throws {Error} If the figure has an attribute or a value that Plotly does not know.
 */
export function toSvg(figure: Figure, options: DrawOptions = {}): Promise<string> {
	const drawing = previous.then(() => draw(figure, options));
	previous = drawing.catch(() => undefined);
	return drawing;
}

/**
 * Draws a figure to PNG without a browser.
 * @param options.palette False where the figure holds a photo.
 * @returns A PNG of `width * scale` by `height * scale` pixels; the same bytes from run to run.
 * @throws As `toSvg`.
 */
export async function toPng(figure: Figure, { palette, ...options }: PngOptions = {}): Promise<Buffer> {
	return svgToPng(await toSvg(figure, { scale: DEFAULT_SCALE, ...options }), { palette });
}

/**
 * Draws a figure into a PNG file, whole or not at all: it is written beside and renamed.
 * @param file Its folder is made where it is missing.
 * @throws As `toPng`, and what the file system throws.
 */
export async function writePng(figure: Figure, file: string, options: PngOptions = {}): Promise<void> {
	const bytes = await toPng(figure, options);
	await mkdir(path.dirname(file), { recursive: true });
	await writeFileAtomically(file, [bytes]);
}
