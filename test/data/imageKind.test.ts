import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { fileEnds, fileKind } from '../../lib/data/imageKind';
import { bmp } from '../fixtures/bmp';
import { makeZip, temporaryFolder } from './readers/sources';

const kindOf = async (content: Uint8Array | string) => fileKind(await fileEnds(Buffer.from(content)));
const latin1 = (text: string) => Buffer.from(text, 'latin1');
/** The first box of an ISO container, with its brands. */
const container = (...brands: string[]) =>
	latin1(`\0\0\0${String.fromCharCode(12 + 4 * brands.length)}ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`);

describe('fileKind', () => {
	it('names the formats that are read by their content', async () => {
		const noise = Uint8Array.from({ length: 100 * 100 * 3 }, (_, i) => (i * i * 31) % 256);
		const image = sharp(noise, { raw: { width: 100, height: 100, channels: 3 } });
		const found = [];
		for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
			found.push(await kindOf(await image.clone().toFormat(format).toBuffer()));
		}
		// Its directory is beyond what is looked at.
		found.push(await kindOf(await image.clone().tiff({ compression: 'none' }).toBuffer()));
		found.push(await kindOf(bmp({ width: 2, height: 1, pixels: [1, 2], bits: 24 })));
		const names = ['JPEG', 'PNG', 'WebP', 'GIF', 'TIFF', 'AVIF', 'TIFF', 'BMP'];
		assert.deepEqual(
			found,
			names.map((name) => ({ name: `${name} image`, group: 'read' })),
		);
	});

	it('names images that are not read, and what to do', async () => {
		for (const [content, name, remedy] of [
			[container('heic', 'mif1', 'heic'), 'HEIC photo', /On an iPhone, export it as JPEG, or set Settings > Camera/],
			[container('mif1', 'mif1', 'heic'), 'HEIC photo', /On an iPhone/],
			[latin1('\0\0\0\x0cJXL \r\n\x87\n'), 'JPEG XL image', /Export it as JPEG/],
			[latin1('8BPS\0\x01'), 'Photoshop file', /Export it as JPEG/],
			[Buffer.concat([Buffer.alloc(40, 1), latin1('\0\0\0\0\0\0\0\0TRUEVISION-XFILE.\0')]), 'Targa image', /Export/],
			[Buffer.of(0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 24, 0, 1, 2, 3, 1, 2, 3), 'Targa image', /Export/],
		] as const) {
			const kind = await kindOf(content);
			assert.deepEqual([kind?.name, kind?.group], [name, 'unread']);
			assert.match(kind?.remedy ?? '', remedy);
		}
	});

	it('takes the general container with the brand of AVIF for AVIF', async () => {
		assert.deepEqual(await kindOf(container('mif1', 'mif1', 'avif')), { name: 'AVIF image', group: 'read' });
	});

	it('names what is no image', async () => {
		const named = async (content: Uint8Array) => {
			const { name, group } = (await kindOf(content)) ?? {};
			return [name, group];
		};
		assert.deepEqual(await named(latin1('%PDF-1.7\n')), ['PDF document', 'other']);
		assert.deepEqual(await named(makeZip([{ name: 'a.txt', content: 'a' }])), ['zip archive', 'other']);
		assert.deepEqual(await named(container('isom', 'isom', 'mp41')), ['MP4 video', 'other']);
	});

	it('says nothing of texts and empty files', async () => {
		for (const content of ['', 'x', 'Dear diary,\n', '{"a": 1}', 'file,face\n']) {
			assert.equal(await kindOf(content), undefined, JSON.stringify(content));
		}
	});
});

it('fileEnds reads no more of a file than its ends', async (t) => {
	const file = join(temporaryFolder(t), 'a');
	const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => i % 251));
	writeFileSync(file, content);
	const [ofFile, ofContent] = [await fileEnds(file), await fileEnds(content)];
	for (const end of ['head', 'tail'] as const) assert.deepEqual(Buffer.from(ofFile[end]), Buffer.from(ofContent[end]));
	assert.ok(ofFile.head.length < 5000 && ofFile.tail.at(-1) === content.at(-1));
	writeFileSync(file, 'abc');
	assert.equal(Buffer.from((await fileEnds(file)).tail).toString(), 'abc');
});
