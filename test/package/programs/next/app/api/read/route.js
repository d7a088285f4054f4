import * as tf from '@tensorflow/tfjs';
import { loadEmotionModel } from 'fer-emotion-model';

/** Predicts what a visitor sends. */
export async function POST(request) {
	const { pixels, width, height, boxes } = await request.json();
	await tf.setBackend('cpu');
	const model = await loadEmotionModel({ network: 'small', bits: 8 });
	const photo = { pixels: Buffer.from(pixels, 'base64'), width, height };
	const predictions = await model.predictAll(photo, boxes);
	model.dispose();
	return Response.json({ predictions, backend: tf.getBackend() });
}
