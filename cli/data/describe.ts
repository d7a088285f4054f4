import { join } from 'node:path';
import { type DataDescription, describeData } from '../../lib/data/describeData';
import { describeFigure } from '../../lib/figures/classDistribution';
import { writePng } from '../../lib/figures/rendering/export';
import { formatCount } from '../../lib/format';
import { formatProgress } from '../../lib/progress';
import { withTask } from '../progressLine';
import { dataPath, PROJECT_FOLDER, resolveUserPath } from '../projectFolder';

/**
 * Describes the data set at a path, and draws its class distribution.
 * @param to The figure's file. Default below runs/data/.
 * @returns The description, and the figure's file.
 */
export function describe(path: string, to?: string): Promise<{ description: DataDescription; figure: string }> {
	return withTask(
		`Reading ${path}`,
		async (task) => {
			const description = await describeData(resolveUserPath(path), {
				fer2013: dataPath(),
				onProgress: (progress) => task.update(formatProgress(progress)),
			});
			const name = `${description.place.replace(/\.(csv|tar|gz|tgz|zip)\b/gi, '')}, ${description.layout}.png`;
			const figure = to ? resolveUserPath(to) : join(PROJECT_FOLDER, 'runs', 'data', name);
			await writePng(describeFigure(description), figure);
			return { description, figure };
		},
		({ description }) => `${formatCount(description.images)} images`,
	);
}
