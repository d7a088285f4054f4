import { join } from 'node:path';
import { type FaceDetector, openDetector } from '../../lib/photos/detector';
import { type Framing, frame } from '../../lib/photos/faceApi';
import { tf } from '../../lib/tensorflow/tf';
import { humanFolder } from '../compare/peers';

/** Opens the detectors that are compared with a framing; without, the library's own combination with its own framings. */
export const CANDIDATES: Readonly<Record<string, ((framing: Framing) => Promise<FaceDetector>) | undefined>> = {
	'face-api, SSD': (framing) => openDetector('ssd', framing),
	'face-api, tiny': (framing) => openDetector('tiny', framing),
	'face-api, SSD, then tiny where it finds none': undefined,
	'human, BlazeFace': openHuman,
};

/** The part of @vladmandic/human that is used. */
interface Human {
	load(): Promise<void>;
	detect(image: tf.Tensor): Promise<{ face: { box: [number, number, number, number]; score: number }[] }>;
}

/** Opens the detector of @vladmandic/human (BlazeFace), which is too large to be a dependency. */
async function openHuman(framing: Framing): Promise<FaceDetector> {
	const home = await humanFolder();
	const library = require(join(home, 'dist', 'human.node-gpu.js')) as { default: new (config: object) => Human };
	const off = { enabled: false };
	const human = new library.default({
		...{ backend: 'tensorflow', modelBasePath: `file://${home}/models/`, debug: false, filter: off },
		...{ body: off, hand: off, object: off, gesture: off, segmentation: off },
		face: {
			detector: { rotation: false, maxDetected: 10, minConfidence: 0.4 },
			...{ mesh: off, iris: off, description: off, emotion: off, attention: off },
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
