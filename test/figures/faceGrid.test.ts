import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeImage } from '../../lib/data/image';
import { augmentationPreview } from '../../lib/figures/augmentationPreview';
import { confidentMistakes } from '../../lib/figures/confidentMistakes';
import { type Face, faceGrid } from '../../lib/figures/faceGrid';
import type { Figure } from '../../lib/figures/figure';
import { samplesPerClass } from '../../lib/figures/samplesPerClass';
import { assertStored } from './storedFigure';

/** A face of 4 x 4 pixels of one grey. */
const face = (grey: number): Face => ({ pixels: new Uint8Array(16).fill(grey), height: 4, width: 4 });
const cell = (grey: number) => ({ face: face(grey), hover: `grey ${grey}` });

/** The picture that holds all faces. */
async function sprite({ layout }: Figure, shape: { height: number; width: number; channels?: 1 | 3 }) {
	const [, content = ''] = (layout.images?.[0].source ?? '').split(';base64,');
	return decodeImage(Buffer.from(content, 'base64'), shape);
}

function texts({ layout }: Figure): string[] {
	return (layout.annotations ?? []).map(({ text }) => String(text));
}

test('faceGrid puts each face in its row and column, a sixteenth apart and white between', async () => {
	const figure = await faceGrid({ rows: [{ cells: [cell(0), cell(85)] }, { cells: [cell(170)] }] });
	const pixels = await sprite(figure, { height: 9, width: 9 });
	const at = (row: number, column: number) => pixels[row * 9 + column];
	assert.deepEqual([at(0, 0), at(3, 3), at(0, 5), at(3, 8), at(5, 0), at(8, 3)], [0, 0, 85, 85, 170, 170]);
	assert.deepEqual([at(0, 4), at(4, 0), at(5, 5), at(8, 8)], [255, 255, 255, 255]);
});

test('faceGrid keeps greys to 2 of 255', async () => {
	const pixels = Uint8Array.from({ length: 256 }, (_, value) => value);
	const ramp = { face: { pixels, height: 16, width: 16 }, hover: '' };
	const drawn = await sprite(await faceGrid({ rows: [{ cells: [ramp] }] }), { height: 16, width: 16 });
	drawn.forEach((value, place) => {
		assert.ok(Math.abs(value - place) <= 2, `${place} became ${value}`);
	});
	assert.deepEqual([drawn[0], drawn[255]], [0, 255]);
});

test('faceGrid keeps colours', async () => {
	const red = { face: { pixels: Uint8Array.of(255, 0, 0), height: 1, width: 1, channels: 3 as const }, hover: 'red' };
	const pixels = await sprite(await faceGrid({ rows: [{ cells: [red] }] }), { height: 1, width: 1, channels: 3 });
	assert.deepEqual([...pixels], [255, 0, 0]);
});

test('faceGrid tells a pointer which face it is on', async () => {
	const { data } = await faceGrid({ rows: [{ cells: [cell(10), cell(20)] }] });
	const [trace] = data;
	assert.ok(trace.type === 'scatter');
	assert.deepEqual(
		[trace.x, trace.y, trace.text],
		[
			[2, 7],
			[2, 2],
			['grey 10', 'grey 20'],
		],
	);
});

test('faceGrid refuses no faces, and faces that differ', async () => {
	await assert.rejects(faceGrid({ rows: [{ cells: [] }] }), /Expected at least one face for rows/);
	const wide = { face: { pixels: new Uint8Array(20), height: 4, width: 5 }, hover: '' };
	await assert.rejects(
		faceGrid({ rows: [{ cells: [cell(1), wide] }] }),
		/height, width, channels and pixels 4, 4, 1, 16 for face 1 but received 4,5,1,20/,
	);
	const short = { face: { ...face(1), pixels: new Uint8Array(15) }, hover: '' };
	await assert.rejects(faceGrid({ rows: [{ cells: [short] }] }), /for face 0 but received 4,4,1,15/);
});

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
	const options = { emotions: ['angry', 'disgust'], faces: [[face(0)]] };
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
		{ original: face(0), augmented: [face(1)] },
		{ original: face(0), augmented: [face(1), face(2), face(3)] },
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
