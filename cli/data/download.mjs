// @ts-check
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../scripts/setup/problem.mjs';

/** Limits and reports of a download; the defaults are what the command line promises. */
export const LIMITS = { connectSeconds: 15, stallSeconds: 30, attempts: 5, pauseSeconds: 1 };

/**
 * @typedef {object} Options
 * @property {string} [sha256] Of the whole file, in hex.
 * @property {string} [md5] The same, where its publisher states no other.
 * @property {number} [connectSeconds] Until the server's answer begins.
 * @property {number} [stallSeconds] Without a byte, once it has begun.
 * @property {number} [attempts] Broken-off answers in a row without any progress.
 * @property {number} [pauseSeconds] Before the next attempt.
 * @property {(received: number, total: number | undefined) => void} [onProgress] bytes
 */

/** An answer that broke off and may be taken up where it did. */
class Interrupted extends Error {}

/**
 * Downloads a file over HTTP. What has come is kept in `<file>.part`, and the next call goes on from there.
 * @param {string} url
 * @param {string} file
 * @param {Options} [options]
 * @throws {Problem} If it cannot be had: why, and what to do.
 */
export async function download(url, file, options = {}) {
	const limits = { ...LIMITS, ...options };
	const part = `${file}.part`;
	let failures = 0;
	for (;;) {
		const before = sizeOf(part);
		try {
			await receive(url, part, limits);
			break;
		} catch (error) {
			if (!(error instanceof Interrupted)) throw error;
			failures = sizeOf(part) > before ? 0 : failures + 1;
			if (failures >= limits.attempts) {
				throw new Problem(
					`${url} broke off ${failures} times at ${sizeOf(part)} bytes (${error.message}). What has come is kept; go on later: npm run data`,
				);
			}
			await sleep(limits.pauseSeconds * 1000);
		}
	}
	for (const algorithm of /** @type {const} */ (['sha256', 'md5'])) {
		const expected = limits[algorithm];
		if (expected) await checkDigest(url, part, algorithm, expected);
	}
	fs.rmSync(noteOf(part), { force: true });
	fs.renameSync(part, file);
}

/** @param {string} file */
const sizeOf = (file) => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Keeps beside a part what tells whether the server still has the same file. @param {string} part */
const noteOf = (part) => `${part}.json`;

/**
 * Asks for the rest of a file and appends it.
 * @param {string} url
 * @param {string} part
 * @param {typeof LIMITS & Options} limits
 */
async function receive(url, part, { connectSeconds, stallSeconds, onProgress }) {
	const controller = new AbortController();
	let timer = setTimeout(() => controller.abort('connect'), connectSeconds * 1000);
	try {
		const response = await ask(url, part, controller.signal, connectSeconds);
		const start = response.status === 206 ? sizeOf(part) : 0;
		const total = totalOf(response, start);
		if (start === 0) fs.writeFileSync(noteOf(part), JSON.stringify({ url, validator: validatorOf(response) }));
		const stream = fs.createWriteStream(part, { flags: start > 0 ? 'a' : 'w' });
		let received = start;
		const restart = () => {
			clearTimeout(timer);
			timer = setTimeout(() => controller.abort('stall'), stallSeconds * 1000);
		};
		restart();
		const counted = async function* () {
			for await (const chunk of response.body ?? []) {
				received += chunk.length;
				restart();
				onProgress?.(received, total);
				yield chunk;
			}
		};
		await pipeline(counted, stream);
		if (total !== undefined && received < total) throw new Interrupted(`${received} of ${total} bytes`);
	} catch (error) {
		if (controller.signal.reason === 'stall') {
			throw new Problem(
				`${url} has sent nothing for ${stallSeconds} seconds. What has come is kept; go on later: npm run data`,
			);
		}
		if (error instanceof Problem || error instanceof Interrupted || isDiskError(error)) throw error;
		throw new Interrupted(error instanceof Error ? error.message : String(error));
	} finally {
		clearTimeout(timer);
	}
}

/** @param {unknown} error */
const isDiskError = (error) => ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT'].includes(/** @type {any} */ (error)?.code);

/**
 * Sends the request and judges the answer's head.
 * @param {string} url
 * @param {string} part
 * @param {AbortSignal} signal
 * @param {number} connectSeconds
 */
async function ask(url, part, signal, connectSeconds) {
	const have = sizeOf(part);
	/** @type {Record<string, string>} */
	const headers = { 'accept-encoding': 'identity' }; // a packed answer has no ranges of the file itself
	const note = readNote(part);
	if (have > 0 && note?.url === url && note.validator) {
		headers.range = `bytes=${have}-`;
		headers['if-range'] = note.validator;
	}
	/** @type {Response} */
	let response;
	try {
		response = await fetch(url, { headers, signal });
	} catch (error) {
		const cause = /** @type {any} */ (error)?.cause?.code ?? /** @type {any} */ (error)?.cause?.message ?? error;
		const why = signal.reason === 'connect' ? `no answer in ${connectSeconds} seconds` : `${cause}`;
		if (have > 0 && signal.reason !== 'connect') throw new Interrupted(why);
		throw new Problem(
			`${url} cannot be reached (${why}). Check the address and the network, or download the file with a browser into data/: see data/README.md`,
		);
	}
	if (response.status === 206 && startOf(response) === have) return response;
	if (response.status === 200) return response;
	await response.body?.cancel();
	if (response.status === 206 || response.status === 416) {
		fs.rmSync(part, { force: true });
		throw new Interrupted(`the server answered another range than the one asked for`);
	}
	if (response.status >= 500 || response.status === 429)
		throw new Interrupted(`the server answered ${response.status}`);
	throw new Problem(
		`${url} answers ${response.status} ${response.statusText}. Check the address: npm run data -- --url <address>`,
	);
}

/** @param {string} part @returns {{url: string, validator?: string} | undefined} */
function readNote(part) {
	try {
		return JSON.parse(fs.readFileSync(noteOf(part), 'utf8'));
	} catch {
		return undefined;
	}
}

/** A strong mark of the file's version: weak ones may not be used with ranges (RFC 9110, 13.1.5). @param {Response} response */
function validatorOf({ headers }) {
	const etag = headers.get('etag');
	return etag && !etag.startsWith('W/') ? etag : (headers.get('last-modified') ?? undefined);
}

/** @param {Response} response */
const startOf = ({ headers }) => Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1]);

/**
 * @param {Response} response
 * @param {number} start
 */
function totalOf({ headers }, start) {
	const length = Number(headers.get('content-length') ?? Number.NaN);
	return Number.isNaN(length) ? undefined : start + length;
}

/**
 * @param {string} url
 * @param {string} part Removed if it differs.
 * @param {'sha256' | 'md5'} algorithm
 * @param {string} expected
 */
async function checkDigest(url, part, algorithm, expected) {
	const hash = createHash(algorithm);
	await pipeline(fs.createReadStream(part), hash);
	const found = hash.digest('hex');
	if (found === expected.toLowerCase()) return;
	fs.rmSync(part);
	fs.rmSync(noteOf(part), { force: true });
	throw new Problem(
		`Expected ${algorithm === 'md5' ? 'MD5' : 'SHA-256'} ${expected} for ${url} but received ${found}. The file was damaged on its way, or is another one: it was removed; try again: npm run data`,
	);
}
