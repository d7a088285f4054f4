import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeImage } from '../../lib/data/image';
import { EMOTION_COLORS } from '../../lib/emotions';
import {
	type AttentionFace,
	attentionGrid,
	augmentationPreview,
	confidentMistakes,
	samplesPerClass,
} from '../../lib/figures/faceFigures';
import type { Face } from '../../lib/figures/faceGrid';
import type { Figure } from '../../lib/figures/figure';
import { assertStored } from './storedFigure';

/** A face of 4 x 4 pixels of one grey. */
const face = (grey: number): Face => ({ pixels: new Uint8Array(16).fill(grey), height: 4, width: 4 });

function texts({ layout }: Figure): string[] {
	return (layout.annotations ?? []).map(({ text }) => String(text));
}

test('samplesPerClass draws what is stored', async () => {
	const faces = [[face(0), face(40)], [face(200)]];
	const figure = await samplesPerClass({
		emotions: ['angry', 'contempt'],
		faces,
		counts: [4953, 547],
		caption: 'seed 42',
	});
	assertStored(figure, 'samplesPerClass');
});

test('samplesPerClass refuses lists that do not fit the emotions', async () => {
	const options = { emotions: ['angry', 'disgust'], faces: [[face(0)]], counts: [1, 1] };
	await assert.rejects(samplesPerClass(options), /Expected 2 lists for faces but received 1/);
	const faces = [[face(0)], [face(1)]];
	await assert.rejects(samplesPerClass({ ...options, faces, counts: [1] }), /Expected 2 counts for counts/);
});

test('augmentationPreview draws what is stored', async () => {
	const rows = [{ original: face(0), augmented: [face(100), face(200)], emotion: 'fear' }];
	assertStored(await augmentationPreview({ rows, caption: 'rotation within 18 degrees' }), 'augmentationPreview');
});

test('augmentationPreview numbers the versions of the longest row', async () => {
	const rows = [
		{ original: face(0), augmented: [face(1)], emotion: '' },
		{ original: face(0), augmented: [face(1), face(2), face(3)], emotion: '' },
	];
	assert.deepEqual(texts(await augmentationPreview({ rows })).slice(0, 4), ['original', '1', '2', '3']);
});

const MISTAKE = { face: face(9), trueEmotion: 'fear', predictedEmotion: 'surprise', confidence: 0.9876, index: 12 };

test('confidentMistakes draws what is stored', async () => {
	assertStored(await confidentMistakes({ mistakes: [MISTAKE, MISTAKE, MISTAKE], columns: 2 }), 'confidentMistakes');
});

test('confidentMistakes tells both emotions and the confidence, and 100 % for certainty alone', async () => {
	const [shown] = texts(await confidentMistakes({ mistakes: [MISTAKE] }));
	assert.match(shown, /^true .*fear.*<br>predicted .*surprise.*<br>98\.8 %$/);
	const almost = texts(await confidentMistakes({ mistakes: [{ ...MISTAKE, confidence: 0.99996 }] }));
	assert.match(almost[0], /99\.9 %$/);
	const certain = texts(await confidentMistakes({ mistakes: [{ ...MISTAKE, confidence: 1 }] }));
	assert.match(certain[0], /100\.0 %$/);
});

test('confidentMistakes refuses a confidence that is no probability, and no columns', async () => {
	const mistakes = [{ ...MISTAKE, confidence: 98 }];
	await assert.rejects(confidentMistakes({ mistakes }), /number between 0 and 1 for mistakes\[0\]\.confidence/);
	await assert.rejects(confidentMistakes({ mistakes: [MISTAKE], columns: 0 }), /integer above 0 for columns/);
});

const square = { pixels: new Uint8Array(16).fill(100), width: 4, height: 4, channels: 1 as const };
const example = (label: number, predictedLabel: number, value: number): AttentionFace => ({
	face: square,
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
