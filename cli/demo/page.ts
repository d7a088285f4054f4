import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from '../problem';
import { PROJECT_FOLDER, shownPath } from '../projectFolder';
import { type Places, writeAssets } from './assets';
import { LicenseCollector } from './licenses';

const CONFIG = join(PROJECT_FOLDER, 'demo', 'vite.config.mjs');
/** Only a page of this project has all of these. */
const OWN_FILES = ['index.html', 'about.json', 'licenses.txt'];

/**
 * Builds the page into a folder, ready for any file server.
 * @param places A page in `folder` is replaced.
 * @throws {Problem} If there is no model for it, or other files are in the folder.
 */
export async function buildPage({ modelFolder, folder }: Places): Promise<void> {
	checkFolder(folder);
	const assets = temporaryFolder('assets');
	await writeAssets({ modelFolder, folder: assets });
	const licenses = new LicenseCollector();
	const { build } = await import('vite');
	await build({
		configFile: CONFIG,
		logLevel: 'warn',
		publicDir: assets,
		build: { outDir: folder },
		plugins: [licenses.plugin()],
		worker: { plugins: () => [licenses.plugin()] },
	});
	writeFileSync(join(folder, 'licenses.txt'), licenses.text());
}

/**
 * Serves the page as it would be published, for this machine alone.
 * @param options.port Another port is used where this one is taken.
 * @returns Its address.
 * @throws {Problem} If there is no model for it.
 */
export async function servePage({ modelFolder, port }: { modelFolder: string; port: number }): Promise<string> {
	const folder = temporaryFolder('page');
	await buildPage({ modelFolder, folder });
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
