import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../projectFolder';

/** A file of a build; chunks list the modules that they contain. */
interface BuiltFile {
	readonly type: string;
	readonly moduleIds?: readonly string[];
}

/** Collects the packages that a build contains code of. */
export class LicenseCollector {
	/** The packages' folders. */
	private readonly folders = new Set<string>();

	/** Makes the plugin of the page, and of its worker, which Vite builds separately. */
	plugin() {
		return {
			name: 'collect-licenses',
			generateBundle: (_: unknown, bundle: Readonly<Record<string, BuiltFile>>) => {
				for (const { moduleIds = [] } of Object.values(bundle)) this.add(moduleIds);
			},
		};
	}

	/** @param modules The files of a bundle. */
	private add(modules: readonly string[]): void {
		for (const file of modules) {
			const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file.replaceAll('\\', '/')) ?? [];
			if (folder && !folder.includes('\0')) this.folders.add(folder);
		}
	}

	/** Lists the packages with the licence texts that they contain; many lack Apache-2.0's, so it is at the end. */
	text(): string {
		const packages = [...this.folders].sort().map((folder) => {
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
}
