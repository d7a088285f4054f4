// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import { cacheName, keptAddress, oldCaches } from '../../demo/src/offline/siteCache.js';
import { writeServiceWorker } from '../../dist/cli/demo/offline.js';

const SCOPE = 'https://example.org/faces/';
const SITE = { version: 'b', first: ['index.html', 'a b.js'], later: ['models/2/weights.bin'] };

describe('oldCaches', () => {
	it('are those of other builds in this folder, and of nobody else', () => {
		assert.equal(cacheName(SCOPE, SITE), 'fer-page /faces/ b');
		const names = ['fer-page /faces/ a', 'fer-page /faces/ b', 'fer-page / a', 'fer-page /faces/old/ a', 'other'];
		assert.deepEqual(oldCaches(names, SCOPE, SITE), ['fer-page /faces/ a']);
	});
});

describe('keptAddress', () => {
	const kept = (/** @type {string} */ url, method = 'GET') => keptAddress({ url, method }, SCOPE, SITE);

	it('is that of a file of the page, without its query', () => {
		assert.equal(kept(SCOPE), `${SCOPE}index.html`);
		assert.equal(kept(`${SCOPE}index.html?backend=wasm#result`), `${SCOPE}index.html`);
		assert.equal(kept(`${SCOPE}a%20b.js`), `${SCOPE}a%20b.js`);
		assert.equal(kept(`${SCOPE}models/2/weights.bin`), `${SCOPE}models/2/weights.bin`);
	});

	it('is none for other files, folders, sites and methods', () => {
		for (const url of [`${SCOPE}other.js`, 'https://example.org/', 'https://elsewhere.org/faces/index.html']) {
			assert.equal(kept(url), undefined);
		}
		assert.equal(kept(SCOPE, 'POST'), undefined);
	});
});

describe('writeServiceWorker', () => {
	/** What a service worker says of its page. @param {Record<string, string>} files */
	function siteOf(files) {
		const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer-offline-'));
		try {
			for (const [name, text] of Object.entries({ 'serviceWorker.js': 'globalThis.site = SITE;', ...files })) {
				fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
				fs.writeFileSync(path.join(folder, name), text);
			}
			writeServiceWorker(folder, ['models/2']);
			return vm.runInNewContext(
				`${fs.readFileSync(path.join(folder, 'serviceWorker.js'), 'utf8')}; JSON.stringify(site)`,
			);
		} finally {
			fs.rmSync(folder, { recursive: true });
		}
	}

	it('lists the files, and gives each build its version', () => {
		const files = { 'index.html': 'a', 'models/1/weights.bin': 'b', 'models/2/weights.bin': 'c' };
		const { version, ...site } = JSON.parse(siteOf(files));
		assert.deepEqual(site, { first: ['index.html', 'models/1/weights.bin'], later: ['models/2/weights.bin'] });
		assert.equal(JSON.parse(siteOf(files)).version, version);
		for (const other of [
			{ ...files, 'index.html': 'b' },
			{ ...files, 'about.json': '' },
		]) {
			assert.notEqual(JSON.parse(siteOf(other)).version, version);
		}
	});
});
