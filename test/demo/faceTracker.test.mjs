// @ts-check
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaceTracker } from '../../demo/src/faceTracker.js';
import fer from '../../dist/lib/index.js';

/** @typedef {import('../../demo/src/worker/faceReader.js').FaceReading} FaceReading */

/**
 * A face with one emotion, its left edge somewhere.
 * @param {number} left
 * @param {string} [shown]
 * @returns {FaceReading}
 */
function reading(left, shown = 'happy') {
	const probabilities = Object.fromEntries(fer.EMOTIONS.map((name) => [name, name === shown ? 1 : 0]));
	const box = { left, top: 0.2, width: 0.2, height: 0.2 };
	return { box, probabilities: /** @type {FaceReading['probabilities']} */ (probabilities) };
}

const live = () => new FaceTracker({ isLive: true });
/** @param {FaceTracker} tracker */
const numbers = (tracker) => tracker.faces.map(({ number }) => number);

describe('FaceTracker', () => {
	it('numbers new faces from left to right, whatever their order', () => {
		const tracker = live();
		tracker.update([reading(0.7), reading(0.1), reading(0.4)], 0);
		assert.deepEqual(
			tracker.faces.map(({ number, box }) => [number, box.left]),
			[
				[1, 0.1],
				[2, 0.4],
				[3, 0.7],
			],
		);
	});

	it('takes whatever classes a model has', () => {
		const tracker = live();
		const face = { ...reading(0.1), probabilities: { smile: 0.2, 'eyes closed': 0.7, 1: 0.1 } };
		tracker.update([face], 0);
		tracker.advance(1);
		assert.equal(tracker.faces[0].emotion, 'eyes closed');
		assert.deepEqual(tracker.faces[0].probabilities, face.probabilities);
	});

	it('keeps the number of a face that moves, and joins those that overlap most', () => {
		const tracker = live();
		tracker.update([reading(0.1), reading(0.4)], 0);
		tracker.update([reading(0.45, 'sad'), reading(0.15, 'fear')], 0.1);
		tracker.advance(60);
		assert.deepEqual(
			tracker.faces.map(({ number, emotion }) => [number, emotion]),
			[
				[1, 'fear'],
				[2, 'sad'],
			],
		);
	});

	it('shows a new face as it is, and then goes towards what is read: 63 % in a quarter of a second', () => {
		const tracker = live();
		tracker.update([reading(0.1, 'happy')], 0);
		tracker.advance(0);
		assert.equal(tracker.faces[0].probabilities.happy, 1);
		tracker.update([reading(0.1, 'sad')], 0);
		tracker.advance(0.25);
		const { probabilities } = tracker.faces[0];
		assert.ok(Math.abs(probabilities.happy - Math.exp(-1)) < 1e-9, `${probabilities.happy}`);
		assert.ok(Math.abs(probabilities.sad - (1 - Math.exp(-1))) < 1e-9);
		assert.equal(tracker.faces[0].emotion, 'sad');
	});

	it('moves alike at any frame rate, and its probabilities always sum to 1', () => {
		const [slow, fast] = [live(), live()];
		for (const tracker of [slow, fast]) {
			tracker.update([reading(0.1, 'happy')], 0);
			tracker.advance(0);
			tracker.update([reading(0.2, 'fear')], 0);
		}
		slow.advance(0.3);
		for (let i = 1; i <= 30; i++) {
			fast.advance(i / 100);
			const sum = Object.values(fast.faces[0].probabilities).reduce((total, value) => total + value, 0);
			assert.ok(Math.abs(sum - 1) < 1e-9);
		}
		assert.ok(Math.abs(slow.faces[0].probabilities.fear - fast.faces[0].probabilities.fear) < 1e-9);
		assert.ok(Math.abs(slow.faces[0].box.left - fast.faces[0].box.left) < 1e-9);
	});

	it('forgives a camera’s face a moment out of sight, then forgets it and gives its number away', () => {
		const tracker = live();
		tracker.update([reading(0.1), reading(0.5)], 0);
		tracker.update([reading(0.5)], 1);
		tracker.advance(1.5);
		assert.deepEqual(numbers(tracker), [1, 2]);
		tracker.advance(1.7);
		assert.deepEqual(numbers(tracker), [2]);
		tracker.update([reading(0.5), reading(0.8)], 2);
		assert.deepEqual(
			tracker.faces.map(({ number, box }) => [number, box.left]),
			[
				[1, 0.8],
				[2, 0.5],
			],
		);
	});

	it('gives no number away where all faces are listed, and says which are in the last picture', () => {
		const tracker = new FaceTracker({ isLive: true, reusesNumbers: false });
		tracker.update([reading(0.1), reading(0.5)], 0);
		tracker.update([reading(0.5)], 1);
		tracker.advance(1.5);
		assert.deepEqual(
			tracker.faces.map(({ number, isFound }) => [number, isFound]),
			[
				[1, false],
				[2, true],
			],
		);
		tracker.update([reading(0.5)], 1.6);
		tracker.advance(1.7);
		tracker.update([reading(0.5), reading(0.1)], 2);
		assert.deepEqual(numbers(tracker), [2, 3]);
	});

	it('keeps faces between pictures that are seconds apart: a slow machine', () => {
		const tracker = live();
		for (const time of [0, 3, 6]) {
			tracker.update([reading(0.1)], time);
			for (let i = 0; i < 29; i++) tracker.advance(time + i / 10);
			assert.deepEqual(numbers(tracker), [1]);
		}
		// Found again in time: the moment out of sight does not count any more.
		tracker.update([], 9);
		tracker.advance(9.4);
		tracker.update([reading(0.1)], 9.5);
		tracker.advance(12);
		assert.deepEqual(numbers(tracker), [1]);
	});

	it('keeps the faces of a photo for ever, and only those that are read again', () => {
		const tracker = new FaceTracker({ isLive: false });
		tracker.update([reading(0.1), reading(0.5)], 0);
		tracker.advance(1000);
		assert.deepEqual(numbers(tracker), [1, 2]);
		tracker.update([reading(0.5)], 1001);
		assert.deepEqual(numbers(tracker), [2]);
	});
});
