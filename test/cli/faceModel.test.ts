import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { areEmotions, isOfFer2013, listNames, loadFaceModel } from '../../cli/faceModel';
import { EMOTIONS } from '../../lib/emotions';
import { writeUntrainedModel } from '../fixtures/training/untrainedModel';

const folder = mkdtempSync(join(tmpdir(), 'face-model-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('loadFaceModel', () => {
	it('takes models of any classes and faces, with or without scores', async () => {
		const place = join(folder, 'own');
		const emotions = ['smile', 'neutral', 'surprised'];
		await writeUntrainedModel(place, { imageSize: 32 }, [64, 64, 3], emotions);
		const { model, about } = await loadFaceModel(place, 'npx fer demo');
		model.dispose();
		assert.deepEqual([about.emotions, about.shape, about.backbone], [emotions, [64, 64, 3], 'efficientnet-lite0']);
		assert.equal(about.metrics?.dataset.name, 'none');
		rmSync(join(place, 'metrics.json'));
		const { model: again, about: bare } = await loadFaceModel(place, 'npx fer demo');
		again.dispose();
		assert.equal(bare.metrics, undefined);
		writeFileSync(join(place, 'metrics.json'), '{}');
		await assert.rejects(loadFaceModel(place, 'npx fer demo'), { name: 'DataError', message: /config\.seed/ });
	});

	it('says where there is none', async () => {
		await assert.rejects(loadFaceModel(join(folder, 'none'), 'npx fer demo'), {
			name: 'Problem',
			message: /^There is no trained model in .*none\. Choose one: npx fer demo --model/,
		});
	});
});

describe('what is said about a model', () => {
	const about = { emotions: EMOTIONS, shape: [48, 48, 1], backbone: '' } as const;

	it('tells the seven emotions, and FER2013 itself, from all else', () => {
		assert.equal(areEmotions(about), true);
		assert.equal(areEmotions({ emotions: [...EMOTIONS].reverse() }), false);
		// Nothing says what it learnt.
		assert.equal(isOfFer2013(about), false);
	});

	it('lists names in a sentence', () => {
		assert.equal(listNames(['one']), 'one');
		assert.equal(listNames(['one', 'two']), 'one and two');
		assert.equal(listNames(['one', 'two', 'three'], 'or'), 'one, two or three');
		const many = Array.from({ length: 13 }, (_, i) => `${i + 1}`);
		assert.equal(listNames(many.slice(0, 12)), '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 12');
		assert.equal(listNames(many), '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 others');
	});
});
