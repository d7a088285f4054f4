import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '../../atomicFile';
import { svgToPng } from '../../data/image';
import { invalidArgument } from '../../errors';
import type { Figure } from '../figure';
import { type DrawInPage, ENLARGED, openPlotlyPage } from './plotlyPage';

/** Options of `toPng` and `writePng`. */
interface PngOptions {
	/** Pixels of the picture per pixel of the figure, above 0. Default 1.5. */
	readonly scale?: number;
	/** Whether to reduce the picture to 256 colours, which halves the file; false for photos. Default true. */
	readonly palette?: boolean;
}

let page: Promise<DrawInPage> | undefined;
/** The drawing before, which may still run: figures share one document and its random numbers. */
let previous: Promise<unknown> = Promise.resolve();

/**
 * Draws a figure as SVG with texts as paths, without a browser. The first call takes a second to load Plotly.
 * @throws {Error} If Plotly does not know an attribute or value in the figure.
 */
export function drawFigure(figure: Figure): Promise<string> {
	page ??= openPlotlyPage();
	const drawing = Promise.all([page, previous]).then(([draw]) => draw(JSON.stringify(figure)));
	previous = drawing.catch(() => undefined);
	return drawing.catch((error: Error) => {
		// An error from the other vm context is not an instance of Error here.
		throw new Error(`Plotly cannot draw the figure: ${error.message}`, { cause: error });
	});
}

/** Converts the result of `drawFigure` to PNG, to the same bytes on every call. */
export async function rasterize(drawing: string, { scale = 1.5, palette }: PngOptions = {}): Promise<Buffer> {
	if (!(scale > 0)) throw invalidArgument('scale', 'number above 0', scale);
	const resize = (root: string) =>
		root.replace(/ (width|height)="([\d.]+)"/g, (_, name, pixels) => ` ${name}="${scale * pixels}"`);
	// The pixels of a picture stay squares if each becomes a whole number of pixels; otherwise smoothing looks better.
	const sharpen = (_: string, enlarged: string) => {
		const size = scale * Number(enlarged);
		return Math.abs(size - Math.round(size)) < 1e-6 ? 'image-rendering="pixelated"' : '';
	};
	const svg = drawing.replace(/^<svg[^>]*>/, resize).replaceAll(new RegExp(`${ENLARGED}="([^"]*)"`, 'g'), sharpen);
	return svgToPng(svg, palette);
}

/**
 * Converts a figure to PNG without a browser.
 * @returns A PNG of `width * scale` by `height * scale` pixels. The same figure always has the same bytes.
 * @throws {RangeError} If `scale` is not above 0.
 * @throws {Error} If Plotly does not know an attribute or value in the figure.
 * @example
 * ```ts
 * const { value: [name, figure] } = await fer.drawRunFigures(results).next();
 * const png = await fer.toPng(figure, { scale: 2 }); // a Buffer
 * ```
 */
export async function toPng(figure: Figure, options?: PngOptions): Promise<Buffer> {
	return rasterize(await drawFigure(figure), options);
}

/**
 * Writes a figure to a PNG file. A failure leaves the old file as it was.
 * @param file Missing folders are created.
 * @throws As `toPng`, or an error of the file system.
 * @example
 * ```ts
 * for await (const [name, figure] of fer.drawRunFigures(results)) {
 *   await fer.writePng(figure, `${folder}/${name}.png`);
 * }
 * ```
 */
export async function writePng(figure: Figure, file: string, options?: PngOptions): Promise<void> {
	await saveFile(file, await toPng(figure, options));
}

/** Writes a file whole or not at all, into a folder that may not exist. */
export async function saveFile(file: string, bytes: Buffer): Promise<void> {
	await mkdir(path.dirname(file), { recursive: true });
	await writeFileAtomically(file, [bytes]);
}
