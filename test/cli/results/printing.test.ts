import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PHOTO_RESULTS } from '../../../cli/photos/formats';
import { openPrinter, type PrintFormat } from '../../../cli/results/printing';
import { EMOTIONS } from '../../../lib/emotions';
import { RESULTS } from '../../fixtures/photoResults';

/** Prints results; returns the text after the opening, after each result and at the end. */
function print(format: PrintFormat, results: readonly (typeof RESULTS)['face'][]): string[] {
	let text = '';
	const sink = openPrinter(format, EMOTIONS, PHOTO_RESULTS, (part) => {
		text += part;
	});
	const states = [text];
	for (const result of results) {
		sink.write(result);
		states.push(text);
	}
	sink.end(true);
	return [...states, text];
}

const files = ({ file }: { file: string }) => file;

describe('openPrinter', () => {
	it('prints an array of JSON that is valid after any number of results', () => {
		const all = Object.values(RESULTS);
		for (let count = 0; count <= all.length; count++) {
			const text = print('json', all.slice(0, count)).at(-1) ?? '';
			assert.deepEqual(JSON.parse(text).map(files), all.slice(0, count).map(files));
			assert.ok(text.endsWith(']\n'));
		}
	});

	it('prints each result at once, in whole lines', () => {
		const [opened, first, second, ended] = print('csv', [RESULTS.face, RESULTS.none]);
		assert.match(opened, /^file,face,emotion,.*,note\n$/);
		assert.match(first, /\na\.jpg,1,happy,.*\n$/);
		assert.match(second, /\nd\.jpg,,.*,no face,\n$/);
		assert.equal(ended, second);
		assert.deepEqual(print('text', [RESULTS.none]), ['', 'd.jpg: no face found\n', 'd.jpg: no face found\n']);
		const [, json] = print('json', [RESULTS.none, RESULTS.unread]);
		assert.deepEqual(JSON.parse(`${json}]`).map(files), ['d.jpg']);
	});
});
