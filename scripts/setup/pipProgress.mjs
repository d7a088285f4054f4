// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { formatMegabytes } from './terminal.mjs';

/**
 * Reads the size of the file that is being written somewhere under a folder.
 * @param {string} folder
 * @param {string} name
 */
function sizeOf(folder, name) {
	try {
		const found = fs.readdirSync(folder, { recursive: true }).find((file) => path.basename(String(file)) === name);
		return found ? fs.statSync(path.join(folder, String(found))).size : 0;
	} catch {
		return 0; // pip removes folders while they are listed
	}
}

/**
 * Tells from pip's lines, and from the files that it writes, how far an installation is.
 * @param {object} folders
 * @param {string} folders.temporary Where pip downloads to.
 * @param {() => string | undefined} folders.sitePackages Where it installs to.
 */
export function followPip({ temporary, sitePackages }) {
	let status = () => '';
	return {
		/** @param {string} line */
		onLine(line) {
			const download = /Downloading (?:\S*\/)?(([\w.]+)-([\w.+]+?)-\S*\.whl) \(([\d.]+ [kMG]B)\)/.exec(line);
			const collected = /^Installing collected packages: (.*)/.exec(line.trim());
			const lookedUp = /^(?:Collecting|Requirement already satisfied:) ([\w.-]+)/.exec(line.trim());
			if (download) {
				const [, file, name, version, size] = download;
				status = () => `${name} ${version}, ${formatMegabytes(sizeOf(temporary, file))} of ${size}`;
			} else if (collected) {
				const total = collected[1].split(',').length;
				status = () => `installing, ${countInstalled(sitePackages())} of ${total}`;
			} else if (lookedUp) {
				status = () => `looking up ${lookedUp[1]}`;
			}
		},
		status: () => status(),
	};
}

/** @param {string | undefined} folder */
function countInstalled(folder) {
	return folder ? fs.readdirSync(folder).filter((name) => name.endsWith('.dist-info')).length : 0;
}
