import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Figure } from '../../../lib/figures/figure';
import { isOwnHtml, toHtml } from '../../../lib/figures/rendering/html';
import { temporaryFolder } from '../../data/readers/sources';

const figure: Figure = {
	data: [{ type: 'scatter', name: '</script><b>', x: [1], y: [2] }],
	layout: { width: 9, height: 8 },
};

describe('toHtml', () => {
	it('makes a page that needs no other file, whatever the figure says', () => {
		const page = toHtml(figure, 'a & <b>');
		assert.equal(page.match(/<\/script/g)?.length, 2);
		assert.doesNotMatch(page, /<(script|link|img)[^>]+(src|href)=/);
		assert.match(page, /<title>a &amp; &lt;b><\/title>/);
		const [, json] = /Plotly\.newPlot\('figure', (.*)\);<\/script>/.exec(page) ?? [];
		assert.deepEqual(JSON.parse(json), { ...figure, config: { displaylogo: false } });
	});

	it('knows its own pages', async (t) => {
		const [own, other] = ['a.html', 'b.html'].map((name) => join(temporaryFolder(t), name));
		writeFileSync(own, toHtml(figure, 'a'));
		writeFileSync(other, '<!doctype html><html lang="en"></html>');
		assert.deepEqual([await isOwnHtml(own), await isOwnHtml(other)], [true, false]);
	});
});
