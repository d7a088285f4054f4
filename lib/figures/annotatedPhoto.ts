import { classColors } from '../classColors';
import { scaleBox } from '../data/photo';
import type { Box, RawImage } from '../data/rawImage';
import { EMOTIONS } from '../emotions';
import type { AttentionMap } from '../evaluation/attention/attentionMap';
import { formatPercent } from '../format';
import { layAttention } from './attentionOverlay';
import { fitName, longestWidth, textWidth } from './className';
import { createFigure, type Figure, type FigureOptions } from './figure';
import { pictureLayout } from './pictureLayout';
import { INK, label } from './theme';

/** A face in a photo: its box in pixels of the photo, and one probability per emotion. */
interface ReadFace {
	readonly box: Box;
	readonly probabilities: ArrayLike<number>;
	/** An attention map to lay over the box (see `explain`). Default none. */
	readonly attention?: AttentionMap;
}

/** Options of `annotatedPhoto`. */
interface AnnotatedPhotoOptions extends FigureOptions {
	/** Without an alpha channel: 1 or 3 channels. */
	readonly photo: RawImage;
	readonly faces: readonly ReadFace[];
	/** Names of the probabilities. Default `EMOTIONS`. */
	readonly emotions?: readonly string[];
}

/** The photo is scaled to fit into this many pixels of the figure, by a factor of at most `scale`. */
const LARGEST = { width: 800, height: 640, scale: 5 };
/** In pixels; names have at most `mostName`. */
const PANEL = { gap: 16, header: 22, row: 15, nameWidth: 62, mostName: 170, barWidth: 96, shareWidth: 46 };
/** Font sizes in pixels of the labels in the photo, of names beside bars, and of headings above them. */
const [LABEL_SIZE, BAR_SIZE, HEADING_SIZE] = [12, 11, 13];

/**
 * Draws a photo with a box and the most likely emotion at each face.
 *
 * Bars beside the photo show the probabilities of all emotions; numbers match them to the faces.
 * @example
 * ```ts
 * const photo = fer.faceAt(dataset, 3);
 * const box = { left: 0, top: 0, width: 48, height: 48 };
 * const faces = [{ box, probabilities: [0, 0, 0, 0.9, 0, 0.1, 0] }];
 * const figure = await fer.annotatedPhoto({ photo, faces }); // a box labelled '1 happy 90 %'
 * ```
 */
export async function annotatedPhoto(options: AnnotatedPhotoOptions): Promise<Figure> {
	const { photo, faces, emotions = EMOTIONS, title, caption } = options;
	const scale = Math.min(LARGEST.width / photo.width, LARGEST.height / photo.height, LARGEST.scale);
	const [width, photoHeight] = [photo.width, photo.height].map((side) => Math.max(1, Math.round(side * scale)));
	const nameWidth = Math.min(PANEL.mostName, Math.max(PANEL.nameWidth, longestWidth(emotions, BAR_STYLE) + 3));
	const panelWidth = Math.round(nameWidth) + PANEL.barWidth + PANEL.shareWidth;
	const panelHeight = PANEL.header + emotions.length * PANEL.row + PANEL.gap;
	const perColumn = Math.max(1, Math.floor((photoHeight + PANEL.gap) / panelHeight));
	const columns = Math.ceil(faces.length / perColumn);
	const height = Math.max(photoHeight, faces.length > 0 ? panelHeight - PANEL.gap : 0);
	const totalWidth = width + columns * (panelWidth + PANEL.gap);
	const classes = { emotions, colors: classColors(emotions), nameWidth: Math.round(nameWidth) };
	const drawings = faces.flatMap((face, index) => {
		const reading = readingOf(index + 1, Array.from(face.probabilities), classes);
		const left = width + PANEL.gap + Math.floor(index / perColumn) * (panelWidth + PANEL.gap);
		const frame = boxOf(face.box, reading, { scale, width: Math.max(width, LEAST_LABEL) });
		return [frame, ...panelOf(reading, left, (index % perColumn) * panelHeight)];
	});
	const { shown: reduced, across, down } = await reduce(photo, width, photoHeight);
	let shown = reduced;
	for (const { box, attention } of faces) {
		const seen = { left: box.left * across, top: box.top * down, width: box.width * across, height: box.height * down };
		if (attention) shown = layAttention(shown, seen, attention);
	}
	const picture = { ...shown, pixels: new Uint8Array(shown.pixels), channels: shown.channels as 1 | 3 };
	return createFigure({
		title,
		caption,
		plotWidth: totalWidth,
		plotHeight: height,
		margins: { left: 12, right: 12, top: 6, bottom: 10 },
		data: [{ type: 'scatter', x: [0], y: [0], mode: 'markers', marker: { opacity: 0 }, hoverinfo: 'skip' }],
		layout: {
			...(await pictureLayout(picture, { width, height: photoHeight }, { width: totalWidth, height })),
			shapes: drawings.flatMap(({ shapes }) => shapes),
			annotations: drawings.flatMap(({ annotations }) => annotations),
		},
	});
}

