import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeImage } from '../../lib/data/image';
import { EMOTION_COLORS } from '../../lib/emotions';
import { type AttentionFace, attentionGrid } from '../../lib/figures/attentionGrid';

const face = { pixels: new Uint8Array(16).fill(100), width: 4, height: 4, channels: 1 as const };
const example = (label: number, predictedLabel: number, value: number): AttentionFace => ({
	face,
	map: { values: [value], height: 1, width: 1 },
	label,
	predictedLabel,
	confidence: 0.876,
});
const emotions = ['angry', 'disgust'];

test('attentionGrid puts what is wrong into the same column in every row, with the predicted emotion', async () => {
	const faces = [example(0, 0, 0), example(0, 0, 1), example(0, 1, 0), example(1, 0, 1)];
	const { data, layout } = await attentionGrid({ emotions, faces });
	const [trace] = data;
	assert.ok(trace.type === 'scatter');
	const texts = (layout.annotations ?? []).map(({ text }) => String(text));
	assert.deepEqual(texts.slice(0, 3), ['right', '', 'wrong']);
	assert.equal(texts.filter((text) => text === '88 %').length, 2);
	const wrong = (label: number) => `<span style="color:${EMOTION_COLORS[label]}"><b>${emotions[label]}</b></span> 88 %`;
	assert.ok(texts.includes(wrong(1)) && texts.includes(wrong(0)));
	assert.deepEqual(trace.text, ['angry', 'angry', 'angry, predicted disgust', '', '', 'disgust, predicted angry']);
	assert.deepEqual([trace.x?.[2], trace.y?.[2]], [trace.x?.[5], trace.y?.[2]]);
});

test('attentionGrid lays the map over the face, and leaves a face without attention as it is', async () => {
	const { layout } = await attentionGrid({ emotions: ['angry'], faces: [example(0, 0, 0), example(0, 0, 1)] });
	const [, content = ''] = (layout.images?.[0].source ?? '').split(';base64,');
	const { width, height } = { width: 9, height: 5 };
	const pixels = await decodeImage(Buffer.from(content, 'base64'), { width, height, channels: 3 });
	const [red, , blue] = pixels.subarray(0, 3);
	assert.ok(Math.abs(red - 100) <= 2 && Math.abs(blue - 100) <= 2);
	const last = pixels.subarray((3 * width - 1) * 3, 3 * width * 3);
	assert.ok(last[0] > last[2] + 100, String(last));
});
