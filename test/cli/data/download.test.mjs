// @ts-check
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { download, LIMITS } from '../../../dist/cli/data/download.js';
import { nameDownload } from '../../../dist/cli/data/fer2013.js';

/** 200,000 bytes without a period that a wrong offset could hide behind. */
const CONTENT = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index.toString(36).padStart(4, '0')).join(''));
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const QUICK = { connectSeconds: 0.5, stallSeconds: 0.5, pauseSeconds: 0.01 };

/** @typedef {(request: http.IncomingMessage, response: http.ServerResponse, count: number) => void} Handler */

/** @type {http.Server} */
let server;
/** @type {string} */
let folder;
/** @type {Handler} */
let handler;
/** @type {string[]} Each request's Range, or «whole». */
let requests;
/** @type {string} */
let url;
/** @type {string} */
let file;

before(async () => {
	server = http.createServer((request, response) => {
		requests.push(request.headers.range ?? 'whole');
		handler(request, response, requests.length);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/fer2013.tar.gz`;
});
after(() => {
	server.closeAllConnections();
	server.close();
});
beforeEach((context) => {
	requests = [];
	folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer data '));
	file = path.join(folder, 'download');
	if ('after' in context) context.after(() => fs.rmSync(folder, { recursive: true }));
});

/**
 * Answers with the rest of the content that is asked for, as a web server does.
 * @param {http.IncomingMessage} request
 * @param {http.ServerResponse} response
 * @param {{etag?: string, until?: number, content?: Buffer}} [options] `until`: breaks off there.
 */
function serve({ headers }, response, { etag = '"one"', until, content = CONTENT } = {}) {
	const isSame = headers['if-range'] === etag;
	const start = isSame ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0;
	if (start > 0) response.setHeader('content-range', `bytes ${start}-${content.length - 1}/${content.length}`);
	response.writeHead(start > 0 ? 206 : 200, { etag, 'content-length': content.length - start });
	if (until === undefined) response.end(content.subarray(start));
	else response.write(content.subarray(start, until), () => sleep(20).then(() => response.destroy()));
}

const written = () => fs.readFileSync(file);
const leftovers = () => fs.readdirSync(folder).sort();

describe('download', () => {
	it('gets a good file whole, checks it and tells how far it is', async () => {
		handler = (request, response) => serve(request, response);
		const told = /** @type {[number, number | undefined][]} */ ([]);
		await download(url, file, { ...QUICK, sha256: SHA256.toUpperCase(), onProgress: (...at) => told.push(at) });
		assert.deepEqual(written(), CONTENT);
		assert.deepEqual(leftovers(), ['download']);
		assert.deepEqual(told.at(-1), [CONTENT.length, CONTENT.length]);
	});

	it('checks by MD5 where that is all its publisher states', async () => {
		handler = (request, response) => serve(request, response);
		const md5 = createHash('md5').update(CONTENT).digest('hex');
		await download(url, file, { ...QUICK, md5 });
		assert.deepEqual(written(), CONTENT);
		const wrong = `${md5.slice(1)}g`;
		const message = new RegExp(`^Expected MD5 ${wrong} for .* but received ${md5}\\.`);
		await assert.rejects(download(url, `${file}2`, { ...QUICK, md5: wrong }), { message });
		assert.deepEqual(leftovers(), ['download']);
	});

	it('goes on where an answer broke off, as often as it gets further', async () => {
		handler = (request, response, count) => serve(request, response, count <= 7 ? { until: count * 20_000 } : {});
		await download(url, file, { ...QUICK, attempts: 2, sha256: SHA256 });
		assert.deepEqual(written(), CONTENT);
		assert.equal(requests[0], 'whole');
		assert.equal(requests.length, 8);
		assert.match(requests[7], /^bytes=[1-9]\d*-$/);
	});

	it('goes on with what an earlier run has left', async () => {
		handler = (request, response, count) =>
			count === 1 ? serve(request, response, { until: 50_000 }) : response.writeHead(503).end();
		await assert.rejects(download(url, file, { ...QUICK, attempts: 2 }), {
			message: `The download of ${url} was interrupted 2 times at 50000 bytes (the server answered 503). The partial download is kept. Run the same command again to resume.`,
		});
		assert.deepEqual(leftovers(), ['download.part', 'download.part.json']);
		requests = [];
		handler = (request, response) => serve(request, response);
		await download(url, file, { ...QUICK, sha256: SHA256 });
		assert.deepEqual(requests, ['bytes=50000-']);
		assert.deepEqual(written(), CONTENT);
	});

	it('begins anew where the server’s file has changed', async () => {
		const changed = Buffer.from(CONTENT).reverse();
		handler = (request, response, count) =>
			serve(request, response, count === 1 ? { until: 50_000 } : { etag: '"two"', content: changed });
		await download(url, file, QUICK);
		assert.deepEqual(written(), changed);
	});

	it('begins anew where the server knows no ranges', async () => {
		handler = (_, response, count) => {
			response.writeHead(200, { 'content-length': CONTENT.length, etag: '"one"' });
			if (count > 1) response.end(CONTENT);
			else response.write(CONTENT.subarray(0, 90_000), () => sleep(20).then(() => response.destroy()));
		};
		await download(url, file, QUICK);
		assert.deepEqual(written(), CONTENT);
	});

	it('refuses and removes a file with another checksum', async () => {
		const corrupt = Buffer.from(CONTENT);
		corrupt[1000] ^= 1;
		handler = (request, response) => serve(request, response, { content: corrupt });
		const found = createHash('sha256').update(corrupt).digest('hex');
		await assert.rejects(download(url, file, { ...QUICK, sha256: SHA256 }), {
			name: 'Problem',
			message: `Expected SHA-256 ${SHA256} for ${url} but received ${found}. The file was damaged or is another one, so it was removed. Run the same command again.`,
		});
		assert.ok(!fs.existsSync(file) && !fs.existsSync(`${file}.part`));
	});

	it('tells that there is no such file, at once', async () => {
		handler = (_, response) => response.writeHead(404).end('no');
		await assert.rejects(download(url, file, QUICK), {
			message: `${url} answered 404 Not Found. Check the address: npx fer data --url ADDRESS`,
		});
		assert.equal(requests.length, 1);
		handler = (_, response) => response.writeHead(403).end('no');
		await assert.rejects(download(url, file, { ...QUICK, remedy: 'Choose another copy.' }), {
			message: `${url} answered 403 Forbidden. Choose another copy.`,
		});
	});

	it('resumes behind a redirect, as Kaggle answers', async () => {
		handler = (request, response, count) => {
			if (request.url !== '/stored') response.writeHead(302, { location: '/stored' }).end();
			else serve(request, response, count < 3 ? { until: 90_000 } : {});
		};
		await download(url, file, { ...QUICK, sha256: SHA256 });
		assert.deepEqual(written(), CONTENT);
		// What had arrived when the connection broke off.
		const rest = requests[2];
		assert.match(rest, /^bytes=[1-9]\d*-$/);
		assert.deepEqual(requests, ['whole', 'whole', rest, rest]);
	});

	it('waits for a slow answer as long as it moves', async () => {
		const small = CONTENT.subarray(0, 12);
		handler = async (_, response) => {
			response.writeHead(200, { 'content-length': small.length });
			for (const byte of small) {
				response.write(Buffer.of(byte));
				await sleep(100); // 1.2 s in all, of 0.5 s without a byte
			}
			response.end();
		};
		await download(url, file, QUICK);
		assert.deepEqual(written(), small);
	});

	it('gives up when nothing comes any more, and keeps what has come', async () => {
		handler = (_, response) => {
			response.writeHead(200, { 'content-length': 100 });
			response.write('0123456789');
		};
		await assert.rejects(download(url, file, QUICK), {
			message: `${url} sent nothing for 0.5 seconds. The partial download is kept. Run the same command again to resume.`,
		});
		assert.equal(fs.readFileSync(`${file}.part`, 'utf8'), '0123456789');
	});

	it('gives up when no answer comes', async () => {
		handler = () => {};
		await assert.rejects(download(url, file, QUICK), {
			message: `${url} cannot be reached (no answer in 0.5 seconds). Check the address and the network, or download the file with a browser: see data/README.md`,
		});
		assert.ok(LIMITS.connectSeconds <= 15);
	});

	it('gives up at once when nobody listens', async () => {
		const silent = http.createServer().listen(0, '127.0.0.1');
		await once(silent, 'listening');
		const address = silent.address();
		silent.close();
		await once(silent, 'close');
		const port = typeof address === 'object' && address ? address.port : 0;
		await assert.rejects(download(`http://127.0.0.1:${port}/x`, file, QUICK), {
			message: new RegExp(`^http://127\\.0\\.0\\.1:${port}/x cannot be reached \\(ECONNREFUSED\\)\\. `),
		});
	});
});

describe('nameDownload', () => {
	it('takes the address’s name where the readers know it, else the content’s', () => {
		const named = (/** @type {string} */ address, /** @type {string} */ start) => {
			fs.writeFileSync(file, start, 'latin1');
			return nameDownload(file, `http://host/${address}`);
		};
		assert.equal(named('path/FER2013.csv.gz?token=1', '\x1f\x8b'), 'fer2013.csv.gz');
		assert.equal(named('datasets/download/42', 'PK\x03\x04'), 'fer2013.zip');
		assert.equal(named('data', '\x1f\x8b\x08'), 'fer2013.tar.gz');
		assert.equal(named('data', 'emotion,pixels'), 'fer2013.csv');
	});
});
