import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { csvLine, parseCsv } from '../lib/csv';

const CELLS = ['plain', '', 'a,b', 'say "cheese"', 'two\nlines', 'return\rfeed\r\n', ' blank '];

describe('csvLine', () => {
	it('quotes cells with commas, quotes and either line break, as RFC 4180 asks', () => {
		assert.equal(csvLine(['a', 1.5, 'b c']), 'a,1.5,b c');
		assert.equal(csvLine(['a,b', 'say "hi"']), '"a,b","say ""hi"""');
		assert.equal(csvLine(['a\nb', 'c\rd']), '"a\nb","c\rd"');
	});
});

describe('parseCsv', () => {
	it('returns what csvLine wrote, with the place after each line', () => {
		const lines = [CELLS, ['x', 'y'], ['']].map((cells) => `${csvLine(cells)}\n`);
		const { rows, ends, isUnfinished } = parseCsv(lines.join(''));
		assert.deepEqual(rows, [CELLS, ['x', 'y'], ['']]);
		assert.deepEqual(ends, [lines[0].length, lines[0].length + lines[1].length, lines.join('').length]);
		assert.equal(isUnfinished, false);
	});

	it('reads lines that end with CR and LF', () => {
		assert.deepEqual(parseCsv('a,b\r\n"c",d\r\n').rows, [
			['a', 'b'],
			['c', 'd'],
		]);
	});

	it('recognises every beginning of a line as unfinished, and leaves it out', () => {
		const [whole, last] = ['a,b\n', `${csvLine(CELLS)}\n`];
		for (let length = 1; length < last.length; length++) {
			const { rows, ends, isUnfinished } = parseCsv(whole + last.slice(0, length));
			assert.deepEqual([rows, ends, isUnfinished], [[['a', 'b']], [4], true], `after ${length} characters`);
		}
		assert.deepEqual(parseCsv(''), { rows: [], ends: [], isUnfinished: false });
	});

	it('recognises text that is no CSV', () => {
		for (const text of ['a,b"c\nd,e\n', '"a"b\n']) assert.equal(parseCsv(text).isUnfinished, false);
	});
});
