import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EMOTIONS, foreignClass, LABELLINGS, type Labelling, labelOfClass, missingEmotions } from '../lib/emotions';

/** Each data set's own numbers, from its paper or release notes, and what they are in FER2013's order. */
const TO_OURS = {
	fer2013: [0, 1, 2, 3, 4, 5, 6],
	ferPlus: [6, 3, 5, 4, 0, 1, 2, undefined, undefined, undefined],
	ckPlus: [6, 0, undefined, 1, 2, 3, 4, 5],
	rafDb: [5, 2, 1, 3, 4, 0, 6],
	affectNet: [6, 3, 4, 5, 2, 1, 0, undefined, undefined, undefined, undefined],
} as const;

describe('LABELLINGS', () => {
	it('maps every number of every data set to our labels', () => {
		assert.deepEqual(Object.keys(TO_OURS), Object.keys(LABELLINGS));
		for (const [key, expected] of Object.entries(TO_OURS)) {
			const { first, classes }: Labelling = LABELLINGS[key as keyof typeof LABELLINGS];
			const found = classes.map((_, place) => {
				const own = foreignClass(key as keyof typeof LABELLINGS, first + place);
				return own && labelOfClass(own);
			});
			assert.deepEqual(found, expected, key);
		}
	});

	it('counts RAF-DB from 1, and knows no class beyond the ends', () => {
		assert.deepEqual(foreignClass('rafDb', 1), ['surprise', 'surprise']);
		assert.deepEqual(foreignClass('rafDb', 7), ['neutral', 'neutral']);
		for (const code of [0, 8, -1, 1.5, Number.NaN]) assert.equal(foreignClass('rafDb', code), undefined, String(code));
	});

	it('has each of our emotions exactly once in each data set', () => {
		for (const { title, classes } of Object.values<Labelling>(LABELLINGS)) {
			const known = classes.flatMap(([, emotion]) => (emotion ? [emotion] : []));
			assert.deepEqual([...known].sort(), [...EMOTIONS].sort(), title);
		}
	});
});

describe('missingEmotions', () => {
	it('names the emotions without an image', () => {
		assert.deepEqual(missingEmotions([0, 1, 2, 3, 4, 5, 5]), ['neutral']);
		assert.deepEqual(missingEmotions(Uint8Array.of(6, 5, 4, 3, 2, 1, 0)), []);
	});
});
