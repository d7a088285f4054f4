import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageAt } from '../../../lib/data/dataset';
import { readCsv } from '../../../lib/data/readers/fer2013Csv';
import { csvText, inPieces, pixelText, pixelValue } from './sources';

const read = (text: string | Uint8Array, pieceLength?: number) => readCsv(inPieces(text, pieceLength), 'fer2013.csv');

/** Replaces row `row` (the header is 1) of a file of four rows. */
function withRow(row: number, text: string): string {
	return csvText(4)
		.split('\n')
		.map((line, index) => (index === row - 1 ? text : line))
		.join('\n');
}

async function refuses(text: string | Uint8Array, message: RegExp): Promise<void> {
	await assert.rejects(read(text), { name: 'DataError', message });
}

test('readCsv reads pixels, labels and usage', async () => {
	const dataset = await read(csvText(9));
	assert.deepEqual(dataset.shape, [48, 48, 1]);
	assert.deepEqual([...dataset.labels], [0, 1, 2, 3, 4, 5, 6, 0, 1]);
	assert.deepEqual([...(dataset.usage ?? [])], [0, 0, 1, 2, 0, 0, 1, 2, 0]);
	for (let image = 0; image < 9; image++) {
		assert.ok(imageAt(dataset, image).every((value, at) => value === pixelValue(image, at)));
	}
	assert.equal(Object.getPrototypeOf(dataset.pixels), Uint8Array.prototype);
});

test('the pieces of the stream make no difference', async () => {
	const { fingerprint } = await read(csvText(5));
	for (const length of [1, 17, 4096, 10_000_000]) {
		assert.equal((await read(csvText(5), length)).fingerprint, fingerprint);
	}
});

test('the row of an error is counted over batches of either reader', async () => {
	const [header, ...rows] = csvText(8).trimEnd().split('\n');
	const lines = [header, ...Array.from({ length: 1600 }, (_, i) => rows[i % 8])];
	assert.ok(lines.join('\n').length > 9e6, 'three batches');
	const wrong = [...lines];
	// Row 3 is read by Polars, with the others of its batch.
	wrong[2] = wrong[2].replace(/,([\d ]+),/, ',"$1",');
	wrong[1500] = wrong[1500].replace(/,\d+ /, ',300 ');
	await refuses(wrong.join('\n'), /pixel 1 in row 1,501 of fer2013\.csv/);
	wrong[1500] = lines[1500];
	const [one, other] = [await read(wrong.join('\n')), await read(lines.join('\n'))];
	assert.equal(one.fingerprint, other.fingerprint);
});

test('forms of the same table are read the same', async () => {
	const text = csvText(5);
	const { fingerprint } = await read(text);
	const forms = {
		'CRLF line ends': text.replaceAll('\n', '\r\n'),
		'no line end at the end': text.trimEnd(),
		'CRLF, none at the end': text.trimEnd().replaceAll('\n', '\r\n'),
		'empty lines at the end': `${text}\n\r\n\n`,
		'quoted pixels': text.replaceAll(/,(\d+ [\d ]+),/g, ',"$1",'),
		'everything quoted': text.replaceAll(/[^,\n]+/g, '"$&"'),
		'spaces around pixels': text.replaceAll(/,(\d+ [\d ]+),/g, ',  $1  ,'),
		'a byte-order mark': `\ufeff${text}`,
		'headers of icml_face_data.csv': text.replace('emotion,pixels,Usage', 'emotion, pixels, Usage'),
		'columns of icml_face_data.csv': text
			.replace('emotion,pixels,Usage', 'emotion, Usage, pixels')
			.replaceAll(/^(\d),(.*),(\w+)$/gm, '$1,$3,$2'),
	};
	for (const [form, variant] of Object.entries(forms)) {
		assert.notEqual(variant, text, form);
		assert.equal((await read(variant)).fingerprint, fingerprint, form);
	}
});

test('without the Usage column (train.csv) the data set has no usage', async () => {
	const dataset = await read(csvText(3).replaceAll(/,[A-Za-z]+$/gm, ''));
	assert.equal(dataset.usage, undefined);
	assert.deepEqual([...dataset.labels], [0, 1, 2]);
});

test('rows are counted on through batches', async () => {
	// 1,000 rows are 8 MB, so the wrong one comes in the second batch.
	const lines = csvText(1000).split('\n');
	lines[899] = lines[899].replace(/[A-Za-z]+$/, 'Trainng');
	await refuses(lines.join('\n'), /row 900 of fer2013\.csv but received "Trainng"/);
});

