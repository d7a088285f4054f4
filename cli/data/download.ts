import { createHash } from 'node:crypto';
import {
	createReadStream,
	createWriteStream,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatMegabytes } from '../../lib/format';
import { Problem } from '../problem';
import type { Task } from '../progressLine';

/** Seconds until the answer begins and without a byte in it; failures in a row, and seconds between them. */
export const LIMITS = { connectSeconds: 15, stallSeconds: 30, attempts: 5, pauseSeconds: 1 };

/** Options of `download`. */
interface DownloadOptions extends Partial<typeof LIMITS> {
	/** Checksums of the whole file, in hex. */
	readonly sha256?: string;
	readonly md5?: string;
	/** What to do where the server does not have the file. */
	readonly remedy?: string;
	/** Receives the number of bytes, and the total where the server states it. */
	readonly onProgress?: (received: number, total: number | undefined) => void;
}

/** Shows the progress of a download. */
export const showBytes = (task: Task): DownloadOptions['onProgress'] => {
	return (received, total) => task.update([received, ...(total ? [total] : [])].map(formatMegabytes).join(' of '));
};

const RESUME = 'The partial download is kept. Run the same command again to resume.';

/** An answer that broke off and can be resumed. */
class Interrupted extends Error {}

/**
 * Downloads a file over HTTP. A partial download stays in `<file>.part`, and the next call resumes it.
 * @throws {Problem} If the file cannot be downloaded, or has another checksum.
 */
export async function download(url: string, file: string, options: DownloadOptions = {}): Promise<void> {
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
				const where = `${failures} times at ${sizeOf(part)} bytes`;
				throw new Problem(`The download of ${url} was interrupted ${where} (${error.message}). ${RESUME}`);
			}
			await sleep(limits.pauseSeconds * 1000);
		}
	}
	for (const algorithm of ['sha256', 'md5'] as const) {
		const expected = limits[algorithm];
		if (expected) await checkDigest(url, part, algorithm, expected);
	}
	rmSync(noteOf(part), { force: true });
	renameSync(part, file);
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** The file beside a part that identifies the server's version of it. */
const noteOf = (part: string) => `${part}.json`;

type Limits = typeof LIMITS & DownloadOptions;

/** Requests the rest of a file and appends it. */
async function receive(url: string, part: string, limits: Limits): Promise<void> {
	const { connectSeconds, stallSeconds, onProgress } = limits;
	const controller = new AbortController();
	let timer = setTimeout(() => controller.abort('connect'), connectSeconds * 1000);
	try {
		const response = await request(url, part, controller.signal, limits);
		const start = response.status === 206 ? sizeOf(part) : 0;
		const total = totalOf(response, start);
		if (start === 0) writeFileSync(noteOf(part), JSON.stringify({ url, validator: validatorOf(response) }));
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
		await pipeline(counted, createWriteStream(part, { flags: start > 0 ? 'a' : 'w' }));
		if (total !== undefined && received < total) throw new Interrupted(`${received} of ${total} bytes`);
	} catch (error) {
		if (controller.signal.reason === 'stall') {
			throw new Problem(`${url} sent nothing for ${stallSeconds} seconds. ${RESUME}`);
		}
		if (error instanceof Problem || error instanceof Interrupted || isDiskError(error)) throw error;
		throw new Interrupted(error instanceof Error ? error.message : String(error));
	} finally {
		clearTimeout(timer);
	}
}

const isDiskError = (error: unknown) =>
	['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Sends the request and checks the status of the answer. */
async function request(url: string, part: string, signal: AbortSignal, limits: Limits): Promise<Response> {
	const have = sizeOf(part);
	const headers: Record<string, string> = { 'accept-encoding': 'identity' }; // ranges of the file, not of a gzip stream
	const stored = readNote(part);
	if (have > 0 && stored?.url === url && stored.validator) {
		headers.range = `bytes=${have}-`;
		headers['if-range'] = stored.validator;
	}
	const response = await fetch(url, { headers, signal }).catch((error) => {
		const cause = error?.cause?.code ?? error?.cause?.message ?? error;
		const why = signal.reason === 'connect' ? `no answer in ${limits.connectSeconds} seconds` : `${cause}`;
		if (have > 0 && signal.reason !== 'connect') throw new Interrupted(why);
		const remedy = 'Check the address and the network, or download the file with a browser: see data/README.md';
		throw new Problem(`${url} cannot be reached (${why}). ${remedy}`);
	});
	const { status, statusText } = response;
	if (status === 200 || (status === 206 && startOf(response) === have)) return response;
	await response.body?.cancel();
	if (status === 206 || status === 416) {
		rmSync(part, { force: true });
		throw new Interrupted('the server sent another range than requested');
	}
	if (status >= 500 || status === 429) throw new Interrupted(`the server answered ${status}`);
	const { remedy = 'Check the address: npx fer data --url ADDRESS' } = limits;
	throw new Problem(`${url} answered ${status} ${statusText}. ${remedy}`);
}

function readNote(part: string): { readonly url: string; readonly validator?: string } | undefined {
	try {
		return JSON.parse(readFileSync(noteOf(part), 'utf8'));
	} catch {
		return undefined;
	}
}

/** A strong validator of the file's version: weak ones may not be used with ranges (RFC 9110, 13.1.5). */
function validatorOf({ headers }: Response): string | undefined {
	const etag = headers.get('etag');
	return etag && !etag.startsWith('W/') ? etag : (headers.get('last-modified') ?? undefined);
}

const startOf = ({ headers }: Response) => Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1]);

function totalOf({ headers }: Response, start: number): number | undefined {
	const length = Number(headers.get('content-length') ?? Number.NaN);
	return Number.isNaN(length) ? undefined : start + length;
}

/** Checks the digest of a part, and removes the part if it differs. */
async function checkDigest(url: string, part: string, algorithm: 'sha256' | 'md5', expected: string): Promise<void> {
	const hash = createHash(algorithm);
	await pipeline(createReadStream(part), hash);
	const found = hash.digest('hex');
	if (found === expected.toLowerCase()) return;
	rmSync(part);
	rmSync(noteOf(part), { force: true });
	const name = algorithm === 'md5' ? 'MD5' : 'SHA-256';
	const remedy = 'The file was damaged or is another one, so it was removed. Run the same command again.';
	throw new Problem(`Expected ${name} ${expected} for ${url} but received ${found}. ${remedy}`);
}
