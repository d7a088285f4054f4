import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeImage } from '../../lib/data/image';
import { type Face, faceGrid } from '../../lib/figures/faceGrid';
import type { Figure } from '../../lib/figures/figure';

/** A face of 4 x 4 pixels of one grey. */
const face = (grey: number): Face => ({ pixels: new Uint8Array(16).fill(grey), height: 4, width: 4 });
const cell = (grey: number) => ({ face: face(grey), hover: `grey ${grey}` });

/** The picture that holds all faces. */
async function sprite({ layout }: Figure, shape: { height: number; width: number; channels?: 1 | 3 }) {
	const [, content = ''] = (layout.images?.[0].source ?? '').split(';base64,');
	return decodeImage(Buffer.from(content, 'base64'), shape);
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
		/height, width, channels and pixels 4, 4, 1, 16 for face 1 but received \[4,5,1,20\]/,
	);
	const short = { face: { ...face(1), pixels: new Uint8Array(15) }, hover: '' };
	await assert.rejects(faceGrid({ rows: [{ cells: [short] }] }), /for face 0 but received \[4,4,1,15\]/);
});
