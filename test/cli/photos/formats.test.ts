import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { columns as columnsOf, toCsv, toJson, toText } from '../../../cli/photos/formats';
import { parseCsv } from '../../../lib/csv';
import { EMOTIONS } from '../../../lib/emotions';
import { RESULTS } from '../../fixtures/photoResults';

const columns = columnsOf(EMOTIONS).map(([name]) => name);

/** The lines of a result by their columns. */
function lines(result: (typeof RESULTS)['face']): Record<string, string>[] {
	const { rows, isUnfinished } = parseCsv(`${toCsv(result, EMOTIONS)}\n`);
	assert.equal(isUnfinished, false);
	return rows.map((row) => {
		assert.equal(row.length, columns.length);
		return Object.fromEntries(row.map((cell, i) => [columns[i], cell]));
	});
}

describe('the CSV of results', () => {
	it('keeps the columns of faces first, and adds those of files', () => {
		const box = 'left,top,width,height,detection';
		assert.equal(columns.join(','), `file,face,emotion,${EMOTIONS.join(',')},${box},faces,status,note`);
	});

	it('has a line for each face, with the number of faces in each', () => {
		const [first, second, ...others] = lines(RESULTS.faces);
		assert.deepEqual(others, []);
		assert.deepEqual([first.file, first.face, first.emotion, first.happy], ['b, c.jpg', '1', 'happy', '0.7000']);
		assert.deepEqual([first.left, second.left, second.face], ['1.0000', '2.0000', '2']);
		assert.deepEqual([second.faces, second.status, second.note], ['2', 'face', 'the first of 3 frames']);
	});

	it('has a line for a file without a face, one that was not read, and one that was passed over', () => {
		const found = [RESULTS.none, RESULTS.unread, RESULTS.passed].flatMap(lines);
		assert.deepEqual(
			found.map(({ file, face, faces, status, note }) => [file, face, faces, status, note]),
			[
				['d.jpg', '', '0', 'no face', ''],
				['e.jpg', '', '', 'not read', 'Expected an image in "e.jpg".'],
				['f.heic', '', '', 'passed over', 'HEIC photo. Export it as JPEG.'],
			],
		);
	});

	it('holds names with quotes, commas and line breaks', () => {
		const file = 'a "b",\r\nc\r.jpg';
		assert.equal(lines({ ...RESULTS.none, file })[0].file, file);
	});
});

describe('the text of results', () => {
	it('says what was found', () => {
		assert.match(
			toText(RESULTS.face, EMOTIONS),
			/^a\.jpg: 1 face\n {2}1\. happy {2}\(angry 10 %.*; box 10,20 30 x 30\)$/,
		);
		assert.match(toText(RESULTS.faces, EMOTIONS), /^b, c\.jpg: 2 faces \(the first of 3 frames\)\n.*\n.*$/);
		assert.equal(toText(RESULTS.none, EMOTIONS), 'd.jpg: no face found');
		assert.equal(toText(RESULTS.unread, EMOTIONS), 'e.jpg: not read. Expected an image in "e.jpg".');
		assert.equal(toText(RESULTS.passed, EMOTIONS), 'f.heic: passed over. HEIC photo. Export it as JPEG.');
	});

	it('sends no control characters of a name to the terminal', () => {
		assert.equal(
			toText({ ...RESULTS.none, file: 'a\u001b[2J\n.jpg' }, EMOTIONS),
			'"a\\u001b[2J\\n.jpg": no face found',
		);
	});
});

it('the JSON of a result has probabilities by emotion, and only what there is', () => {
	const of = (name: keyof typeof RESULTS) => JSON.parse(JSON.stringify(toJson(RESULTS[name], EMOTIONS)));
	assert.equal(of('face').faces[0].probabilities.happy, 0.7);
	assert.deepEqual(of('none'), { file: 'd.jpg', status: 'no face', faces: [] });
	assert.deepEqual(of('unread'), { file: 'e.jpg', status: 'not read', error: RESULTS.unread.error });
});
