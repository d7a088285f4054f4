import type { RawImage } from '../data/rawImage';
import { invalidArgument } from '../errors';
import type { AttentionMap } from '../evaluation/attention/attentionMap';
import { formatCount, formatPercent } from '../format';
import { layAttention } from './attentionOverlay';
import { checkCounts } from './classDistribution';
import { type Face, type FaceCell, faceGrid } from './faceGrid';
import type { Figure, FigureOptions } from './figure';
import { emotionName, twoLines } from './theme';

/** Options of `samplesPerClass`, by label: faces, of which eight fill the width of a page, and the number of all images. */
interface SamplesPerClassOptions extends FigureOptions {
	readonly emotions: readonly string[];
	readonly faces: readonly (readonly Face[])[];
	readonly counts: readonly number[];
}

/** Draws sample faces, one class per row. */
export async function samplesPerClass(options: SamplesPerClassOptions): Promise<Figure> {
	const { emotions, faces, counts, title = 'Samples of each class', caption } = options;
	if (faces.length !== emotions.length) throw invalidArgument('faces', `${emotions.length} lists`, faces.length);
	checkCounts('counts', counts, emotions.length);
	return faceGrid({
		title,
		caption,
		nameWidth: 108,
		rows: emotions.map((emotion, label) => ({
			name: twoLines(emotionName(emotion, label), `${formatCount(counts[label])} images`),
			cells: faces[label].map((face) => ({ face, hover: emotion })),
		})),
	});
}

/** Options of `augmentationPreview`: a face and augmented versions of it per row; seven fill the width of a page. */
interface AugmentationPreviewOptions extends FigureOptions {
	readonly rows: readonly { readonly original: Face; readonly augmented: readonly Face[]; readonly emotion: string }[];
}

/** Draws faces in the first column and augmented versions of each to the right. */
export async function augmentationPreview(options: AugmentationPreviewOptions): Promise<Figure> {
	const { rows, title = 'Augmentation', caption } = options;
	const versions = Math.max(0, ...rows.map(({ augmented }) => augmented.length));
	return faceGrid({
		title,
		caption,
		nameWidth: 78,
		firstApart: true,
		columnNames: ['original', ...Array.from({ length: versions }, (_, column) => `${column + 1}`)],
		rows: rows.map(({ original, augmented, emotion }) => ({
			name: emotion,
			cells: [
				{ face: original, hover: `${emotion} original` },
				...augmented.map((face, version) => ({ face, hover: `${emotion} version ${version + 1}` })),
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

/** Options of `confidentMistakes`: the most confident first, in six columns by default. */
interface ConfidentMistakesOptions extends FigureOptions {
	readonly mistakes: readonly Mistake[];
	readonly columns?: number;
}

/** Draws the most confident wrong predictions, with the true and predicted emotion of each. */
export async function confidentMistakes(options: ConfidentMistakesOptions): Promise<Figure> {
	const { mistakes, columns = 6, title = 'Most confident mistakes', caption } = options;
	if (!Number.isInteger(columns) || columns < 1) throw invalidArgument('columns', 'integer above 0', columns);
	mistakes.forEach(({ confidence }, index) => {
		if (confidence >= 0 && confidence <= 1) return;
		throw invalidArgument(`mistakes[${index}].confidence`, 'number between 0 and 1', confidence);
	});
	const rows = Array.from({ length: Math.ceil(mistakes.length / columns) }, (_, row) => ({
		cells: mistakes.slice(row * columns, (row + 1) * columns).map(mistakeCell),
	}));
	return faceGrid({ title, caption, columnGap: 30, textLines: 3, rows });
}

function mistakeCell({ face, trueEmotion, predictedEmotion, confidence, index }: Mistake): FaceCell {
	// Only 1 is shown as 100 %, not 0.9997.
	const percent = `${(confidence < 1 ? Math.min(99.9, 100 * confidence) : 100).toFixed(1)} %`;
	const place = index === undefined ? '' : `<br>image ${index}`;
	return {
		face,
		text: `true ${emotionName(trueEmotion)}<br>predicted ${emotionName(predictedEmotion)}<br>${percent}`,
		hover: `true ${trueEmotion}, predicted ${predictedEmotion}, ${percent}${place}`,
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
	const { emotions, faces, title = 'Where it looks (LayerCAM)', caption } = options;
	const classes = emotions.map((emotion, label) => {
		const cells = (isRight: boolean) =>
			faces
				.filter((face) => face.label === label && (face.predictedLabel === label) === isRight)
				.map((face) => attentionCell(face, emotions));
		return { name: emotionName(emotion, label), right: cells(true), wrong: cells(false) };
	});
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
		columnGap: 20,
		textLines: 1,
		nameWidth: 84,
	});
}

function attentionCell(example: AttentionFace, emotions: readonly string[]): FaceCell {
	const { face, map, confidence, label, predictedLabel } = example;
	const laid = layAttention(face, { left: 0, top: 0, width: face.width, height: face.height }, map);
	const percent = formatPercent(confidence, 0);
	if (label === predictedLabel) return { face: laid, hover: emotions[label], text: percent };
	const predicted = emotions[predictedLabel];
	return {
		face: laid,
		hover: `${emotions[label]}, predicted ${predicted}`,
		text: `${emotionName(predicted, predictedLabel)} ${percent}`,
	};
}

function blankCell({ width, height }: RawImage): FaceCell {
	return { face: { pixels: new Uint8Array(width * height * 3).fill(255), width, height, channels: 3 }, hover: '' };
}
