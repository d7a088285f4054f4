// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { serveFiles } from '../fileServer.mjs';
import { skip } from '../visit.mjs';

/** @typedef {import('../page.test.mjs').Stage} Stage */
/** @typedef {import('../fileServer.mjs').Change} Change */

const NOT_STARTED = /This page has not started\. Browsers run it only from a web server .* not from a file/;

/** What the page says where it does not start. @param {Stage} stage */
export function testStarting({ site, browser, visit }) {
	/** Opens an address and waits for a visible sentence. @param {string} address @param {string} place @param {RegExp} words */
	async function says(address, place, words) {
		const page = await browser().newPage();
		try {
			await page.goto(address);
			const element = page.locator(place);
			await element.waitFor({ state: 'visible', timeout: 40_000 });
			const text = (await element.textContent())?.replaceAll(/\s+/g, ' ').trim() ?? '';
			assert.match(text, words);
		} finally {
			await page.close();
		}
	}

	/** As `says`, from a server. @param {Parameters<typeof serveFiles>[1]} change @param {string} place @param {RegExp} words */
	async function saysFrom(change, place, words) {
		const server = await serveFiles(site().folder, change);
		try {
			await says(server.address, place, words);
		} finally {
			server.close();
		}
	}

	const isScript = (/** @type {string} */ name) => name.endsWith('.js');
	const isWorker = (/** @type {string} */ name) => /readerWorker.*\.js$/.test(name);
	/** A sentence that shows for good and for bad what happened. */
	for (const [what, change] of /** @type {[string, Parameters<typeof serveFiles>[1]][]} */ ([
		[
			'sends scripts as text',
			(name) => (isScript(name) ? { type: 'text/plain', headers: { 'X-Content-Type-Options': 'nosniff' } } : undefined),
		],
		[
			'sends a page instead of scripts',
			(name) => (isScript(name) ? { type: 'text/html', body: Buffer.from('<!doctype html>') } : undefined),
		],
		['does not have the scripts', (name) => (isScript(name) ? { status: 404 } : undefined)],
		['forbids scripts', () => ({ headers: { 'Content-Security-Policy': "script-src 'none'" } })],
		['forbids everything', () => ({ headers: { 'Content-Security-Policy': "default-src 'none'" } })],
	])) {
		const options = what === 'sends scripts as text' ? {} : { skip };
		it(`says so after some seconds if the server ${what}`, options, () =>
			saysFrom(change, '#not-started', NOT_STARTED),
		);
	}

	it('says so if it is opened as a file', { skip }, () =>
		says(pathToFileURL(path.join(site().folder, 'index.html')).href, '#not-started', NOT_STARTED),
	);

	for (const [what, change] of /** @type {[string, Parameters<typeof serveFiles>[1]][]} */ ([
		[
			'sends the worker as text',
			(name) => (isWorker(name) ? { type: 'text/plain', headers: { 'X-Content-Type-Options': 'nosniff' } } : undefined),
		],
		['does not have the worker', (name) => (isWorker(name) ? { status: 404 } : undefined)],
		['forbids workers', () => ({ headers: { 'Content-Security-Policy': "worker-src 'none'" } })],
	])) {
		const words = /^The page could not be loaded\. Its worker did not start: the server has to send \.js files as/;
		const options = what === 'does not have the worker' ? {} : { skip };
		it(`says so at once if the server ${what}`, options, () => saysFrom(change, '#problem', words));
	}

	it('says which file of the model is not the one that was built', { skip }, async () => {
		const weights = fs.readFileSync(path.join(site().folder, 'models', '1', 'weights.bin'));
		const other = Buffer.from(weights);
		other[5000] ^= 1;
		const only = (/** @type {string} */ file, /** @type {Change} */ change) => (/** @type {string} */ name) =>
			name.endsWith(file) ? change : undefined;
		for (const [change, words] of /** @type {[Parameters<typeof serveFiles>[1], RegExp][]} */ ([
			[
				only('weights.bin', { body: Buffer.from(weights.toString('utf8')) }),
				/Expected \d+ bytes in weights\.bin but received \d+ bytes(: binary data that was converted to text)?\. The server must/,
			],
			[
				only('weights.bin', { body: other }),
				/Expected SHA-256 [0-9a-f]{64} in weights\.bin but received [0-9a-f]{64}\. The server must/,
			],
			[
				only('model.json', { body: Buffer.from('<!doctype html>') }),
				/Expected a tfjs layers model in model\.json but received a web page\./,
			],
			[
				only('weights.bin', { status: 404 }),
				/Expected models\/1\/weights\.bin from the server but received status 404\. Reload the page\./,
			],
			[
				only('about.json', { body: Buffer.from('<!doctype html>') }),
				/Expected about\.json from the server but received something else/,
			],
		])) {
			await saysFrom(change, '#problem', new RegExp(`^The page could not be loaded\\. ${words.source}`));
		}
	});

	it('says that another network could not be loaded, and goes on with the first one', { skip }, async () => {
		const server = await serveFiles(site().folder, (name) =>
			name.startsWith('models/2/') ? { status: 404 } : undefined,
		);
		try {
			const here = await visit({ address: server.address });
			await here.page.selectOption('#model', { index: 1 });
			const words =
				/^The other network could not be loaded\. Expected models\/2\/\S+ from the server but received status 404/;
			await here.says('#problem', words);
			assert.equal(await here.page.inputValue('#model'), 'models/1');
			assert.match((await here.openSample()).labels[0], /^1: happy/);
			assert.ok(here.errors.every((error) => /404/.test(error)));
			here.errors.length = 0;
		} finally {
			server.close();
		}
	});

	it('works, but keeps nothing, where the server sends the service worker as text', { skip }, async () => {
		const isText = (/** @type {string} */ name) => name === 'serviceWorker.js';
		const server = await serveFiles(site().folder, (name) => (isText(name) ? { type: 'text/plain' } : undefined));
		try {
			const here = await visit({ address: server.address, serviceWorkers: 'allow' });
			assert.match((await here.openSample()).labels[0], /^1: happy/);
			assert.equal(await here.page.textContent('#offline'), '');
			assert.equal(await here.page.evaluate(async () => (await caches.keys()).length), 0);
			assert.ok(here.errors.every((error) => /MIME type/.test(error)));
			here.errors.length = 0;
		} finally {
			server.close();
		}
	});
}
