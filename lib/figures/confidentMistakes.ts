import { invalidArgument } from '../errors';
import { type Face, type FaceCell, faceGrid } from './faceGrid';
import type { Figure, FigureOptions } from './figure';
import { emotionName } from './label';

/** A wrong prediction. */
export interface Mistake {
	readonly face: Face;
	readonly trueEmotion: string;
	readonly predictedEmotion: string;
	/** The probability of the predicted emotion, 0 to 1. */
	readonly confidence: number;
	/** The index of the image in its dataset, shown on hover. Default none. */
	readonly index?: number;
}

/** Options of `confidentMistakes`. */
export interface ConfidentMistakesOptions extends FigureOptions {
	/** At least one, the most confident first. */
	readonly mistakes: readonly Mistake[];
	/** Faces per row, at least 1. Default 6. */
	readonly columns?: number;
}

/**
 * Draws the most confident wrong predictions, with the true and predicted emotion of each.
 * @throws {RangeError} If there are no mistakes, faces differ in size, or a confidence is outside 0 to 1.
 */
export async function confidentMistakes(options: ConfidentMistakesOptions): Promise<Figure> {
	const { mistakes, columns = 6, title = 'Most confident mistakes', caption } = options;
	if (!Number.isInteger(columns) || columns < 1) throw invalidArgument('columns', 'integer above 0', columns);
	mistakes.forEach(({ confidence }, index) => {
		if (confidence >= 0 && confidence <= 1) return;
		throw invalidArgument(`mistakes[${index}].confidence`, 'number between 0 and 1', confidence);
	});
	const cells = mistakes.map(cellOf);
	return faceGrid({
		title,
		caption,
		columnGap: 30,
		textLines: 3,
		rows: Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) => ({
			cells: cells.slice(row * columns, (row + 1) * columns),
		})),
	});
}

function cellOf({ face, trueEmotion, predictedEmotion, confidence, index }: Mistake): FaceCell {
	// Only 1 is shown as 100 %, not 0.9997.
	const percent = `${(confidence < 1 ? Math.min(99.9, 100 * confidence) : 100).toFixed(1)} %`;
	const place = index === undefined ? '' : `<br>image ${index}`;
	return {
		face,
		text: `true ${emotionName(trueEmotion)}<br>predicted ${emotionName(predictedEmotion)}<br>${percent}`,
		hover: `true ${trueEmotion}, predicted ${predictedEmotion}, ${percent}${place}`,
	};
}
