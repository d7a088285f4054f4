import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkFer2013, findFer2013, locateFer2013, readFer2013 } from '../../lib/data/readers/fer2013';
import { formatCount } from '../../lib/format';
import { formatProgress, type OnProgress } from '../../lib/progress';
import { formatMegabytes } from '../formatMegabytes';
import { Problem } from '../problem';
import { type Task, withTask } from '../progressLine';
import { dataPath, LOGS, PYTHON, shownPath } from '../projectFolder';
import { download } from './download';
import { fetchFromKaggle, HANDLE } from './kaggle';
import { DATA, INCOMING, nameDownload, placeData } from './place';

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
export interface FoundData {
	readonly path: string;
	readonly images: number;
}

const summarize = ({ images }: FoundData) => `${formatCount(images)} images, complete`;

/** Finds FER2013 at FER2013_PATH or in data/; undefined where there is none. */
export function locateData(): string | undefined {
	return findFer2013({ environmentPath: dataPath(), dataFolder: DATA });
}

/**
 * Downloads FER2013, checks it and puts it into data/.
 * @throws {Problem | DataError} If it cannot be downloaded, or is incomplete; nothing of it stays then.
 */
export async function fetchFer2013(source: Source = {}): Promise<FoundData> {
	const { url = process.env.FER2013_URL, sha256 = process.env.FER2013_SHA256, handle = HANDLE } = source;
	const address = source.handle ? undefined : url;
	const title = address ? `Downloading ${address}` : `Downloading ${handle} from Kaggle`;
	return withTask(
		title,
		async (task) => {
			const folder = join(INCOMING, 'kagglehub');
			const kaggle = { handle, python: PYTHON, folder, logFile: join(LOGS, 'kaggle.log'), onStatus: task.update };
			const arrived = address ? await fetchFromAddress(address, sha256, task) : await fetchFromKaggle(kaggle);
			const found = await checkArrived(arrived, task);
			return { ...found, path: placeData(found.path) };
		},
		summarize,
	);
}

/** Downloads a file into data/.incoming under a name that the readers know. */
async function fetchFromAddress(url: string, sha256: string | undefined, task: Task): Promise<string> {
	const protocol = URL.canParse(url) ? new URL(url).protocol : '';
	if (!/^https?:$/.test(protocol)) {
		throw new Problem(`Expected an address that begins with http:// or https:// for --url but received "${url}".`);
	}
	mkdirSync(INCOMING, { recursive: true });
	const file = join(INCOMING, 'download');
	const onProgress = (received: number, total: number | undefined) =>
		task.update(`${formatMegabytes(received)}${total ? ` of ${formatMegabytes(total)}` : ''}`);
	await download(url, file, { sha256, onProgress });
	const named = join(INCOMING, nameDownload(file, url));
	renameSync(file, named);
	return named;
}

/** Checks a download, and removes it if it is not FER2013: resuming a damaged file would not repair it. */
async function checkArrived(arrived: string, task: Task): Promise<FoundData> {
	try {
		const path = locateFer2013(arrived);
		if (path) return await check(path, task);
		throw new Problem(`${arrived} does not contain FER2013. Choose another copy: npx fer data --help`);
	} catch (error) {
		rmSync(INCOMING, { recursive: true, force: true });
		throw error;
	}
}

/** Reads FER2013 and checks that it is complete: the size of every image, the classes and their counts. */
async function check(path: string, task: Task): Promise<FoundData> {
	const onProgress: OnProgress = (progress) => task.update(formatProgress(progress));
	const dataset = await readFer2013(path, { cacheFolder: join(DATA, '.cache'), onProgress });
	checkFer2013(dataset, basename(path));
	return { path, images: dataset.labels.length };
}

/** Checks FER2013 where it is. */
export function checkData(path: string): Promise<FoundData> {
	return withTask(`FER2013 in ${shownPath(path)}`, (task) => check(path, task), summarize);
}
