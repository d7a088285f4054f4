// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { build, createServer } from 'vite';
import { ROOT } from '../setup/paths.mjs';
import { Problem } from '../setup/problem.mjs';
import { writeAssets } from './assets.mjs';
import { LicenseCollector } from './licenses.mjs';

const CONFIG = path.join(ROOT, 'demo', 'vite.config.mjs');
/** What only a page of ours holds together. */
const OWN_FILES = ['index.html', 'about.json', 'licenses.txt'];

/**
 * Builds the page into a folder, ready for any server of files.
 * @param {typeof import('../../dist/index.js')} fer
 * @param {{modelFolder: string, folder: string}} places A page in `folder` is replaced.
 * @throws {Problem} If there is no model for it, or other things lie in the folder.
 */
export async function buildPage(fer, { modelFolder, folder }) {
	checkFolder(folder);
	const assets = await makeAssets(fer, modelFolder);
	const licenses = new LicenseCollector();
	await build({
		configFile: CONFIG,
		logLevel: 'warn',
		publicDir: assets,
		build: { outDir: folder },
		plugins: [licenses.plugin()],
		worker: { plugins: () => [licenses.plugin()] },
	});
	fs.writeFileSync(path.join(folder, 'licenses.txt'), licenses.text());
}

/**
 * Serves the page from its source, for this machine alone; changes of the source are seen at once.
 * @param {typeof import('../../dist/index.js')} fer
 * @param {{modelFolder: string, port: number}} options Another port is taken where this one is.
 * @returns The running server.
 * @throws {Problem} If there is no model for it.
 */
export async function servePage(fer, { modelFolder, port }) {
	const publicDir = await makeAssets(fer, modelFolder);
	const server = await createServer({ configFile: CONFIG, logLevel: 'warn', publicDir, server: { port } });
	return server.listen();
}

/** The folder is emptied: nothing of the person's may lie in it. @param {string} folder */
function checkFolder(folder) {
	const found = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
	if (found.length === 0 || OWN_FILES.every((name) => found.includes(name))) return;
	const shown = path.relative(process.cwd(), folder) || folder;
	throw new Problem(
		`Expected no folder, an empty one or an earlier page for --to but received ${shown}. Name another.`,
	);
}

/**
 * Makes the files that the page fetches; they are gone when the command ends.
 * @param {typeof import('../../dist/index.js')} fer
 * @param {string} modelFolder
 */
async function makeAssets(fer, modelFolder) {
	const folder = path.join(ROOT, 'node_modules', '.cache', 'fer', `demo-${process.pid}`);
	process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
	await writeAssets(fer, { modelFolder, folder });
	return folder;
}
