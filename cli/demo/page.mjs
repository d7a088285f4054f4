// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { build, preview } from 'vite';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { Problem } from '../../scripts/setup/problem.mjs';
import { writeAssets } from './assets.mjs';
import { LicenseCollector } from './licenses.mjs';

const CONFIG = path.join(ROOT, 'demo', 'vite.config.mjs');
/** What only a page of ours holds together. */
const OWN_FILES = ['index.html', 'about.json', 'licenses.txt'];

/**
 * Builds the page into a folder, ready for any server of files.
 * @param {typeof import('../../dist/lib/index.js')} fer
 * @param {{modelFolder: string, folder: string}} places A page in `folder` is replaced.
 * @throws {Problem} If there is no model for it, or other things lie in the folder.
 */
export async function buildPage(fer, { modelFolder, folder }) {
	checkFolder(folder);
	const assets = temporaryFolder('assets');
	await writeAssets(fer, { modelFolder, folder: assets });
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
 * Serves the page, as it would be published, for this machine alone.
 * @param {typeof import('../../dist/lib/index.js')} fer
 * @param {{modelFolder: string, port: number}} options Another port is taken where this one is.
 * @returns The running server.
 * @throws {Problem} If there is no model for it.
 */
export async function servePage(fer, { modelFolder, port }) {
	const folder = temporaryFolder('page');
	await buildPage(fer, { modelFolder, folder });
	return preview({ configFile: CONFIG, logLevel: 'warn', build: { outDir: folder }, preview: { port } });
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

/** A folder that is gone when the command ends. @param {string} name */
function temporaryFolder(name) {
	const folder = path.join(ROOT, 'node_modules', '.cache', 'fer', `demo-${process.pid}`, name);
	process.once('exit', () => fs.rmSync(path.dirname(folder), { recursive: true, force: true }));
	return folder;
}
