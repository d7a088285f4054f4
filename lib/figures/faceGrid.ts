import type { Font } from 'plotly.js-dist';
import type { ImageShape } from '../data/image';
import { invalidArgument } from '../errors';
import { INK } from './colors';
import { createFigure, type Figure, type FigureOptions } from './figure';
import { label } from './label';
import { pictureLayout } from './pictureLayout';

/** An image of a face: `[height, width, channels]`, 0 to 255. */
export type Face = ImageShape & { readonly pixels: Uint8Array };

/** A face in the grid. */
export interface FaceCell {
	readonly face: Face;
	/** Text below the face, in Plotly's subset of HTML. Default none. */
	readonly text?: string;
	/** Text shown on hover. */
	readonly hover: string;
}

/** Options of `faceGrid`. */
export interface FaceGridOptions extends FigureOptions {
	/** From top to bottom; rows may differ in length. All faces have the same size and channels. */
	readonly rows: readonly {
		/** Text on the left, in Plotly's subset of HTML. Default none. */
		readonly name?: string;
		readonly cells: readonly FaceCell[];
	}[];
	/** Names above the columns, from the first on. Default none. */
	readonly columnNames?: readonly string[];
	/** Space between the faces of a row, in pixels. Default a sixteenth of a face. */
	readonly columnGap?: number;
	/** Lines of text below each face. Default 0. */
	readonly textLines?: number;
	/** Whether a wide gap follows the first column. Default false. */
	readonly firstApart?: boolean;
	/** Space for the names of the rows, in pixels. Default 12. */
	readonly nameWidth?: number;
}

/** Width of a face in the figure: pixels of a 48-pixel face stay sharp at the scales 1, 1.5 and 2. */
const FACE_SIZE = 96;
const LINE_HEIGHT = 13;

/**
 * Draws faces in rows, as one picture: a heat map per face would make a notebook large and slow.
 * @throws {RangeError} If there is no face, or faces differ in size or channels.
 */
export async function faceGrid(options: FaceGridOptions): Promise<Figure> {
	const { rows, columnNames = [], nameWidth = 12, title, caption } = options;
	const { face, width, height, scale, left, top } = layOut(options);
	const middle = (column: number) => left(column) + face.width / 2;
	const centre = (row: number) => top(row) + face.height / 2;
	const placed = rows.flatMap(({ cells }, row) => cells.map((cell, column) => ({ ...cell, row, column })));
	const sprite = drawSprite(
		placed.map(({ face, row, column }) => ({ face, left: left(column), top: top(row) })),
		{ ...face, width, height },
	);
	return createFigure({
		title,
		caption,
		plotWidth: Math.round(width * scale),
		plotHeight: Math.round(height * scale),
		margins: { left: nameWidth, right: 12, top: 6 + (columnNames.length > 0 ? 18 : 0), bottom: 10 },
		data: [
			{
				...{ type: 'scatter', mode: 'markers' },
				x: placed.map(({ column }) => middle(column)),
				y: placed.map(({ row }) => centre(row)),
				text: placed.map(({ hover }) => hover),
				hovertemplate: '%{text}<extra></extra>',
				// The default is the colour of the markers, which are invisible.
				hoverlabel: { bgcolor: INK.text, font: { color: '#ffffff' } },
				marker: { opacity: 0, size: FACE_SIZE, symbol: 'square', color: INK.axis },
			},
		],
		layout: {
			...(await pictureLayout(sprite, { width, height })),
			annotations: [
				...columnNames.map((text, column) =>
					gridLabel(text, { size: 12, color: INK.faint }, { x: middle(column), y: 0, yanchor: 'bottom', yshift: 2 }),
				),
				...rows.flatMap(({ name }, row) => {
					const at = { x: 0, xanchor: 'right', xshift: -8, y: centre(row) } as const;
					return name ? [{ ...gridLabel(name, { size: 13 }, at), align: 'right' as const }] : [];
				}),
				...placed.flatMap(({ text, row, column }) => {
					const at = { x: middle(column), y: top(row) + face.height, yanchor: 'top' } as const;
					return text ? [gridLabel(text, { size: 10.5 }, at)] : [];
				}),
			],
		},
	});
}

function gridLabel(text: string, font: Partial<Font>, place: Parameters<typeof label>[0]) {
	return label({ xref: 'x', yref: 'y', borderpad: 0, ...place, text, font });
}

/** Places the faces, in pixels of a sprite in which they keep their own size; `scale` enlarges it to the figure. */
function layOut({ rows, columnGap, textLines = 0, firstApart = false }: FaceGridOptions) {
	const faces = rows.flatMap(({ cells }) => cells.map(({ face }) => face));
	if (faces.length === 0) throw invalidArgument('rows', 'at least one face', 'none');
	const { height, width, channels = 1 } = faces[0];
	faces.forEach((face, index) => {
		const sizes = [face.height, face.width, face.channels ?? 1, face.pixels.length];
		const expected = [height, width, channels, height * width * channels];
		if (sizes.every((size, place) => size === expected[place])) return;
		throw invalidArgument(`face ${index}`, `height, width, channels and pixels ${expected.join(', ')}`, sizes);
	});
	const scale = FACE_SIZE / width;
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
		left: (column: number) => column * (width + across) + (column > 0 ? apart : 0),
		top: (row: number) => row * (height + textHeight + gap),
	};
}

/** Rounds to 64 levels, which look the same as 256 and make a notebook of faces a third smaller. */
function coarsen(value: number): number {
	return Math.round((Math.round((value / 255) * 63) * 255) / 63);
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