test('a wrong header is refused', async () => {
	const row = `\n0,${pixelText(0)},Training\n`;
	for (const header of ['emotion,pixel,Usage', 'pixels', 'emotion', '<!DOCTYPE html>']) {
		const found = header.replaceAll(/[<>!]/g, '.');
		await refuses(header + row, new RegExp(`columns emotion, pixels and Usage in row 1 of .* received "${found}"`));
	}
	await refuses(`0,${pixelText(0)},Training${row}`, /columns emotion, pixels and Usage in row 1/);
	await refuses('\n', /columns emotion, pixels and Usage in row 1/);
});

test('an empty file and a header alone are refused', async () => {
	await refuses('', /fer2013\.csv but received an empty file/);
	await refuses('emotion,pixels,Usage\n', /rows below the header in fer2013\.csv but received none/);
});

test('a short or long pixel row is refused, with both counts', async () => {
	const remedy = 'Correct this row, or download the file again if it is as published.';
	await assert.rejects(read(withRow(3, `1,${pixelText(1, 2303)},Training`)), {
		message: `Expected 2,304 pixels in row 3 of fer2013.csv but received 2,303. ${remedy}`,
	});
	await refuses(withRow(5, `1,${pixelText(1, 2305)},Training`), /2,304 pixels in row 5 .* received 2,305\./);
	await refuses(withRow(2, '1,,Training'), /3 fields in row 2 .* received 2 with a value/);
	await refuses(withRow(2, '1, ,Training'), /2,304 pixels in row 2 .* received 0/);
});

test('a pixel that is no number from 0 to 255 is refused, with its place', async () => {
	const swap = (value: string) => withRow(4, `1,${pixelText(1).replace(/^(\d+ \d+ )\d+/, `$1${value}`)},Training`);
	for (const value of ['256', '1000', '99999999999999999999999', '-1', '1.5', 'x', '0x10', '1e2', '+1']) {
		const found = value.slice(0, 20).replaceAll(/[.+]/g, '\\$&');
		await refuses(swap(value), new RegExp(`values from 0 to 255 in pixel 3 in row 4 of .* received "${found}"`));
	}
	await refuses(withRow(4, `1,${pixelText(1)}x,Training`), /pixel 2304 in row 4/);
	await refuses(Buffer.from(swap('\xff'), 'latin1'), /pixel 3 in row 4/);
	// Leading zeros are no other number.
	await read(swap('007'));
});

test('a label that is none from 0 to 6 is refused', async () => {
	for (const label of ['7', '-1', '1.5', 'contempt', '"1 2"', '10']) {
		await refuses(
			withRow(2, `${label},${pixelText(1)},Training`),
			/a label from 0 to 6, or an emotion, in row 2 of fer/,
		);
	}
	await refuses(withRow(2, `suprise,${pixelText(1)},Training`), /received "suprise"\. Did you mean surprise\? Correct/);
});

test('an unknown Usage is refused', async () => {
	for (const usage of ['Test', 'training', 'Validation', '0']) {
		await refuses(
			withRow(2, `1,${pixelText(1)},${usage}`),
			new RegExp(`Usage of Training.* row 2 .* received "${usage}"`),
		);
	}
});

test('a row of too few or too many fields is refused', async () => {
	await refuses(withRow(2, `1,${pixelText(1)}`), /3 fields in row 2 of fer2013\.csv but received 2 with a value/);
	await refuses(withRow(3, `1,${pixelText(1)},Training,x`), /3 fields in row 3 of fer2013\.csv but received more/);
	await refuses(withRow(4, 'x'), /3 fields in row 4 of fer2013\.csv but received 1 with a value/);
});

test('a quote that is never closed is refused, with its row', async () => {
	await refuses(withRow(4, `1,"${pixelText(1)},Training`), /a row of a CSV file in row 4 of fer2013\.csv/);
});

test('a file that breaks off in a row is refused', async () => {
	const text = csvText(4);
	await refuses(text.slice(0, -3000), /row 5 of fer2013\.csv/);
	await refuses(text.slice(0, -5), /Usage .* row 5 of fer2013\.csv but received "Private"/);
});

