// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { it } from 'node:test';
import { serveFiles } from '../fileServer.mjs';
import { MODEL, OTHER_MODEL } from '../site.mjs';

/** @typedef {import('../page.test.mjs').Stage} Stage */

/** What a browser keeps of a page: how much of each kind, and the files in the last of its caches. */
const KEPT = async () => {
	const names = (await caches.keys()).sort();
	const kept = await (await caches.open(names.at(-1) ?? '')).keys();
	const registrations = await navigator.serviceWorker.getRegistrations();
	return {
		local: localStorage.length,
		session: sessionStorage.length,
		cookie: document.cookie,
		databases: (await indexedDB.databases()).length,
		scopes: registrations.map(({ scope }) => new URL(scope).pathname),
		names,
		files: kept.map(({ url }) => decodeURIComponent(new URL(url).pathname).replace('/page/', '')).sort(),
	};
};

/** Chromium itself finds nothing that keeps the page from being installed. @param {import('../visit.mjs').Visit} visit */
async function assertInstallable({ context, page }) {
	const session = await context.newCDPSession(page);
	const { data, errors } = await session.send('Page.getAppManifest');
	assert.deepEqual(errors, []);
	assert.equal(JSON.parse(data ?? '').short_name, 'Emotions');
	const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
	// Tests have private windows.
	assert.deepEqual(
		installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'),
		[],
	);
}

/** The accuracy of a model, as the page says it. @param {string} model */
function accuracyOf(model) {
	const { intervals } = JSON.parse(fs.readFileSync(path.join(model, 'metrics.json'), 'utf8'));
	return new RegExp(`: ${(100 * intervals.accuracy.estimate).toFixed(1)} % `);
}

/** What the page asks for, keeps and claims. @param {Stage} stage */
export function testPrivacy({ site, visit }) {
	it('keeps its own files and nothing of the visitor, and then works without a network', async () => {
		const server = await serveFiles(site().folder, () => undefined);
		// Of an earlier build of this page, and of another page of the server.
		const earlier = () => void ['fer-page /page/ earlier', 'another page'].map((name) => caches.open(name));
		try {
			const here = await visit({ address: server.address, serviceWorkers: 'allow', script: earlier });
			await here.openSample();
			await here.page.click('#camera');
			await here.says('.face-label', /^1: /);
			await here.says('#offline', /^This page also works without a network/);
			await assertInstallable(here);
			const { names, files, ...other } = await here.page.evaluate(KEPT);
			assert.deepEqual(other, { local: 0, session: 0, cookie: '', databases: 0, scopes: ['/page/'] });
			assert.equal(names.length, 2);
			assert.match(names[1], /^fer-page \/page\/ [0-9a-f]{16}$/);
			const own = fs.readdirSync(site().folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
				const isFile = fs.statSync(path.join(site().folder, name)).isFile();
				return isFile && !['serviceWorker.js', '.fer-output.json'].includes(name);
			});
			const ofOther = own.filter((name) => name.startsWith('models/2/'));
			assert.equal(ofOther.length, 2);
			assert.deepEqual(files, own.filter((name) => !ofOther.includes(name)).sort());
			// The other network is kept once it was chosen.
			await here.page.selectOption('#model', { index: 1 });
			await here.says('#accuracy', accuracyOf(OTHER_MODEL));
			assert.deepEqual((await here.page.evaluate(KEPT)).files, own.sort());
			// All that was fetched is a file of the page; that nothing came from elsewhere is seen at the end of every visit.
			for (const address of here.requests.filter((each) => each.startsWith('http'))) {
				const file = path.join(site().folder, decodeURIComponent(new URL(address).pathname.replace('/page/', '')));
				assert.ok(fs.statSync(file).isFile(), address);
			}

			server.close();
			await here.page.goto(server.address.replace('index.html', '?backend=wasm'));
			await here.status(/^Ready\.$/);
			assert.match((await here.openSample()).labels[0], /^1: happy/);
			await here.page.selectOption('#model', { index: 1 });
			await here.says('#accuracy', accuracyOf(OTHER_MODEL));
		} finally {
			server.close();
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
			await assertNotes(here, site().folder);
		} finally {
			elsewhere.close();
		}
	});
}

/**
 * It says that all stays here, that an expression is no feeling, how good the model is, and whose software it is.
 * @param {import('../visit.mjs').Visit} visit
 * @param {string} folder The page's.
 */
async function assertNotes({ page }, folder) {
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
	const licences = fs.readFileSync(path.join(folder, String(address)), 'utf8');
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
}