/** Reduces a photo to twice its size in the figure, if it is larger: all that a PNG of the figure can show. */
async function reduce(photo: RawImage, width: number, height: number) {
	if (photo.width <= 2 * width || photo.height <= 2 * height) return { shown: photo, across: 1, down: 1 };
	const whole = { left: 0, top: 0, width: photo.width, height: photo.height };
	const shown = await scaleBox(photo, whole, { width: 2 * width, height: 2 * height });
	return { shown, across: shown.width / photo.width, down: shown.height / photo.height };
}

type Drawing = Required<Pick<Figure['layout'], 'shapes' | 'annotations'>>;

const BAR_STYLE = { size: BAR_SIZE, bold: true };

/** Names of the classes, their colours, and the width of names beside bars. */
type Classes = Readonly<{ emotions: readonly string[]; colors: readonly string[]; nameWidth: number }>;

/** A face by its number; `best` is the label of the most likely emotion. */
function readingOf(number: number, probabilities: readonly number[], classes: Classes) {
	const best = probabilities.indexOf(Math.max(...probabilities));
	return { number, probabilities, ...classes, best };
}
type Reading = ReturnType<typeof readingOf>;

function text(x: number, y: number, own: Parameters<typeof label>[0]) {
	return label({ xref: 'x', yref: 'y', x, y, yanchor: 'middle', xanchor: 'left', ...own });
}

/** Width in pixels that a label may have, however narrow the photo is. */
const LEAST_LABEL = 140;

/** The box in the photo; its label is above it, or inside if there is no room above, and does not cover the bars. */
function boxOf(box: Box, reading: Reading, { scale, width }: { scale: number; width: number }): Drawing {
	const { number, probabilities, best, colors, emotions } = reading;
	const [left, top] = [box.left * scale, box.top * scale];
	const [right, bottom] = [left + box.width * scale, top + box.height * scale];
	const color = colors[best];
	const style = { size: LABEL_SIZE, bold: true };
	const share = formatPercent(probabilities[best], 0);
	const room = width - textWidth(`${number}  ${share}`, style) - 6;
	const shown = fitName(emotions[best], { ...style, width: room });
	const length = Math.min(room, textWidth(emotions[best], style)) + width - room;
	const name = text(Math.max(0, Math.min(left, width - length)), Math.max(0, top), {
		yanchor: top >= 20 ? 'bottom' : 'top',
		text: `<b>${number} ${shown} ${share}</b>`,
		...{ font: { size: LABEL_SIZE, color: '#ffffff' }, bgcolor: color, borderpad: 2 },
	});
	const frame = { type: 'rect', x0: left, x1: right, y0: top, y1: bottom, line: { color, width: 2.5 } } as const;
	return { shapes: [frame], annotations: [name] };
}

/** The bars of a face beside the photo. */
function panelOf(reading: Reading, left: number, top: number): Drawing[] {
	const { number, probabilities, best, colors, emotions, nameWidth } = reading;
	const barLeft = left + nameWidth;
	const rows = emotions.map((name, i) => {
		const [y, probability] = [top + PANEL.header + (i + 0.5) * PANEL.row, probabilities[i]];
		const bar = { type: 'rect', x0: barLeft, y0: y - 5, y1: y + 5, line: { width: 0 } } as const;
		const font = { size: BAR_SIZE, color: i === best ? INK.title : INK.text };
		const background = { ...bar, x1: barLeft + PANEL.barWidth, fillcolor: INK.grid };
		const filled = { ...bar, x1: barLeft + PANEL.barWidth * probability, fillcolor: colors[i] };
		const fitted = fitName(name, { size: BAR_SIZE, bold: i === best, width: nameWidth });
		const title = text(left, y, { text: i === best ? `<b>${fitted}</b>` : fitted, font });
		const share = { xanchor: 'right', text: formatPercent(probability, 0), font } as const;
		const percent = text(barLeft + PANEL.barWidth + 42, y, share);
		return { shapes: [background, filled], annotations: [title, percent] };
	});
	const width = nameWidth + PANEL.barWidth + PANEL.shareWidth - 24;
	const fitted = fitName(emotions[best], { size: HEADING_SIZE, bold: true, width });
	const font = { size: HEADING_SIZE, color: colors[best] };
	const heading = text(left, top + 9, { text: `<b>${number} ${fitted}</b>`, font });
	return [{ shapes: [], annotations: [heading] }, ...rows];
}
