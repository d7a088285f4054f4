import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { encodeJpeg } from '../../../lib/data/image';
import { readFer2013 } from '../../../lib/data/readers/fer2013';
import { packingOf } from '../../../lib/data/readers/packing';
import { detectLayout } from '../../../lib/data/readers/readFaces';
import { type Entry, makeTar, makeZip, plainPng, temporaryFolder, writeFiles } from './sources';

const ENTRIES: readonly Entry[] = [{ name: 'a.txt', content: 'first' }, { name: 'folder/empty.txt' }];

function write(t: TestContext, name: string, content: Uint8Array | string): string {
	const folder = temporaryFolder(t);
	writeFiles(folder, { [name]: content });
	return path.join(folder, name);
}

test('packingOf tells by the content, whatever the name', async (t) => {
	const kinds = {
		'a.zip': ['plain text', { kind: 'text', gzipped: false }],
		'b.csv': [gzipSync('text'), { kind: 'text', gzipped: true }],
		'c.csv': [makeTar(ENTRIES), { kind: 'tar', gzipped: false }],
		'd.zip': [gzipSync(makeTar(ENTRIES)), { kind: 'tar', gzipped: true }],
		'e.gz': [makeZip(ENTRIES), { kind: 'zip', gzipped: false }],
		'f.csv': ['', { kind: 'text', gzipped: false }],
	} as const;
	for (const [name, [content, kind]] of Object.entries(kinds)) {
		const { start, ...found } = await packingOf(write(t, name, content));
		assert.deepEqual(found, kind, name);
		if (kind.kind === 'text') assert.equal(start.toString(), name === 'b.csv' ? 'text' : content);
	}
});

/** The first bytes of formats, by their specifications, and zeros. */
const begin = (...bytes: number[]) => Buffer.concat([Buffer.from(bytes), Buffer.alloc(600)]);
const text = (start: string) => Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(600)]);

test('what is no data set is named by its content, with what to do', async (t) => {
	const noise = Buffer.from(Array.from({ length: 2000 }, (_, at) => (at * at * 7919) % 251));
	const files: [string, Buffer, RegExp][] = [
		['a.png', await plainPng(1), /of type png \(image\/png\)\. .*npx fer predict/],
		['a.csv', await encodeJpeg(new Uint8Array(4), { width: 2, height: 2 }, 2), /of type jpg/],
		['a.pdf', Buffer.from('%PDF-1.4\n1 0 obj\n'), /of type pdf\. Give the path of a folder/],
		['a', begin(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1), /of type elf/],
		['a.7z', begin(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), /of type 7z .* Unpack it first/],
		['a.rar', begin(0x52, 0x61, 0x72, 0x21, 0x1a, 0x07, 0x01, 0x00), /of type rar .* Unpack it first/],
		['a.xz', begin(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00), /of type xz .* Unpack it first/],
		['a.bz2', text('BZh91AY&SY'), /of type bz2 .* Unpack it first/],
		['a.zst', begin(0x28, 0xb5, 0x2f, 0xfd), /of type zst .* Unpack it first/],
		['a.csv.gz.gz', gzipSync(gzipSync('emotion,pixels')), /of type gz \(.*\), gzipped\. Unpack it first/],
		['a.bin', noise, /binary data of an unknown kind\. Give the path/],
		['a.csv', Buffer.from('\ufeff <!DOCTYPE html><html>Sign in'), /a web page\. It was saved in place of the file/],
		['a.csv', Buffer.from('version https://git-lfs.github.com/spec/v1\noid x'), /a Git LFS pointer\..*git lfs pull/],
		['a.csv', Buffer.alloc(0), /an empty file\. Download or copy it again/],
		['a.gz', Buffer.from('\x1f\x8bnothing', 'latin1'), /truncated or damaged/],
	];
	for (const [name, content, message] of files) {
		await assert.rejects(detectLayout(write(t, name, content)), { name: 'DataError', message }, `${name} ${message}`);
	}
	const parquet = write(t, 'a.csv', Buffer.concat([text('PAR1'), Buffer.from('PAR1')]));
	await assert.rejects(readFer2013(parquet), /of type parquet .* Use it as a data set of its own/);
	const workbook = makeZip([
		{ name: '[Content_Types].xml', content: '<x/>' },
		{ name: 'xl/workbook.xml', content: '<x/>' },
	]);
	await assert.rejects(detectLayout(write(t, 'a.csv', workbook)), {
		name: 'DataError',
		message: /known layout in a\.csv/,
	});
	// Numbers out of range at a tar header's places, as in other binary files.
	const large = Buffer.alloc(1024, 0xff);
	await assert.rejects(detectLayout(write(t, 'a', large)), { name: 'DataError', message: /received a file of type/ });
});
