import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER, shownPath } from '../projectFolder';
import { PYTHON } from '../python';
import { type Finding, findingOf } from './finding';

const MODELS = join(PROJECT_FOLDER, 'models');
const KERNEL = join(PROJECT_FOLDER, '.venv', 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json');

/** Checks the data, weights, models and programs that commands use. */
export async function projectFindings(): Promise<Finding[]> {
	return [
		await dataFinding(),
		await weightsFinding(),
		await modelsFinding(),
		await jupyterFinding(),
		await ffmpegFinding(),
	];
}

async function dataFinding(): Promise<Finding> {
	const { locateData } = await import('../data/fer2013.js');
	const remedy = 'npx fer data, or set FER2013_PATH';
	let place: string | undefined;
	const finding = await findingOf('FER2013', remedy, async () => {
		place = await locateData();
		return place ? shownPath(place) : 'not found; commands draw sample faces instead';
	});
	return finding.state === 'ok' && !place ? { ...finding, state: 'absent', remedy } : finding;
}

/** Lists the backbones whose weights are here; that of the profile `full` is needed. */
async function weightsFinding(): Promise<Finding> {
	const { FULL } = await import('../../lib/profiles.js');
	return findingOf('ImageNet weights', `npx fer data --weights ${FULL.backbone}`, async () => {
		const { BACKBONES } = await import('../../lib/model/backbones/registry.js');
		const { findPretrained } = await import('../../lib/model/weights/pretrained.js');
		const isThere = (name: string) => findPretrained(BACKBONES[name].pretrained, PROJECT_FOLDER) !== undefined;
		const [here, others] = [true, false].map((wanted) =>
			Object.keys(BACKBONES)
				.filter((name) => isThere(name) === wanted)
				.join(', '),
		);
		if (!isThere(FULL.backbone)) throw new Error(`none of ${FULL.backbone}`);
		return others ? `${here} (not here: ${others})` : here;
	});
}

/** Reads every published model, which checks the lengths and checksums of its files. */
async function modelsFinding(): Promise<Finding> {
	return findingOf('Published models', 'git checkout models', async () => {
		const { readStoredModel } = await import('../../lib/runs/storedModel.js');
		const folders = readdirSync(MODELS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
		for (const { name } of folders) (await readStoredModel(join(MODELS, name))).model.dispose();
		return folders.map(({ name }) => name).join(', ');
	});
}

async function jupyterFinding(): Promise<Finding> {
	return findingOf('Jupyter', 'npm run setup', async () => {
		const { execa } = await import('execa');
		if (!existsSync(KERNEL)) throw new Error('the TypeScript kernel is not installed');
		const { stdout } = await execa(PYTHON, ['-m', 'jupyter', 'lab', '--version'], { stdin: 'ignore' });
		return `JupyterLab ${stdout.trim()} with the TypeScript kernel`;
	});
}

async function ffmpegFinding(): Promise<Finding> {
	const { runFfmpeg } = await import('../videos/ffmpeg.js');
	try {
		const { stdout } = await runFfmpeg('ffmpeg', ['-version']);
		return { name: 'ffmpeg', state: 'ok', found: /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? 'version unknown' };
	} catch {
		const found = 'not installed; only videos need it';
		return { name: 'ffmpeg', state: 'absent', found, remedy: 'sudo apt-get install ffmpeg' };
	}
}
