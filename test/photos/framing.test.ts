import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { FRAMINGS, frame } from '../../lib/photos/framing';

const ROOT = resolve(__dirname, '..', '..');

describe('frame', () => {
	it('lays the square about the box’s middle, in widths of the box: by hand', () => {
		const box = { x: 10, y: 20, width: 40, height: 60 };
		assert.deepEqual(frame(box, { side: 1, right: 0, down: 0 }), { left: 10, top: 30, width: 40, height: 40 });
		// Middle (30, 50), moved by (4, -8); side 50.
		const moved = frame(box, { side: 1.25, right: 0.1, down: -0.2 });
		assert.deepEqual(moved, { left: 9, top: 17, width: 50, height: 50 });
	});
});

describe('FRAMINGS', () => {
	const { detectors } = JSON.parse(readFileSync(join(ROOT, 'docs', 'results', 'detectors.json'), 'utf8'));
	for (const [framing, name] of Object.entries({
		ssd: 'face-api, SSD',
		tiny: 'face-api, tiny',
		human: 'human, BlazeFace',
	})) {
		it(`of ${name} is the one that fer experiment detectors fitted`, () => {
			const row = detectors.find(({ detector }: { detector: string }) => detector === name);
			assert.deepEqual(FRAMINGS[framing as keyof typeof FRAMINGS], row.framing);
		});
	}

	it('of MediaPipe is that of human, which enlarges the box of the same network by 1.4', () => {
		const { human, mediapipe } = FRAMINGS;
		for (const part of ['side', 'right', 'down'] as const) {
			assert.ok(Math.abs(mediapipe[part] - 1.4 * human[part]) < 1e-3, part);
		}
	});
});
