import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { fingerprintFile } from '../../lib/data/readers/cache';
import { readFer2013 } from '../../lib/data/readers/fer2013';
import { checkFer2013 } from '../../lib/data/readers/fer2013Identity';
import { findFer2013 } from '../../lib/data/readers/fer2013Place';
import { DataError } from '../../lib/errors';
import { formatCount } from '../../lib/format';
import { formatProgress, type Progress } from '../../lib/progress';
import { Problem } from '../problem';
import { note, type Task, withTask } from '../progressLine';
import { DATA, dataPath, INCOMING, shownPath } from '../projectFolder';
import { download, showBytes } from './download';

/** Kaggle's public copy of fer2013.csv, with the official order and Usage, which the copies as image folders have lost. */
const HANDLE = 'deadskull7/fer2013';

/** Where FER2013 is downloaded from. */
export interface Source {
	/** A file or archive on a web server. Default FER2013_URL. */
	readonly url?: string;
	/** Its checksum. Default FER2013_SHA256. */
	readonly sha256?: string;
	/** A public copy on Kaggle. Default `HANDLE`. */
	readonly handle?: string;
}

/** FER2013 on the disk. */
interface FoundData {
	readonly path: string;
	readonly images: number;
	/** What to know about this copy. */
	readonly notes: readonly string[];
}

const summarize = ({ images }: FoundData) => `${formatCount(images)} images, complete`;

/** Runs a task that ends with FER2013, and prints what to know about it. */
async function withNotes(title: string, work: (task: Task) => Promise<FoundData>): Promise<FoundData> {
	const found = await withTask(title, work, summarize);
	for (const text of found.notes) note(text);
	return found;
}

/** Finds FER2013 at FER2013_PATH or in data/; undefined where there is none. */
export const locateData = (): Promise<string | undefined> =>
	findFer2013({ environmentPath: dataPath(), dataFolder: DATA });

/**
 * Downloads FER2013, checks it and puts it into data/.
 * @param kaggle Kaggle's site; its public data sets need no account.
 * @throws {Problem | DataError} If it cannot be downloaded, or is incomplete; nothing of it stays then.
 */
export async function fetchFer2013(source: Source = {}, kaggle = 'https://www.kaggle.com'): Promise<FoundData> {
	const { url = process.env.FER2013_URL, handle = HANDLE } = source;
	const sha256 = checksumOf(source);
	if (source.handle === undefined && url) {
		if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
			throw new Problem(`Expected an address that begins with http:// or https:// for --url but received "${url}".`);
		}
		return withNotes(`Downloading ${url}`, (task) => receive(url, task, { sha256 }));
	}
	if (!/^[\w-]+\/[\w.-]+$/.test(handle)) {
		throw new Problem(`Expected OWNER/NAME for --handle but received "${handle}".`);
	}
	const remedy =
		'Choose another copy (npx fer data --handle OWNER/NAME), or download it with a browser: see data/README.md';
	const address = `${kaggle}/api/v1/datasets/download/${handle}`;
	const options = { remedy, sha256: source.sha256 && sha256 };
	return withNotes(`Downloading ${handle} from Kaggle`, (task) => receive(address, task, options));
}

/** The checksum that the user expects. */
function checksumOf({ sha256 = process.env.FER2013_SHA256 }: Source): string | undefined {
	if (!sha256 || /^[0-9a-f]{64}$/i.test(sha256)) return sha256 || undefined;
	throw new Problem(`Expected a SHA-256 of 64 hexadecimal digits for --sha256 but received "${sha256}".`);
}

/** Downloads a file, checks it, and puts it into data/ under a name that the readers know, whole or not at all. */
async function receive(url: string, task: Task, options: { sha256?: string; remedy?: string }): Promise<FoundData> {
	mkdirSync(INCOMING, { recursive: true });
	const file = join(INCOMING, 'download');
	await download(url, file, { ...options, onProgress: showBytes(task) });
	try {
		const named = join(INCOMING, nameDownload(file, url));
		renameSync(file, named);
		const found = await check(named, task);
		const path = join(DATA, basename(named));
		renameSync(named, path);
		return { ...found, path };
	} finally {
		// Resuming a damaged file would not repair it.
		rmSync(INCOMING, { recursive: true, force: true });
	}
}

/** Names a downloaded file as the readers expect it: after its address if that is known, else after its first bytes. */
export function nameDownload(file: string, url: string): string {
	const name = posix.basename(new URL(url).pathname).toLowerCase();
	if (/^(fer2013|icml_face_data)\.(csv|csv\.gz|csv\.zip|tar|tar\.gz|tgz|zip)$/.test(name)) return name;
	const start = Buffer.alloc(2);
	const handle = openSync(file, 'r');
	readSync(handle, start);
	closeSync(handle);
	if (start.toString('latin1') === 'PK') return 'fer2013.zip';
	return start[0] === 0x1f && start[1] === 0x8b ? 'fer2013.tar.gz' : 'fer2013.csv';
}

/** Reads FER2013 and checks that it is complete: the size of every image, the classes and their counts, the pixels. */
async function check(path: string, task: Task): Promise<FoundData> {
	const notes: string[] = [];
	const onProgress = (progress: Progress) => task.update(formatProgress(progress));
	const onNote = (text: string) => void notes.push(text);
	const dataset = await readFer2013(path, { cacheFolder: join(DATA, '.cache'), onProgress, onNote });
	const difference = checkFer2013(dataset, basename(path));
	if (difference) notes.push(`${basename(path)} is ${difference}.`);
	return { path, images: dataset.labels.length, notes };
}

/**
 * Checks FER2013 where it is, and says that nothing is downloaded if the user named a source.
 * @throws {Problem | DataError} If it is incomplete, or has another checksum than the user expects.
 */
export async function checkData(path: string, source: Source = {}): Promise<FoundData> {
	const option = source.url ? '--url' : source.handle ? '--handle' : undefined;
	if (option)
		note(`FER2013 is there already: ${shownPath(path)}. ${option} is not used; remove that copy to download.`);
	if (source.sha256) await checkDigest(path, checksumOf(source) ?? '');
	try {
		return await withNotes(`FER2013 in ${shownPath(path)}`, (task) => check(path, task));
	} catch (error) {
		const variable = dataPath() !== undefined && error instanceof DataError;
		throw variable ? error.at(`${error.place}, found by FER2013_PATH,`) : error;
	}
}

async function checkDigest(path: string, sha256: string): Promise<void> {
	if (statSync(path).isDirectory()) {
		throw new Problem(`Expected a file for --sha256 but found a folder: ${shownPath(path)}.`);
	}
	const found = await fingerprintFile(path);
	if (found === sha256.toLowerCase()) return;
	throw new Problem(`Expected SHA-256 ${sha256} for ${shownPath(path)} but received ${found}.`);
}
