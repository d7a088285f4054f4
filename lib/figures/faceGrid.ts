import type { ImageShape } from '../data/image';
import { invalidArgument } from '../errors';
import { createFigure, type Figure, type FigureOptions } from './figure';
import { pictureLayout } from './pictureLayout';
import { INK, label } from './theme';

/** An image of a face: `[height, width, channels]`, 0 to 255. */
export type Face = ImageShape & { readonly pixels: Uint8Array };

/** A face in the grid. Texts are in Plotly's subset of HTML; `text` is below the face, default none. */
export interface FaceCell {
	readonly face: Face;
	readonly text?: string;
	readonly hover: string;
}

/** Options of `faceGrid`. */
interface FaceGridOptions extends FigureOptions {
	/** From top to bottom, with a name on the left; rows may differ in length. All faces have the same size and channels. */
	readonly rows: readonly { readonly name?: string; readonly cells: readonly FaceCell[] }[];
	/** Names above the columns, from the first on. Default none. */
	readonly columnNames?: readonly string[];
	/** Space between the faces of a row, in pixels. Default a sixteenth of a face. */
	readonly columnGap?: number;
	/** Lines of text below each face. Default 0. */
	readonly textLines?: number;
	/** Whether a wide gap follows the first column. Default false. */
	readonly firstApart?: boolean;
	/** Space for the names of the rows, in pixels. Default: as at the right. */
	readonly nameWidth?: number;
}

/** Width of a face in the figure: pixels of a 48-pixel face stay sharp at the scales 1, 1.5 and 2. */
export const FACE_SIZE = 96;
const LINE_HEIGHT = 13;
/** Least space beside the faces in pixels. */
const SIDE = 12;

/** Draws faces in rows, as one picture: a heat map per face would make a notebook large and slow. */
export async function faceGrid(options: FaceGridOptions): Promise<Figure> {
	const { rows, columnNames = [], columnGap = 0, title, caption } = options;
	// Texts below the outer faces may be as wide as those between.
	const side = Math.max(SIDE, Math.round(columnGap / 2) - 3);
	const { nameWidth = side } = options;
	const { face, width, height, scale, left, top } = layOut(options);
	const placed = rows.flatMap(({ cells }, row) =>
		cells.map((cell, column) => ({ ...cell, left: left(column), top: top(row) })),
	);
	const middle = (start: number) => start + face.width / 2;
	const centre = (start: number) => start + face.height / 2;
	const text = (own: Parameters<typeof label>[0]) => label({ xref: 'x', yref: 'y', borderpad: 0, ...own });
	return createFigure({
		title,
		caption,
		plotWidth: Math.round(width * scale),
		plotHeight: Math.round(height * scale),
		margins: { left: nameWidth, right: side, top: 6 + (columnNames.length > 0 ? 18 : 0), bottom: 10 },
		data: [
			{
				...{ type: 'scatter', mode: 'markers' },
				x: placed.map(({ left }) => middle(left)),
				y: placed.map(({ top }) => centre(top)),
				text: placed.map(({ hover }) => hover),
				hovertemplate: '%{text}<extra></extra>',
				// The default is the colour of the markers, which are invisible.
				hoverlabel: { bgcolor: INK.text, font: { color: '#ffffff' } },
				marker: { opacity: 0, size: FACE_SIZE, symbol: 'square', color: INK.axis },
			},
		],
		layout: {
			...(await pictureLayout(drawSprite(placed, { ...face, width, height }), { width, height })),
			annotations: [
				...columnNames.map((name, column) => {
					const at = { x: middle(left(column)), y: 0, yanchor: 'bottom', yshift: 2 } as const;
					return text({ ...at, text: name, font: { size: 12, color: INK.faint } });
				}),
				...rows.flatMap(({ name }, row) => {
					const at = { x: 0, xanchor: 'right', xshift: -8, y: centre(top(row)) } as const;
					return name ? [text({ ...at, text: name, font: { size: 13 }, align: 'right' })] : [];
				}),
				...placed.flatMap((cell) => {
					const at = { x: middle(cell.left), y: cell.top + face.height, yanchor: 'top' } as const;
					return cell.text ? [text({ ...at, text: cell.text, font: { size: 10.5 } })] : [];
				}),
			],
		},
	});
}

/** Places the faces, in pixels of a sprite in which they keep their own size; `scale` enlarges it to the figure. */
function layOut({ rows, columnGap, textLines = 0, firstApart = false }: FaceGridOptions) {
	const faces = rows.flatMap(({ cells }) => cells.map(({ face }) => face));
	if (faces.length === 0) throw invalidArgument('rows', 'at least one face', 'none');
	const { height, width, channels = 1 } = faces[0];
	const expected = [height, width, channels, height * width * channels];
	faces.forEach((face, index) => {
		const sizes = [face.height, face.width, face.channels ?? 1, face.pixels.length];
		if (sizes.every((size, place) => size === expected[place])) return;
		throw invalidArgument(`face ${index}`, `height, width, channels and pixels ${expected.join(', ')}`, sizes);
	});
	const scale = FACE_SIZE / width;
	const gap = Math.max(1, Math.round(width / 16));
	const across = width + (columnGap === undefined ? gap : Math.round(columnGap / scale));
	const apart = firstApart ? 3 * gap : 0;
	const down = height + gap + (textLines === 0 ? 0 : Math.ceil((textLines * LINE_HEIGHT + 10) / scale));
	const columns = Math.max(...rows.map(({ cells }) => cells.length));
	return {
		face: { height, width, channels },
		scale,
		width: (columns - 1) * across + width + apart,
		height: rows.length * down - gap,
		left: (column: number) => column * across + (column > 0 ? apart : 0),
		top: (row: number) => row * down,
	};
}

/** Draws the faces on white. */
function drawSprite(placed: readonly { face: Face; left: number; top: number }[], shape: Required<ImageShape>): Face {
	const { width, height, channels } = shape;
	const pixels = new Uint8Array(height * width * channels).fill(255);
	for (const { face, left, top } of placed) {
		const length = face.width * channels;
		for (let line = 0; line < face.height; line++) {
			const row = face.pixels.subarray(line * length, (line + 1) * length).map(coarsen);
			pixels.set(row, ((top + line) * width + left) * channels);
		}
	}
	return { pixels, ...shape };
}

/** Rounds to 64 levels, which look the same as 256 and make a notebook of faces a third smaller. */
function coarsen(value: number): number {
	return Math.round((Math.round((value / 255) * 63) * 255) / 63);
}
