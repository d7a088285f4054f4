import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeImage } from '../../lib/data/image';
import type { RawImage } from '../../lib/data/rawImage';
import { EMOTION_COLORS } from '../../lib/emotions';
import { annotatedPhoto } from '../../lib/figures/annotatedPhoto';
import type { Figure } from '../../lib/figures/figure';

const photo: RawImage = { pixels: new Uint8Array(400 * 200 * 3).fill(90), width: 400, height: 200, channels: 3 };
const happy = [0.02, 0, 0.03, 0.9, 0.05, 0, 0];
const sad = [0.1, 0.1, 0.1, 0.1, 0.4, 0.1, 0.1];
const box = { left: 100, top: 50, width: 80, height: 80 };

const texts = ({ layout }: Figure) => (layout.annotations ?? []).map(({ text }) => String(text));
const shapes = ({ layout }: Figure) => layout.shapes ?? [];

test('annotatedPhoto frames each face in the colour of its emotion, at the scale of the photo', async () => {
	const figure = await annotatedPhoto({ photo, faces: [{ box, probabilities: happy }] });
	// 400 pixels become 800.
	const frame = shapes(figure)[0];
	assert.deepEqual([frame.x0, frame.x1, frame.y0, frame.y1], [200, 360, 100, 260]);
	assert.equal(frame.line?.color, EMOTION_COLORS[3]);
	assert.ok(texts(figure).includes('<b>1 happy 90 %</b>'));
});

test('annotatedPhoto draws a bar for each emotion, as long as its probability', async () => {
	const figure = await annotatedPhoto({ photo, faces: [{ box, probabilities: happy }] });
	const bars = shapes(figure).slice(1);
	assert.equal(bars.length, 14);
	const lengths = bars.map(({ x0, x1 }) => Number(x1) - Number(x0));
	happy.forEach((probability, label) => {
		assert.ok(Math.abs(lengths[2 * label + 1] / lengths[2 * label] - probability) < 1e-9);
		assert.equal(bars[2 * label + 1].fillcolor, EMOTION_COLORS[label]);
	});
	assert.ok(texts(figure).includes('<b>happy</b>') && texts(figure).includes('5 %'));
});

test('annotatedPhoto numbers faces, and begins another column of bars where one is full', async () => {
	const faces = [happy, sad, happy].map((probabilities) => ({ box, probabilities }));
	const one = await annotatedPhoto({ photo, faces: faces.slice(0, 2) });
	const two = await annotatedPhoto({ photo, faces });
	assert.ok(two.layout.width > one.layout.width && two.layout.height === one.layout.height);
	assert.ok(texts(two).includes('<b>3 happy</b>'));
	const none = await annotatedPhoto({ photo, faces: [] });
	assert.deepEqual([texts(none), shapes(none)], [[], []]);
});

test('annotatedPhoto holds the photo as it is, with attention only in its box', async () => {
	const attention = { values: [1], height: 1, width: 1 };
	const figure = await annotatedPhoto({ photo, faces: [{ box, probabilities: happy, attention }] });
	const [, content = ''] = (figure.layout.images?.[0].source ?? '').split(';base64,');
	const pixels = await decodeImage(Buffer.from(content, 'base64'), { width: 400, height: 200, channels: 3 });
	const at = (x: number, y: number) => [...pixels.subarray((y * 400 + x) * 3, (y * 400 + x) * 3 + 3)];
	assert.deepEqual(at(10, 10), [90, 90, 90]);
	assert.deepEqual(at(140, 90), [0.35 * 90 + 0.65 * 255, 0.35 * 90 + 0.65 * 106, 0.35 * 90].map(Math.round));
});
