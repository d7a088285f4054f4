import { join } from 'node:path';
import { PROJECT_FOLDER } from '../projectFolder';

/** The entry points of the package, by where a program runs; package/package.json maps them. */
const ENTRIES = [
	{ source: 'browser.ts', file: 'browser.js', format: 'es', platform: 'browser' },
	{ source: 'node.ts', file: 'node.js', format: 'es', platform: 'node' },
	{ source: 'node.ts', file: 'node.cjs', format: 'cjs', platform: 'node' },
] as const;

/** Bundles the package's source, and what it shares with lib/, into one file for each entry point. */
export async function bundleSource(folder: string): Promise<void> {
	const { rolldown } = await import('rolldown');
	for (const { source, file, format, platform } of ENTRIES) {
		const bundle = await rolldown({
			input: join(PROJECT_FOLDER, 'package', 'src', source),
			platform,
			external: [/^node:/, '@tensorflow/tfjs'],
			tsconfig: join(PROJECT_FOLDER, 'package', 'tsconfig.json'),
		});
		await bundle.write({ file: join(folder, file), format });
		await bundle.close();
	}
}
