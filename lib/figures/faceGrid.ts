import { encodePng } from '../data/image';
import { invalidArgument } from '../errors';
import { createFigure, type Figure, type FigureOptions, hiddenAxis, INK, label } from './figure';

/** One image of a face. */
export interface Face {
	/** `[height, width, channels]`, 0 to 255. */
	readonly pixels: Uint8Array;
	readonly height: number;
	readonly width: number;
	/** 1 grey, 3 RGB. Default 1. */
	readonly channels?: 1 | 3;
}

/** A face in the grid. */
export interface FaceCell {
	readonly face: Face;
	/** Stands below the face, in Plotly's little HTML; lines are parted by `<br>`. Default none. */
	readonly text?: string;
	/** What a pointer on the face is told. */
	readonly hover: string;
}

/** A row of the grid. */
export interface FaceRow {
	/** Stands left of the row, in Plotly's little HTML. Default none. */
	readonly name?: string;
	readonly cells: readonly FaceCell[];
}

/** What `faceGrid` takes. */
export interface FaceGridOptions extends FigureOptions {
	/** From top to bottom; rows may differ in length. All faces have the same size and channels. */
	readonly rows: readonly FaceRow[];
	/** Names above the first columns. Default none. */
	readonly columnNames?: readonly string[];
	/**
	 * Width of a face in the figure, in pixels. The default gives each pixel of a 48-pixel face a square of its own at the
	 * scales 1, 1.5 and 2, which looks sharp and packs small; other widths are smoothed. Default 96.
	 */
	readonly faceSize?: number;
	/** Space between the faces of a row, in pixels. Default a sixteenth of a face. */
	readonly columnGap?: number;
	/** Lines of text below each face. Default 0. */
	readonly textLines?: number;
	/** True leaves a broad gap after the first column. Default false. */
	readonly firstApart?: boolean;
	/** Space left of the faces for the rows' names, in pixels. Default 12. */
	readonly nameWidth?: number;
	/** A line of results below the title. Default none. */
	readonly subtitle?: string;
}

/** Where everything is, in pixels of the sprite, whose faces keep their own size. */
interface Grid {
	readonly face: { readonly height: number; readonly width: number; readonly channels: 1 | 3 };
	readonly width: number;
	readonly height: number;
	/** Pixels of the figure for each pixel of the sprite. */
	readonly scale: number;
	left(column: number): number;
	top(row: number): number;
}

const FACE_SIZE = 96;
const LINE_HEIGHT = 13;

/**
 * Draws faces in rows. All faces are one picture inside the figure, as hundreds of heat maps would make a notebook
 * large and slow.
 * @throws {RangeError} If there is no face, or faces differ in size or channels.
 */
export async function faceGrid(options: FaceGridOptions): Promise<Figure> {
	const { rows, columnNames = [], nameWidth = 12, title, subtitle, caption } = options;
	const grid = layOut(options);
	const { width, height, scale } = grid;
	const placed = rows.flatMap(({ cells }, row) => cells.map((cell, column) => ({ ...cell, row, column })));
	const middle = (column: number) => grid.left(column) + grid.face.width / 2;
	return createFigure({
		title,
		subtitle,
		caption,
		plotWidth: Math.round(width * scale),
		plotHeight: Math.round(height * scale),
		margins: { left: nameWidth, right: 12, top: 6 + (columnNames.length > 0 ? 18 : 0), bottom: 10 },
		data: [
			{
				type: 'scatter',
				mode: 'markers',
				x: placed.map(({ column }) => middle(column)),
				y: placed.map(({ row }) => grid.top(row) + grid.face.height / 2),
				text: placed.map(({ hover }) => hover),
				hovertemplate: '%{text}<extra></extra>',
				// Else the label takes the markers' colour, which is not to be seen.
				hoverlabel: { bgcolor: INK.text, font: { color: '#ffffff' } },
				marker: { opacity: 0, size: options.faceSize ?? FACE_SIZE, symbol: 'square', color: INK.axis },
			},
		],
		layout: {
			showlegend: false,
			xaxis: hiddenAxis([0, width]),
			yaxis: hiddenAxis([height, 0]),
			images: [
				{
					source: await drawSprite(placed, grid),
					...{ xref: 'x', yref: 'y', x: 0, y: 0, sizex: width, sizey: height },
					...{ xanchor: 'left', yanchor: 'top', sizing: 'stretch', layer: 'below' },
				},
			],
			annotations: [
				...columnNames.map((text, column) => {
					const at = { x: middle(column), y: 0, yanchor: 'bottom', yshift: 2 } as const;
					return gridLabel({ ...at, text, font: { size: 12, color: INK.faint } });
				}),
				...rows.flatMap(({ name }, row) => {
					const at = { x: 0, xanchor: 'right', xshift: -8, y: grid.top(row) + grid.face.height / 2 } as const;
					return name ? [gridLabel({ ...at, text: name, font: { size: 13 }, align: 'right' })] : [];
				}),
				...placed.flatMap(({ text, row, column }) => {
					const at = { x: middle(column), y: grid.top(row) + grid.face.height, yanchor: 'top' } as const;
					return text ? [gridLabel({ ...at, text, font: { size: 10.5 } })] : [];
				}),
			],
		},
	});
}

