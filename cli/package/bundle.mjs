// @ts-check
import path from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from '../../scripts/setup/paths.mjs';

/** What a person's program imports, by where it runs; package/package.json tells them apart. */
const ENTRIES = /** @type {const} */ ([
	{ source: 'browser.ts', file: 'browser.js', format: 'es', platform: 'browser' },
	{ source: 'node.ts', file: 'node.js', format: 'es', platform: 'node' },
	{ source: 'node.ts', file: 'node.cjs', format: 'cjs', platform: 'node' },
]);

/**
 * Bundles the package's source, and what it shares with lib/, into one file for each way to import it.
 * @param {string} folder
 */
export async function bundleSource(folder) {
	for (const { source, file, format, platform } of ENTRIES) {
		const bundle = await rolldown({
			input: path.join(ROOT, 'package', 'src', source),
			platform,
			external: [/^node:/, '@tensorflow/tfjs'],
			tsconfig: path.join(ROOT, 'package', 'tsconfig.json'),
		});
		await bundle.write({ file: path.join(folder, file), format });
		await bundle.close();
	}
}
