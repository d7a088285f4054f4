import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import { Header } from 'tar';
import { encodePng } from '../../../lib/data/image';

/** Makes a folder that goes when the test ends. */
export function temporaryFolder(test: TestContext): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'fer-test-'));
	test.after(() => rmSync(folder, { recursive: true }));
	return folder;
}

/** Writes files, by their paths inside a folder. */
export function writeFiles(folder: string, files: Record<string, Uint8Array | string>): void {
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
		writeFileSync(path.join(folder, name), content);
	}
}

/** Pixel `at` of image `image` in the CSV files below: differs from image to image and from pixel to pixel. */
export function pixelValue(image: number, at: number): number {
	return (image * 31 + at * 7) % 256;
}

/** The pixels of one image as the CSV holds them. */
export function pixelText(image: number, count = 2304): string {
	return Array.from({ length: count }, (_, at) => pixelValue(image, at)).join(' ');
}

/** A CSV file of as many rows, labels 0 to 6 in turn, and all three usages. */
export function csvText(rows: number): string {
	const usages = ['Training', 'Training', 'PublicTest', 'PrivateTest'];
	const lines = Array.from({ length: rows }, (_, row) => `${row % 7},${pixelText(row)},${usages[row % 4]}\n`);
	return `emotion,pixels,Usage\n${lines.join('')}`;
}

/** Cuts bytes into pieces, as a stream would. */
export async function* inPieces(content: string | Uint8Array, length = 1000): AsyncGenerator<Uint8Array> {
	const bytes = Buffer.from(content);
	for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

/** One entry of an archive made here. */
export interface Entry {
	readonly name: string;
	readonly content?: string | Uint8Array;
	/** For tar: makes a symbolic link instead of a file. For zip: marks the entry as one. */
	readonly link?: boolean;
	/** For zip: marks the entry as encrypted. */
	readonly encrypted?: boolean;
	/** For zip: the method of compression that the entry states. */
	readonly method?: number;
}

/** Makes a tar archive, with names that a well-behaved program would refuse to write. */
export function makeTar(entries: readonly Entry[], { endMark = true } = {}): Buffer {
	const blocks = entries.flatMap(({ name, content = '', link = false }) => {
		const body = Buffer.from(content);
		const header = Buffer.alloc(512);
		const kind = link ? ('SymbolicLink' as const) : ('File' as const);
		new Header({ path: name, mode: 0o644, size: body.length, type: kind, linkpath: link ? 'target' : '' }).encode(
			header,
		);
		return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
	});
	return Buffer.concat([...blocks, Buffer.alloc(endMark ? 1024 : 0)]);
}

/** Makes a zip archive (PKWARE's APPNOTE.TXT: local headers, central directory, end record). */
export function makeZip(entries: readonly Entry[]): Buffer {
	const deflated = new Map<string | Uint8Array, Buffer>();
	const locals: Buffer[] = [];
	const centrals: Buffer[] = [];
	let offset = 0;
	for (const { name, content = '', link = false, encrypted = false, method = 8 } of entries) {
		const body = Buffer.from(content);
		const packed = deflated.get(content) ?? deflateRawSync(body);
		deflated.set(content, packed);
		const common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0);
		common.writeUInt16LE(encrypted ? 1 : 0, 2);
		common.writeUInt16LE(method, 4);
		common.writeUInt32LE(crc32(body), 10);
		common.writeUInt32LE(packed.length, 14);
		common.writeUInt32LE(body.length, 18);
		common.writeUInt16LE(name.length, 22);
		const central = Buffer.alloc(14);
		central.writeUInt32LE(((link ? 0o120777 : 0o100644) << 16) >>> 0, 6);
		central.writeUInt32LE(offset, 10);
		const local = [Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed];
		centrals.push(Buffer.from('PK\x01\x02\x14\x03'), common, central, Buffer.from(name));
		locals.push(...local);
		offset += local.reduce((sum, part) => sum + part.length, 0);
	}
	const directory = Buffer.concat(centrals);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06');
	end.writeUInt16LE(entries.length, 8);
	end.writeUInt16LE(entries.length, 10);
	end.writeUInt32LE(directory.length, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...locals, directory, end]);
}

/** Class folders as Kaggle's folder layout has them, sorted: not the order of the labels. */
export const CLASS_FOLDERS = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'];

/** The labels of `CLASS_FOLDERS`. */
export const CLASS_LABELS = [0, 1, 2, 3, 6, 4, 5];

/** A grey image of one value. */
export async function plainPng(value: number, side = 48): Promise<Buffer> {
	return encodePng(new Uint8Array(side * side).fill(value), { height: side, width: side });
}

/** The files of a folder layout with an image a class and split; the value of its pixels tells which: 10 times the label, in test plus 5. */
export async function layoutFiles(folders: readonly string[] = CLASS_FOLDERS): Promise<Record<string, Buffer>> {
	const files: Record<string, Buffer> = {};
	for (const split of ['train', 'test']) {
		for (const [place, folder] of folders.entries()) {
			const value = 10 * CLASS_LABELS[place] + (split === 'test' ? 5 : 0);
			files[`${split}/${folder}/im${place}.png`] = await plainPng(value);
		}
	}
	return files;
}
