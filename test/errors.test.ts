import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EMOTIONS } from '../lib/emotions';
import { checkFinite, DataError, invalidArgument, nearestFirst } from '../lib/errors';

describe('invalidArgument', () => {
	it('says what was expected, for what, and what was received', () => {
		const error = invalidArgument('dropout', 'number between 0 and 1', 1.5);
		assert.ok(error instanceof RangeError);
		assert.equal(error.message, 'Expected number between 0 and 1 for dropout but received 1.5.');
	});

	it('ends with the remedy', () => {
		const error = invalidArgument('protocol', 'one of seed, official', 'offical', 'Did you mean official?');
		assert.equal(
			error.message,
			'Expected one of seed, official for protocol but received "offical". Did you mean official?',
		);
	});

	it('is a TypeError where the type differs', () => {
		const received: [string, unknown, string][] = [
			['number above 0', '5', '"5"'],
			['integer above 0', undefined, 'undefined'],
			['string', 7, '7'],
			['boolean', null, 'null'],
		];
		for (const [expected, value, shown] of received) {
			const error = invalidArgument('option', expected, value);
			assert.ok(error instanceof TypeError, expected);
			assert.equal(error.message, `Expected ${expected} for option but received ${shown}.`);
		}
		assert.ok(invalidArgument('option', 'integer above 0', 0.5) instanceof RangeError);
		assert.ok(invalidArgument('option', 'numbers in order', [2, 1]) instanceof RangeError);
	});

	it('shortens long values', () => {
		const { message } = invalidArgument('path', 'folder', 'x'.repeat(500));
		assert.ok(message.length < 130 && message.endsWith('xxx....'), message);
	});

	it('shows objects by their fields or class, and lists by their first values', () => {
		const received: [unknown, string][] = [
			[{ left: Number.NaN, inner: { a: 1 } }, '{ left: NaN, inner: ... }'],
			[{}, '{  }'],
			[new Uint8Array(2304), 'Uint8Array of 2304 values'],
			[new Map(), 'an object of the class Map'],
			[Object.create(null), '{  }'],
			[Array.from({ length: 1e6 }, () => 1), `${JSON.stringify(Array.from({ length: 40 }, () => 1)).slice(0, 77)}...`],
		];
		for (const [value, shown] of received) {
			assert.equal(
				invalidArgument('image', 'an image', value).message,
				`Expected an image for image but received ${shown}.`,
			);
		}
	});
});

describe('DataError', () => {
	it('names the place, what stands there, and the remedy', () => {
		const error = new DataError('2,304 pixels', 'row 812 of fer2013.csv', '2,303', 'Download the file again.');
		assert.equal(error.name, 'DataError');
		assert.ok(error instanceof Error);
		assert.equal(
			error.message,
			'Expected 2,304 pixels in row 812 of fer2013.csv but received 2,303. Download the file again.',
		);
		assert.deepEqual(
			[error.expected, error.place, error.received, error.remedy],
			['2,304 pixels', 'row 812 of fer2013.csv', '2,303', 'Download the file again.'],
		);
	});
});

describe('nearestFirst', () => {
	it('puts the word most likely meant first', () => {
		assert.equal(nearestFirst('suprise', EMOTIONS)[0], 'surprise');
		assert.equal(nearestFirst('HAPPY', EMOTIONS)[0], 'happy');
		assert.equal(nearestFirst('natural', EMOTIONS)[0], 'neutral');
	});

	it('keeps every word, and equals in their order', () => {
		assert.deepEqual(nearestFirst('', ['bb', 'aa', 'c']), ['c', 'bb', 'aa']);
	});

	it('leaves its input as it was', () => {
		const words = ['b', 'a'];
		nearestFirst('a', words);
		assert.deepEqual(words, ['b', 'a']);
	});
});

describe('checkFinite', () => {
	it('accepts numbers, and refuses NaN and infinite ones with a remedy', () => {
		checkFinite([0, -1, 3e38], 'Use another.');
		for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
			assert.throws(() => checkFinite(Float32Array.of(1, wrong), 'Use another.'), {
				name: 'NotFiniteError',
				message: 'The network returned values that are not finite. Use another.',
			});
		}
	});
});
