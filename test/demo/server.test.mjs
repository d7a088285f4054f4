// @ts-check
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { servePage } from '../../dist/cli/demo/page.js';
import { MODEL } from './site.mjs';

it('fer demo serves the page with the headers that a published one should have', async () => {
	const { address, close } = await servePage([MODEL], 0);
	try {
		for (const path of ['', 'models/1/weights.bin']) {
			const { status, headers } = await fetch(new URL(path, address));
			assert.equal(status, 200);
			assert.equal(headers.get('x-content-type-options'), 'nosniff');
			assert.equal(headers.get('content-security-policy'), "connect-src 'self'; frame-ancestors 'none'");
			assert.equal(headers.get('referrer-policy'), 'no-referrer');
		}
		// At this address the browser must not keep it.
		assert.equal((await fetch(new URL('serviceWorker.js', address))).status, 404);
		const { models, isPublished } = await (await fetch(new URL('about.json', address))).json();
		assert.deepEqual([models.length, isPublished], [1, false]);
	} finally {
		await close();
	}
});
