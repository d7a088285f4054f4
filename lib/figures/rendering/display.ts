import type { Figure } from '../figure';
import { toPng, writePng } from './export';

/** One output of a notebook in several forms, of which each viewer takes the richest that it knows. */
export interface MimeBundle {
	readonly data: {
		/** For JupyterLab and Notebook with the extension of the plotly wheel, and for VS Code: the interactive figure. */
		readonly 'application/vnd.plotly.v1+json': Figure & { readonly config: { readonly displaylogo: false } };
		/** For GitHub, nbconvert and whoever has no Plotly; base64. */
		readonly 'image/png': string;
		readonly 'text/plain': string;
	};
	/** The picture's size on the page. */
	readonly metadata: { readonly 'image/png': { readonly width: number; readonly height: number } };
}

/** The part of tslab's kernel that speaks to Jupyter. */
interface Kernel {
	/** Null before the first cell. */
	readonly lastWriteDisplayData: ((message: MimeBundle & { transient: object }) => void) | null;
}

/**
 * Makes one notebook output of a figure: interactive where Plotly is at hand, else a picture. No HTML is among the
 * forms: GitHub would prefer it to the picture and strip its scripts, and each output would have to load Plotly by itself.
 * @throws As `toPng`.
 */
export async function toMimeBundle(figure: Figure): Promise<MimeBundle> {
	// Of the figure's own size: Plotly's extension shows the picture pixel by pixel until the pointer comes to it.
	const png = await toPng(figure, { scale: 1 });
	const { width, height } = figure.layout;
	return {
		data: {
			'application/vnd.plotly.v1+json': { ...figure, config: { displaylogo: false } },
			'image/png': png.toString('base64'),
			'text/plain': `Plotly figure, ${width} x ${height} pixels`,
		},
		metadata: { 'image/png': { width, height } },
	};
}

/**
 * Shows a figure in the notebook and saves it. Outside a notebook it is only saved.
 * @param file A PNG file, written whole or not at all; its folder is made where it is missing. Default: not saved.
 * @throws As `toPng`, and what the file system throws.
 */
export async function show(figure: Figure, file?: string): Promise<void> {
	const display = findKernel()?.lastWriteDisplayData;
	if (file !== undefined) await writePng(figure, file);
	if (display) display({ ...(await toMimeBundle(figure)), transient: {} });
}

/**
 * The running kernel, if this process is one. tslab's public `display` sends one form at a time, as outputs of their own;
 * the function below it takes a bundle. It is looked up among the loaded modules, so that a script does not load tslab,
 * TypeScript and ZeroMQ to find out that it is no notebook.
 */
function findKernel(): Kernel | undefined {
	const file = Object.keys(require.cache).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name));
	return file === undefined ? undefined : (require.cache[file]?.exports as Kernel);
}
