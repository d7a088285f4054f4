import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { collect, readUnpacked, visitArchive } from '../../../lib/data/readers/archive';
import { packingOf } from '../../../lib/data/readers/packing';
import { type Entry, makeTar, makeZip, temporaryFolder, writeFiles } from './sources';

/** Text that does not compress away, so that archives are as long as what they hold. */
const LONG = Array.from({ length: 40_000 }, (_, at) => (at * at * 7919) % 65_521).join(' ');
const ENTRIES: readonly Entry[] = [
	{ name: 'a.txt', content: 'first' },
	{ name: 'folder/long.txt', content: LONG },
	{ name: 'folder/empty.txt' },
	{ name: 'last.txt', content: 'last' },
];
const FORMS: Record<string, (entries: readonly Entry[]) => Buffer> = {
	'x.tar': makeTar,
	'x.tar.gz': (entries) => gzipSync(makeTar(entries)),
	'x.zip': makeZip,
};

function write(t: TestContext, name: string, content: Uint8Array | string): string {
	const folder = temporaryFolder(t);
	writeFiles(folder, { [name]: content });
	return path.join(folder, name);
}

/** Visits an archive and reads all its files, or only those of a name. */
async function contents(file: string, only?: string): Promise<{ files: Record<string, string>; fractions: number[] }> {
	const files: Record<string, string> = {};
	const fractions: number[] = [];
	const visit = async ({ name, content }: { name: string; content: AsyncIterable<Uint8Array> }) => {
		if (only !== undefined && name !== only) return;
		const chunks: Uint8Array[] = [];
		for await (const chunk of content) chunks.push(chunk);
		files[name] = Buffer.concat(chunks).toString();
	};
	await visitArchive(file, await packingOf(file), visit, (fraction) => fractions.push(fraction));
	return { files, fractions };
}

for (const [form, make] of Object.entries(FORMS)) {
	test(`visitArchive reads the files of ${form} in order and tells how far it is`, async (t) => {
		const { files, fractions } = await contents(write(t, form, make(ENTRIES)));
		const expected = Object.fromEntries(ENTRIES.map(({ name, content = '' }) => [name, String(content)]));
		assert.deepEqual(files, expected);
		assert.deepEqual(Object.keys(files), Object.keys(expected));
		assert.deepEqual(
			fractions,
			fractions.toSorted((a, b) => a - b),
		);
		assert.equal(fractions.at(-1), 1);
	});

	test(`visitArchive goes on past files of ${form} that nobody reads`, async (t) => {
		const { files } = await contents(write(t, form, make(ENTRIES)), 'last.txt');
		assert.deepEqual(files, { 'last.txt': 'last' });
	});

	test(`an error of the visitor ends the visit of ${form} as it is`, async (t) => {
		const file = write(t, form, make(ENTRIES));
		const failure = new Error('mine');
		const visited: string[] = [];
		const visit = async ({ name }: { name: string }) => {
			visited.push(name);
			if (name === 'folder/long.txt') throw failure;
		};
		await assert.rejects(
			visitArchive(file, await packingOf(file), visit, () => {}),
			failure,
		);
		assert.deepEqual(visited, ['a.txt', 'folder/long.txt']);
	});

	test(`${form} cut short anywhere is refused`, async (t) => {
		const whole = make(ENTRIES);
		for (const share of [0.3, 0.6, 0.9, 0.99]) {
			const file = write(t, form, whole.subarray(0, Math.floor(whole.length * share)));
			const message = new RegExp(`^Expected a complete archive in ${form} but .*Download the file again\\.$`);
			await assert.rejects(contents(file), { name: 'DataError', message }, `${share}`);
			await assert.rejects(contents(file, 'none'), { name: 'DataError', message }, `${share}, unread`);
		}
	});

	test(`entries of ${form} that leave the folder are refused`, async (t) => {
		for (const name of ['../out.csv', 'a/../../out.csv', '/etc/out.csv', 'C:/out.csv', '..\\out.csv', 'a/..']) {
			const file = write(
				t,
				form,
				make([
					{ name: 'good.txt', content: 'x' },
					{ name, content: 'x' },
				]),
			);
			const message = /^Expected entries inside the archive’s own folder in x\.\S+ but received ".*out\.csv|a\/\.\."/;
			await assert.rejects(contents(file), { name: 'DataError', message }, name);
		}
		await contents(write(t, form, make([{ name: 'a..b/..c.txt', content: 'dots in names are fine' }])));
	});

	test(`links in ${form} are refused`, async (t) => {
		const file = write(t, form, make([{ name: 'fer2013.csv', link: true }]));
		const message = /^Expected files and folders only in x\.\S+ but received "fer2013\.csv", a SymbolicLink/;
		await assert.rejects(contents(file), { name: 'DataError', message });
	});
}

test('a tar that ends between two files without its end mark is refused', async (t) => {
	const file = write(t, 'x.tar', makeTar(ENTRIES, { endMark: false }));
	await assert.rejects(contents(file), { name: 'DataError', message: /no end mark/ });
});

