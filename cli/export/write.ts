import { closeSync, mkdirSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomically } from '../../lib/atomicFile';
import { withoutFolders, writeMetrics } from '../../lib/evaluation/storedMetrics';
import type { ExportAbout } from '../../lib/model/exporters/about';
import type { Bits } from '../../lib/model/exporters/encodeWeights';
import { toKeras } from '../../lib/model/exporters/keras';
import { toOnnx } from '../../lib/model/exporters/onnx';
import { toSavedModel } from '../../lib/model/exporters/savedModel';
import { saveModel } from '../../lib/model/modelFile';
import { type FaceModel, loadFaceModel } from '../faceModel';
import { checkOutputFile, checkOutputFolder, fillOutputFolder, type OutputKind } from '../ownOutput';
import { Problem } from '../problem';
import { makeFolder, RUNS, shownPath } from '../projectFolder';
import { temporaryFolder } from '../temporaryFolder';
import { exportAbout, PRODUCER } from './about';

const OPTION = '--output';

/** A model to be written in another format. */
interface Work extends FaceModel {
	readonly texts: ExportAbout;
	readonly bits: Bits;
}

/** A format: one file with an ending, or a folder with several. */
type Format =
	| {
			readonly kind: string;
			readonly ending: string;
			readonly encode: (work: Work) => Uint8Array | Promise<Uint8Array>;
	  }
	| { readonly kind: OutputKind; readonly fill: (folder: string, work: Work) => Promise<void> };

/** The formats by the name that the user gives. */
const FORMATS = {
	onnx: { kind: 'ONNX file', ending: '.onnx', encode: ({ model, texts, bits }) => toOnnx(model, texts, bits) },
	keras: {
		kind: 'Keras file',
		ending: '.keras',
		encode: ({ model, texts, bits }) => toKeras(model, texts, bits === 8 ? 16 : bits),
	},
	'saved-model': { kind: 'SavedModel', fill: fillSavedModel },
	tfjs: { kind: 'tfjs model', fill: fillTfjs },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

/** What `writeExport` wrote. */
interface Exported {
	/** File or folder. */
	readonly path: string;
	readonly bytes: number;
}

/**
 * Writes a trained model in a format of other programs. Only an earlier export is replaced.
 * @param options.output File or folder. Default: in runs/export, named after the model.
 * @throws {Problem} If there is no such model, or something of the user's is where the export should be.
 * @throws {DataError} If the format lacks a layer of the model.
 */
export async function writeExport(
	folder: string,
	options: { to: FormatName; bits: Bits; output?: string },
): Promise<Exported> {
	const { to, bits } = options;
	const format: Format = FORMATS[to];
	if (to === 'keras' && bits === 8) {
		const remedy = 'Keras has no convolutions of 8 bits; --to saved-model and --to onnx do.';
		throw new Problem(`Expected 32 or 16 for --bits with --to keras but received 8. ${remedy}`);
	}
	const path = options.output ?? defaultOutput(folder, to, bits);
	if ('encode' in format) await checkFile(path, format);
	else checkOutputFolder(path, format.kind, OPTION);
	const loaded = await loadFaceModel(folder, 'npx fer export');
	try {
		const work = { ...loaded, bits, texts: exportAbout(loaded.about, bits) };
		return { path, bytes: await write(path, format, work) };
	} finally {
		loaded.model.dispose();
	}
}

/** The path for a model in runs/NAME/model or models/NAME: runs/export/NAME-16.onnx. */
function defaultOutput(folder: string, to: FormatName, bits: Bits): string {
	const name = basename(folder) === 'model' ? basename(dirname(folder)) : basename(folder);
	const format: Format = FORMATS[to];
	return join(RUNS, 'export', `${name}-${bits}${'ending' in format ? format.ending : `-${to}`}`);
}

async function checkFile(file: string, { kind, ending }: { kind: string; ending: string }): Promise<void> {
	if (!file.endsWith(ending)) {
		throw new Problem(`Expected a name that ends in ${ending} for ${OPTION} but received ${shownPath(file)}.`);
	}
	await checkOutputFile(file, OPTION, { name: `a new ${kind}`, ending, isOwn });
}

/** Whether a file starts as an export does: with this program's name, behind a few bytes of the format. */
async function isOwn(file: string): Promise<boolean> {
	const start = Buffer.alloc(256);
	const opened = openSync(file, 'r');
	try {
		readSync(opened, start, 0, start.length, 0);
	} finally {
		closeSync(opened);
	}
	return start.includes(PRODUCER);
}

/** Writes the output; returns its bytes. */
async function write(path: string, format: Format, work: Work): Promise<number> {
	if ('encode' in format) {
		const content = await format.encode(work);
		makeFolder(dirname(path));
		await writeFileAtomically(path, [content]);
		return content.byteLength;
	}
	const built = temporaryFolder('export');
	await format.fill(built, work);
	fillOutputFolder(built, path, format.kind, OPTION);
	const large = format.kind === 'SavedModel' ? 'saved_model.pb' : 'weights.bin';
	return statSync(join(path, large)).size;
}

async function fillSavedModel(folder: string, { model, texts, bits }: Work): Promise<void> {
	writeFileSync(join(folder, 'saved_model.pb'), toSavedModel(model, bits));
	// Where TensorFlow Serving's users put files of their own.
	mkdirSync(join(folder, 'assets.extra'));
	writeFileSync(join(folder, 'assets.extra', 'about.json'), `${JSON.stringify(texts, null, '\t')}\n`);
}

async function fillTfjs(folder: string, { model, about, texts, bits }: Work): Promise<void> {
	model.setUserDefinedMetadata({ ...model.getUserDefinedMetadata(), about: texts });
	await saveModel(model, folder, { bits });
	// With its metrics, `fer evaluate` accepts the folder and shows what the bits cost.
	if (about.metrics) await writeMetrics(folder, withoutFolders(about.metrics));
}
