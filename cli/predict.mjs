// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { personFolder } from '../scripts/setup/environment.mjs';
import { ROOT } from '../scripts/setup/paths.mjs';
import { Problem, parseOptions, runCommandLine } from '../scripts/setup/problem.mjs';
import { startTask } from '../scripts/setup/terminal.mjs';
import { setUp } from '../scripts/setup.mjs';
import { withProblems } from './library.mjs';

const HELP = `npm run predict -- PHOTO [more, folders, patterns] [options]: finds faces and says which emotions they show.
  --json             prints JSON and nothing else (call it as npm run --silent predict -- ...)
  --csv              prints CSV, one line a face, likewise
  --annotate FOLDER  writes a copy of each photo there, with boxes, bars, and where the network looked
  --tta              averages several views of each face: a little better, six times the work
  --no-detect        the files are faces already cut out
  --model FOLDER     default models/official
  --help             this text
An unreadable file is reported and the others go on; the exit code is then 2. Patterns: "photos/**/*.jpg", in quotes.`;

const OPTIONS = /** @type {const} */ ({
	json: { type: 'boolean', default: false },
	csv: { type: 'boolean', default: false },
	annotate: { type: 'string' },
	tta: { type: 'boolean', default: false },
	'no-detect': { type: 'boolean', default: false },
	model: { type: 'string' },
	help: { type: 'boolean' },
});

const IMAGE = /\.(jpe?g|png|webp|gif|tiff?|avif)$/i;
const UNREADABLE = 2;

/**
 * @typedef {Awaited<ReturnType<import('../dist/lib/index.js').Recognizer['recognize']>>} Readings
 * @typedef {{file: string, faces?: Readings, error?: string}} Read One file, and what came of it.
 */

/**
 * Finds the files that arguments mean: files as they are, all images in folders, what fits patterns.
 * @param {readonly string[]} given
 */
async function findPhotos(given) {
	/** @type {string[]} */
	const files = [];
	for (const argument of given) {
		const stat = fs.statSync(path.resolve(personFolder(), argument), { throwIfNoEntry: false });
		if (stat?.isFile()) files.push(argument);
		else files.push(...(await matching(argument, Boolean(stat))));
	}
	return [...new Set(files)];
}

/**
 * @param {string} argument
 * @param {boolean} isFolder
 */
async function matching(argument, isFolder) {
	const { convertPathToPattern, glob } = await import('tinyglobby');
	const pattern = isFolder ? `${convertPathToPattern(argument)}/**` : argument;
	const found = (await glob(pattern, { cwd: personFolder(), expandDirectories: false }))
		.filter((file) => IMAGE.test(file))
		.sort();
	if (found.length > 0) return found;
	throw new Problem(
		`Expected photos (JPEG, PNG, WebP, GIF, TIFF or AVIF) for ${argument} but received ${isFolder ? 'a folder without one' : 'no such file'}.`,
	);
}

/**
 * Reads one photo, and draws its copy where asked.
 * @param {typeof import('../dist/lib/index.js')} fer
 * @param {import('../dist/lib/index.js').Recognizer} recognizer
 * @param {string} file
 * @param {{detect: boolean, tta: boolean, annotate?: string}} options
 * @returns {Promise<Read>}
 */
async function readPhoto(fer, recognizer, file, { detect, tta, annotate }) {
	try {
		const photo = await fer.decodePhoto(path.resolve(personFolder(), file));
		const faces = await recognizer.recognize(photo, { detect, tta, attention: annotate !== undefined });
		if (annotate !== undefined) {
			const figure = await fer.annotatedPhoto({ photo, faces, emotions: recognizer.emotions });
			await fer.writePng(figure, path.join(path.resolve(personFolder(), annotate), `${path.parse(file).name}.png`), {
				palette: false,
			});
		}
		return { file, faces };
	} catch (error) {
		// A bad file says so, and so does the file system; all else is a fault of ours and must not hide.
		const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
		if (error instanceof fer.DataError || code) return { file, error: message };
		throw error;
	}
}

const percent = (/** @type {number} */ value) => `${Math.round(100 * value)} %`;

