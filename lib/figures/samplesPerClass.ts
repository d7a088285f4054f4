import { invalidArgument } from '../errors';
import { formatCount } from '../format';
import { checkCounts } from './checkCounts';
import { type Face, faceGrid } from './faceGrid';
import type { Figure, FigureOptions } from './figure';
import { emotionName, twoLines } from './label';

/** Options of `samplesPerClass`. */
export interface SamplesPerClassOptions extends FigureOptions {
	/** The classes by label. */
	readonly emotions: readonly string[];
	/** Faces of each class, by label. Eight per class fill the width of a page. */
	readonly faces: readonly (readonly Face[])[];
	/** Total number of images of each class, by label, shown below its name. Default none. */
	readonly counts?: readonly number[];
}

/**
 * Draws sample faces, one class per row.
 * @throws {RangeError} If the number of lists or counts is not that of emotions, there is no face, or faces differ in size.
 */
export async function samplesPerClass(options: SamplesPerClassOptions): Promise<Figure> {
	const { emotions, faces, counts, title = 'Samples of each class', caption } = options;
	if (faces.length !== emotions.length) throw invalidArgument('faces', `${emotions.length} lists`, faces.length);
	if (counts) checkCounts('counts', counts, emotions.length);
	return faceGrid({
		title,
		caption,
		nameWidth: 108,
		rows: emotions.map((emotion, label) => {
			const name = emotionName(emotion, label);
			return {
				name: counts ? twoLines(name, `${formatCount(counts[label])} images`) : name,
				cells: faces[label].map((face) => ({ face, hover: emotion })),
			};
		}),
	});
}
