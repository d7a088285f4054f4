import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import sharp from 'sharp';
import { checkOutputFolder, checkOutputPng, fillOutputFolder } from '../../cli/ownOutput';
import { svgToPng } from '../../lib/data/image';

const top = mkdtempSync(join(tmpdir(), 'fer-own-output-'));
after(() => rmSync(top, { recursive: true }));

/** Makes a folder with these files, each with its own name as content. */
function folderWith(...files: string[]): string {
	const folder = mkdtempSync(join(top, 'folder-'));
	for (const file of files) {
		mkdirSync(dirname(join(folder, file)), { recursive: true });
		writeFileSync(join(folder, file), file);
	}
	return folder;
}

describe('checkOutputPng', () => {
	it('accepts a new file, and a PNG that fer wrote', async () => {
		const file = join(top, 'own.png');
		await checkOutputPng(file, '--to');
		writeFileSync(file, await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>'));
		await checkOutputPng(file, '--to');
	});

	it('refuses pictures, tables and folders of the user', async () => {
		const photo = join(top, 'photo.png');
		await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } }).toFile(photo);
		const [table] = readdirSync(folderWith('fer2013.csv')).map((name) => join(folderWith(name), name));
		for (const file of [photo, table]) {
			const message = /^Expected a new PNG file for --to but received a file that fer did not write: /;
			await assert.rejects(checkOutputPng(file, '--to'), { name: 'Problem', message });
		}
		await assert.rejects(checkOutputPng(top, '--to'), { name: 'Problem', message: /received a folder/ });
	});
});

describe('fillOutputFolder', () => {
	it('replaces the files of an earlier output and keeps all others', () => {
		const folder = join(top, 'new', 'site');
		fillOutputFolder(folderWith('index.html', 'assets/old.js'), folder, 'page', '--to');
		writeFileSync(join(folder, 'CNAME'), 'example.org');
		fillOutputFolder(folderWith('index.html', 'assets2/new.js'), folder, 'page', '--to');
		assert.deepEqual(readdirSync(folder).sort(), ['.fer-output.json', 'CNAME', 'assets2', 'index.html']);
		assert.equal(readFileSync(join(folder, 'CNAME'), 'utf8'), 'example.org');
	});

	it('refuses a folder of the user, and one with another kind of output', () => {
		const blog = folderWith('index.html', 'CNAME');
		const packed = folderWith();
		fillOutputFolder(folderWith('contents/package.json'), packed, 'package', '--to');
		for (const folder of [blog, packed]) {
			const expected = {
				name: 'Problem',
				message: /^Expected a new or empty folder, or one with an earlier page, for --to/,
			};
			assert.throws(() => checkOutputFolder(folder, 'page', '--to'), expected);
			assert.throws(() => fillOutputFolder(folderWith('index.html'), folder, 'page', '--to'), expected);
		}
		assert.equal(readFileSync(join(blog, 'index.html'), 'utf8'), 'index.html');
	});

	it('refuses to replace a file that the user added under the name of a new one', () => {
		const folder = folderWith();
		fillOutputFolder(folderWith('index.html'), folder, 'page', '--to');
		writeFileSync(join(folder, 'about.json'), 'mine');
		const message = /^Expected no about\.json in .* but found one that fer did not write\./;
		const fill = () => fillOutputFolder(folderWith('index.html', 'about.json'), folder, 'page', '--to');
		assert.throws(fill, { name: 'Problem', message });
		assert.equal(readFileSync(join(folder, 'about.json'), 'utf8'), 'mine');
	});

	it('deletes nothing outside the folder, whatever its manifest lists', () => {
		const [victim, folder] = [folderWith('thesis.txt'), folderWith()];
		const manifest = { kind: 'page', files: [`../${victim.split('/').at(-1)}/thesis.txt`] };
		writeFileSync(join(folder, '.fer-output.json'), JSON.stringify(manifest));
		assert.throws(() => fillOutputFolder(folderWith('index.html'), folder, 'page', '--to'), { name: 'Problem' });
		assert.ok(existsSync(join(victim, 'thesis.txt')));
	});
});
