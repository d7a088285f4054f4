import { encodePng } from '../data/image';
import type { Box, RawImage } from '../data/rawImage';
import { EMOTION_COLORS, EMOTIONS } from '../emotions';
import type { AttentionMap } from '../evaluation/attention/attentionMap';
import { layAttention } from './attentionOverlay';
import { createFigure, type Figure, type FigureOptions, hiddenAxis, INK, label } from './figure';

/** A face in the photo and what was read in it. */
export interface ReadFace {
	/** In pixels of the photo. */
	readonly box: Box;
	/** By emotion, in the order of `emotions`. */
	readonly probabilities: ArrayLike<number>;
	/** Where the network looked (see `explain`), laid over the box. Default none. */
	readonly attention?: AttentionMap;
}

/** What `annotatedPhoto` takes. */
export interface AnnotatedPhotoOptions extends FigureOptions {
	/** Without opacity: 1 or 3 channels. */
	readonly photo: RawImage;
	readonly faces: readonly ReadFace[];
	/** Names of the probabilities. Default FER2013's seven. */
	readonly emotions?: readonly string[];
}

/** The photo fits into this, in pixels of the figure, and is enlarged no more than so. */
const LARGEST = { width: 800, height: 640, scale: 5 };
const PANEL = { width: 204, gap: 16, header: 22, row: 15, nameWidth: 62, barWidth: 96 };

/**
 * Draws a photo with a box around each face, the most likely emotion above it, and beside the photo the probabilities of
 * all emotions as bars, by the number of the face.
 */
export async function annotatedPhoto(options: AnnotatedPhotoOptions): Promise<Figure> {
	const { photo, faces, emotions = EMOTIONS, title, caption } = options;
	const scale = Math.min(LARGEST.width / photo.width, LARGEST.height / photo.height, LARGEST.scale);
	const [width, photoHeight] = [Math.round(photo.width * scale), Math.round(photo.height * scale)];
	const panelHeight = PANEL.header + emotions.length * PANEL.row + PANEL.gap;
	const perColumn = Math.max(1, Math.floor((photoHeight + PANEL.gap) / panelHeight));
	const columns = Math.ceil(faces.length / perColumn);
	const height = Math.max(photoHeight, faces.length > 0 ? panelHeight - PANEL.gap : 0);
	const totalWidth = width + columns * (PANEL.width + PANEL.gap);
	const drawn = faces.map((face, i) => {
		const place = { left: width + PANEL.gap + Math.floor(i / perColumn) * (PANEL.width + PANEL.gap) };
		const top = (i % perColumn) * panelHeight;
		const best = Math.max(...Array.from(face.probabilities));
		const label = Array.from(face.probabilities).indexOf(best);
		const about = { number: i + 1, label, emotion: emotions[label], color: colorOf(emotions[label]), best };
		return merge([boxOf(face, about, scale), panelOf(face, about, { ...place, top }, emotions)]);
	});
	const { shapes, annotations } = merge(drawn);
	const shown = faces.reduce(
		(image, { box, attention }) => (attention ? layAttention(image, box, attention) : image),
		photo,
	);
	return createFigure({
		title,
		caption,
		plotWidth: totalWidth,
		plotHeight: height,
		margins: { left: 12, right: 12, top: 6, bottom: 10 },
		data: [{ type: 'scatter', x: [0], y: [0], mode: 'markers', marker: { opacity: 0 }, hoverinfo: 'skip' }],
		layout: {
			showlegend: false,
			xaxis: hiddenAxis([0, totalWidth]),
			yaxis: hiddenAxis([height, 0]),
			images: [await photoImage(shown, width, photoHeight)],
			shapes,
			annotations,
		},
	});
}

type Drawing = { shapes: NonNullable<Figure['layout']['shapes']>; annotations: ReturnType<typeof label>[] };
interface About {
	readonly number: number;
	readonly label: number;
	readonly emotion: string;
	readonly color: string;
	readonly best: number;
}

function merge(drawings: readonly Drawing[]): Drawing {
	return {
		shapes: drawings.flatMap(({ shapes }) => shapes),
		annotations: drawings.flatMap(({ annotations }) => annotations),
	};
}

function colorOf(emotion: string): string {
	return EMOTION_COLORS[(EMOTIONS as readonly string[]).indexOf(emotion)] ?? INK.text;
}

const percent = (probability: number) => `${Math.round(100 * probability)} %`;
const text = (x: number, y: number, own: Partial<ReturnType<typeof label>>) =>
	label({ xref: 'x', yref: 'y', x, y, yanchor: 'middle', xanchor: 'left', ...own });

/** The frame in the photo, with number and emotion above it, or inside where there is no room above. */
function boxOf({ box }: ReadFace, { number, emotion, color, best }: About, scale: number): Drawing {
	const [left, top] = [box.left * scale, box.top * scale];
	const [right, bottom] = [left + box.width * scale, top + box.height * scale];
	const above = top >= 20;
	return {
		shapes: [{ type: 'rect', x0: left, x1: right, y0: top, y1: bottom, line: { color, width: 2.5 } }],
		annotations: [
			text(Math.max(0, left), Math.max(0, top), {
				yanchor: above ? 'bottom' : 'top',
				text: `<b>${number} ${emotion} ${percent(best)}</b>`,
				font: { size: 12, color: '#ffffff' },
				bgcolor: color,
				borderpad: 2,
			}),
		],
	};
}

/** The bars of a face beside the photo. */
function panelOf(
	{ probabilities }: ReadFace,
	{ number, emotion, color, label: first }: About,
	{ left, top }: { left: number; top: number },
	emotions: readonly string[],
): Drawing {
	const barLeft = left + PANEL.nameWidth;
	const rows = emotions.map((name, i) => {
		const [y, part] = [top + PANEL.header + (i + 0.5) * PANEL.row, probabilities[i]];
		const bar = { type: 'rect', x0: barLeft, y0: y - 5, y1: y + 5, line: { width: 0 } } as const;
		const font = { size: 11, color: i === first ? INK.title : INK.text };
		return {
			shapes: [
				{ ...bar, x1: barLeft + PANEL.barWidth, fillcolor: INK.grid },
				{ ...bar, x1: barLeft + PANEL.barWidth * part, fillcolor: colorOf(name) },
			],
			annotations: [
				text(left, y, { text: i === first ? `<b>${name}</b>` : name, font }),
				text(barLeft + PANEL.barWidth + 42, y, { xanchor: 'right', text: percent(part), font }),
			],
		};
	});
	const heading = text(left, top + 9, { text: `<b>${number} ${emotion}</b>`, font: { size: 13, color } });
	return merge([{ shapes: [], annotations: [heading] }, ...rows]);
}

async function photoImage({ pixels, width, height, channels }: RawImage, sizex: number, sizey: number) {
	const png = await encodePng(new Uint8Array(pixels), { width, height, channels: channels as 1 | 3 });
	const how = { xref: 'x', yref: 'y', xanchor: 'left', yanchor: 'top', sizing: 'stretch', layer: 'below' } as const;
	return { source: `data:image/png;base64,${png.toString('base64')}`, ...how, x: 0, y: 0, sizex, sizey };
}
