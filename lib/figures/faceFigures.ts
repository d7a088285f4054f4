import { classColors } from '../classColors';
import type { RawImage } from '../data/rawImage';
import { EMOTIONS } from '../emotions';
import { invalidArgument } from '../errors';
import type { AttentionMap } from '../evaluation/attention/attentionMap';
import { formatCount, formatPercent } from '../format';
import { layAttention } from './attentionOverlay';
import { checkCounts } from './classDistribution';
import { boldName, escapeHtml, fitName, longestWidth } from './className';
import { FACE_SIZE, type Face, type FaceCell, faceGrid } from './faceGrid';
import type { Figure, FigureOptions } from './figure';
import { INK, twoLines } from './theme';

/** Font sizes in pixels: of the names of rows, and of texts below faces. */
const [ROW_SIZE, TEXT_SIZE] = [13, 10.5];
/** Widths in pixels of what stands beside a name below a face: "predicted ", " 100 %". */
const [PREDICTED, PERCENT] = [63, 38];
/** Space between mistakes in pixels: at least, and at most for long names. */
const GAP = { least: 30, most: 90 };
/** Rows of a figure at most: a data set of more classes would make a picture that is too tall to be drawn. */
const MOST_ROWS = 30;

/**
 * Chooses the rows of a figure: all, or the first of those with faces.
 * @param faces The number of faces in each row.
 * @returns Whether each row is shown, and the caption, which says so if some are not.
 */
function chooseRows(faces: readonly number[], caption: string | undefined) {
	if (faces.length <= MOST_ROWS) return { isShown: () => true, caption };
	const full = [...faces.keys()].filter((row) => faces[row] > 0);
	const shown = new Set(full.slice(0, MOST_ROWS));
	const note = `${shown.size} of ${faces.length} classes`;
	return { isShown: (_: unknown, row: number) => shown.has(row), caption: caption ? `${caption}; ${note}` : note };
}

/** The space for the names of rows, between `least` and `most` pixels. */
function nameSpace(
	names: readonly string[],
	{ least, most, bold }: { least: number; most: number; bold: boolean },
): number {
	return Math.round(Math.min(most, Math.max(least, longestWidth(names, { size: ROW_SIZE, bold }) + 20)));
}

/** Options of `samplesPerClass`, by label: faces, of which eight fill the width of a page, and the number of all images. */
interface SamplesPerClassOptions extends FigureOptions {
	readonly emotions: readonly string[];
	readonly faces: readonly (readonly Face[])[];
	readonly counts: readonly number[];
}

/** Draws sample faces, one class per row. */
export async function samplesPerClass(options: SamplesPerClassOptions): Promise<Figure> {
	const { emotions, faces, counts, title = 'Samples of each class' } = options;
	if (faces.length !== emotions.length) throw invalidArgument('faces', `${emotions.length} lists`, faces.length);
	checkCounts('counts', counts, emotions.length);
	const colors = classColors(emotions);
	const counted = faces.map(({ length }) => length);
	const { isShown, caption } = chooseRows(counted, options.caption);
	const nameWidth = nameSpace(emotions, { least: 108, most: 200, bold: true });
	const rows = emotions.map((emotion, label) => ({
		name: twoLines(rowName(emotion, colors[label], nameWidth), `${formatCount(counts[label])} images`),
		cells: faces[label].map((face) => ({ face, hover: escapeHtml(emotion) })),
	}));
	return faceGrid({
		title,
		caption,
		nameWidth,
		rows: rows.filter(isShown),
	});
}

const rowName = (name: string, color: string, nameWidth: number) =>
	boldName(fitName(name, { size: ROW_SIZE, bold: true, width: nameWidth - 14, lines: 3 }), color);

/** Options of `augmentationPreview`: a face and augmented versions of it per row; seven fill the width of a page. */
interface AugmentationPreviewOptions extends FigureOptions {
	readonly rows: readonly { readonly original: Face; readonly augmented: readonly Face[]; readonly emotion: string }[];
}

