// The program `npx fer-emotion-model photo.jpg`. It needs packages that the library does without.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Tensor3D } from '@tensorflow/tfjs';
import { DETECTORS, type DetectorName, type FaceApi } from '../../lib/photos/faceApi.js';
import { type Box, boxFrom, type EmotionPrediction, loadEmotionModel, type Network } from './node.js';

const USAGE = `Usage: fer-emotion-model [options] <photos...>
Finds the faces in photos and prints the expression of each. Nothing leaves this machine.
  --network <name>  the network, as in loadEmotionModel (default: default)
  --json            print one line of JSON for each face
  --help            print this text`;

/** What finds faces and decodes photos, and what they run on. */
const NEEDED = ['sharp', '@vladmandic/face-api', '@tensorflow/tfjs-backend-wasm'];
const FACE_API = '@vladmandic/face-api/dist/face-api.node-wasm.js';
/** Longest side of what is searched, in pixels: the detector reduces it further. */
const LONGEST = 1536;

/** A mistake of the user, which ends in one sentence. */
class Problem extends Error {}

/** The part of sharp that is used. */
interface Sharp {
	rotate(): Sharp;
	resize(options: object): Sharp;
	flatten(options: object): Sharp;
	toColourspace(name: string): Sharp;
	raw(): Sharp;
	toBuffer(options: { resolveWithObject: true }): Promise<{ data: Uint8Array; info: Size }>;
	metadata(): Promise<{ width: number; height: number; autoOrient?: Size; orientation?: number }>;
}

type Size = Readonly<Record<'width' | 'height', number>>;

/** face-api with the tfjs that it runs on. */
interface WasmFaceApi extends FaceApi {
	readonly tf: {
		setBackend(name: string): Promise<boolean>;
		ready(): Promise<void>;
		tensor3d(values: Int32Array, shape: [number, number, number], dtype: 'int32'): Tensor3D & { dispose(): void };
	};
}

/** A photo as it is searched, and how many pixels of the file one of its pixels is. */
interface Photo extends Size {
	readonly pixels: Uint8Array;
	readonly scale: number;
}

/** Finds a package beside this one, or in the folder from which the program was called. */
function resolvePackage(name: string): string | undefined {
	for (const place of [import.meta.url, join(process.cwd(), 'package.json')]) {
		try {
			return createRequire(place).resolve(name);
		} catch {}
	}
	return undefined;
}

/** Loads a package. Throws a Problem that says how to install what is missing. */
function requirePackage<Package>(name: string): { file: string; loaded: Package } {
	const missing = NEEDED.filter((each) => !resolvePackage(each));
	if (missing.length > 0) {
		const verb = missing.length > 1 ? 'are' : 'is';
		const remedy = `Install everything: npm install fer-emotion-model @tensorflow/tfjs ${NEEDED.join(' ')}`;
		throw new Problem(`To read photos, ${missing.join(' and ')} ${verb} needed too. ${remedy}`);
	}
	const file = resolvePackage(name);
	if (!file) throw new Problem(`Expected ${name} in its package. Install it again.`);
	return { file, loaded: createRequire(import.meta.url)(file) };
}

async function readPhoto(sharp: (file: string) => Sharp, file: string): Promise<Photo> {
	try {
		const { width, height, autoOrient } = await sharp(file).metadata();
		const whole = Math.max(autoOrient?.width ?? width, autoOrient?.height ?? height);
		const { data, info } = await sharp(file)
			.rotate()
			.resize({ width: LONGEST, height: LONGEST, fit: 'inside', withoutEnlargement: true })
			.flatten({ background: 'white' })
			.toColourspace('srgb')
			.raw()
			.toBuffer({ resolveWithObject: true });
		const longest = Math.max(info.width, info.height);
		return { pixels: data, width: info.width, height: info.height, scale: whole / longest };
	} catch (error) {
		const why = (error instanceof Error ? error.message : String(error)).split('\n')[0];
		throw new Problem(`Expected a photo in ${file} but received another file: ${why}`);
	}
}

/** Opens face-api's detectors: SSD, and the tiny one where SSD finds no face. */
async function openDetector() {
	const { file, loaded: api } = requirePackage<WasmFaceApi>(FACE_API);
	await api.tf.setBackend('wasm');
	await api.tf.ready();
	const weights = join(dirname(dirname(file)), 'model');
	return async ({ pixels, width, height }: Photo): Promise<Box[]> => {
		const image = api.tf.tensor3d(Int32Array.from(pixels), [height, width, pixels.length / width / height], 'int32');
		try {
			for (const [name, detector] of [
				['ssd', 'face-api'],
				['tiny', 'face-api-tiny'],
			] as const satisfies readonly (readonly [DetectorName, string])[]) {
				const { net, options } = DETECTORS[name];
				if (!api.nets[net].isLoaded) await api.nets[net].loadFromDisk(weights);
				const found = await api.detectAllFaces(image, options(api));
				if (found.length > 0) return found.map((each) => boxFrom(detector, each)).sort((a, b) => a.left - b.left);
			}
			return [];
		} finally {
			image.dispose();
		}
	};
}

/** Describes a face in a line. */
function lineOf(file: string, { emotion, probabilities }: EmotionPrediction, box: Box): string {
	const [left, top, side] = [box.left, box.top, box.width].map(Math.round);
	return `${file}: ${emotion} ${Math.round(100 * probabilities[emotion])} % (${side} pixels wide, at ${left}, ${top})`;
}

async function main(): Promise<void> {
	const options = { network: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
	const { values, positionals: files } = parse(options);
	if (values.help || files.length === 0) {
		process.exitCode = values.help ? 0 : 1;
		return console.log(USAGE);
	}
	const { loaded: sharp } = requirePackage<(file: string) => Sharp>('sharp');
	const detect = await openDetector();
	const model = await loadEmotionModel({ network: values.network as Network | undefined });
	for (const file of files) {
		try {
			const photo = await readPhoto(sharp, file);
			const boxes = await detect(photo);
			const faces = await model.predictAll(photo, boxes);
			if (faces.length === 0 && !values.json) console.log(`${file}: no face found`);
			for (const [i, face] of faces.entries()) {
				const box = Object.fromEntries(Object.entries(boxes[i]).map(([side, value]) => [side, value * photo.scale]));
				console.log(values.json ? JSON.stringify({ file, box, ...face }) : lineOf(file, face, box as unknown as Box));
			}
		} catch (error) {
			if (!(error instanceof Problem)) throw error;
			console.error(error.message);
			process.exitCode = 1;
		}
	}
}

function parse<Options extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(options: Options) {
	try {
		return parseArgs({ options, allowPositionals: true });
	} catch (error) {
		throw new Problem(`${(error as Error).message}\n${USAGE}`);
	}
}

main().catch((error) => {
	const isMistake = error instanceof Problem || error instanceof RangeError;
	console.error(isMistake ? error.message : error);
	process.exitCode = 1;
});
