import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import type { Dataset } from '../../lib/data/dataset';
import { argmaxRows, classificationReport } from '../../lib/evaluation/metrics';
import { eachBatch } from '../../lib/evaluation/predict';
import { type OnProgress, ProgressMeter } from '../../lib/progress';
import { tf } from '../../lib/tensorflow/tf';
import { humanFolder } from './human';

const BATCH = 16;
const FACE_API = join(PROJECT_FOLDER, 'node_modules', '@vladmandic', 'face-api');
/** The emotions by output; the packages call some of them by other names. */
const FACE_API_EMOTIONS = ['neutral', 'happy', 'sad', 'angry', 'fear', 'disgust', 'surprise'];
const HUMAN_EMOTIONS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];

/** A network that reads expressions. */
export interface Network {
	readonly name: string;
	/** By output. */
	readonly emotions: readonly string[];
	/** Takes grey images `[n, 48, 48, 1]`, 0 to 255; returns `[n, emotions]`. */
	answer(images: tf.Tensor4D): tf.Tensor;
}

/** The part of @vladmandic/face-api that is used. */
interface FaceApi {
	readonly NetInput: new (images: tf.Tensor[]) => object;
	readonly nets: Record<
		'faceExpressionNet',
		{ loadFromDisk(folder: string): Promise<void>; forwardInput(input: object): tf.Tensor }
	>;
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
) {
	const predictedLabels: number[] = [];
	const meter = new ProgressMeter(name, indices.length, onProgress);
	await eachBatch({ dataset, indices, batchSize: BATCH, meter }, answer, (_, rows) => {
		const outputs = argmaxRows(rows, emotions.length);
		predictedLabels.push(...Array.from(outputs, (output) => dataset.emotions.indexOf(emotions[output])));
	});
	const trueLabels = Uint8Array.from(indices, (index) => dataset.labels[index]);
	const classes = dataset.emotions.length;
	const { accuracy, macroF1 } = classificationReport({ trueLabels, predictedLabels, classes });
	return { accuracy, macroF1 };
}
