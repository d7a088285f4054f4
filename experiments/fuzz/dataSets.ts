import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { Header } from 'tar';
import { encodePng } from '../../lib/data/image';
import { readFaces } from '../../lib/data/readers/readFaces';
import { EMOTIONS } from '../../lib/emotions';
import { mutated } from './mutation';
import { type FuzzProperty, outcomeOf } from './outcome';

/** Reads a data set from a file of this content. */
function tryReading(content: Uint8Array, name: string) {
	const folder = mkdtempSync(join(tmpdir(), 'fer-fuzz-'));
	const file = join(folder, name);
	writeFileSync(file, content);
	return outcomeOf(() => readFaces(file)).finally(() => rmSync(folder, { recursive: true }));
}

/** Class folders with an image each. */
async function sampleFolder(): Promise<Record<string, Uint8Array>> {
	const image = (value: number) => encodePng(new Uint8Array(64).fill(value), { height: 8, width: 8 });
	const parts = ['train', 'test'].flatMap((part) => EMOTIONS.map((emotion) => `${part}/${emotion}`));
	const images = await Promise.all(parts.map((_, i) => image(10 * i)));
	return Object.fromEntries(parts.map((part, i) => [`${part}/${i}.png`, new Uint8Array(images[i])]));
}

function tarOf(files: Record<string, Uint8Array>): Buffer {
	const blocks = Object.entries(files).flatMap(([path, content]) => {
		const header = Buffer.alloc(512);
		new Header({ path, mode: 0o644, size: content.length, type: 'File' }).encode(header);
		return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
	});
	return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** Images with tables beside them: FER+'s votes, and AffectNet's boxes. */
async function sampleTables(): Promise<Record<string, Uint8Array>[]> {
	const image = new Uint8Array(await encodePng(new Uint8Array(64).fill(9), { height: 8, width: 8 }));
	const text = (content: string) => new Uint8Array(Buffer.from(content));
	const votes = text('a.png,"(0, 0, 48, 48)",0,9,1,0,0,0,0,0,0,0\nb.png,"(0, 0, 48, 48)",9,0,1,0,0,0,0,0,0,0\n');
	const header =
		'subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal';
	const boxes = text(`${header}\n1/a.png,1,2,5,6,1;2,1,0.1,0.2\n1/b.png,NULL,NULL,NULL,NULL,,10,-2,-2\n`);
	const images = (folder: string) => ({ [`${folder}/a.png`]: image, [`${folder}/b.png`]: image });
	return [
		{ ...images('FER2013Train'), 'FER2013Train/label.csv': votes },
		{ ...images('Manually_Annotated_Images/1'), 'training.csv': boxes },
	];
}

/** The table of FER2013 in a tar.gz, as the zip of Kaggle's competition has it. */
function sampleNested(): Record<string, Uint8Array> {
	const table = Buffer.from(`emotion,pixels,Usage\n3,${'7 '.repeat(2303)}7,Training\n`);
	return { 'fer2013.tar.gz': gzipSync(tarOf({ 'fer2013/fer2013.csv': table })) };
}

/** Damaged archives of data sets: in class folders, with tables, and in an archive of their own. */
export async function archiveTarget(): Promise<FuzzProperty> {
	const folder = await sampleFolder();
	const tar = tarOf(folder);
	const others = [...(await sampleTables()), sampleNested()].map(tarOf);
	// Stored and deflated: a changed byte of the one is an image's, of the other one of the compression.
	const files = mutated([tar, gzipSync(tar), zipSync(folder, { level: 0 }), zipSync(folder), ...others]);
	return (count) => fc.asyncProperty(files, async (content) => count(await tryReading(content, 'archive')));
}

const CELL = fc.oneof(
	{ weight: 6, arbitrary: fc.integer({ min: -2, max: 9 }).map(String) },
	{ weight: 4, arbitrary: fc.constantFrom('0 '.repeat(2303).concat('0'), '255 '.repeat(2304), '1 2 3', '') },
	{ weight: 3, arbitrary: fc.constantFrom('Training', 'PublicTest', 'PrivateTest', 'Usage', 'happy', '"a""b"', '"') },
	{ weight: 2, arbitrary: fc.string({ maxLength: 8 }) },
);
const HEADER = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.constantFrom('emotion,pixels,Usage', 'emotion,pixels', 'pixels', ' pixels, Usage,emotion'),
	},
	{
		weight: 1,
		arbitrary: fc.array(fc.constantFrom('emotion', 'pixels', 'Usage', 'id', ''), { maxLength: 5 }).map(String),
	},
	{ weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
);

/** A text that looks like fer2013.csv, in one of several encodings. */
const CSV: fc.Arbitrary<Uint8Array> = fc
	.record({
		header: HEADER,
		rows: fc.array(fc.array(CELL, { maxLength: 4 }), { maxLength: 6 }),
		separator: fc.constantFrom(',', ',', ',', ';', '\t'),
		lineBreak: fc.constantFrom('\n', '\r\n', '\r'),
		start: fc.constantFrom('', '', '\ufeff', '\n'),
		encoding: fc.constantFrom('utf8', 'utf8', 'utf8', 'utf16le', 'latin1'),
		isGzipped: fc.boolean(),
	})
	.map(({ header, rows, separator, lineBreak, start, encoding, isGzipped }) => {
		const lines = [header.replaceAll(',', separator), ...rows.map((row) => row.join(separator))];
		const content = Buffer.from(start + lines.join(lineBreak) + lineBreak, encoding as BufferEncoding);
		return Uint8Array.from(isGzipped ? gzipSync(content) : content);
	});

/** Tables like fer2013.csv, and damaged copies of one. */
export async function csvTarget(): Promise<FuzzProperty> {
	const rows = EMOTIONS.map((_, label) => `${label},${`${label} `.repeat(2304).trim()},Training\n`);
	const whole = Buffer.from(`emotion,pixels,Usage\n${rows.join('')}`);
	const texts = fc.oneof(CSV, mutated([whole, gzipSync(whole)]));
	const names = fc.constantFrom('fer2013.csv', 'ckextended.csv');
	return (count) => fc.asyncProperty(texts, names, async (content, name) => count(await tryReading(content, name)));
}
