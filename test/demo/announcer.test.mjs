// @ts-check
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Announcer } from '../../demo/src/announcer.js';

/** An announcer, and what it has said when. */
function listener() {
	/** @type {[number, string][]} */
	const said = [];
	let now = 0;
	const announcer = new Announcer((text) => said.push([now, text]));
	/** Offers the same for a while, ten times a second. @param {string} key @param {number} until Seconds. */
	const offer = (key, until) => {
		for (; now < until; now = Math.round(10 * now + 1) / 10) announcer.offer(key, `It is ${key}.`, now);
	};
	return { said, offer };
}

describe('Announcer', () => {
	it('says what has been so for a moment, once', () => {
		const { said, offer } = listener();
		offer('happy', 20);
		assert.deepEqual(said, [[0.8, 'It is happy.']]);
	});

	it('leaves out what passes', () => {
		const { said, offer } = listener();
		offer('happy', 10);
		offer('fear', 10.5);
		offer('happy', 20);
		assert.deepEqual(said, [[0.8, 'It is happy.']]);
	});

	it('says what is new, but never twice within four seconds', () => {
		const { said, offer } = listener();
		offer('happy', 1);
		offer('sad', 6);
		offer('angry', 8);
		offer('neutral', 20);
		assert.deepEqual(said, [
			[0.8, 'It is happy.'],
			[4.8, 'It is sad.'],
			[8.8, 'It is neutral.'],
		]);
	});
});
