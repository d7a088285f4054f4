// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../scripts/setup/paths.mjs';

/** Notes which packages a build takes something of. */
export class LicenseCollector {
	constructor() {
		/** @type {Set<string>} The packages' folders. */
		this.folders = new Set();
	}

	/** @returns {import('vite').Plugin} For the page, and for its worker, which Vite builds apart. */
	plugin() {
		return {
			name: 'collect-licenses',
			generateBundle: (_, bundle) => {
				for (const chunk of Object.values(bundle)) {
					if (chunk.type === 'chunk') this.add(chunk.moduleIds);
				}
			},
		};
	}

	/** @param {readonly string[]} modules The files of a bundle. */
	add(modules) {
		for (const file of modules) {
			const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file.replaceAll('\\', '/')) ?? [];
			if (folder && !folder.includes('\0')) this.folders.add(folder);
		}
	}

	/**
	 * The packages with their licences, and the text of each licence that their packages bring; that of Apache-2.0, which
	 * many do not, stands at the end.
	 */
	text() {
		const packages = [...this.folders].sort().map((folder) => {
			const { name, version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
			const file = fs.readdirSync(folder).find((entry) => /^(licen[sc]e|copying)/i.test(entry));
			const own = file ? `\n\n${fs.readFileSync(path.join(folder, file), 'utf8').trim()}` : '';
			return `${name} ${version}: ${license}${own}`;
		});
		const rule = `\n\n${'-'.repeat(80)}\n\n`;
		const apache = fs.readFileSync(path.join(ROOT, 'LICENSE'), 'utf8').trim();
		const about = 'This page holds software of these packages:';
		return `${[about, ...packages, `Apache-2.0, and this page itself\n\n${apache}`].join(rule)}\n`;
	}
}
