import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { withoutFolders, writeMetrics } from '../../lib/evaluation/storedMetrics';
import { saveModel } from '../../lib/model/modelFile';
import { loadFaceModel, type ModelAbout } from '../faceModel';
import { checkOutputFolder, fillOutputFolder } from '../ownOutput';
import { LOGS, modelFolder, PROJECT_FOLDER } from '../projectFolder';
import { runNpm, runOrFail } from '../runProgram';
import { temporaryFolder } from '../temporaryFolder';
import { packageManifest, packageReadme } from './readme';

const SOURCE = join(PROJECT_FOLDER, 'package');

/** Bits of each weight in the two models that the package ships. */
export const WEIGHT_BITS = [16, 8] as const;

/** The entry points of the package, by where a program runs; package/package.json maps them. */
const ENTRIES = [
	{ source: 'browser.ts', file: 'browser.js', format: 'es', platform: 'browser' },
	{ source: 'node.ts', file: 'node.js', format: 'es', platform: 'node' },
	{ source: 'node.ts', file: 'node.cjs', format: 'cjs', platform: 'node' },
] as const;

/** As in package/package.json: TypeScript treats the types for `import` and `require` as different modules. */
const TYPES = { types: 'module', 'types-cjs': 'commonjs' };

/** A packed npm package. */
interface Packed {
	readonly file: string;
	readonly bytes: number;
	/** Bytes of the weights, by bits. */
	readonly weightBytes: Readonly<Record<number, number>>;
}

/**
 * Builds the npm package with a trained model and packs it into `folder`, where only an earlier package is replaced.
 * @param onStatus Receives the name of each step.
 * @throws {Problem} If there is no model, it takes no faces, or other files are in the folder.
 */
export async function buildPackage(model: string, folder: string, onStatus: (s: string) => void): Promise<Packed> {
	checkOutputFolder(folder, 'package', '--to');
	const built = temporaryFolder('package');
	const contents = join(built, 'contents');
	const dist = join(contents, 'dist');
	mkdirSync(dist, { recursive: true });
	onStatus('weights');
	const { about, weightBytes } = await storeWeights(model, join(dist, 'weights'));
	onStatus('program');
	await bundleSource(dist);
	onStatus('types');
	await writeTypes(dist, about.emotions);
	const read = (name: string) => readFileSync(join(SOURCE, name), 'utf8');
	const manifest = packageManifest(JSON.parse(read('package.json')), about);
	writeFileSync(join(contents, 'package.json'), `${JSON.stringify(manifest, null, '\t')}\n`);
	// The page is about the published model.
	const isPublished = model === modelFolder();
	const page = isPublished ? read('README.md') : packageReadme(read('README.md'), about, weightBytes);
	writeFileSync(join(contents, 'README.md'), page);
	copyFileSync(join(PROJECT_FOLDER, 'LICENSE'), join(contents, 'LICENSE'));
	onStatus('packing');
	const options = { cwd: contents, logFile: join(LOGS, 'package-npm.log') };
	await runNpm(['pack', '--pack-destination', built, '--ignore-scripts'], options);
	fillOutputFolder(built, folder, 'package', '--to');
	const { name, version } = JSON.parse(readFileSync(join(contents, 'package.json'), 'utf8'));
	const file = join(folder, `${name}-${version}.tgz`);
	return { file, bytes: statSync(file).size, weightBytes };
}

/** What `storeWeights` returns: the bytes of the weights by bits, and the model's classes, shape and scores. */
interface Stored extends Pick<Packed, 'weightBytes'> {
	readonly about: ModelAbout;
}

/** Stores a trained model once for each number of bits, in folders named by it. */
async function storeWeights(from: string, folder: string): Promise<Stored> {
	const { model, about } = await loadFaceModel(from, 'npx fer package');
	try {
		const weightBytes: Record<number, number> = {};
		for (const bits of WEIGHT_BITS) {
			const place = join(folder, String(bits));
			weightBytes[bits] = await saveModel(model, place, { bits });
			// With its metrics, `fer evaluate` accepts the folder and shows what the bits cost.
			if (about.metrics) await writeMetrics(place, withoutFolders(about.metrics));
		}
		return { about, weightBytes };
	} finally {
		model.dispose();
	}
}

/** Bundles the package's source, and what it shares with lib/, into one file for each entry point. */
async function bundleSource(folder: string): Promise<void> {
	const { rolldown } = await import('rolldown');
	for (const { source, file, format, platform } of ENTRIES) {
		const bundle = await rolldown({
			input: join(SOURCE, 'src', source),
			platform,
			external: [/^node:/, '@tensorflow/tfjs'],
			tsconfig: join(SOURCE, 'tsconfig.json'),
		});
		await bundle.write({ file: join(folder, file), format });
		await bundle.close();
	}
}

/** Writes the type declarations of the package, with the model's classes, and those that they import, which are few of lib/. */
async function writeTypes(folder: string, emotions: readonly string[]): Promise<void> {
	const all = join(folder, 'all-types');
	const tsc = join(PROJECT_FOLDER, 'node_modules', 'typescript', 'bin', 'tsc');
	const args = [tsc, '--project', SOURCE, '--outDir', all];
	await runOrFail(process.execPath, args, { cwd: PROJECT_FOLDER, logFile: join(LOGS, 'package-tsc.log') });
	const names = emotions.map((name) => JSON.stringify(name)).join(' | ');
	const about = '/** The name of a class of the model in this package. */';
	writeFileSync(join(all, 'package', 'src', 'emotion.d.ts'), `${about}\nexport type Emotion = ${names};\n`);
	const files = new Set(['node.d.ts', 'browser.d.ts'].map((name) => join(all, 'package', 'src', name)));
	for (const file of files) {
		for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?:from|import)[ (]'(\.[^']+)\.js'/g)) {
			files.add(resolve(dirname(file), `${name}.d.ts`));
		}
	}
	for (const [name, type] of Object.entries(TYPES)) {
		for (const file of files) {
			const target = join(folder, name, relative(all, file));
			mkdirSync(dirname(target), { recursive: true });
			copyFileSync(file, target);
		}
		writeFileSync(join(folder, name, 'package.json'), `${JSON.stringify({ type })}\n`);
	}
	rmSync(all, { recursive: true });
}
