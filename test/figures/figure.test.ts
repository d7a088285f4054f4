import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFigure, type FigureParts } from '../../lib/figures/figure';

const PARTS: FigureParts = {
	data: [],
	layout: {},
	margins: { left: 60, right: 20, top: 6, bottom: 40 },
	plotWidth: 500,
	plotHeight: 300,
};

/** The annotations whose text is or starts with the given one. */
function textsOf(parts: FigureParts): string[] {
	return (createFigure(parts).layout.annotations ?? []).map(({ text }) => String(text));
}

test('createFigure adds margins to the plotting area, and room for title, subtitle and caption', () => {
	const plain = createFigure(PARTS).layout;
	assert.deepEqual([plain.width, plain.height], [580, 12 + 6 + 300 + 40]);
	const titled = createFigure({ ...PARTS, title: 'A', subtitle: 'b', caption: 'c' }).layout;
	assert.ok(titled.height > plain.height + 50);
	// What stays for the axes is the plotting area that was asked for.
	for (const { width, height, margin } of [plain, titled]) {
		assert.equal(width - (margin?.l ?? 0) - (margin?.r ?? 0), 500);
		assert.equal(height - (margin?.t ?? 0) - (margin?.b ?? 0), 300);
	}
});

test('createFigure centres title and caption on the whole width, not on the plotting area', () => {
	const { annotations = [] } = createFigure({ ...PARTS, title: 'A', caption: 'c' }).layout;
	assert.equal(annotations.length, 2);
	for (const { x, xref, xanchor, xshift } of annotations) {
		// The plotting area's middle lies at 310 of 580 pixels.
		assert.deepEqual([x, xref, xanchor, xshift], [0.5, 'paper', 'center', -20]);
	}
});

test('createFigure breaks a long caption into lines of about the same length', () => {
	const caption = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');
	const lines = textsOf({ ...PARTS, caption })[0].split('<br>');
	assert.equal(lines.join(' '), caption);
	assert.ok(lines.length > 1);
	const lengths = lines.map(({ length }) => length);
	assert.ok(Math.max(...lengths) < 90, `${lengths}`);
	assert.ok(Math.min(...lengths) > 0.7 * Math.max(...lengths), `${lengths}`);
});

test('createFigure makes sides even, so that one and a half pixels for each are whole', () => {
	for (let words = 0; words < 60; words++) {
		const { width, height } = createFigure({ ...PARTS, caption: 'word '.repeat(words).trim() }).layout;
		assert.deepEqual([width % 2, height % 2], [0, 0]);
	}
});

test('createFigure keeps what the figure itself says', () => {
	const layout = { barmode: 'stack', annotations: [{ text: 'own' }] } as const;
	const figure = createFigure({ ...PARTS, layout: { ...layout, annotations: [...layout.annotations] }, title: 'A' });
	assert.equal(figure.layout.barmode, 'stack');
	assert.deepEqual(textsOf({ ...PARTS, layout: { annotations: [{ text: 'own' }] }, title: 'A' }), ['own', '<b>A</b>']);
});
