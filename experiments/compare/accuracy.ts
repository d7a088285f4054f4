import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { type Dataset, faceAt } from '../../lib/data/dataset';
import { classificationReport } from '../../lib/evaluation/metrics';
import { type OnProgress, ProgressMeter } from '../../lib/progress';
import { tf } from '../../lib/tensorflow/tf';
import { humanFolder } from './human';

const BATCH = 16;
const FACE_API = join(PROJECT_FOLDER, 'node_modules', '@vladmandic', 'face-api');
/** The packages' names of the emotions, in the order of their outputs. */
const FACE_API_EMOTIONS = ['neutral', 'happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised'];
const HUMAN_EMOTIONS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];
/** Our names where theirs differ. */
const OURS = new Map([
	['fearful', 'fear'],
	['disgusted', 'disgust'],
	['surprised', 'surprise'],
]);

/** A network that reads expressions. */
export interface Network {
	readonly name: string;
	/** By output. */
	readonly emotions: readonly string[];
	/** Takes grey images `[n, 48, 48, 1]`, 0 to 255; returns `[n, emotions]`. */
	answer(images: tf.Tensor4D): tf.Tensor;
}

/** The part of @vladmandic/face-api that is used. */
interface FaceExpressions {
	readonly NetInput: new (images: tf.Tensor[]) => object;
	readonly nets: {
		readonly faceExpressionNet: {
			loadFromDisk(folder: string): Promise<void>;
			forwardInput(input: object): tf.Tensor;
		};
	};
}

/** Loads the expression networks of face-api and human. human's takes grey images of its own size in [-1, 1]. */
export async function peerNetworks(): Promise<Network[]> {
	const { NetInput, nets } = require(join(FACE_API, 'dist', 'face-api.node-gpu.js')) as FaceExpressions;
	await nets.faceExpressionNet.loadFromDisk(join(FACE_API, 'model'));
	const human = await tf.loadGraphModel(`file://${join(await humanFolder(), 'models', 'emotion.json')}`);
	const side = human.inputs[0].shape?.[1] ?? 0;
	return [
		{
			name: '@vladmandic/face-api',
			emotions: FACE_API_EMOTIONS,
			answer: (images) => nets.faceExpressionNet.forwardInput(new NetInput(tf.unstack(tf.tile(images, [1, 1, 1, 3])))),
		},
		{
			name: '@vladmandic/human',
			emotions: HUMAN_EMOTIONS,
			answer: (images) => {
				const large = tf.image.resizeBilinear(tf.div<tf.Tensor4D>(images, 255), [side, side]);
				return human.execute(tf.mul(tf.sub(large, 0.5), 2)) as tf.Tensor;
			},
		},
	];
}

/** Measures a network's accuracy and macro F1 on some images of a data set. */
export async function judgeNetwork(
	{ name, emotions, answer }: Network,
	dataset: Dataset,
	indices: Uint32Array,
	onProgress: OnProgress,
): Promise<{ accuracy: number; macroF1: number }> {
	const labelOf = emotions.map((emotion) => dataset.emotions.indexOf(OURS.get(emotion) ?? emotion));
	const predictedLabels = new Uint8Array(indices.length);
	const meter = new ProgressMeter(name, indices.length, onProgress);
	for (let done = 0; done < indices.length; done += BATCH) {
		const batch = [...indices.slice(done, done + BATCH)];
		const best = tf.tidy(() => {
			const faces = batch.map((index) =>
				tf.tensor4d(Float32Array.from(faceAt(dataset, index).pixels), [1, ...dataset.shape]),
			);
			return tf.argMax(answer(tf.concat(faces)), 1).dataSync();
		});
		best.forEach((output, i) => {
			predictedLabels[done + i] = labelOf[output];
		});
		meter.add(batch.length);
		// Lets the terminal draw progress.
		await new Promise((resolve) => setImmediate(resolve));
	}
	const trueLabels = Uint8Array.from(indices, (index) => dataset.labels[index]);
	const classes = dataset.emotions.length;
	const { accuracy, macroF1 } = classificationReport({ trueLabels, predictedLabels, classes });
	return { accuracy, macroF1 };
}
