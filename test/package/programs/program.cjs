// A person's program, as CommonJS: program.cjs BACKEND. Reads what to predict from standard input as JSON.
const { text } = require('node:stream/consumers');
const tf = require('@tensorflow/tfjs');
require('@tensorflow/tfjs-backend-wasm');
const { loadEmotionModel } = require('fer-emotion-model');

async function main() {
	await tf.setBackend(process.argv[2]);
	const { pixels, width, height, boxes, network, bits, tta, folder } = JSON.parse(await text(process.stdin));
	const model = await loadEmotionModel({ network, bits, folder });
	const photo = { data: Buffer.from(pixels, 'base64'), width, height, channels: 4 };
	const predictions = [];
	for (const box of boxes) predictions.push(await model.predict(photo, { box, tta }));
	console.log(JSON.stringify({ predictions, emotions: model.emotions, backend: tf.getBackend() }));
}

main();
