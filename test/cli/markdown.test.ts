import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fillMarks, table } from '../../cli/markdown';

describe('table', () => {
	it('aligns words left and numbers right', () => {
		assert.equal(
			table(['what', 'n'], [['faces', '7']], 1),
			['| what | n |', '| --- | ---: |', '| faces | 7 |'].join('\n'),
		);
	});
});

describe('fillMarks', () => {
	const page = 'before\n<!-- a:one -->\nold\n<!-- /a:one -->\nbetween\n<!-- a:two -->\n<!-- /a:two -->\nafter\n';

	it('replaces the text between the marks, and filling again changes nothing', () => {
		const content = { file: 'page.md', group: 'a', parts: { one: 'new', two: 'text' } };
		const filled = fillMarks(page, content);
		assert.equal(
			filled,
			'before\n<!-- a:one -->\nnew\n<!-- /a:one -->\nbetween\n<!-- a:two -->\ntext\n<!-- /a:two -->\nafter\n',
		);
		assert.equal(fillMarks(filled, content), filled);
	});

	it('names the missing mark', () => {
		assert.throws(() => fillMarks(page, { file: 'page.md', group: 'a', parts: { three: '' } }), {
			message: 'Expected <!-- a:three --> before <!-- /a:three --> in page.md. Restore the page: git checkout page.md',
		});
	});
});
