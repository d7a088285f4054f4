// A person's page, for a bundler: gives the test one function, and does nothing by itself.
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import wasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import wasmSimd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import wasmThreads from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { loadEmotionModel } from 'fer-emotion-model';
import { imageOf } from './images.mjs';

setWasmPaths({
	'tfjs-backend-wasm.wasm': wasm,
	'tfjs-backend-wasm-simd.wasm': wasmSimd,
	'tfjs-backend-wasm-threaded-simd.wasm': wasmThreads,
});

/** Predicts boxes of a photo that the test hands over, as one kind of image. */
globalThis.predictAll = async ({ backend, photo, boxes, kind, bits, tta, attention, folder }) => {
	if (backend === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
	await tf.setBackend(backend);
	const model = await loadEmotionModel({ bits, folder });
	const image = await imageOf(kind, photo);
	const predictions = [];
	for (const box of boxes) predictions.push(await model.predict(image, { box, tta, attention }));
	model.dispose();
	return { predictions, backend: tf.getBackend(), left: tf.memory().numTensors };
};
