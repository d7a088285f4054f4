// @ts-check
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { servePage } from '../../dist/cli/demo/page.js';
import { MODEL } from './site.mjs';

it('fer demo serves the page with the headers that a published one should have', async () => {
	const { address, close } = await servePage(MODEL, 0);
	try {
		for (const path of ['', 'model/weights.bin']) {
			const { status, headers } = await fetch(new URL(path, address));
			assert.equal(status, 200);
			assert.equal(headers.get('x-content-type-options'), 'nosniff');
			assert.equal(headers.get('content-security-policy'), "frame-ancestors 'none'");
			assert.equal(headers.get('referrer-policy'), 'no-referrer');
		}
	} finally {
		await close();
	}
});