test('bytes without line ends are refused before they fill the memory', async () => {
	async function* endless(): AsyncGenerator<Uint8Array> {
		for (;;) yield Buffer.alloc(2 ** 20, 'a');
	}
	await assert.rejects(readCsv(endless(), 'x.csv'), { name: 'DataError', message: /lines of at most 4 MB in x\.csv/ });
});

/** Reads a table and returns it with the notes about it. */
async function readWithNotes(text: string | Uint8Array) {
	const notes: string[] = [];
	return { ...(await readCsv(inPieces(text), 'x.csv', (note) => notes.push(note))), notes };
}

test('other forms of the same table are read, with a note that says so', async () => {
	const text = csvText(9);
	const { fingerprint, notes } = await readWithNotes(text);
	assert.deepEqual(notes, []);
	const words = ['angry', 'Disgust', 'FEAR', 'happiness', 'sad', 'surprised', ' neutral '];
	const lines = text.trimEnd().split('\n');
	const lists = text.replaceAll(/,(\d+ [\d ]+),/g, (_, pixels: string) => `,"[${pixels.replaceAll(' ', ', ')}]",`);
	const forms: [string, string | Uint8Array, string][] = [
		[
			'index',
			lines.map((line, at) => (at === 0 ? `,${line}` : `${at - 1},${line}`)).join('\n'),
			'columns not read: one without a name',
		],
		['Excel', text.replaceAll(',', ';').replaceAll('\n', '\r\n'), 'columns separated by ;'],
		['tabs', text.replaceAll(',', '\t'), 'columns separated by tabs'],
		['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le'), 'encoded in UTF-16'],
		['UTF-16 without mark', Buffer.from(text, 'utf16le'), 'encoded in UTF-16'],
		['UTF-16 big-endian', Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'encoded in UTF-16'],
		['words', text.replaceAll(/^(\d),/gm, (_, label: string) => `${words[Number(label)]},`), 'labels read as words'],
		['lists', lists, 'pixels read from lists'],
		['commas', lists.replaceAll(/[[\]]/g, ''), 'pixels read from lists'],
		[
			'extra',
			lines.map((line, at) => (at === 0 ? `${line},person` : `${line},`)).join('\n'),
			'columns not read: person',
		],
	];
	for (const [form, variant, what] of forms) {
		const read = await readWithNotes(variant);
		assert.equal(read.fingerprint, fingerprint, form);
		assert.deepEqual(read.notes, [`x.csv is not as published: ${what}.`], form);
	}
	const floats = await readWithNotes(text.replaceAll(/^(\d),/gm, '$1.0,'));
	assert.equal(floats.fingerprint, fingerprint);
	const shouted = await readWithNotes(text.replace('emotion,pixels,Usage', 'EMOTION,Pixels,usage'));
	assert.equal(shouted.fingerprint, fingerprint);
});

test('a header that cannot be read is refused with a remedy for its fault', async () => {
	const row = `3,${pixelText(0)},Training\n`;
	const cases: [string, RegExp][] = [
		[
			`pixels\n"${pixelText(0)}"\n`,
			/images without labels, as in Kaggle's test\.csv\. Without labels it serves neither/,
		],
		[
			`emotion,${Array.from({ length: 2304 }, (_, at) => `pixel${at}`)}\n`,
			/2,305 columns, probably one per pixel\. Join/,
		],
		[row, /a row of values\. Add the header emotion,pixels,Usage/],
		[`emotion,emotion,pixels\n${row}`, /with emotion twice\. Keep one of them/],
		['sep=;\nemotion;pixels\n', /Delete this first line/],
		['label,image\n', /Name the columns emotion, pixels and Usage; others are ignored/],
	];
	for (const [text, message] of cases) await refuses(text, message);
});

test('pixels of another kind are refused with a remedy for it', async () => {
	const cases: [string, RegExp][] = [
		[pixelText(1, 96 * 96), /2,304 pixels in row 2 .* received 9,216 \(96x96\)\. Resize the images to 48x48/],
		['[70 80 82 ... 106 109 82]', /all pixels in row 2 .* shortened with "\.\.\."\. NumPy/],
		[pixelText(1).replace(/^\d+/, '0.27'), /pixel 1 in row 2 .* "0\.27"\. Write whole numbers from 0 to 255/],
	];
	for (const [pixels, message] of cases) await refuses(withRow(2, `1,${pixels},Training`), message);
	await refuses(withRow(2, `1,${pixelText(1).replaceAll(' ', ',')},Training`), /received more\. .* need quotes/);
});
