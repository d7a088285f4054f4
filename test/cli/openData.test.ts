import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTrained } from '../../cli/openData';
import { createConfig } from '../../lib/profiles';
import type { StoredModel } from '../../lib/runs/storedModel';

/** A model whose data would take hours to draw. */
function storedModel(name: string, drawn: boolean): StoredModel {
	const config = createConfig('smoke', { sampleFaces: 1_000_000, protocol: 'holdout' });
	return { metrics: { config, dataset: { name, drawn, fingerprint: 'x' } } } as unknown as StoredModel;
}

test('another protocol, and a model of other data, are refused before anything is drawn or read', async () => {
	await assert.rejects(openTrained(storedModel('sample faces', true), 'official'), {
		name: 'RangeError',
		message: /^Expected holdout, as the model was trained, for protocol but received "official"\./,
	});
	await assert.rejects(openTrained(storedModel('RAF-DB', false)), {
		name: 'Problem',
		message: 'The model was trained on RAF-DB. Give its path: --data PATH',
	});
	const moved = storedModel('gestures', false);
	const config = { ...moved.metrics.config, data: '/nowhere/gestures' };
	await assert.rejects(openTrained({ ...moved, metrics: { ...moved.metrics, config } }), {
		name: 'Problem',
		message: /^The model was trained on gestures, which is not at .*nowhere\/gestures\. Give its path: --data PATH$/,
	});
});
