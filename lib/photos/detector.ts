import { dirname, join } from 'node:path';
import type { RawImage } from '../data/rawImage';
import { DataError } from '../errors';
import { tf } from '../tensorflow/tf';
import { DETECTORS, type DetectedFace, type DetectorName, type FaceApi, type Framing, frame } from './faceApi';

/** Finds the faces in a photo, from left to right. */
export interface FaceDetector {
	detect(photo: RawImage): Promise<DetectedFace[]>;
}

/** Loads a face detector, with its own framing by default; throws a DataError if its weights are missing. */
export async function openDetector(name: DetectorName, framing?: Framing): Promise<FaceDetector> {
	const file = require.resolve('@vladmandic/face-api/dist/face-api.node-gpu.js');
	// It requires tfjs-node-gpu, which tensorflow/tf.ts must have prepared: hence the import above.
	const api = require(file) as FaceApi;
	const { net, options, framing: own } = DETECTORS[name];
	await api.nets[net].loadFromDisk(join(dirname(dirname(file)), 'model')).catch((error: Error) => {
		throw new DataError(`the weights of ${net}`, '@vladmandic/face-api', error.message, 'Run npm run setup.');
	});
	return {
		async detect(photo) {
			const image = toTensor(photo);
			try {
				const found = await api.detectAllFaces(image, options(api));
				const faces = found.map(({ box, score }) => ({ box: frame(box, framing ?? own), detection: score }));
				return faces.sort((a, b) => a.box.left - b.box.left);
			} finally {
				image.dispose();
			}
		},
	};
}

/** Loads the detector for photos: SSD, and the tiny one where SSD finds no face. */
export async function openPhotoDetector(): Promise<FaceDetector> {
	const [first, second] = await Promise.all([openDetector('ssd'), openDetector('tiny')]);
	return {
		async detect(photo) {
			const faces = await first.detect(photo);
			return faces.length > 0 ? faces : second.detect(photo);
		},
	};
}

/** Returns the photo as `[height, width, 3]`, int32. */
function toTensor({ pixels, width, height, channels }: RawImage): tf.Tensor3D {
	return tf.tidy(() => {
		const image = tf.tensor3d(Int32Array.from(pixels), [height, width, channels], 'int32');
		return channels === 1 ? tf.tile(image, [1, 1, 3]) : tf.slice3d(image, [0, 0, 0], [-1, -1, 3]);
	});
}
