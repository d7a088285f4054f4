// @ts-check
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { fetchFromKaggle } from '../../../dist/cli/data/kaggle.js';
import { VENV, VENV_PYTHON } from '../../../scripts/setup/paths.mjs';
import { findWheel } from '../../../scripts/setup/tensorflowWheel.mjs';

/** Random, so that it stays above the megabyte in which kagglehub writes what has come. */
const CSV = `emotion,pixels,Usage\n${randomBytes(1_500_000).toString('hex')}\n`;

/** Why the tests cannot run here; kagglehub for Python 3.9 speaks to Kaggle in another way than the stand-in does. */
function reasonToSkip() {
	const wheel = findWheel(VENV);
	if (!wheel) return 'The set-up has not been run: npm run setup';
	const version = fs.readdirSync(path.dirname(wheel.folder)).find((name) => /^kagglehub-.*\.dist-info$/.test(name));
	return /^kagglehub-1\./.test(version ?? '')
		? false
		: `These tests know kagglehub 1, but here is ${version ?? 'none'}.`;
}

/**
 * A Kaggle on the loopback interface. kagglehub asks http://localhost, and HTTP_PROXY leads that here.
 * @typedef {(response: http.ServerResponse, request: http.IncomingMessage) => void} Answer
 */
describe('fetchFromKaggle', { skip: reasonToSkip() }, () => {
	/** @type {http.Server} */
	let server;
	/** @type {string} */
	let folder;
	/** @type {Buffer} */
	let archive;
	/** @type {Answer} */
	let answerDownload;
	/** @type {Answer} */
	let answerVersion;
	/** @type {string[]} */
	let ranges;

	before(async () => {
		server = http.createServer((request, response) => {
			if (/GetDataset$/.test(request.url ?? '')) return answerVersion(response, request);
			ranges.push(request.headers.range ?? 'whole');
			answerDownload(response, request);
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
	});
	after(() => {
		server.closeAllConnections();
		server.close();
	});
	beforeEach(() => {
		folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fer kaggle '));
		fs.writeFileSync(path.join(folder, 'fer2013.csv'), CSV);
		execFileSync(VENV_PYTHON, ['-m', 'zipfile', '-c', 'archive.zip', 'fer2013.csv'], { cwd: folder });
		archive = fs.readFileSync(path.join(folder, 'archive.zip'));
		ranges = [];
		answerVersion = (response) =>
			response.writeHead(200, { 'content-type': 'application/json' }).end('{"currentVersionNumber": 1}');
		answerDownload = (response) => response.writeHead(200, { 'content-length': archive.length }).end(archive);
	});
	afterEach(() => fs.rmSync(folder, { recursive: true }));

	/** @param {Partial<Parameters<typeof fetchFromKaggle>[0]>} [changes] */
	function fetch(changes = {}) {
		const address = server.address();
		const proxy = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
		const { PATH } = process.env;
		return fetchFromKaggle({
			handle: 'someone/fer2013',
			python: VENV_PYTHON,
			folder: path.join(folder, 'cache'),
			logFile: path.join(folder, 'kaggle.log'),
			env: { PATH, HOME: folder, KAGGLE_API_ENVIRONMENT: 'LOCALHOST', HTTP_PROXY: proxy, http_proxy: proxy },
			onStatus: () => {},
			...changes,
		});
	}

	it('unpacks what has come into its cache', async () => {
		const place = await fetch();
		assert.ok(place.startsWith(path.join(folder, 'cache')));
		assert.equal(fs.readFileSync(path.join(place, 'fer2013.csv'), 'utf8'), CSV);
	});

	it('keeps what came before an answer broke off, and goes on from there', async () => {
		const head = { 'accept-ranges': 'bytes' };
		answerDownload = (response) => {
			response.writeHead(200, { ...head, 'content-length': archive.length });
			response.write(archive.subarray(0, -100), () => setTimeout(() => response.destroy(), 100));
		};
		await assert.rejects(
			fetch(),
			/^Problem: Kaggle's answer was interrupted \(.*\)\. The partial download is kept\. Resume it with: npx fer data$/,
		);
		answerDownload = (response, request) => {
			const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
			const body = archive.subarray(start);
			response.writeHead(start > 0 ? 206 : 200, { ...head, 'content-length': body.length }).end(body);
		};
		const place = await fetch();
		assert.equal(fs.readFileSync(path.join(place, 'fer2013.csv'), 'utf8'), CSV);
		assert.match(ranges.at(-1) ?? '', /^bytes=[1-9]\d{5,}-$/);
	});

	it('removes an archive that does not unpack', async () => {
		answerDownload = (response) => response.writeHead(200, { 'content-length': 7 }).end('no zip!');
		await assert.rejects(
			fetch(),
			/^Problem: kagglehub cannot download someone\/fer2013 \(.*\)\. Try again \(npx fer data\), or download/,
		);
		assert.ok(!fs.existsSync(path.join(folder, 'cache')));
	});

	it('tells that there is no such data set', async () => {
		answerVersion = (response) => response.writeHead(404).end();
		await assert.rejects(
			fetch(),
			/^Problem: Kaggle does not provide someone\/fer2013 \(404 .*\)\. Choose another copy \(npx fer data --handle OWNER\/NAME\), or download/,
		);
	});

	it('gives up on a host that does not answer', async () => {
		answerVersion = () => {};
		const began = Date.now();
		await assert.rejects(fetch({ connectSeconds: 3 }), {
			message:
				'Kaggle cannot be reached (no answer in 3 s). Check the network, or download it with a browser into data/: see data/README.md',
		});
		assert.ok(Date.now() - began < 12_000);
	});

	it('gives up at once where nobody listens', async () => {
		const env = {
			PATH: process.env.PATH,
			HOME: folder,
			HTTPS_PROXY: 'http://127.0.0.1:1',
			https_proxy: 'http://127.0.0.1:1',
		};
		await assert.rejects(
			fetch({ env }),
			/^Problem: Kaggle cannot be reached \(.*Connection refused\)\. Check the network/,
		);
	});
});
