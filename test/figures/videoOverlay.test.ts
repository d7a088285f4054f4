import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderOverlay } from '../../lib/figures/rendering/overlay';
import { videoOverlay } from '../../lib/figures/videoOverlay';

const [WIDTH, HEIGHT] = [320, 180];
const face = (left: number, probabilities: readonly number[]) => ({
	...{ face: 3, probabilities },
	box: { left, top: 60, width: 60, height: 60 },
});

describe('videoOverlay', () => {
	it('draws the box in the colour of the most likely class, its label and bars, and nothing elsewhere', async () => {
		const emotions = ['happy', 'sad'];
		const svg = videoOverlay({ faces: [face(40, [0.25, 0.75])], emotions, width: WIDTH, height: HEIGHT });
		const pixels = await renderOverlay(svg);
		assert.equal(pixels.length, 4 * WIDTH * HEIGHT);
		const at = (x: number, y: number) => [...pixels.subarray(4 * (y * WIDTH + x), 4 * (y * WIDTH + x) + 4)];
		const [red, green, blue, opacity] = at(40, 90);
		// The project's colour of sad is #0072b2; the line is thinner than a pixel on either side.
		assert.ok(red < 10 && Math.abs(green - 0x72) < 5 && Math.abs(blue - 0xb2) < 5 && opacity > 200);
		assert.deepEqual([at(70, 90)[3], at(300, 20)[3], at(10, 90)[3]], [0, 0, 0]);
		// The bars are at the right: a ground of 60 % black.
		assert.ok(Math.abs(at(106, 62)[3] - 153) < 3);
		assert.match(svg, />3 sad 75 %</);
	});

	it('places bars inside the video, at the side with more room, and the likeliest seven of many classes', () => {
		const many = Array.from({ length: 30 }, (_, i) => `c${i}`);
		const shares = many.map((_, i) => (i % 4 === 1 ? 0.1 : 0.01));
		const svg = videoOverlay({ faces: [face(250, shares)], emotions: many, width: WIDTH, height: HEIGHT });
		const names = Array.from(svg.matchAll(/>(c\d+)</g), ([, name]) => name);
		assert.deepEqual(names, ['c1', 'c5', 'c9', 'c13', 'c17', 'c21', 'c25']);
		const [, left, width] =
			/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="[\d.]+" fill="#000000"/.exec(svg) ?? [];
		assert.ok(Number(left) >= 0 && Number(left) + Number(width) <= 250);
	});

	it('places the bars of neighbours apart, and off their labels', () => {
		const emotions = ['happy', 'sad'];
		const faces = [face(60, [0.25, 0.75]), { ...face(200, [0.75, 0.25]), face: 4 }];
		const svg = videoOverlay({ faces, emotions, width: WIDTH, height: HEIGHT });
		const pattern = /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="#000000"/g;
		const [first, second] = Array.from(svg.matchAll(pattern), (match) => match.slice(1).map(Number));
		// Between the faces there is room for one panel: beside the first. The second is right of its face.
		assert.ok(first[0] >= 120 && first[0] + first[2] <= 200, String(first));
		assert.ok(second[0] >= 260 || second[1] >= 120 || second[1] + second[3] <= 60, String(second));
	});
});