/** Draws faces in the first column and augmented versions of each to the right. */
export async function augmentationPreview(options: AugmentationPreviewOptions): Promise<Figure> {
	const { rows, title = 'Augmentation' } = options;
	const counted = rows.map(({ augmented }) => 1 + augmented.length);
	const { isShown, caption } = chooseRows(counted, options.caption);
	const nameWidth = nameSpace(
		rows.map(({ emotion }) => emotion),
		{ least: 78, most: 170, bold: false },
	);
	const versions = Math.max(0, ...rows.map(({ augmented }) => augmented.length));
	return faceGrid({
		title,
		caption,
		nameWidth,
		firstApart: true,
		columnNames: ['original', ...Array.from({ length: versions }, (_, column) => `${column + 1}`)],
		rows: rows.filter(isShown).map(({ original, augmented, emotion }) => ({
			name: fitName(emotion, { size: ROW_SIZE, width: nameWidth - 12, lines: 3 }),
			cells: [
				{ face: original, hover: `${escapeHtml(emotion)} original` },
				...augmented.map((face, version) => ({ face, hover: `${escapeHtml(emotion)} version ${version + 1}` })),
			],
		})),
	});
}

/** A wrong prediction; `confidence` is the probability of the predicted emotion, 0 to 1. */
interface Mistake {
	readonly face: Face;
	readonly trueEmotion: string;
	readonly predictedEmotion: string;
	readonly confidence: number;
	/** The index of the image in its dataset, shown on hover. */
	readonly index?: number;
}

/** Options of `confidentMistakes`: the most confident first, in six columns by default, or fewer if names are long. */
interface ConfidentMistakesOptions extends FigureOptions {
	readonly mistakes: readonly Mistake[];
	readonly columns?: number;
	/** All classes, whose colours the names get. Default `EMOTIONS`. */
	readonly emotions?: readonly string[];
}

/** Draws the most confident wrong predictions, with the true and predicted emotion of each. */
export async function confidentMistakes(options: ConfidentMistakesOptions): Promise<Figure> {
	const { mistakes, emotions = EMOTIONS, title = 'Most confident mistakes', caption } = options;
	const longest = longestWidth(
		mistakes.flatMap(({ trueEmotion, predictedEmotion }) => [trueEmotion, predictedEmotion]),
		{ size: TEXT_SIZE, bold: true },
	);
	const columnGap = Math.round(Math.min(GAP.most, Math.max(GAP.least, PREDICTED + longest + 6 - FACE_SIZE)));
	const { columns = Math.floor((6 * (FACE_SIZE + GAP.least)) / (FACE_SIZE + columnGap)) } = options;
	if (!Number.isInteger(columns) || columns < 1) throw invalidArgument('columns', 'integer above 0', columns);
	mistakes.forEach(({ confidence }, index) => {
		if (confidence >= 0 && confidence <= 1) return;
		throw invalidArgument(`mistakes[${index}].confidence`, 'number between 0 and 1', confidence);
	});
	const colors = classColors(emotions);
	const named: NameOf = (name) => {
		const fitted = fitName(name, { size: TEXT_SIZE, bold: true, width: FACE_SIZE + columnGap - PREDICTED - 4 });
		return boldName(fitted, colors[emotions.indexOf(name)] ?? INK.text);
	};
	const rows = Array.from({ length: Math.ceil(mistakes.length / columns) }, (_, row) => ({
		cells: mistakes.slice(row * columns, (row + 1) * columns).map((mistake) => mistakeCell(mistake, named)),
	}));
	return faceGrid({ title, caption, columnGap, textLines: 3, rows });
}

/** Formats the name of a class below a face. */
type NameOf = (name: string) => string;

