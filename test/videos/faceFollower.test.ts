import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaceFollower } from '../../lib/videos/faceFollower';

const EMOTIONS = ['calm', 'angry'];

/** A face of 10 x 10 pixels. */
const face = (left: number, calm = 1) => ({
	...{ box: { left, top: 0, width: 10, height: 10 }, detection: 0.9 },
	...{ emotion: calm >= 0.5 ? 'calm' : 'angry', probabilities: [calm, 1 - calm] },
});

const follow = (options: { fps?: number; smoothingSeconds?: number } = {}) =>
	new FaceFollower({ emotions: EMOTIONS, fps: 5, ...options });

describe('FaceFollower', () => {
	it('keeps the numbers of faces that move, in whatever order they come, and numbers new ones on', () => {
		const follower = follow();
		const numbers = (time: number, ...lefts: number[]) =>
			follower
				.add(
					time,
					lefts.map((left) => face(left)),
				)
				.faces.map((each) => each.face);
		assert.deepEqual(numbers(0, 0, 50), [1, 2]);
		// Shifts of 5 in 10 pixels overlap by 1/3, those of 6 by 1/4: less than 0.3.
		assert.deepEqual(numbers(0.2, 5, 55), [1, 2]);
		assert.deepEqual(numbers(0.4, 55, 5), [2, 1]);
		assert.deepEqual(numbers(0.6, 11, 55), [3, 2]);
	});

	it('remembers a face that is lost for a second, and no longer', () => {
		const lostFor = (frames: number, fps: number) => {
			const follower = follow({ fps });
			follower.add(0, [face(0)]);
			for (let i = 1; i < frames; i++) follower.add(i / fps, []);
			return follower.add(frames / fps, [face(0)]).faces[0].face;
		};
		assert.equal(lostFor(5, 5), 1);
		assert.equal(lostFor(6, 5), 2);
		// 3 frames of 1/3 s, in milliseconds.
		assert.equal(lostFor(3, 3), 1);
		// Two frames, if these are farther apart.
		assert.equal(lostFor(2, 0.5), 1);
		assert.equal(lostFor(3, 0.5), 2);
	});

	it('averages exponentially over time: by hand', () => {
		const follower = follow({ smoothingSeconds: 0.2 / Math.LN2 });
		// After 0.2 s the weight of a frame is 1/2, after 0.4 s it is 3/4.
		const calm = (time: number, value: number) => follower.add(time, [face(0, value)]).faces[0].probabilities[0];
		assert.equal(calm(0, 1), 1);
		assert.equal(calm(0.2, 0), 0.5);
		assert.equal(calm(0.6, 1), 0.875);
		const { faces } = follower.add(0.8, [face(0, 0)]);
		assert.deepEqual([faces[0].emotion, faces[0].probabilities], ['angry', [0.4375, 0.5625]]);
		const raw = follow({ smoothingSeconds: 0 });
		raw.add(0, [face(0, 1)]);
		assert.deepEqual(raw.add(0.2, [face(0, 0.25)]).faces[0].probabilities, [0.25, 0.75]);
	});

	it('goes on from stored frames as without a stop', () => {
		const lefts = [0, 1.234, 2.345, 3.456, undefined, 5.678, 6.789, 40];
		const readings = lefts.map((left, i) => (left === undefined ? [] : [face(left, 1 / (i + 1)), face(80, i / 9)]));
		const whole = follow();
		const all = readings.map((faces, i) => whole.add(i / 5, faces));
		for (let stop = 0; stop < all.length; stop++) {
			const second = follow();
			for (const frame of JSON.parse(JSON.stringify(all.slice(0, stop)))) second.take(frame);
			assert.deepEqual(
				readings.slice(stop).map((faces, i) => second.add((stop + i) / 5, faces)),
				all.slice(stop),
			);
		}
	});
});
