import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ModelAbout } from '../../../cli/faceModel';
import { packageManifest, packageReadme } from '../../../cli/package/readme';
import { PROJECT_FOLDER } from '../../../cli/projectFolder';
import { EMOTIONS } from '../../../lib/emotions';
import type { Metrics } from '../../../lib/evaluation/storedMetrics';
import { createConfig } from '../../../lib/profiles';

const PAGE = readFileSync(join(PROJECT_FOLDER, 'package', 'README.md'), 'utf8');
const BYTES = { 16: 1_234_567, 8: 654_321 };

/** Scores as a run on some data stores them. */
function metricsOf(name: string, changes: Partial<Metrics> = {}): Metrics {
	const interval = (estimate: number) => ({ estimate, low: estimate - 0.05, high: estimate + 0.04 });
	const scores = { accuracy: 0.9, macroF1: 0.8765, intervals: { accuracy: interval(0.9), macroF1: interval(0.8765) } };
	const dataset = { name, drawn: false, fingerprint: '' };
	const metrics = { dataset, part: 'test', protocol: 'holdout', n: 1200, ...scores, tta: { ...scores, views: 'six' } };
	return { ...metrics, config: createConfig('full'), ...changes } as unknown as Metrics;
}

const own: ModelAbout = {
	emotions: ['smile', 'neutral', 'eyes closed'],
	shape: [64, 64, 3],
	backbone: 'mobilenet-v2',
	metrics: metricsOf('faces_of_ours'),
};
const ofFer2013: ModelAbout = {
	emotions: EMOTIONS,
	shape: [48, 48, 1],
	backbone: 'efficientnet-lite0',
	metrics: metricsOf('FER2013'),
};

describe('packageReadme', () => {
	it('tells the classes, the data and the accuracy of a model of other data, and claims nothing of FER2013', () => {
		const page = packageReadme(PAGE, own, BYTES);
		assert.doesNotMatch(page, /FER2013|seven|70\.21|6\.7 MB|Disgust/);
		assert.match(
			page,
			/^Classifies faces into 3 classes: smile, neutral and eyes closed\. .*mobilenet-v2, trained on faces\\_of\\_ours\)/m,
		);
		assert.match(page, /^\/\/ for example 'smile', \{ smile: 0\.9, neutral: 0\.05, 'eyes closed': 0\.05 \}$/m);
		assert.match(page, /16 \(default, 1\.2 MB\) or 8 \(0\.7 MB\)/);
		assert.match(page, /RGB pixels `\[n, 64, 64, 3\]`, 0 to 255, in; 3 probabilities out\./);
		assert.match(
			page,
			/Accuracy on the test part of faces\\_of\\_ours \(protocol `holdout`, n = 1,200\), .*: 90\.00 % \(85\.00 % to 94\.00 %\); with `tta` 90\.00 %; macro F1 0\.8765/,
		);
		assert.match(
			page,
			/^Code: Apache-2\.0\. The network starts from mobilenet-v2's ImageNet weights \(.+\) and was trained on faces/m,
		);
	});

	it('keeps what it says about FER2013 for a model of FER2013, with its own accuracy', () => {
		const page = packageReadme(PAGE, ofFer2013, BYTES);
		assert.match(page, /Recognises seven facial expressions: angry, .* and neutral\. .*trained on FER2013\)/);
		assert.match(page, /FER2013 was collected by web search/);
		assert.match(page, /Accuracy on the test part of FER2013 .*: 90\.00 %/);
		assert.doesNotMatch(page, /70\.21/);
	});

	it('says that nothing was measured, that faces were drawn, and that weights began at random', () => {
		const readme = (metrics?: Metrics) => packageReadme(PAGE, { ...own, metrics }, BYTES);
		assert.match(readme(), /The accuracy of this model has not been measured\./);
		assert.match(readme(), /trained on data that its files do not name/);
		const drawn = { name: 'sample faces', drawn: true, fingerprint: '' } as Metrics['dataset'];
		assert.match(
			readme(metricsOf('', { dataset: drawn })),
			/trained on drawn faces: its predictions for people mean nothing/,
		);
		const config = createConfig('full', { weights: 'random' });
		assert.match(readme(metricsOf('mine', { config })), /^Code: Apache-2\.0\. The network was trained on mine, which/m);
	});

	it('survives names that Markdown or JavaScript would take for something else', () => {
		const emotions = ["it's *odd*", '<b>', 'a | b'];
		const page = packageReadme(PAGE, { ...own, emotions }, BYTES);
		assert.match(page, /classes: it's \\\*odd\\\*, \\<b\\> and a \\\| b\./);
		assert.match(page, /^\/\/ for example 'it\\'s \*odd\*', \{ 'it\\'s \*odd\*': 0\.9, '<b>': 0\.05/m);
	});

	it('names the first of many classes', () => {
		const emotions = Array.from({ length: 30 }, (_, i) => `class ${i + 1}`);
		const page = packageReadme(PAGE, { ...own, emotions }, BYTES);
		assert.match(page, /into 30 classes: class 1, .*class 11 and 19 others\./);
	});
});

describe('packageManifest', () => {
	const manifest = { name: 'fer-emotion-model', description: 'of the seven', keywords: ['face', 'fer2013'] };

	it('describes a model of other data', () => {
		const { description, keywords } = packageManifest(manifest, own) as typeof manifest;
		assert.match(description, /^Classification of faces as smile, neutral or eyes closed in Node and browsers/);
		assert.deepEqual(keywords, ['face']);
		assert.match(
			(packageManifest(manifest, { ...ofFer2013, metrics: metricsOf('RAF-DB') }) as typeof manifest).description,
			/^Facial expression/,
		);
	});

	it('is that of the package for a model of FER2013', () => {
		assert.equal(packageManifest(manifest, ofFer2013), manifest);
	});
});
