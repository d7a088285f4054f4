// A person's page for any bundler, on tfjs's own backends: gives the test one function.
import * as tf from '@tensorflow/tfjs';
import { loadEmotionModel } from 'fer-emotion-model';
import { imageOf } from './images.mjs';

globalThis.predictAll = async ({ backend, photo, boxes, kind, network, bits, folder }) => {
	await tf.setBackend(backend);
	const model = await loadEmotionModel({ network, bits, folder });
	const predictions = await model.predictAll(await imageOf(kind, photo), boxes);
	model.dispose();
	return { predictions, backend: tf.getBackend() };
};
