import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlainRows } from '../../../lib/data/readers/plainRows';

const COLUMNS = { names: ['emotion', 'pixels', 'usage'], separator: ',', emotion: 0, pixels: 1, usage: 2 };
/** 2,304 values in which each width occurs, with those of the ends of the range. */
const VALUES = Array.from({ length: 2304 }, (_, i) => [0, 7, 42, 199, 255][i % 5]);
const PIXELS = VALUES.join(' ');

const read = (text: string, columns = COLUMNS) => readPlainRows(Buffer.from(text), columns, 7);

test('rows in the form of fer2013.csv are read from their bytes', () => {
	const rows = read(`3,${PIXELS},Training\n0,${PIXELS},PrivateTest\r\n6,${PIXELS},PublicTest`);
	assert.deepEqual(rows?.labels, [3, 0, 6]);
	assert.deepEqual(rows?.usage, [0, 2, 1]);
	assert.deepEqual([...(rows?.pixels ?? [])], [...VALUES, ...VALUES, ...VALUES]);
});

test('the columns may stand in another order, and Usage may be missing', () => {
	const other = { ...COLUMNS, names: ['emotion', 'usage', 'pixels'], usage: 1, pixels: 2 };
	const rows = read(`5,PublicTest,${PIXELS}\n`, other);
	assert.deepEqual([rows?.labels, rows?.usage, rows?.pixels.length], [[5], [1], 2304]);
	const without = read(`5,${PIXELS}\n`, { ...COLUMNS, names: ['emotion', 'pixels'], usage: -1 });
	assert.deepEqual([without?.labels, without?.usage, without?.pixels.length], [[5], [], 2304]);
});

test('a batch with a row of any other form is left to the reader of tables', () => {
	const plain = `3,${PIXELS},Training\n`;
	for (const [name, row] of Object.entries({
		'quoted pixels': `3,"${PIXELS}",Training\n`,
		'two spaces': `3,${PIXELS.replace(' ', '  ')},Training\n`,
		'a space at the end': `3,${PIXELS} ,Training\n`,
		'a value above 255': `3,${PIXELS.replace('255', '256')},Training\n`,
		'a very long value': `3,${PIXELS.replace('255', '9'.repeat(400))},Training\n`,
		'a fraction': `3,${PIXELS.replace('42', '4.2')},Training\n`,
		'a pixel too few': `3,${PIXELS.slice(2)},Training\n`,
		'a pixel too many': `3,1 ${PIXELS},Training\n`,
		'a label that is no class': `7,${PIXELS},Training\n`,
		'a label of two digits': `03,${PIXELS},Training\n`,
		'another Usage': `3,${PIXELS},Test\n`,
		'a longer Usage': `3,${PIXELS},Trainings\n`,
		'a further column': `3,${PIXELS},Training,1\n`,
		'a missing column': `3,${PIXELS}\n`,
		'an empty line': '\n',
		'half a line': '3,12 13',
	})) {
		assert.equal(read(plain + row), undefined, name);
	}
	assert.equal(read(plain, { ...COLUMNS, separator: ';' }), undefined);
	assert.equal(read(plain, { ...COLUMNS, names: ['', 'emotion', 'pixels', 'usage'] }), undefined);
});

test('a batch of empty lines reserves no memory for images', () => {
	const before = process.memoryUsage().arrayBuffers;
	assert.equal(read('\n'.repeat(4_000_000)), undefined);
	assert.ok(process.memoryUsage().arrayBuffers - before < 50e6);
});
