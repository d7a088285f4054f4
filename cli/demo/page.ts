import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listNames, loadFaceModel, type ModelAbout } from '../faceModel';
import { checkOutputFolder, fillOutputFolder } from '../ownOutput';
import { Problem } from '../problem';
import { PROJECT_FOLDER, shownPath } from '../projectFolder';
import { temporaryFolder } from '../temporaryFolder';
import { writeManifest } from './icons';
import { writeServiceWorker } from './offline';
import { drawSamples } from './samples';
import { fillTexts, pageTexts } from './texts';

const CONFIG = join(PROJECT_FOLDER, 'demo', 'vite.config.mjs');
/**
 * Builds the page into a folder, ready for any file server. Only the files of an earlier page there are replaced.
 * @param models Folders of the models to choose from; the first one is the page's default.
 * @throws {Problem} If one of them is no model, they have other classes, or other files are in the folder.
 */
export async function buildPage(models: readonly string[], folder: string): Promise<void> {
	checkOutputFolder(folder, 'page', '--to');
	fillOutputFolder(await buildFiles(models, { isPublished: true }), folder, 'page', '--to');
}

/** A page that is served on this machine. */
interface ServedPage {
	readonly address: string;
	close(): Promise<void>;
}

/**
 * Serves the page as it would be published, for this machine alone. The browser does not keep it: at this address it would
 * show it instead of what is served there next.
 * @param models As in `buildPage`.
 * @param port Another one is used where this one is taken.
 * @throws {Problem} As `buildPage`.
 */
export async function servePage(models: readonly string[], port: number): Promise<ServedPage> {
	const folder = await buildFiles(models, { isPublished: false });
	const { preview } = await import('vite');
	const server = await preview({ configFile: CONFIG, logLevel: 'warn', build: { outDir: folder }, preview: { port } });
	return { address: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
}

/** Builds the page into a temporary folder. */
async function buildFiles(folders: readonly string[], { isPublished }: { isPublished: boolean }): Promise<string> {
	checkPath();
	const models = await readModels(folders);
	const temporary = temporaryFolder('demo');
	const [assets, page] = [join(temporary, 'assets'), join(temporary, 'page')];
	const [{ about }] = models;
	const texts = pageTexts(about);
	await writeAssets(models, isPublished, assets);
	await writeManifest(texts, assets);
	const { build } = await import('vite');
	const packages = new Set<string>();
	// Vite's own build.license leaves out the worker, which is built separately.
	const collect = {
		name: 'collect-packages',
		generateBundle: (_: unknown, bundle: Readonly<Record<string, { readonly moduleIds?: readonly string[] }>>) => {
			for (const { moduleIds = [] } of Object.values(bundle)) addPackages(packages, moduleIds);
		},
	};
	const fill = { name: 'fill-texts', transformIndexHtml: (page: string) => fillTexts(page, texts) };
	await build({
		configFile: CONFIG,
		logLevel: 'warn',
		publicDir: assets,
		build: { outDir: page },
		plugins: [collect, fill],
		worker: { plugins: () => [collect] },
	});
	writeFileSync(join(page, 'licenses.txt'), licenseText([...packages].sort()));
	if (isPublished)
		writeServiceWorker(
			page,
			models.slice(1).map(({ place }) => place),
		);
	else rmSync(join(page, 'serviceWorker.js'));
	return page;
}

/** Vite takes these characters in the path of a file for the start of a query or an escape. */
function checkPath(): void {
	const [character] = /[#?%]/.exec(PROJECT_FOLDER) ?? [];
	if (!character) return;
	const expected = `Expected a path without ${character} for the folder of this program`;
	throw new Problem(`${expected} but received ${PROJECT_FOLDER}. Rename the folder: the page cannot be built in it.`);
}

/** A model of the page: its own folder, and that in the page. */
interface PageModel {
	readonly folder: string;
	readonly place: string;
	readonly about: ModelAbout;
}

/** Reads and checks the models. */
async function readModels(folders: readonly string[]): Promise<PageModel[]> {
	const models: PageModel[] = [];
	for (const [i, folder] of folders.entries()) {
		const { model, about } = await loadFaceModel(folder, 'npx fer demo');
		model.dispose();
		const [first] = models;
		if (first && String(about.emotions) !== String(first.about.emotions)) {
			const expected = `Expected the classes of ${shownPath(first.folder)}, ${listNames(first.about.emotions)},`;
			const received = `${listNames(about.emotions)} in ${shownPath(folder)}`;
			throw new Problem(`${expected} for --model but received ${received}. Build a page for each.`);
		}
		models.push({ folder, place: `models/${i + 1}`, about });
	}
	return models;
}

/** Writes everything that the page loads besides itself: models and their scores, detectors, WebAssembly, samples. */
async function writeAssets(models: readonly PageModel[], isPublished: boolean, folder: string): Promise<void> {
	for (const { folder: from, place } of models) copy(from, join(folder, place), /^(model\.json|weights\.bin)$/);
	const faceApi = dirname(require.resolve('@vladmandic/face-api/package.json'));
	const detectors = /^(tiny_face_detector|ssd_mobilenetv1)_model(-weights_manifest\.json|\.bin)$/;
	copy(join(faceApi, 'model'), join(folder, 'detectors'), detectors);
	const wasm = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));
	copy(wasm, join(folder, 'wasm'), /\.wasm$/);
	const samples = await drawSamples(join(folder, 'samples'));
	const about = {
		emotions: models[0].about.emotions,
		models: models.map(({ folder: from, place, about: { backbone, metrics } }) => ({
			folder: place,
			backbone,
			bytes: statSync(join(from, 'weights.bin')).size,
			scores: scoresOf(metrics),
		})),
		isPublished,
		samples: samples.map(({ file, title }) => ({ file: `samples/${file}`, title })),
	};
	writeFileSync(join(folder, 'about.json'), `${JSON.stringify(about)}\n`);
}

function copy(from: string, to: string, names: RegExp): void {
	mkdirSync(to, { recursive: true });
	for (const name of readdirSync(from)) if (names.test(name)) copyFileSync(join(from, name), join(to, name));
}

/** The model's test scores, for demo/src/about.ts; null if it was never tested. */
function scoresOf(metrics: Partial<ModelAbout['metrics']> = {}) {
	const { part, dataset, protocol, n, intervals } = metrics;
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
