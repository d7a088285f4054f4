import type { Figure } from '../figure';
import { drawFigure, rasterize, saveFile } from './export';

/** A notebook output in several formats; a viewer shows the richest that it supports. */
export type MimeBundle = Awaited<ReturnType<typeof toMimeBundle>>;

/** The part of tslab's kernel that talks to Jupyter; null before the first cell. */
type Kernel = { readonly lastWriteDisplayData: ((message: MimeBundle & { transient: object }) => void) | null };

/**
 * Makes the notebook output of a figure from it and its `drawFigure`: interactive with Plotly, otherwise a picture.
 * There is no HTML: GitHub would prefer it to the picture but strip its scripts.
 */
export async function toMimeBundle(figure: Figure, drawing: string) {
	// Plotly's extension shows one pixel of the picture per pixel of the page until the pointer is over it.
	const png = await rasterize(drawing, { scale: 1 });
	const { width, height } = figure.layout;
	return {
		data: {
			// For JupyterLab and Notebook with the extension of the plotly wheel, and for VS Code.
			'application/vnd.plotly.v1+json': { ...figure, config: { displaylogo: false } },
			// For GitHub, nbconvert and other viewers without Plotly.
			'image/png': png.toString('base64'),
			'text/plain': `Plotly figure, ${width} x ${height} pixels`,
		},
		metadata: { 'image/png': { width, height } },
	};
}

/** Shows a figure in a notebook, if this is one, and saves it as a PNG file, if one is given, in folders it creates. */
export async function show(figure: Figure, file?: string): Promise<void> {
	const display = findKernel()?.lastWriteDisplayData;
	const drawing = await drawFigure(figure);
	if (file !== undefined) await saveFile(file, await rasterize(drawing));
	if (display) display({ ...(await toMimeBundle(figure, drawing)), transient: {} });
}

/**
 * Finds the kernel that runs this process, if any: tslab's public `display` sends one format at a time.
 * Only loaded modules are searched, since importing tslab would load TypeScript and ZeroMQ into every script.
 */
function findKernel(): Kernel | undefined {
	const file = Object.keys(require.cache).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name));
	return file === undefined ? undefined : (require.cache[file]?.exports as Kernel);
}
