// @ts-check
import path from 'node:path';
import { personFolder } from '../../scripts/setup/environment.mjs';
import { ROOT } from '../../scripts/setup/paths.mjs';
import { startTask } from '../../scripts/setup/terminal.mjs';
import { withProblems } from '../library.mjs';

/**
 * Tells what data set lies at a path, and draws its class distribution. Relative paths start where the person stands:
 * npm runs scripts in the clone.
 * @param {string} place
 * @param {string} [to] The figure's file; default below runs/data/.
 */
export async function describe(place, to) {
	const fer = await import('../../dist/lib/index.js');
	const here = (/** @type {string} */ file) => path.resolve(personFolder(), file);
	const source = here(place);
	await withProblems(fer, async () => {
		const task = startTask(`Reading ${place}`);
		try {
			const description = await fer.describeData(source, {
				fer2013: process.env.FER2013_PATH && here(process.env.FER2013_PATH),
				onProgress: ({ stage, done }) => task.update(`${stage} ${Math.round(100 * done)} %`),
			});
			task.done(`${description.images.toLocaleString('en')} images`);
			console.log(`\n${fer.formatDescription(description)}\n`);
			const name = `${description.place.replace(/\.(csv|tar|gz|tgz|zip)\b/gi, '')}, ${description.layout}.png`;
			const file = to ? here(to) : path.join(ROOT, 'runs', 'data', name);
			await fer.writePng(fer.describeFigure(description), file);
			console.log(`Figure: ${path.relative(personFolder(), file)}`);
		} catch (error) {
			task.failed();
			throw error;
		}
	});
}
