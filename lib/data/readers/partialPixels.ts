import {
	closeSync,
	fdatasyncSync,
	ftruncateSync,
	mkdirSync,
	openSync,
	readFileSync,
	readSync,
	renameSync,
	rmSync,
	statfsSync,
	statSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import path from 'node:path';
import { fullDisk, isFullDisk } from '../../atomicFile';
import { DataError } from '../../errors';
import { describeOwner, removeLock, tryLock } from '../../fileLock';
import { formatMegabytes } from '../../format';
import { PixelFile } from '../pixelFile';
import type { Pixels } from '../pixels';
import type { PixelSink } from './decodeImages';
import { codeOf } from './source';

/** Index, width and height of an image, each a uint32. */
const RECORD = 3;
/** Images between two flushes to the disk, which are lost if decoding is killed. */
const FLUSHED = 256;

/**
 * Decoded images in a file, `FILE.part`, until all are there. `FILE.done` records those that are, so that decoding
 * continues where it was killed.
 */
export class PartialPixels implements PixelSink {
	readonly sizes: Uint32Array;
	private readonly descriptor: number;
	private readonly release: () => void;
	private readonly part: string;
	private readonly journal: string;
	private unsaved: number[] = [];

	/**
	 * Starts a file, or continues one.
	 * @throws {DataError} If another process is at it, or it cannot be written or does not fit on the disk.
	 */
	constructor(
		private readonly file: string,
		images: number,
		private readonly imageBytes: number,
	) {
		[this.part, this.journal] = [`${file}.part`, `${file}.done`];
		this.sizes = new Uint32Array(2 * images);
		this.release = claim(file);
		try {
			this.checkRoom();
			const records = this.readJournal();
			this.descriptor = openSync(this.part, records ? 'r+' : 'w+');
			for (let at = 0; records && at + RECORD <= records.length; at += RECORD) {
				this.sizes.set(records.subarray(at + 1, at + RECORD), 2 * records[at]);
			}
			if (!records) writeFileSync(this.journal, '');
		} catch (error) {
			this.release();
			throw this.explain(error);
		}
	}

	private get bytes(): number {
		return (this.sizes.length / 2) * this.imageBytes;
	}

	private checkRoom(): void {
		const { bavail, bsize } = statfsSync(path.dirname(this.file));
		const written = (statSync(this.part, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
		const free = bavail * bsize;
		if (free + written < this.bytes) throw fullDisk(this.file, this.bytes, `${formatMegabytes(free + written)} free`);
	}

	/**
	 * The images that are done; undefined if there is nothing to go on with, or the file is shorter than its journal says.
	 * A record that was cut off does not count.
	 */
	private readJournal(): Uint32Array | undefined {
		try {
			const written = Math.min(statSync(this.part).size, this.bytes);
			const content = readFileSync(this.journal);
			const records = new Uint32Array(RECORD * Math.floor(content.length / (4 * RECORD)));
			new Uint8Array(records.buffer).set(content.subarray(0, records.byteLength));
			writeFileSync(this.journal, new Uint8Array(records.buffer));
			const isWrong = records.some((value, at) => at % RECORD === 0 && (value + 1) * this.imageBytes > written);
			return isWrong ? undefined : records;
		} catch {
			return undefined;
		}
	}

	put(index: number, pixels: Uint8Array, width: number, height: number): void {
		try {
			this.write(pixels, index * this.imageBytes);
			this.sizes.set([width, height], 2 * index);
			this.unsaved.push(index, width, height);
			if (this.unsaved.length >= RECORD * FLUSHED) this.save();
		} catch (error) {
			throw this.explain(error);
		}
	}

	private write(bytes: Uint8Array, position: number): void {
		for (let done = 0; done < bytes.length; ) {
			done += writeSync(this.descriptor, bytes, done, bytes.length - done, position + done);
		}
	}

	private save(): void {
		if (this.unsaved.length === 0) return;
		// First the pixels, or after a power cut the journal would promise some that are not there.
		fdatasyncSync(this.descriptor);
		writeFileSync(this.journal, new Uint8Array(Uint32Array.from(this.unsaved).buffer), { flag: 'a' });
		this.unsaved = [];
	}

	/** Closes the gaps of the images that are not kept; returns the pixels. */
	keep(kept: Uint32Array): Pixels {
		const length = kept.length * this.imageBytes;
		this.save();
		if (length < this.bytes) this.closeGaps(kept);
		return new PixelFile(this.part, length);
	}

	private closeGaps(kept: Uint32Array): void {
		// Without it, decoding starts anew if this is killed: some images are no longer where they were.
		rmSync(this.journal, { force: true });
		const image = new Uint8Array(this.imageBytes);
		for (const [place, index] of kept.entries()) {
			if (place === index) continue;
			readSync(this.descriptor, image, 0, image.length, index * image.length);
			this.write(image, place * image.length);
		}
	}

	/** Completes the file with what follows the pixels, and gives it its name. */
	finish(length: number, tail: readonly Uint8Array[]): void {
		try {
			ftruncateSync(this.descriptor, length);
			let end = length;
			for (const bytes of tail) {
				this.write(bytes, end);
				end += bytes.length;
			}
			fdatasyncSync(this.descriptor);
			renameSync(this.part, this.file);
			rmSync(this.journal, { force: true });
		} catch (error) {
			throw this.explain(error);
		}
	}

	/** Ends the work on the file; unless it is finished or `discard`, a later start continues it. */
	close(discard = false): void {
		try {
			if (!discard) this.save();
		} catch {
			// Such as on a full disk: these few are decoded again.
		}
		closeSync(this.descriptor);
		if (discard) for (const file of [this.part, this.journal]) rmSync(file, { force: true });
		this.release();
	}

	private explain(error: unknown): unknown {
		return isFullDisk(error) ? fullDisk(this.file, this.bytes) : error;
	}
}

/** Makes the folder of the file, and takes its lock. */
function claim(file: string): () => void {
	const folder = path.dirname(file);
	try {
		mkdirSync(folder, { recursive: true });
		const attempt = tryLock(`${file}.lock`);
		if (attempt.release) return attempt.release;
		const found = describeOwner(attempt.owner);
		throw new DataError('no other process that decodes the same images', folder, found, removeLock(`${file}.lock`));
	} catch (error) {
		if (error instanceof DataError || isFullDisk(error)) throw error;
		const remedy = 'Data sets larger than memory are decoded into it.';
		throw new DataError('a folder that can be written', path.basename(folder), codeOf(error), remedy);
	}
}
