import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { withoutFolders, writeMetrics } from '../../lib/evaluation/storedMetrics';
import { saveModel } from '../../lib/model/modelFile';
import { loadFaceModel, type ModelAbout } from '../faceModel';
import { checkOutputFolder, fillOutputFolder } from '../ownOutput';
import { LOGS, PROJECT_FOLDER } from '../projectFolder';
import { runNpm, runOrFail } from '../runProgram';
import { temporaryFolder } from '../temporaryFolder';
import { packageManifest, packageReadme, type WeightBytes } from './readme';

const SOURCE = join(PROJECT_FOLDER, 'package');

/** Bits of each weight in the two copies of a model that the package ships. */
export const WEIGHT_BITS = [16, 8] as const;

/** The folders of models by the names under which a program loads them. */
export interface PackageModels {
	readonly default: string;
	readonly small?: string;
}

/** The models of the published package: the most accurate one of `models/`, and a smaller one. */
export const PUBLISHED: Required<PackageModels> = {
	default: join(PROJECT_FOLDER, 'models', 'official-distilled'),
	small: join(PROJECT_FOLDER, 'models', 'official'),
};

/** The entry points of the package and its program, by where a program runs; package/package.json maps them. */
const ENTRIES = [
	{ source: 'browser.ts', file: 'browser.js', format: 'es', platform: 'browser' },
	{ source: 'node.ts', file: 'node.js', format: 'es', platform: 'node' },
	{ source: 'node.ts', file: 'node.cjs', format: 'cjs', platform: 'node' },
	{ source: 'command.ts', file: 'command.js', format: 'es', platform: 'node', banner: '#!/usr/bin/env node' },
] as const;

/** As in package/package.json: TypeScript treats the types for `import` and `require` as different modules. */
const TYPES = { types: 'module', 'types-cjs': 'commonjs' };

/** A packed npm package. */
interface Packed {
	readonly file: string;
	readonly bytes: number;
	/** By the names of the networks. */
	readonly weightBytes: Readonly<Record<string, WeightBytes>>;
}

/**
 * Builds the npm package with trained models and packs it into `folder`, where only an earlier package is replaced.
 * @param models `PUBLISHED`, or a model of the user's alone.
 * @param onStatus Receives the name of each step.
 * @throws {Problem} If there is no model, it takes no faces, or other files are in the folder.
 */
export async function buildPackage(
	models: PackageModels,
	folder: string,
	onStatus: (status: string) => void,
): Promise<Packed> {
	checkOutputFolder(folder, 'package', '--to');
	const built = temporaryFolder('package');
	const contents = join(built, 'contents');
	const dist = join(contents, 'dist');
	mkdirSync(dist, { recursive: true });
	onStatus('weights');
	const names = Object.keys(models) as (keyof PackageModels)[];
	const weightBytes: Record<string, WeightBytes> = {};
	const abouts: ModelAbout[] = [];
	for (const name of names) {
		const stored = await storeWeights(models[name] as string, join(dist, 'weights', name));
		weightBytes[name] = stored.weightBytes;
		abouts.push(stored.about);
	}
	const [about] = abouts;
	onStatus('program');
	await bundleSource(dist, names.length > 1 ? 'networks.ts' : 'oneNetwork.ts');
	onStatus('types');
	await writeTypes(dist, { emotion: about.emotions, network: names });
	const read = (name: string) => readFileSync(join(SOURCE, name), 'utf8');
	const manifest = packageManifest(JSON.parse(read('package.json')), about);
	writeFileSync(join(contents, 'package.json'), `${JSON.stringify(manifest, null, '\t')}\n`);
	// The page is about the published models.
	const page = models === PUBLISHED ? read('README.md') : packageReadme(read('README.md'), about, weightBytes.default);
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

/** What `storeWeights` returns: the bytes of the weights, and the model's classes, shape and scores. */
interface Stored {
	readonly weightBytes: WeightBytes;
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

/**
 * Bundles the package's source, and what it shares with lib/, into one file for each entry point.
 * @param networks The source file that lists the networks.
 */
async function bundleSource(folder: string, networks: string): Promise<void> {
	const { rolldown } = await import('rolldown');
	const list = join(SOURCE, 'src', networks);
	const resolve = {
		name: 'package',
		resolveId(name: string) {
			if (name.endsWith('/networks.js')) return list;
			// The command runs on the library beside it.
			return name === './node.js' ? { id: name, external: true } : undefined;
		},
	};
	for (const { source, file, format, platform, ...output } of ENTRIES) {
		const bundle = await rolldown({
			input: join(SOURCE, 'src', source),
			platform,
			external: [/^node:/, '@tensorflow/tfjs'],
			plugins: [resolve],
			tsconfig: join(SOURCE, 'tsconfig.json'),
		});
		await bundle.write({ file: join(folder, file), format, ...output });
		await bundle.close();
	}
}

/** What the types of a package say about its models; each is a file of package/src, and is replaced by a list of names. */
type NamesOf = Readonly<Record<'emotion' | 'network', readonly string[]>>;

/** Writes the type declarations of the package, with its models' names, and those that they import, which are few of lib/. */
async function writeTypes(folder: string, lists: NamesOf): Promise<void> {
	const all = join(folder, 'all-types');
	const tsc = join(PROJECT_FOLDER, 'node_modules', 'typescript', 'bin', 'tsc');
	const args = [tsc, '--project', SOURCE, '--outDir', all];
	await runOrFail(process.execPath, args, { cwd: PROJECT_FOLDER, logFile: join(LOGS, 'package-tsc.log') });
	for (const [name, list] of Object.entries(lists)) {
		const file = join(all, 'package', 'src', `${name}.d.ts`);
		const union = list.map((each) => JSON.stringify(each)).join(' | ');
		const type = name.replace(/^./, (letter) => letter.toUpperCase());
		writeFileSync(file, `/** The name of each ${name} in this package. */\nexport type ${type} = ${union};\n`);
	}
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
