import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeDataset } from '../../lib/data/dataset';
import { mapClasses } from '../../lib/data/mapClasses';
import { EMOTIONS } from '../../lib/emotions';
import { bytesOf } from './bytesOf';

/** One pixel an image, whose value is its index. */
function named(emotions: readonly string[], labels: readonly number[]) {
	const pixels = Uint8Array.from(labels, (_, index) => index);
	const persons = Uint32Array.from(labels, (_, index) => 10 + index);
	const usage = Uint8Array.from(labels, (_, index) => index % 2);
	const parts = { pixels, labels: Uint8Array.from(labels), emotions, persons, usage };
	return makeDataset({ name: 'own', shape: [1, 1, 1], ...parts });
}

test('classes are matched by name, in any case, and emotions by their synonyms', () => {
	const { dataset, dropped } = mapClasses(named(['Sadness', 'contempt', 'ANGER', 'happy'], [0, 1, 2, 3, 1]), EMOTIONS);
	assert.deepEqual(dataset.emotions, EMOTIONS);
	assert.deepEqual([...dataset.labels], [4, 0, 3]);
	assert.deepEqual([...bytesOf(dataset)], [0, 2, 3]);
	assert.deepEqual([...(dataset.persons ?? [])], [10, 12, 13]);
	assert.deepEqual([...(dataset.usage ?? [])], [0, 0, 1]);
	assert.deepEqual(dropped, { contempt: 2 });
});

test('classes of one’s own are matched too, in the order of the network', () => {
	const { dataset, dropped } = mapClasses(named(['smile', 'Frown'], [0, 1, 1]), ['frown', 'blink', 'smile']);
	assert.deepEqual([...dataset.labels], [2, 0, 0]);
	assert.deepEqual(dropped, {});
});

test('the same name comes before a synonym', () => {
	const { dataset } = mapClasses(named(['Anger', 'angry'], [0, 1, 0]), ['angry', 'anger']);
	assert.deepEqual([...dataset.labels], [1, 0, 1]);
});

test('the same classes stay as they are, and none in common is an error', () => {
	const same = named(EMOTIONS, [0, 6]);
	assert.equal(mapClasses(same, EMOTIONS).dataset, same);
	const message = /^Expected a data set with images of smile, frown for data but received "?angry, /;
	assert.throws(() => mapClasses(same, ['smile', 'frown']), { name: 'RangeError', message });
});