test('flipped bytes are noticed', async (t) => {
	for (const form of ['x.tar.gz', 'x.zip']) {
		const bytes = FORMS[form](ENTRIES);
		bytes[Math.floor(bytes.length / 2)] ^= 0x10;
		await assert.rejects(contents(write(t, form, bytes)), { name: 'DataError', message: /complete archive/ }, form);
	}
});

test('a checksum that differs is noticed in a zip even where the compression holds', async (t) => {
	const bytes = makeZip([{ name: 'a.txt', content: 'abc' }]);
	// The checksum in the central directory: 16 bytes from its signature.
	bytes[bytes.indexOf('PK\x01\x02') + 16] ^= 1;
	await assert.rejects(contents(write(t, 'x.zip', bytes)), { name: 'DataError', message: /a checksum differs/ });
});

test('readUnpacked gunzips, tells how far it is, and returns what the reader returns', async (t) => {
	for (const gzipped of [true, false]) {
		const file = write(t, 'long.txt', gzipped ? gzipSync(LONG) : LONG);
		const fractions: number[] = [];
		const read = async (chunks: AsyncIterable<Uint8Array>) => {
			const all: Uint8Array[] = [];
			for await (const chunk of chunks) all.push(chunk);
			return Buffer.concat(all).toString();
		};
		assert.equal(await readUnpacked(file, gzipped, read, (fraction) => fractions.push(fraction)), LONG);
		assert.equal(fractions.at(-1), 1);
	}
});

test('a gzip file cut short is refused', async (t) => {
	const whole = gzipSync(LONG);
	const file = write(t, 'x.csv.gz', whole.subarray(0, whole.length - 10));
	const read = async (chunks: AsyncIterable<Uint8Array>) => {
		for await (const _ of chunks);
	};
	const message = /^Expected a complete archive in x\.csv\.gz but received one that is truncated/;
	await assert.rejects(
		readUnpacked(file, true, read, () => {}),
		{ name: 'DataError', message },
	);
});

test('the reader’s own error comes out of a gzip file of many chunks', async (t) => {
	const file = write(t, 'x.csv.gz', gzipSync(LONG.repeat(30)));
	const read = async (chunks: AsyncIterable<Uint8Array>) => {
		let count = 0;
		for await (const _ of chunks) if (++count === 3) throw new Error('row 7');
	};
	await assert.rejects(readUnpacked(file, true, read), { message: 'row 7' });
});

test('a flipped bit in a gzip file of many chunks is called damage', async (t) => {
	const bytes = gzipSync(LONG.repeat(30));
	bytes[Math.floor(bytes.length * 0.7)] ^= 0x10;
	const file = write(t, 'x.csv.gz', bytes);
	const read = (chunks: AsyncIterable<Uint8Array>) => collect(chunks, 'x');
	await assert.rejects(readUnpacked(file, true, read), { name: 'DataError', message: /truncated or damaged/ });
});

test('an archive that unpacks to far more than its size is refused, and ends', async (t) => {
	const zeros = Buffer.alloc(2 ** 20);
	// 1.1 GB of zeros: repeated members of gzip are one stream.
	const bomb = Buffer.concat(Array(1100).fill(gzipSync(zeros)));
	const file = write(t, 'bomb.csv.gz', bomb);
	const read = async (chunks: AsyncIterable<Uint8Array>) => {
		for await (const _ of chunks);
	};
	const message = /an archive of a data set in bomb\.csv\.gz but received one of 1\.\d MB that unpacks to more than/;
	await assert.rejects(readUnpacked(file, true, read), { name: 'DataError', message });
	const content = Buffer.alloc(2 ** 26);
	const entries = Array.from({ length: 18 }, (_, at) => ({ name: `${at}.bin`, content }));
	const zip = write(t, 'bomb.zip', makeZip(entries));
	const visit = ({ content }: { content: AsyncIterable<Uint8Array> }) => read(content);
	const visiting = visitArchive(zip, await packingOf(zip), visit);
	await assert.rejects(visiting, { name: 'DataError', message: /that unpacks to more than 1073\.7 MB/ });
});

test('encrypted entries and unknown compression are named, with what to do', async (t) => {
	const encrypted = write(t, 'x.zip', makeZip([{ name: 'a.txt', content: 'x', encrypted: true }]));
	await assert.rejects(contents(encrypted), /files without a password in x\.zip .* Unpack it with its password first/);
	const other = write(t, 'x.zip', makeZip([{ name: 'a.txt', content: 'x', method: 93 }]));
	await assert.rejects(contents(other), /stored or deflated in x\.zip but received compression method 93\. Unpack/);
});

test('paths from Windows and paths that begin with a dot are those of the unpacked files', async (t) => {
	const zip = write(t, 'x.zip', makeZip([{ name: 'train\\sad\\1.txt', content: 'x' }, { name: './a//b.txt' }]));
	assert.deepEqual(Object.keys((await contents(zip)).files), ['train/sad/1.txt', 'a/b.txt']);
});
