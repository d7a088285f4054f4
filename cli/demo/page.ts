import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Metrics, readMetrics } from '../../lib/evaluation/storedMetrics';
import { loadFaceModel } from '../faceModel';
import { Problem } from '../problem';
import { makeFolder, PROJECT_FOLDER, shownPath } from '../projectFolder';
import { drawSamples } from './samples';

const CONFIG = join(PROJECT_FOLDER, 'demo', 'vite.config.mjs');
/** Only a page of this project has all of these. */
const OWN_FILES = ['index.html', 'about.json', 'licenses.txt'];

/**
 * Builds the page into a folder, ready for any file server. An earlier page there is replaced.
 * @throws {Problem} If there is no model for it, or other files are in the folder.
 */
export async function buildPage(model: string, folder: string): Promise<void> {
	checkFolder(folder);
	(await loadFaceModel(model, 'npx fer demo')).dispose();
	makeFolder(folder);
	const assets = temporaryFolder('assets');
	await writeAssets(model, assets);
	const { build } = await import('vite');
	const packages = new Set<string>();
	// Vite's own build.license leaves out the worker, which is built separately.
	const collect = {
		name: 'collect-packages',
		generateBundle: (_: unknown, bundle: Readonly<Record<string, { readonly moduleIds?: readonly string[] }>>) => {
			for (const { moduleIds = [] } of Object.values(bundle)) addPackages(packages, moduleIds);
		},
	};
	await build({
		configFile: CONFIG,
		logLevel: 'warn',
		publicDir: assets,
		build: { outDir: folder },
		plugins: [collect],
		worker: { plugins: () => [collect] },
	});
	writeFileSync(join(folder, 'licenses.txt'), licenseText([...packages].sort()));
}

/**
 * Serves the page as it would be published, for this machine alone.
 * @param port Another one is used where this one is taken.
 * @returns Its address.
 * @throws {Problem} If there is no model for it.
 */
export async function servePage(model: string, port: number): Promise<string> {
	const folder = temporaryFolder('page');
	await buildPage(model, folder);
	const { preview } = await import('vite');
	const server = await preview({ configFile: CONFIG, logLevel: 'warn', build: { outDir: folder }, preview: { port } });
	return server.resolvedUrls?.local[0] ?? '';
}

/** Checks that no files of the user's are in the folder, which is emptied. */
function checkFolder(folder: string): void {
	const found = existsSync(folder) ? readdirSync(folder) : [];
	if (found.length === 0 || OWN_FILES.every((name) => found.includes(name))) return;
	const expected = 'Expected a new or empty folder, or one with an earlier page';
	throw new Problem(`${expected}, for --to but received ${shownPath(folder)}. Choose another.`);
}

/** A folder that is removed when the command ends. */
function temporaryFolder(name: string): string {
	const folder = join(PROJECT_FOLDER, 'node_modules', '.cache', 'fer', `demo-${process.pid}`, name);
	process.once('exit', () => rmSync(dirname(folder), { recursive: true, force: true }));
	return folder;
}

/** Writes everything that the page loads besides itself: the model and its scores, the detectors, WebAssembly, samples. */
async function writeAssets(model: string, folder: string): Promise<void> {
	copy(model, join(folder, 'model'), /^(model\.json|weights\.bin)$/);
	const faceApi = dirname(require.resolve('@vladmandic/face-api/package.json'));
	const detectors = /^(tiny_face_detector|ssd_mobilenetv1)_model(-weights_manifest\.json|\.bin)$/;
	copy(join(faceApi, 'model'), join(folder, 'detectors'), detectors);
	const wasm = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));
	copy(wasm, join(folder, 'wasm'), /\.wasm$/);
	const samples = await drawSamples(join(folder, 'samples'));
	const about = {
		scores: await scoresOf(model),
		samples: samples.map(({ file, title }) => ({ file: `samples/${file}`, title })),
	};
	writeFileSync(join(folder, 'about.json'), `${JSON.stringify(about)}\n`);
}

function copy(from: string, to: string, names: RegExp): void {
	mkdirSync(to, { recursive: true });
	for (const name of readdirSync(from)) if (names.test(name)) copyFileSync(join(from, name), join(to, name));
}

/** The model's test scores, for demo/src/about.ts; null if it was never tested. */
async function scoresOf(model: string) {
	if (!existsSync(join(model, 'metrics.json'))) return null;
	const { part, dataset, protocol, n, intervals }: Partial<Metrics> = await readMetrics(model);
	if (part !== 'test' || !dataset || !intervals) return null;
	return { data: dataset.name, drawn: dataset.drawn, protocol, n, accuracy: intervals.accuracy };
}

/** Adds the folders of the packages that modules belong to. */
function addPackages(packages: Set<string>, modules: readonly string[]): void {
	for (const file of modules) {
		const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file.replaceAll('\\', '/')) ?? [];
		if (folder && !folder.includes('\0')) packages.add(folder);
	}
}

/** Lists packages with the licence texts that they contain; many lack Apache-2.0's, so it is at the end. */
function licenseText(folders: readonly string[]): string {
	const packages = folders.map((folder) => {
		const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
		const file = readdirSync(folder).find((entry) => /^(licen[sc]e|copying)/i.test(entry));
		const own = file ? `\n\n${readFileSync(join(folder, file), 'utf8').trim()}` : '';
		return `${name} ${version}: ${license}${own}`;
	});
	const rule = `\n\n${'-'.repeat(80)}\n\n`;
	const apache = readFileSync(join(PROJECT_FOLDER, 'LICENSE'), 'utf8').trim();
	const about = 'This page contains software of these packages:';
	return `${[about, ...packages, `Apache-2.0, and this page itself\n\n${apache}`].join(rule)}\n`;
}
