import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER, RUNS } from '../../cli/projectFolder';
import { runNpm } from '../../cli/runProgram';
import type { FaceDetector } from '../../lib/photos/detector';
import { type Framing, frame } from '../../lib/photos/framing';
import { tf } from '../../lib/tensorflow/tf';

const HUMAN_VERSION = '3.3.6';
const FACE_API = join(PROJECT_FOLDER, 'node_modules', '@vladmandic', 'face-api');

/** A network that reads expressions. */
export interface Network {
	/** Of its package. */
	readonly name: string;
	/** Tells the networks of our package apart. */
	readonly network?: string;
	/** By output. */
	readonly emotions: readonly string[];
	/** Takes grey images `[n, 48, 48, 1]`, 0 to 255; returns `[n, emotions]`. */
	answer(images: tf.Tensor4D): tf.Tensor;
}

/** The part of @vladmandic/face-api that is used. */
type FaceApi = { NetInput: new (images: tf.Tensor[]) => object; nets: { faceExpressionNet: FaceExpressionNet } };
type FaceExpressionNet = { loadFromDisk(folder: string): Promise<void>; forwardInput(input: object): tf.Tensor };

/** The part of @vladmandic/human that is used. */
interface Human {
	load(): Promise<void>;
	detect(image: tf.Tensor): Promise<{ face: { box: [number, number, number, number]; score: number }[] }>;
}

/** The folder of @vladmandic/human, which is too large to be a dependency (43 MB). */
export const humanFolder = () => peerFolder('@vladmandic/human', HUMAN_VERSION);

/** Installs a package that is no dependency into runs/peers, in a folder of its own, unless it is there; returns its folder. */
export async function peerFolder(name: string, version: string): Promise<string> {
	const folder = join(RUNS, 'peers', name.replace(/^@.*\//, ''));
	const home = join(folder, 'node_modules', ...name.split('/'));
	const installed = join(home, 'package.json');
	if (existsSync(installed) && JSON.parse(readFileSync(installed, 'utf8')).version === version) return home;
	mkdirSync(folder, { recursive: true });
	const args = ['install', '--prefix', folder, '--no-save', '--ignore-scripts', `${name}@${version}`];
	await runNpm(args, { cwd: folder, logFile: join(folder, 'npm.log') });
	return home;
}

/** Loads the expression networks of face-api and human. human's takes grey images of its own size in [-1, 1]. */
export async function peerNetworks(): Promise<Network[]> {
	const { NetInput, nets } = require(join(FACE_API, 'dist', 'face-api.node-gpu.js')) as FaceApi;
	await nets.faceExpressionNet.loadFromDisk(join(FACE_API, 'model'));
	const human = await tf.loadGraphModel(`file://${join(await humanFolder(), 'models', 'emotion.json')}`);
	const side = human.inputs[0].shape?.[1] ?? 0;
	return [
		{
			name: '@vladmandic/face-api',
			// Our names of the emotions; the packages call some of them by other names.
			emotions: ['neutral', 'happy', 'sad', 'angry', 'fear', 'disgust', 'surprise'],
			answer: (images) => nets.faceExpressionNet.forwardInput(new NetInput(tf.unstack(tf.tile(images, [1, 1, 1, 3])))),
		},
		{
			name: '@vladmandic/human',
			emotions: ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'],
			answer: (images) => {
				const large = tf.image.resizeBilinear(tf.div<tf.Tensor4D>(images, 255), [side, side]);
				return human.execute(tf.mul(tf.sub(large, 0.5), 2)) as tf.Tensor;
			},
		},
	];
}

/**
 * Opens the detector of @vladmandic/human, BlazeFace.
 * @param options.mesh Also runs its face mesh, as human does by default, which moves the box. Default false.
 */
export async function openHuman(framing: Framing, { mesh = false } = {}): Promise<FaceDetector> {
	const home = await humanFolder();
	const library = require(join(home, 'dist', 'human.node-gpu.js')) as { default: new (config: object) => Human };
	const off = { enabled: false };
	const kept = { skipAllowed: false, cacheSensitivity: 0 };
	const human = new library.default({
		...{ backend: 'tensorflow', modelBasePath: `file://${home}/models/`, debug: false, filter: off },
		...kept,
		...{ body: off, hand: off, object: off, gesture: off, segmentation: off },
		face: {
			detector: { rotation: false, maxDetected: 10, minConfidence: 0.4 },
			...{ mesh: { enabled: mesh }, iris: off, description: off, emotion: off, attention: off },
		},
	});
	await human.load();
	return {
		async detect({ pixels, width, height }) {
			const image = tf.tidy(() =>
				tf.tile(tf.tensor3d(Int32Array.from(pixels), [height, width, 1], 'int32'), [1, 1, 3]),
			);
			const { face } = await human.detect(image);
			image.dispose();
			return face.map(({ box: [x, y, side, tall], score }) => ({
				box: frame({ x, y, width: side, height: tall }, framing),
				detection: score,
			}));
		},
	};
}
