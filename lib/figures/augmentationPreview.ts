import { type Face, faceGrid } from './faceGrid';
import type { Figure, FigureOptions } from './figure';

/** Options of `augmentationPreview`. */
export interface AugmentationPreviewOptions extends FigureOptions {
	/** A face and augmented versions of it per row. Seven versions fill the width of a page. */
	readonly rows: readonly {
		readonly original: Face;
		readonly augmented: readonly Face[];
		/** Default none. */
		readonly emotion?: string;
	}[];
}

/**
 * Draws faces in the first column and augmented versions of each to the right.
 * @throws {RangeError} If there is no row, or faces differ in size.
 */
export async function augmentationPreview(options: AugmentationPreviewOptions): Promise<Figure> {
	const { rows, title = 'Augmentation', caption } = options;
	const versions = Math.max(0, ...rows.map(({ augmented }) => augmented.length));
	return faceGrid({
		title,
		caption,
		nameWidth: rows.some(({ emotion }) => emotion) ? 78 : 12,
		firstApart: true,
		columnNames: ['original', ...Array.from({ length: versions }, (_, column) => `${column + 1}`)],
		rows: rows.map(({ original, augmented, emotion = '' }) => ({
			name: emotion,
			cells: [
				{ face: original, hover: `${emotion} original`.trim() },
				...augmented.map((face, version) => ({ face, hover: `${emotion} version ${version + 1}`.trim() })),
			],
		})),
	});
}
