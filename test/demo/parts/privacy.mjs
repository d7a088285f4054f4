// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { it } from 'node:test';
import { MODEL } from '../site.mjs';

/** @typedef {import('../page.test.mjs').Stage} Stage */

/** What the page asks for, keeps and claims. @param {Stage} stage */
export function testPrivacy({ site, visit }) {
	it('keeps nothing on the machine, with a photo read and the camera on', async () => {
		const here = await visit();
		await here.openSample();
		await here.page.click('#camera');
		await here.says('.face-label', /^1: /);
		const kept = await here.page.evaluate(async () => [
			localStorage.length,
			sessionStorage.length,
			document.cookie,
			(await indexedDB.databases()).length,
			(await caches.keys()).length,
			(await navigator.serviceWorker.getRegistrations()).length,
		]);
		assert.deepEqual(kept, [0, 0, '', 0, 0, 0]);
		// All that was fetched is a file of the page; that nothing came from elsewhere is seen at the end of every visit.
		for (const address of here.requests.filter((each) => each.startsWith('http'))) {
			const file = path.join(site().folder, decodeURIComponent(new URL(address).pathname.replace('/page/', '')));
			assert.ok(fs.statSync(file).isFile(), address);
		}
	});

	it('could not send anything elsewhere if it wanted to, and neither could its worker', async () => {
		let requests = 0;
		const elsewhere = http.createServer((_, response) => {
			requests++;
			response.setHeader('Access-Control-Allow-Origin', '*').end();
		});
		await new Promise((resolve) => elsewhere.listen(0, '127.0.0.1', () => resolve(undefined)));
		const { port } = /** @type {import('node:net').AddressInfo} */ (elsewhere.address());
		const address = `http://127.0.0.1:${port}/`;
		try {
			const here = await visit();
			const attempt = `fetch('${address}').then(() => 'sent', () => 'refused')`;
			assert.equal(await here.page.evaluate(attempt), 'refused');
			assert.equal(await here.page.workers()[0].evaluate(attempt), 'refused');
			await here.page.evaluate(`new Image().src = '${address}'; navigator.sendBeacon('${address}', 'x')`);
			await here.page.waitForTimeout(300);
			assert.equal(requests, 0);
			// The browser tells of each refusal, and names what was asked for.
			assert.ok(here.errors.length >= 3 && here.errors.every((error) => /Content Security Policy/.test(error)));
			here.errors.length = 0;
			here.requests.length = 0;
			// The server itself is there.
			await fetch(address);
			assert.equal(requests, 1);
		} finally {
			elsewhere.close();
		}
	});

	it('says that all stays here, that an expression is no feeling, how good the model is, and whose software it is', async () => {
		const { page } = await visit();
		const text = (await page.textContent('.notes'))?.replaceAll(/\s+/g, ' ') ?? '';
		assert.match(text, /no image leaves it\. The page sends no requests to other sites/);
		assert.match(text, /An expression is not a feeling/);
		const { n, protocol, intervals } = JSON.parse(fs.readFileSync(path.join(MODEL, 'metrics.json'), 'utf8'));
		const percent = (/** @type {number} */ value) => `${(100 * value).toFixed(1)} %`;
		const { estimate, low, high } = intervals.accuracy;
		assert.ok(
			text.includes(`Accuracy on ${n.toLocaleString('en')} test faces`) && text.includes(`(protocol ${protocol})`),
			text,
		);
		assert.ok(text.includes(`: ${percent(estimate)}`), text);
		assert.ok(text.includes(`(95 % confidence interval ${percent(low)} to ${percent(high)})`), text);
		const address = await page.evaluate(() => document.querySelector('footer a')?.getAttribute('href'));
		const licences = fs.readFileSync(path.join(site().folder, String(address)), 'utf8');
		for (const name of [
			'@tensorflow/tfjs-backend-webgpu',
			'@tensorflow/tfjs-layers',
			'@vladmandic/face-api',
			'comlink',
		]) {
			assert.match(licences, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+: (Apache-2\\.0|MIT)`, 'm'));
		}
		assert.match(licences, /Copyright \(c\) Vladimir Mandic/);
		assert.match(licences, /Apache License\s+Version 2\.0, January 2004/);
	});
}
