import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import sharp from 'sharp';
import type { ListedFile } from '../../../cli/photos/listing';
import { readPhoto } from '../../../cli/photos/reading';
import { isOwnPng } from '../../../lib/data/image';
import { plainPng, temporaryFolder } from '../../data/readers/sources';
import { face, recognizerOf } from '../../fixtures/photoResults';

const OPTIONS = { detect: true };
const photo = (file: string): ListedFile => ({ file, below: file, group: 'photo' });
const nothing = recognizerOf(async () => []);
const happy = recognizerOf(async () => [face()]);
let png: Buffer;
before(async () => {
	png = await plainPng(9, 200);
});

describe('readPhoto', () => {
	it('gives the faces of a photo', async (t) => {
		const file = join(temporaryFolder(t), 'a.png');
		writeFileSync(file, png);
		assert.deepEqual(await readPhoto(happy, photo(file), OPTIONS), { file, status: 'face', faces: [face()] });
	});

	it('gives boxes in the pixels of the file where the photo was reduced', async (t) => {
		const file = join(temporaryFolder(t), 'a.png');
		const large = sharp({ create: { width: 7680, height: 4320, channels: 3, background: 'grey' } });
		await large.png({ compressionLevel: 1 }).toFile(file);
		let seen = 0;
		const recognizer = recognizerOf(async ({ width }) => {
			seen = width;
			return [face(100, 200, 50)];
		});
		const { faces } = await readPhoto(recognizer, photo(file), OPTIONS);
		assert.equal(seen, 3840);
		assert.deepEqual(faces?.[0].box, { left: 200, top: 400, width: 100, height: 100 });
	});

	it('hints at --no-detect for a small square photo without a face, and for no other', async (t) => {
		const folder = temporaryFolder(t);
		const notes = [];
		for (const [width, height] of [
			[48, 48],
			[90, 100],
			[100, 60],
			[200, 200],
		]) {
			const file = join(folder, `${width}.png`);
			await sharp({ create: { width, height, channels: 3, background: 'grey' } }).toFile(file);
			notes.push((await readPhoto(nothing, photo(file), OPTIONS)).note);
			assert.equal((await readPhoto(happy, photo(file), OPTIONS)).note, undefined);
		}
		const hint = 'for faces that are already cropped, use --no-detect';
		assert.deepEqual(notes, [hint, hint, undefined, undefined]);
	});

	it('makes whatever fails the result of the file', async (t) => {
		const file = join(temporaryFolder(t), 'a.png');
		const broken = recognizerOf(async () => {
			throw new TypeError('undefined is not\n a function');
		});
		const missing = await readPhoto(happy, photo(file), OPTIONS);
		assert.deepEqual([missing.status, missing.error], ['not read', `There is no file or folder ${file}.`]);
		writeFileSync(file, png);
		const { status, error = '', faces } = await readPhoto(broken, photo(file), OPTIONS);
		assert.deepEqual([status, faces], ['not read', undefined]);
		assert.match(error, /^TypeError: undefined is not a function This is a bug\. Run the command with --debug/);
		writeFileSync(file, 'no photo');
		assert.match(
			(await readPhoto(happy, photo(file), OPTIONS)).error ?? '',
			/^Expected an image in a\.png but received/,
		);
	});

	it('passes on why a file of the list is not read, without reading it', async () => {
		for (const group of ['not read', 'passed over'] as const) {
			const listed = { file: 'nowhere', below: 'nowhere', group, reason: 'Because.' };
			assert.deepEqual(await readPhoto(happy, listed, OPTIONS), { file: 'nowhere', status: group, error: 'Because.' });
		}
	});

	it('draws an annotated copy that is known as such, of a large photo too', async (t) => {
		const folder = temporaryFolder(t);
		const [file, copy] = [join(folder, 'a.png'), join(folder, 'out', 'a.png')];
		await sharp({ create: { width: 3000, height: 2000, channels: 3, background: 'grey' } }).toFile(file);
		const attention = { values: [1], height: 1, width: 1 };
		const recognizer = recognizerOf(async (_, options) => [
			{ ...face(300, 300, 900), ...(options?.attention && { attention }) },
		]);
		const result = await readPhoto(recognizer, photo(file), OPTIONS, copy);
		assert.deepEqual([result.status, result.error], ['face', undefined]);
		assert.ok(await isOwnPng(copy));
		const { width } = await sharp(copy).metadata();
		assert.ok(width > 800 && width < 2000);
		// The part under attention is orange: more red than blue.
		const pixel = sharp(copy).extract({ left: 250, top: 250, width: 1, height: 1 });
		const [red, , blue] = await pixel.removeAlpha().raw().toBuffer();
		assert.ok(red > blue + 50);
	});

	it('keeps the faces where the copy cannot be written, and says so', async (t) => {
		const folder = temporaryFolder(t);
		const file = join(folder, 'a.png');
		writeFileSync(file, png);
		const result = await readPhoto(happy, photo(file), OPTIONS, join(file, 'copy.png'));
		assert.deepEqual([result.status, result.faces?.length], ['face', 1]);
		assert.match(result.error ?? '', /^It has no annotated copy\. Expected a folder but found a file/);
		assert.equal(existsSync(join(file, 'copy.png')), false);
	});
});
