import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { checkFer2013, findFer2013, readFer2013 } from '../../lib/data/readers/fer2013';
import { formatCount } from '../../lib/format';
import { formatProgress, type Progress } from '../../lib/progress';
import { Problem } from '../problem';
import { type Task, withTask } from '../progressLine';
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
}

const summarize = ({ images }: FoundData) => `${formatCount(images)} images, complete`;

/** Finds FER2013 at FER2013_PATH or in data/; undefined where there is none. */
export const locateData = (): string | undefined => findFer2013({ environmentPath: dataPath(), dataFolder: DATA });

/**
 * Downloads FER2013, checks it and puts it into data/.
 * @param kaggle Kaggle's site; its public data sets need no account.
 * @throws {Problem | DataError} If it cannot be downloaded, or is incomplete; nothing of it stays then.
 */
export async function fetchFer2013(source: Source = {}, kaggle = 'https://www.kaggle.com'): Promise<FoundData> {
	const { url = process.env.FER2013_URL, sha256 = process.env.FER2013_SHA256, handle = HANDLE } = source;
	if (source.handle === undefined && url) {
		if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
			throw new Problem(`Expected an address that begins with http:// or https:// for --url but received "${url}".`);
		}
		return withTask(`Downloading ${url}`, (task) => receive(url, task, { sha256 }), summarize);
	}
	if (!/^[\w-]+\/[\w.-]+$/.test(handle)) {
		throw new Problem(`Expected OWNER/NAME for --handle but received "${handle}".`);
	}
	const remedy =
		'Choose another copy (npx fer data --handle OWNER/NAME), or download it with a browser: see data/README.md';
	const address = `${kaggle}/api/v1/datasets/download/${handle}`;
	return withTask(`Downloading ${handle} from Kaggle`, (task) => receive(address, task, { remedy }), summarize);
}

/** Downloads a file, checks it, and puts it into data/ under a name that the readers know, whole or not at all. */
async function receive(url: string, task: Task, options: { sha256?: string; remedy?: string }): Promise<FoundData> {
	mkdirSync(INCOMING, { recursive: true });
	const file = join(INCOMING, 'download');
	await download(url, file, { ...options, onProgress: showBytes(task) });
	try {
		const named = join(INCOMING, nameDownload(file, url));
		renameSync(file, named);
		const { images } = await check(named, task);
		const path = join(DATA, basename(named));
		renameSync(named, path);
		return { path, images };
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

/** Reads FER2013 and checks that it is complete: the size of every image, the classes and their counts. */
async function check(path: string, task: Task): Promise<FoundData> {
	const onProgress = (progress: Progress) => task.update(formatProgress(progress));
	const dataset = await readFer2013(path, { cacheFolder: join(DATA, '.cache'), onProgress });
	checkFer2013(dataset, basename(path));
	return { path, images: dataset.labels.length };
}

/** Checks FER2013 where it is. */
export function checkData(path: string): Promise<FoundData> {
	return withTask(`FER2013 in ${shownPath(path)}`, (task) => check(path, task), summarize);
}