/** @param {Read} read @param {readonly string[]} emotions */
function asText({ file, faces, error }, emotions) {
	if (!faces) return `${file}: not read. ${error}`;
	if (faces.length === 0) return `${file}: no face found`;
	const lines = faces.map(({ emotion, probabilities, box }, i) => {
		const [x, y, width, height] = [box.left, box.top, box.width, box.height].map(Math.round);
		const all = emotions.map((name, label) => `${name} ${percent(probabilities[label])}`).join(', ');
		return `  ${i + 1}. ${emotion}  (${all}; box ${x},${y} ${width} x ${height})`;
	});
	return [`${file}: ${faces.length} face${faces.length === 1 ? '' : 's'}`, ...lines].join('\n');
}

/** @param {readonly Read[]} all @param {readonly string[]} emotions */
function asCsv(all, emotions) {
	const quote = (/** @type {string} */ text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
	const header = ['file', 'face', 'emotion', ...emotions, 'left', 'top', 'width', 'height', 'detection'].join(',');
	const lines = all.flatMap(({ file, faces = [] }) =>
		faces.map(({ emotion, probabilities, box, detection }, i) => {
			const numbers = [...probabilities, box.left, box.top, box.width, box.height, detection];
			return [quote(file), i + 1, emotion, ...numbers.map((value) => value.toFixed(4))].join(',');
		}),
	);
	return [header, ...lines].join('\n');
}

/** @param {readonly Read[]} all @param {readonly string[]} emotions */
function asJson(all, emotions) {
	return JSON.stringify(
		all.map(({ file, faces, error }) => ({
			file,
			...(error === undefined ? {} : { error }),
			...(faces && {
				faces: faces.map(({ box, detection, emotion, probabilities }) => ({
					...{ box, detection, emotion },
					probabilities: Object.fromEntries(emotions.map((name, label) => [name, probabilities[label]])),
				})),
			}),
		})),
		null,
		'\t',
	);
}

/**
 * Two photos of one name would overwrite each other's copy.
 * @param {readonly string[]} files
 */
function checkNames(files) {
	const names = files.map((file) => path.parse(file).name);
	const twice = names.find((name, i) => names.indexOf(name) !== i);
	if (twice !== undefined) {
		throw new Problem(
			`Expected photos of different names for --annotate but received two named ${twice}. Run it twice.`,
		);
	}
}

await runCommandLine(async () => {
	const { values, positionals } = parseOptions({ options: OPTIONS, allowPositionals: true });
	if (values.help) return console.log(HELP);
	if (positionals.length === 0) throw new Problem('Say which photos: npm run predict -- photo.jpg');
	if (values.json && values.csv) throw new Problem('--json and --csv exclude each other.');
	const files = await findPhotos(positionals);
	if (values.annotate !== undefined) checkNames(files);
	const print = process.stdout.write.bind(process.stdout);
	// Whoever reads JSON or CSV wants no progress in it.
	const quiet = values.json || values.csv;
	if (quiet) process.stdout.write = process.stderr.write.bind(process.stderr);
	await setUp();
	const fer = await import('../dist/lib/index.js');
	const recognizer = await withProblems(fer, () =>
		fer.openRecognizer(path.resolve(personFolder(), values.model ?? path.join(ROOT, 'models', 'official'))),
	);
	const options = { detect: !values['no-detect'], tta: values.tta, annotate: values.annotate };
	/** @type {Read[]} */
	const all = [];
	const task = startTask('Photos');
	const show = (/** @type {import('../dist/lib/index.js').Progress} */ progress) =>
		task.update(fer.formatProgress(progress, 20).trim());
	const meter = new fer.ProgressMeter('', files.length, show);
	for (const file of files) {
		all.push(await readPhoto(fer, recognizer, file, options));
		meter.add(1);
	}
	const failed = all.filter(({ error }) => error !== undefined);
	task.done(`${files.length - failed.length} of ${files.length} read`);
	const { emotions } = recognizer;
	const text = values.json
		? asJson(all, emotions)
		: values.csv
			? asCsv(all, emotions)
			: all.map((read) => asText(read, emotions)).join('\n');
	print(`${text}\n`);
	if (quiet) for (const { file, error } of failed) console.error(`${file}: not read. ${error}`);
	return failed.length > 0 ? UNREADABLE : 0;
});
