import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { imageAt } from '../../../lib/data/dataset';
import { readFaces } from '../../../lib/data/readers/readFaces';
import { makeZip, temporaryFolder, writeFiles } from './sources';

const HEADER = 'subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal';

/** Black, with a face of one value at 10, 20: 30 x 30 pixels. */
function photo(value: number): Promise<Buffer> {
	const create = { width: 80, height: 90, channels: 3 as const, background: 'black' };
	const face = { ...create, width: 30, height: 30, background: { r: value, g: value, b: value } };
	const input = { create: face };
	return sharp({ create })
		.composite([{ input, left: 10, top: 20 }])
		.png()
		.toBuffer();
}

const row = (image: string, label: number, box = '10,20,30,30') => `${image},${box},1.5;2;3;4,${label},0.1,-0.2`;

async function files(): Promise<Record<string, Buffer | string>> {
	const training = [row('1/a.png', 1), row('2/b.png', 0), row('2/c.png', 7), row('3/d.png', 10, 'NULL,NULL,NULL,NULL')];
	return {
		'training.csv': `${[HEADER, ...training].join('\r\n')}\r\n`,
		// As some copies have it, without the header.
		'validation.csv': `${row('1/e.png', 6)}\n`,
		'Manually_Annotated_Images/1/a.png': await photo(100),
		'Manually_Annotated_Images/2/b.png': await photo(50),
		'Manually_Annotated_Images/2/c.png': await photo(1),
		'Manually_Annotated_Images/3/d.png': await photo(2),
		'Manually_Annotated_Images/1/e.png': await photo(200),
	};
}

test('faces are cut out by their boxes; contempt and non-emotions are dropped and counted', async (t) => {
	const folder = temporaryFolder(t);
	const all = await files();
	writeFiles(path.join(folder, 'x'), all);
	const zip = path.join(folder, 'x.zip');
	writeFileSync(zip, makeZip(Object.entries(all).map(([name, content]) => ({ name, content }))));
	for (const source of [path.join(folder, 'x'), zip]) {
		const { dataset, layout, dropped, sizes, passedOver, numbering } = await readFaces(source);
		assert.deepEqual([layout, dataset.name, numbering], ['affectnet-tables', 'AffectNet', 'affectNet']);
		assert.deepEqual([...dataset.labels], [3, 6, 0]);
		assert.deepEqual([...(dataset.usage ?? [])], [0, 0, 3]);
		for (const [image, value] of [100, 50, 200].entries()) {
			assert.ok(imageAt(dataset, image).every((pixel) => pixel === value));
		}
		assert.deepEqual([dropped, sizes, passedOver], [{ contempt: 1, 'no face': 1 }, { '30x30': 3 }, {}]);
	}
});

test('wrong rows and missing images are refused with their row', async (t) => {
	const folder = temporaryFolder(t);
	const all = await files();
	const cases: [string, RegExp][] = [
		[row('1/e.png', 11), /an expression from 0 to 10 in row 1 of validation\.csv but received "11"/],
		[row('1/e.png', 6, 'NULL,NULL,NULL,NULL'), /the box of a face in row 1 of validation\.csv/],
		[row('1/e.png', 6, '500,500,9,9'), /complete images .*1\/e\.png: a box of 9x9 pixels at 500, 500/],
		[`${HEADER.replace('expression', 'label')}\n`, /the column expression in row 1 of validation\.csv/],
		[row('1/lost.png', 6), /the 5 images of the table .*1\/lost\.png, row 1 of validation\.csv/],
	];
	for (const [text, message] of cases) {
		writeFiles(folder, { ...all, 'validation.csv': text });
		await assert.rejects(readFaces(folder), { name: 'DataError', message }, text);
	}
});
