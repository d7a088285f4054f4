import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classColors } from '../lib/classColors';
import { EMOTION_COLORS, EMOTIONS } from '../lib/emotions';

const named = (count: number) => Array.from({ length: count }, (_, i) => `class ${i}`);
const rgbOf = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** The contrast of a colour with white (WCAG 2.2). */
function contrastWithWhite(hex: string): number {
	const [r, g, b] = rgbOf(hex).map((value) =>
		value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
	);
	return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
}

describe('classColors', () => {
	it('keeps the colours of the emotions, in whatever order and company they are', () => {
		assert.deepEqual(classColors(EMOTIONS), [...EMOTION_COLORS]);
		const [neutral, , , sad] = classColors(['neutral', 'smile', 'contempt', 'sad']);
		assert.deepEqual([neutral, sad], ['#7f7f7f', '#0072b2']);
	});

	it('gives other classes the palette in turn, whether or not emotions stand between', () => {
		const own = classColors(['smile', 'neutral', 'surprised']);
		assert.deepEqual(own, ['#882255', '#7f7f7f', '#332288']);
		assert.deepEqual(classColors(['smile', 'surprised']), [own[0], own[2]]);
		// Another spelling is another class.
		assert.equal(classColors(['Happy'])[0], own[0]);
	});

	it('goes on with darker shades: by hand', () => {
		// 35 % and 17.5 % black in (136, 34, 85).
		const colors = classColors(named(15));
		assert.deepEqual([colors[7], colors[14]], ['#581637', '#701c46']);
	});

	it('gives no two classes one colour, and none that of an emotion', () => {
		for (const count of [2, 7, 12, 30, 256]) {
			const colors = [...classColors(named(count)), ...EMOTION_COLORS];
			assert.equal(new Set(colors).size, count + 7, `${count} classes`);
			assert.ok(colors.every((color) => /^#[0-9a-f]{6}$/.test(color)));
		}
	});

	it('can be read on white, and white on it', () => {
		for (const color of classColors(named(256))) assert.ok(contrastWithWhite(color) > 2.5, color);
	});
});
