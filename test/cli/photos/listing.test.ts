import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import { type ListedFile, listFiles } from '../../../cli/photos/listing';
import { svgToPng } from '../../../lib/data/image';
import { plainPng, temporaryFolder, writeFiles } from '../../data/readers/sources';

const HEIC = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
let png: Buffer;
before(async () => {
	png = await plainPng(9);
});

/** Makes a folder of the user's that commands run in. */
function userFolder(t: TestContext, files: Record<string, Uint8Array | string>): string {
	const folder = temporaryFolder(t);
	writeFiles(folder, files);
	const own = process.env.INIT_CWD;
	process.env.INIT_CWD = folder;
	t.after(() => {
		if (own === undefined) delete process.env.INIT_CWD;
		else process.env.INIT_CWD = own;
	});
	return folder;
}

async function list(given: readonly string[], copies?: string): Promise<ListedFile[]> {
	const all: ListedFile[] = [];
	for await (const file of listFiles(given, copies)) all.push(file);
	return all;
}

/** Lists files as `group file`, with the reason where there is one. */
const shown = (files: readonly ListedFile[]) =>
	files.map(({ group, file, reason }) => `${group} ${file}${reason ? `: ${reason}` : ''}`);

describe('listFiles', () => {
	it('takes files, folders and patterns, each file once, and its place below the argument', async (t) => {
		const folder = userFolder(t, { 'a.png': png, 'in/b.png': png, 'in/deep/a.png': png, 'in/.hidden.png': png });
		const found = await list(['in/b.png', 'in', 'a.png', '*.png', 'in/**/*.png']);
		assert.deepEqual(
			found.map(({ file, below, group }) => [file, below, group]),
			[
				['in/b.png', 'b.png', 'photo'],
				['in/deep/a.png', join('deep', 'a.png'), 'photo'],
				['a.png', 'a.png', 'photo'],
			],
		);
		const [below] = await list(['in/**/a.png']);
		assert.deepEqual([below.file, below.below], ['in/deep/a.png', join('deep', 'a.png')]);
		const [absolute] = await list([join(folder, 'in', 'deep', '*.png')]);
		assert.deepEqual([absolute.file, absolute.below], [join(folder, 'in/deep/a.png'), 'a.png']);
	});

	it('gives no place outside the folder of copies', async (t) => {
		userFolder(t, { 'in/b.png': png, 'c.png': png });
		mkdirSync(join(process.env.INIT_CWD ?? '', 'here'));
		process.env.INIT_CWD = join(process.env.INIT_CWD ?? '', 'here');
		const found = await list(['../{in,nothing}/*.png', '../c.png']);
		assert.deepEqual(
			found.map(({ below }) => below),
			[join('in', 'b.png'), 'c.png'],
		);
	});

	it('takes a name with the characters of patterns for the file that has it', async (t) => {
		userFolder(t, { 'photo[1].png': png, 'photo1.png': png });
		assert.deepEqual(shown(await list(['photo[1].png'])), ['photo photo[1].png']);
	});

	it('tells in folders what is a photo by the content, whatever the name', async (t) => {
		userFolder(t, {
			'in/a.txt': png,
			'in/b.HEIC': HEIC,
			'in/c.jpg': 'no photo',
			'in/d.md': 'notes',
			'in/e.png': await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>'),
		});
		const found = shown(await list(['in']));
		assert.deepEqual([found[0], found[2], found[3]], ['photo in/a.txt', 'photo in/c.jpg', 'other in/d.md']);
		assert.match(found[1], /^passed over in\/b\.HEIC: HEIC photo\. On an iPhone, export it as JPEG/);
		assert.match(found[4], /^passed over in\/e\.png: It is an annotated copy or a figure that fer drew\.$/);
		assert.equal((await list(['in/e.png']))[0].group, 'photo');
	});

	it('leaves out the folder of the annotated copies', async (t) => {
		const folder = userFolder(t, { 'in/a.png': png, 'in/copies/b.png': png });
		assert.deepEqual(shown(await list(['in'], join(folder, 'in', 'copies'))), ['photo in/a.png']);
	});

	it('says in a sentence why an argument gives no photos', async (t) => {
		userFolder(t, { 'empty/notes.txt': 'x', 'a.png': png });
		const found = await list(['gone.jpg', 'nothing/*.jpg', 'empty', 'a.png/b.png', 'a.png']);
		assert.deepEqual(shown(found.filter(({ group }) => group !== 'other')), [
			'not read gone.jpg: Expected photos (JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP) for gone.jpg but received no such file.',
			'not read nothing/*.jpg: Expected photos (JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP) for nothing/*.jpg but received no such file.',
			'not read empty: Expected photos (JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP) for empty but received none.',
			`not read a.png/b.png: Expected a folder but found a file in the path ${join(process.env.INIT_CWD ?? '', 'a.png/b.png')}.`,
			'photo a.png',
		]);
	});

	it('ends at pipes, sockets, devices and links that lead nowhere or in a circle', { timeout: 20_000 }, async (t) => {
		const folder = userFolder(t, { 'in/z.png': png });
		execFileSync('mkfifo', [join(folder, 'in', 'pipe.jpg')]);
		symlinkSync('pipe.jpg', join(folder, 'in', 'to-pipe.jpg'));
		symlinkSync('gone.jpg', join(folder, 'in', 'dangling.jpg'));
		symlinkSync('self.jpg', join(folder, 'in', 'self.jpg'));
		symlinkSync('..', join(folder, 'in', 'up'));
		symlinkSync('.', join(folder, 'in', 'again'));
		const server = createServer().listen(join(folder, 'in', 'socket.png'));
		t.after(() => server.close());
		await new Promise((resolve) => server.once('listening', resolve));
		const found = shown(await list(['in']));
		const expected = [
			/^passed over in\/again: Its folder is read already: a link leads there\.$/,
			/^not read in\/dangling\.jpg: It is a link to a file that does not exist\.$/,
			/^passed over in\/pipe\.jpg: It is a named pipe\.$/,
			/^not read in\/self\.jpg: Expected a file or folder but found a link that leads nowhere: /,
			/^passed over in\/socket\.png: It is a socket\.$/,
			/^passed over in\/to-pipe\.jpg: It is a named pipe\.$/,
			/^passed over in\/up\/in: Its folder is read already: a link leads there\.$/,
			/^photo in\/z\.png$/,
		];
		assert.equal(found.length, expected.length, found.join('\n'));
		for (const [i, line] of found.entries()) assert.match(line, expected[i]);
		for (const [name, words] of [
			['in/pipe.jpg', /received a named pipe\.$/],
			['in/socket.png', /received a socket\.$/],
			['/dev/null', /received a device\.$/],
			['in/dangling.jpg', /It is a link to a file that does not exist\.$/],
			['in/self.jpg', /a link that leads nowhere/],
			['in/to-*.jpg', /It is a named pipe\.$/],
		] as const) {
			const [{ group, reason }] = await list([name]);
			assert.match(`${group} ${reason}`, words);
			assert.match(group, /^(not read|passed over)$/);
		}
	});

	it('lists a file as soon as it is found', async (t) => {
		const folder = userFolder(t, { 'in/a.png': png });
		const files = listFiles(['in', 'late']);
		assert.equal((await files.next()).value?.file, 'in/a.png');
		writeFileSync(join(folder, 'late'), png);
		assert.equal((await files.next()).value?.group, 'photo');
	});
});
