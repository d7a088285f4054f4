// A service worker of somebody's: answers a message with what it predicts.
import * as tf from '@tensorflow/tfjs';
import { loadEmotionModel } from 'fer-emotion-model';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => event.waitUntil(answer(event)));

async function answer({ data: { pixels, width, height, boxes, folder }, ports: [port] }) {
	try {
		await tf.setBackend('cpu');
		const model = await loadEmotionModel({ network: 'small', bits: 8, folder });
		const bytes = Uint8ClampedArray.from(atob(pixels), (character) => character.charCodeAt(0));
		const image = new ImageData(bytes, width, height);
		port.postMessage({ predictions: await model.predictAll(image, boxes), backend: tf.getBackend() });
	} catch (error) {
		port.postMessage({ error: error.message });
	}
}
