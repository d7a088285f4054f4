// @ts-check
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accuracySentence, modelTitle } from '../../demo/src/about.js';
import { cameraProblem } from '../../demo/src/cameraProblem.js';

describe('cameraProblem', () => {
	for (const [name, words] of [
		['NotAllowedError', /did not let this page use the camera\. Allow it/],
		['NotFoundError', /No camera was found\. Connect one/],
		['NotReadableError', /another program may be using it\. Close that program/],
		['OverconstrainedError', /Choose another one/],
		['SecurityError', /only on pages from https/],
		['TypeError', /did not start \(what happened\)/],
	]) {
		it(`says what to do after ${name}, and that photos go without`, () => {
			const { message } = cameraProblem({ name: String(name), message: 'what happened' });
			assert.match(message, /** @type {RegExp} */ (words));
			assert.match(message, /Or open a photo instead\.$/);
		});
	}
});

describe('accuracySentence', () => {
	const accuracy = { estimate: 0.7018668, low: 0.6871, high: 0.7166 };
	const scores = { data: 'FER2013', drawn: false, protocol: 'official', n: 3589, accuracy };

	it('tells the share, its interval, on how many faces and by which protocol', () => {
		assert.match(
			accuracySentence(scores),
			/^Accuracy on 3,589 test faces of FER2013 \(protocol official\): 70\.2 % \(95 % confidence interval 68\.7 % to 71\.7 %\)\./,
		);
	});

	it('tells how well people do on FER2013 alone', () => {
		assert.match(accuracySentence(scores), /Human accuracy on these faces is about 65 %\. Expect less/);
		const own = accuracySentence({ ...scores, data: 'my faces' });
		assert.match(own, /test faces of my faces .*71\.7 %\)\. Expect less from your camera\.$/);
	});

	it('names a network by its accuracy and size, or by its backbone', () => {
		const model = { folder: 'models/1', backbone: 'efficientnet-lite0', bytes: 6_736_366 };
		assert.equal(modelTitle({ ...model, scores }), '70.2 % accurate, 6.7 MB');
		assert.equal(modelTitle({ ...model, scores: null }), 'efficientnet-lite0, 6.7 MB');
		assert.equal(modelTitle({ ...model, scores: { ...scores, drawn: true } }), 'efficientnet-lite0, 6.7 MB');
	});

	it('claims nothing for a model of drawn faces, or one that was not tested', () => {
		assert.match(accuracySentence({ ...scores, drawn: true }), /drawn faces only: .* mean nothing/);
		assert.match(accuracySentence(null), /has not been measured/);
	});
});