function gridLabel(own: Parameters<typeof label>[0]) {
	return label({ xref: 'x', yref: 'y', borderpad: 0, ...own });
}

function layOut({ rows, faceSize = FACE_SIZE, columnGap, textLines = 0, firstApart = false }: FaceGridOptions): Grid {
	const faces = rows.flatMap(({ cells }) => cells.map(({ face }) => face));
	if (faces.length === 0) throw invalidArgument('rows', 'at least one face', 'none');
	if (!(faceSize > 0)) throw invalidArgument('faceSize', 'number above 0', faceSize);
	const { height, width, channels = 1 } = faces[0];
	faces.forEach((face, index) => {
		const sizes = [face.height, face.width, face.channels ?? 1, face.pixels.length];
		const expected = [height, width, channels, height * width * channels];
		if (sizes.every((size, place) => size === expected[place])) return;
		throw invalidArgument(`face ${index}`, `height, width, channels and pixels ${expected.join(', ')}`, sizes);
	});
	const scale = faceSize / width;
	const gap = Math.max(1, Math.round(width / 16));
	const across = columnGap === undefined ? gap : Math.round(columnGap / scale);
	const apart = firstApart ? 3 * gap : 0;
	const textHeight = textLines === 0 ? 0 : Math.ceil((textLines * LINE_HEIGHT + 10) / scale);
	const columns = Math.max(...rows.map(({ cells }) => cells.length));
	return {
		face: { height, width, channels },
		scale,
		width: columns * width + (columns - 1) * across + apart,
		height: rows.length * (height + textHeight) + (rows.length - 1) * gap,
		left: (column) => column * (width + across) + (column > 0 ? apart : 0),
		top: (row) => row * (height + textHeight + gap),
	};
}

/** The nearest of 64 levels: no eye tells them from 256, and a notebook of faces becomes a third smaller. */
function coarsen(value: number): number {
	return Math.round((Math.round((value / 255) * 63) * 255) / 63);
}

/** Puts the faces on white and returns the picture as a PNG data URI. */
async function drawSprite(
	placed: readonly (FaceCell & { row: number; column: number })[],
	grid: Grid,
): Promise<string> {
	const { height, width, channels } = grid.face;
	const sprite = new Uint8Array(grid.height * grid.width * channels).fill(255);
	for (const { face, row, column } of placed) {
		for (let line = 0; line < height; line++) {
			const start = ((grid.top(row) + line) * grid.width + grid.left(column)) * channels;
			sprite.set(face.pixels.subarray(line * width * channels, (line + 1) * width * channels).map(coarsen), start);
		}
	}
	const png = await encodePng(sprite, { width: grid.width, height: grid.height, channels });
	return `data:image/png;base64,${png.toString('base64')}`;
}
