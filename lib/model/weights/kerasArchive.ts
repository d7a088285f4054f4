import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { collect, visitArchive } from '../../data/readers/archive';
import { DataError } from '../../errors';
import type { WeightMap } from '../backbones/backbone';
import { readH5 } from './h5';
import { refuse } from './refusal';

const WEIGHTS = 'model.weights.h5';
/** Four times the largest network of the registry; an archive of more was made to fill memory. */
const MOST_BYTES = 2 ** 30;

/** A layer in the `config.json` of an archive; a model that is a layer has layers of its own. */
interface LayerConfig {
	readonly class_name?: string;
	readonly config?: { readonly name?: string; readonly layers?: readonly LayerConfig[] };
}

/**
 * Reads a .keras archive of Keras 3, or says what another zip archive is.
 * @throws {DataError} If it is another archive, or damaged.
 */
export async function readKerasArchive(path: string): Promise<WeightMap> {
	const names: string[] = [];
	const files = new Map<string, Buffer>();
	await visitArchive(path, { kind: 'zip', gzipped: false, start: Buffer.alloc(0) }, async ({ name, content }) => {
		names.push(name);
		if (name === WEIGHTS || name === 'config.json') files.set(name, await collect(content, name, MOST_BYTES));
	});
	const weights = files.get(WEIGHTS);
	if (!weights) {
		const isTorch = names.some((name) => /(^|\/)data\.pkl$/.test(name));
		throw refuse(
			isTorch ? 'torchZip' : names.some((name) => /saved_model\.pb$/.test(name)) ? 'savedModel' : 'zip',
			path,
		);
	}
	// h5wasm opens files only.
	const folder = await mkdtemp(join(tmpdir(), 'fer-weights-'));
	try {
		await writeFile(join(folder, WEIGHTS), weights);
		const config = parseConfig(files.get('config.json'), basename(path));
		return await readH5(join(folder, WEIGHTS), { file: basename(path), names: layerNames(config) });
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function parseConfig(text: Buffer | undefined, file: string): LayerConfig {
	try {
		return JSON.parse(String(text));
	} catch {
		throw new DataError('config.json', file, text ? 'a damaged one' : 'none', 'Save the model again with Keras.');
	}
}

/** Names the layers by their groups in the weight file, which Keras numbers by class: `layers/conv2d_1`. */
function layerNames(model: LayerConfig, path = 'layers', names = new Map<string, string>()): Map<string, string> {
	const counts = new Map<string, number>();
	for (const layer of model.config?.layers ?? []) {
		const kind = snakeCase(layer.class_name ?? '');
		const count = counts.get(kind) ?? 0;
		counts.set(kind, count + 1);
		const group = `${path}/${count === 0 ? kind : `${kind}_${count}`}`;
		if (layer.config?.name) names.set(group, layer.config.name);
		layerNames(layer, `${group}/layers`, names);
	}
	return names;
}

/** As `to_snake_case` of Keras. */
export function snakeCase(name: string): string {
	return name
		.replaceAll(/\W+/g, '')
		.replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
		.replaceAll(/([a-z])([A-Z])/g, '$1_$2')
		.toLowerCase();
}
