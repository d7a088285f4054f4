import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heatMap, inkOn } from '../../lib/figures/heatMap';

/** Relative luminance of an sRGB colour, channels 0 to 255 (WCAG 2.2). */
function luminance(rgb: readonly number[]): number {
	const [r, g, b] = rgb
		.map((value) => value / 255)
		.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const rgbOf = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** The colour that Plotly gives a percentage: linear between the neighbours of the scale. */
function cellColour(percent: number): number[] {
	const side = { title: '', names: [] };
	const cells = { cells: [], hovertemplate: '', scaleTitle: '' };
	const size = { margins: { left: 0, right: 0, bottom: 0 }, cellSize: { width: 1, height: 1 } };
	const [trace] = heatMap({ columns: side, rows: side, ...cells, ...size }).data;
	const { colorscale } = trace as { colorscale: [number, string][] };
	const above = Math.max(
		1,
		colorscale.findIndex(([at]) => at >= percent / 100),
	);
	const [[from, left], [to, right]] = [colorscale[above - 1], colorscale[above]];
	const part = (percent / 100 - from) / (to - from);
	return rgbOf(left).map((value, i) => value + part * (rgbOf(right)[i] - value));
}

test('inkOn takes the colour with the higher contrast, at least 4 to 1, on every cell', () => {
	for (let percent = 0; percent <= 100; percent += 0.5) {
		const cell = luminance(cellColour(percent));
		const contrast = (hex: string) => {
			const ink = luminance(rgbOf(hex));
			return (Math.max(ink, cell) + 0.05) / (Math.min(ink, cell) + 0.05);
		};
		const chosen = contrast(inkOn(percent));
		const other = contrast(inkOn(percent) === '#ffffff' ? '#1a1a1a' : '#ffffff');
		assert.ok(chosen >= 4, `${percent} %: ${chosen.toFixed(2)}`);
		// Near the turn both are the same to the eye.
		assert.ok(chosen > other - 0.2, `${percent} %: ${chosen.toFixed(2)} against ${other.toFixed(2)}`);
	}
});
