// A person's program, as an ES module: program.mjs BACKEND. Reads what to predict from standard input as JSON.
import { text } from 'node:stream/consumers';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { loadEmotionModel } from 'fer-emotion-model';

if (process.argv[2] === 'tensorflow') await import('@tensorflow/tfjs-node-gpu');
await tf.setBackend(process.argv[2]);
const { pixels, width, height, boxes, network, bits, tta, attention } = JSON.parse(await text(process.stdin));
const model = await loadEmotionModel({ network, bits });
const photo = { pixels: Buffer.from(pixels, 'base64'), width, height };
const predictions = await model.predictAll(photo, boxes, { tta, attention });
const { emotions } = model;
const before = tf.memory().numTensors;
await model.predict(photo, { tta, attention });
const leaked = tf.memory().numTensors - before;
model.dispose();
const left = tf.memory().numTensors;
console.log(JSON.stringify({ predictions, emotions, backend: tf.getBackend(), leaked, left }));
