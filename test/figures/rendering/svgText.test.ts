import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outlineText, textBox } from '../../../lib/figures/rendering/svgText';

/** An SVG drawing with the given content, as Plotly's page holds it. */
async function drawing(content: string): Promise<SVGElement> {
	const { parseHTML } = await import('linkedom');
	const { document } = parseHTML(`<!doctype html><html><body><svg>${content}</svg></body></html>`);
	return document.querySelector('svg') as unknown as SVGElement;
}

async function boxOf(content: string) {
	const box = textBox((await drawing(content)).querySelector('text') as SVGElement);
	assert.ok(box);
	return box;
}

/**
 * Widths in units of the font, from FreeType by Pillow: `ImageFont.truetype(file, 2048, layout_engine=BASIC).getlength`.
 * Pillow 13 gives the second as 11418.5, as it divides kerning by 64 once too often: letters 11433, kerning -14.5 * 64.
 */
const FREETYPE_WIDTHS: [text: string, style: string, width: number][] = [
	['Phase 2: fine-tuning', '', 20563],
	['AVATAR To', '', 11433 - 928],
	['Confusion matrix', 'font-weight:bold', 19744],
	['it', 'font-style:italic', 1372],
];

for (const [text, style, width] of FREETYPE_WIDTHS) {
	test(`textBox is as wide as FreeType says: ${text}`, async () => {
		const box = await boxOf(`<text x="0" y="0" style="font-size:2048px;${style}">${text}</text>`);
		assert.ok(Math.abs(box.right - box.left - width) < 1, `${box.right - box.left} instead of ${width}`);
	});
}

test('textBox reaches from the ascender 1901 to the descender 483 of 2048 units', async () => {
	const box = await boxOf('<text x="5" y="100" style="font-size:20.48px">it</text>');
	assert.ok(Math.abs(box.top - (100 - 19.01)) < 1e-9);
	assert.ok(Math.abs(box.bottom - (100 + 4.83)) < 1e-9);
	assert.equal(box.left, 5);
});

test('textBox puts the anchor at the start, the middle or the end', async () => {
	const [start, middle, end] = await Promise.all(
		['start', 'middle', 'end'].map((anchor) => boxOf(`<text x="50" y="0" text-anchor="${anchor}">angry</text>`)),
	);
	const width = start.right - start.left;
	assert.ok(Math.abs(middle.left - (50 - width / 2)) < 1e-9);
	assert.ok(Math.abs(end.right - 50) < 1e-9);
	assert.ok(Math.abs(end.left - (50 - width)) < 1e-9);
});

test('textBox spans all lines, each anchored by itself', async () => {
	const long = await boxOf('<text x="50" y="10" text-anchor="middle">surprise</text>');
	const both = await boxOf(
		'<text x="50" y="10" text-anchor="middle" style="font-size:10px"><tspan class="line" dy="0em">it</tspan>' +
			'<tspan class="line" dy="1.3em"><tspan style="font-size:12px">surprise</tspan></tspan></text>',
	);
	assert.ok(Math.abs(both.left - long.left) < 1e-9);
	assert.ok(Math.abs(both.right - long.right) < 1e-9);
	assert.ok(Math.abs(both.top - (10 - (1901 / 2048) * 10)) < 1e-9);
	assert.ok(Math.abs(both.bottom - (10 + 13 + (483 / 2048) * 12)) < 1e-9);
});

test('textBox lifts a superscript and sets the rest back on the line', async () => {
	const plain = await boxOf('<text x="0" y="0" style="font-size:20px">xx</text>');
	const raised = await boxOf(
		'<text x="0" y="0" style="font-size:20px">x<tspan style="font-size:70%" dy="-0.6em">2</tspan><tspan dy="0.42em">\u200b</tspan>x</text>',
	);
	// 0.6 of the small size up, and the small letter's own ascender.
	assert.ok(Math.abs(raised.top - (-0.6 * 14 - (1901 / 2048) * 14)) < 1e-9);
	assert.ok(Math.abs(raised.bottom - plain.bottom) < 0.01);
});

test('an empty text has no box', async () => {
	assert.equal(textBox((await drawing('<text x="1" y="2"></text>')).querySelector('text') as SVGElement), null);
});

test('outlineText leaves paths in place of texts, with their colour, place and turn', async () => {
	const svg = await drawing(
		'<text transform="rotate(-90,5,5)" x="0" y="0" style="fill:#123456;fill-opacity:0.5">I<tspan style="fill:red">I</tspan></text>',
	);
	outlineText(svg);
	assert.equal(svg.querySelectorAll('text').length, 0);
	const paths = [...svg.querySelectorAll('path')];
	assert.deepEqual(
		paths.map((path) => [path.getAttribute('fill'), path.getAttribute('fill-opacity')]),
		[
			['#123456', '0.5'],
			['red', '0.5'],
		],
	);
	assert.equal(paths[0].parentElement?.getAttribute('transform'), 'rotate(-90,5,5)');
});

test('outlineText draws the letter I as the rectangle that the font has', async () => {
	const svg = await drawing('<text x="0" y="0" style="font-size:2048px">I</text>');
	outlineText(svg);
	// DejaVu Sans: the stem of I reaches from 201 to 403 and up to 1493 units.
	assert.equal(svg.querySelector('path')?.getAttribute('d'), 'M201 0L201 -1493L403 -1493L403 0L201 0');
});

test('outlineText parts all numbers, also those that are 0', async () => {
	const svg = await drawing('<text x="0" y="0" text-anchor="middle" style="font-size:12px">0</text>');
	outlineText(svg);
	const data = svg.querySelector('path')?.getAttribute('d') ?? '';
	// A closed curve of M, Q and L alone: every command has two or four numbers.
	for (const [, command, numbers] of data.matchAll(/([MLQ])([^MLQZ]*)/g)) {
		assert.equal(numbers.trim().split(/\s+/).length, command === 'Q' ? 4 : 2, `${command}${numbers}`);
	}
	assert.ok(data.startsWith('M0 '));
});
