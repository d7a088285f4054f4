import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Timeline, withoutBrief } from '../../lib/videos/timeline';

/** A frame with faces: their numbers and first probabilities. */
const frame = (time: number, faces: Readonly<Record<number, number>>) => ({
	time,
	faces: Object.entries(faces).map(([face, calm]) => ({
		...{ face: Number(face), box: { left: 0, top: 0, width: 9, height: 9 }, detection: 1 },
		...{ emotion: 'calm', probabilities: [calm, 1 - calm] },
	})),
});

describe('Timeline', () => {
	it('collects each face by frames', () => {
		const timeline = new Timeline(2);
		for (const each of [frame(0, { 1: 1 }), frame(0.5, { 1: 0.5, 2: 0 }), frame(1, {}), frame(1.5, { 1: 0 })]) {
			timeline.add(each);
		}
		const [first, second, ...others] = timeline.faces;
		assert.deepEqual(first, {
			...{ face: 1, first: 0, last: 1.5, frames: 3, seconds: 0.5, mean: [0.5, 0.5] },
			intervals: [
				{ start: 0, probabilities: [1, 0] },
				{ start: 0.5, probabilities: [0.5, 0.5] },
				{ start: 1.5, probabilities: [0, 1] },
			],
		});
		assert.deepEqual([second.face, second.frames, second.intervals.length, others], [2, 1, 1, []]);
	});

	it('joins intervals by twos when there are too many: by hand', () => {
		const timeline = new Timeline(1, 4);
		// Nine seconds need intervals of four.
		for (let time = 0; time < 9; time++) if (time !== 2 && time !== 3) timeline.add(frame(time, { 1: time / 8 }));
		const [{ seconds, intervals, frames, mean }] = timeline.faces;
		assert.deepEqual([seconds, frames, mean[0]], [4, 7, (0 + 1 + 4 + 5 + 6 + 7 + 8) / 8 / 7]);
		assert.deepEqual(
			intervals.map(({ start, probabilities: [calm] }) => [start, calm]),
			[
				[0, 1 / 16],
				[4, 22 / 32],
				[8, 1],
			],
		);
	});

	it('puts times in milliseconds into the interval of their frame', () => {
		const timeline = new Timeline(3);
		for (let i = 0; i < 30; i++) timeline.add(frame(Number((i / 3).toFixed(3)), { 1: 1 }));
		assert.equal(timeline.faces[0].intervals.length, 30);
	});
});

describe('withoutBrief', () => {
	it('leaves out faces of one or two frames, unless all are', () => {
		const of = (...counts: number[]) => withoutBrief(counts.map((frames) => ({ frames })));
		assert.deepEqual(of(1, 3, 2, 9), { shown: [{ frames: 3 }, { frames: 9 }], brief: 2 });
		assert.deepEqual(of(1, 2), { shown: [{ frames: 1 }, { frames: 2 }], brief: 0 });
		assert.deepEqual(of(), { shown: [], brief: 0 });
	});
});
