import { CSV_USAGES } from './csvFields';
import type { Columns } from './csvHeader';
import { FER2013_SHAPE } from './readerOptions';

/** Rows of FER2013, with the pixels of all images one after another. */
export interface PlainRows {
	readonly labels: readonly number[];
	/** Indices into `USAGES`; empty without a Usage column. */
	readonly usage: readonly number[];
	readonly pixels: Uint8Array;
}

const IMAGE_PIXELS = FER2013_SHAPE[0] * FER2013_SHAPE[1];
const [LINE_FEED, RETURN, SPACE, COMMA, ZERO] = [10, 13, 32, 44, 48];
const USAGE_BYTES = CSV_USAGES.map((name) => Buffer.from(name));

/**
 * Reads rows in the very form of fer2013.csv straight from their bytes: a digit, pixels with one space between, a Usage as
 * published, in any order of these columns.
 * @param batch Whole lines.
 * @param classes Number of classes.
 * @returns undefined if any row has another form, which another reader then reads or refuses.
 */
export function readPlainRows(batch: Buffer, columns: Columns, classes: number): PlainRows | undefined {
	const { names, separator, emotion, pixels, usage } = columns;
	const isPlain = separator === ',' && names.length === (usage < 0 ? 2 : 3);
	return isPlain ? new PlainReader(batch, { emotion, pixels, usage }, classes).read(names.length) : undefined;
}

/** Counts lines; the last one may have no line end. */
function countLines(bytes: Buffer): number {
	let count = bytes.at(-1) === LINE_FEED ? 0 : 1;
	for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count++;
	return count;
}

/** Reads a batch from its beginning to its end. */
class PlainReader {
	private at = 0;
	private filled = 0;
	private readonly pixels: Uint8Array;
	private readonly labels: number[] = [];
	private readonly usage: number[] = [];

	constructor(
		private readonly bytes: Buffer,
		private readonly places: Pick<Columns, 'emotion' | 'pixels' | 'usage'>,
		private readonly classes: number,
	) {
		// A pixel takes two bytes at least: a batch of empty lines shall not fill the memory.
		const rows = Math.min(countLines(bytes), Math.floor(bytes.length / (2 * IMAGE_PIXELS)));
		this.pixels = new Uint8Array(IMAGE_PIXELS * rows);
	}

	read(columns: number): PlainRows | undefined {
		while (this.at < this.bytes.length) {
			for (let column = 0; column < columns; column++) {
				if (column > 0 && this.bytes[this.at++] !== COMMA) return undefined;
				if (!this.readField(column)) return undefined;
			}
			if (!this.endLine()) return undefined;
		}
		return { labels: this.labels, usage: this.usage, pixels: this.pixels.subarray(0, this.filled) };
	}

	private readField(column: number): boolean {
		const { emotion, pixels } = this.places;
		if (column === pixels) return this.readPixels();
		return column === emotion ? this.readLabel() : this.readUsage();
	}

	private readLabel(): boolean {
		const label = this.bytes[this.at++] - ZERO;
		this.labels.push(label);
		return label >= 0 && label < this.classes;
	}

	private readUsage(): boolean {
		const { bytes, at } = this;
		const found = USAGE_BYTES.findIndex((name) => name.equals(bytes.subarray(at, at + name.length)));
		if (found < 0) return false;
		this.usage.push(found);
		this.at += USAGE_BYTES[found].length;
		return true;
	}

	/** Every value of the file is read here, so it keeps to local variables. */
	private readPixels(): boolean {
		const { bytes, pixels } = this;
		const end = this.filled + IMAGE_PIXELS;
		let { at, filled } = this;
		while (filled < end) {
			let digit = bytes[at++] - ZERO;
			if (!(digit >= 0 && digit <= 9)) return false;
			let value = digit;
			for (digit = bytes[at] - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at] - ZERO) value = 10 * value + digit;
			if (value > 255) return false;
			pixels[filled++] = value;
			if (filled < end && bytes[at++] !== SPACE) return false;
		}
		this.at = at;
		this.filled = filled;
		return true;
	}

	private endLine(): boolean {
		const { bytes } = this;
		if (bytes[this.at] === RETURN) this.at++;
		return this.at >= bytes.length || bytes[this.at++] === LINE_FEED;
	}
}
