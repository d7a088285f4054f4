import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SCRIPT = 'serviceWorker.js';

/**
 * Completes the service worker of a built page (demo/src/offline/) with the page's files and a version, the hash of all.
 * @param later Folders whose files are kept only once they are used, relative to the page.
 */
export function writeServiceWorker(page: string, later: readonly string[]): void {
	const script = join(page, SCRIPT);
	const code = readFileSync(script, 'utf8');
	const all = readdirSync(page, { recursive: true, encoding: 'utf8' });
	const files = all.filter((name) => name !== SCRIPT && statSync(join(page, name)).isFile()).sort();
	const hash = createHash('sha256').update(code);
	for (const name of files) hash.update(`\0${name}\0`).update(readFileSync(join(page, name)));
	const names = files.map((name) => name.replaceAll('\\', '/'));
	const isLater = (name: string) => later.some((folder) => name.startsWith(`${folder}/`));
	const site = {
		version: hash.digest('hex').slice(0, 16),
		first: names.filter((name) => !isLater(name)),
		later: names.filter(isLater),
	};
	writeFileSync(script, `const SITE = ${JSON.stringify(site)};\n${code}`);
}
