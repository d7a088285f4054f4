import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fillTexts, pageTexts } from '../../../cli/demo/texts';
import { PROJECT_FOLDER } from '../../../cli/projectFolder';
import { EMOTIONS } from '../../../lib/emotions';

const PAGE = readFileSync(join(PROJECT_FOLDER, 'demo', 'index.html'), 'utf8');

describe('pageTexts', () => {
	it('speaks of emotions for the seven emotions alone', () => {
		const page = fillTexts(PAGE, pageTexts({ emotions: EMOTIONS }));
		assert.match(page, /<title>Which emotion does this face show\?<\/title>/);
		assert.match(page, /<p>A small neural network recognises seven facial expressions, on your own device\.<\/p>/);
		assert.match(page, /<h2 id="result-heading">Emotions<\/h2>/);
		assert.doesNotMatch(page, /\{\{/);
	});

	it('names the classes of other models, escaped', () => {
		const page = fillTexts(PAGE, pageTexts({ emotions: ['smile', 'neutral', '<i>"odd" & $&'] }));
		assert.match(page, /<title>What does this face show\?<\/title>/);
		assert.match(
			page,
			/classifies faces as smile, neutral or &lt;i&gt;&quot;odd&quot; &amp; \$&amp;, on your own device/,
		);
		assert.match(page, /support the class named/);
		assert.doesNotMatch(page, /\{\{|seven|Emotions/);
	});
});
