import pl, { type DataFrame } from 'nodejs-polars';
import { type Dataset, firstCopies, imageAt, USAGES } from './dataset';
import { PARTS, type Split } from './split';

const ALL_IMAGES = 'all images';

/**
 * Tabulates a data set, one row per image.
 * @param split Names the parts. Default: the usages of the source (`Training`), or `all images` if it has none.
 * @returns Columns `index`, `emotion`, `part` (null for an image in no part of the split), `brightness` (mean of the
 *   pixels, 0 to 255) and `copies` (number of images with the same pixels, itself included).
 * @example
 * ```ts
 * const table = fer.tabulateDataset(dataset);
 * console.log(table.head(3));
 * table.height; // 70
 * ```
 */
export function tabulateDataset(dataset: Dataset, split?: Split): DataFrame {
	const { labels, usage, emotions } = dataset;
	const parts = Array.from(labels, (_, index): string | null => (usage ? USAGES[usage[index]] : ALL_IMAGES));
	if (split) parts.fill(null);
	for (const part of PARTS) for (const index of split?.[part] ?? []) parts[index] = part;
	const first = firstCopies(dataset);
	const copies = new Uint32Array(labels.length);
	for (const index of first) copies[index]++;
	return pl.DataFrame({
		index: Uint32Array.from(labels.keys()),
		emotion: Array.from(labels, (label) => emotions[label]),
		part: pl.Series('part', parts, pl.Utf8),
		brightness: Float64Array.from(labels, (_, index) => mean(imageAt(dataset, index))),
		copies: first.map((index) => copies[index]),
	});
}

/**
 * Counts the images of each emotion in each part.
 * @param table As `tabulateDataset` returns it; rows without a part are not counted.
 * @returns One row per emotion, in alphabetical order, and one column per part.
 * @example
 * ```ts
 * console.log(fer.countByPart(fer.tabulateDataset(dataset))); // 8 Training, 1 PublicTest and 1 PrivateTest each
 * ```
 */
export function countByPart(table: DataFrame): DataFrame {
	const counts = table
		.filter(pl.col('part').isNotNull())
		.pivot('index', { index: 'emotion', on: 'part', aggregateFunc: 'count' });
	const parts = [...PARTS, ...USAGES, ALL_IMAGES].filter((part) => counts.columns.includes(part));
	return counts.select('emotion', ...parts).sort('emotion');
}

function mean(values: Uint8Array): number {
	let sum = 0;
	for (let i = 0; i < values.length; i++) sum += values[i];
	return sum / values.length;
}