function mistakeCell(mistake: Mistake, named: NameOf): FaceCell {
	const { face, trueEmotion, predictedEmotion, confidence, index } = mistake;
	// Only 1 is shown as 100 %, not 0.9997.
	const percent = `${(confidence < 1 ? Math.min(99.9, 100 * confidence) : 100).toFixed(1)} %`;
	const place = index === undefined ? '' : `<br>image ${index}`;
	return {
		face,
		text: `true ${named(trueEmotion)}<br>predicted ${named(predictedEmotion)}<br>${percent}`,
		hover: `true ${escapeHtml(trueEmotion)}, predicted ${escapeHtml(predictedEmotion)}, ${percent}${place}`,
	};
}

/** A face, its prediction, and the attention map of the predicted emotion. */
export interface AttentionFace {
	/** Without an alpha channel. */
	readonly face: RawImage;
	readonly map: AttentionMap;
	readonly label: number;
	readonly predictedLabel: number;
	readonly confidence: number;
}

/** Options of `attentionGrid`. */
interface AttentionGridOptions extends FigureOptions {
	readonly emotions: readonly string[];
	readonly faces: readonly AttentionFace[];
}

/** Draws attention maps over faces, one class per row: correct predictions first, wrong ones labelled. */
export async function attentionGrid(options: AttentionGridOptions): Promise<Figure> {
	const { emotions, faces, title = 'Where it looks (LayerCAM)' } = options;
	const counted = emotions.map((_, label) => faces.filter((face) => face.label === label).length);
	const { isShown, caption } = chooseRows(counted, options.caption);
	const colors = classColors(emotions);
	const longest = longestWidth(emotions, { size: TEXT_SIZE, bold: true });
	const columnGap = Math.round(Math.min(60, Math.max(20, longest + PERCENT + 4 - FACE_SIZE)));
	const width = FACE_SIZE + columnGap - PERCENT - 4;
	const named = emotions.map((name, label) =>
		boldName(fitName(name, { size: TEXT_SIZE, bold: true, width }), colors[label]),
	);
	const nameWidth = nameSpace(emotions, { least: 84, most: 180, bold: true });
	const all = emotions.map((emotion, label) => {
		const cells = (isRight: boolean) =>
			faces
				.filter((face) => face.label === label && (face.predictedLabel === label) === isRight)
				.map((face) => attentionCell(face, emotions, named));
		return { name: rowName(emotion, colors[label], nameWidth), right: cells(true), wrong: cells(false) };
	});
	const classes = all.filter(isShown);
	const columns = Math.max(0, ...classes.map(({ right }) => right.length));
	const others = Math.max(0, ...classes.map(({ wrong }) => wrong.length));
	const heading = (text: string, count: number) => Array.from({ length: count }, (_, i) => (i === 0 ? text : ''));
	return faceGrid({
		title,
		caption,
		rows: classes.map(({ name, right, wrong }) => {
			// Wrong predictions start in the same column in every row.
			const blanks = Array.from({ length: columns - right.length }, () => blankCell(faces[0].face));
			return { name, cells: [...right, ...blanks, ...wrong] };
		}),
		columnNames: [...heading('right', columns), ...heading('wrong', others)],
		columnGap,
		textLines: 1,
		nameWidth,
	});
}

function attentionCell(example: AttentionFace, emotions: readonly string[], named: readonly string[]): FaceCell {
	const { face, map, confidence, label, predictedLabel } = example;
	const laid = layAttention(face, { left: 0, top: 0, width: face.width, height: face.height }, map);
	const percent = formatPercent(confidence, 0);
	if (label === predictedLabel) return { face: laid, hover: escapeHtml(emotions[label]), text: percent };
	const hover = escapeHtml(`${emotions[label]}, predicted ${emotions[predictedLabel]}`);
	return { face: laid, hover, text: `${named[predictedLabel]} ${percent}` };
}

function blankCell({ width, height }: RawImage): FaceCell {
	return { face: { pixels: new Uint8Array(width * height * 3).fill(255), width, height, channels: 3 }, hover: '' };
}
