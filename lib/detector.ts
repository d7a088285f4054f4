import { dirname, join } from 'node:path';
import { DataError } from './errors';
import type { Box, RawImage } from './faceCrop';
import { tf } from './tensorflow/tf';

/** A face that a detector found. */
export interface DetectedFace {
	/** A square framed as FER2013 frames its faces; in pixels of the photo, beyond whose edge it may reach. */
	readonly box: Box;
	/** How sure the detector is, 0 to 1. */
	readonly detection: number;
}

/** Finds faces in photos. */
export interface FaceDetector {
	/** @returns The faces from left to right; none if there are none. */
	detect(photo: RawImage): Promise<DetectedFace[]>;
}

/** How the square of FER2013 lies about a detector's box, in widths of the box: `npm run detectors` measures it. */
export interface Framing {
	/** The square's side. */
	readonly side: number;
	/** From the middle of the box to that of the square, to the right and downwards. */
	readonly right: number;
	readonly down: number;
}

/** The part of @vladmandic/face-api that is used. */
interface FaceApi {
	readonly nets: Readonly<
		Record<'ssdMobilenetv1' | 'tinyFaceDetector', { loadFromDisk(folder: string): Promise<void> }>
	>;
	readonly SsdMobilenetv1Options: new (options: { minConfidence: number }) => object;
	readonly TinyFaceDetectorOptions: new (options: { inputSize: number; scoreThreshold: number }) => object;
	detectAllFaces(
		image: tf.Tensor3D,
		options: object,
	): PromiseLike<{ readonly box: Record<'x' | 'y' | 'width' | 'height', number>; readonly score: number }[]>;
}

/** The detectors that face-api brings with their weights; docs/photos.md compares them. */
export const DETECTORS = {
	/** SSD on MobileNetV1, 5.6 MB, trained on WIDER FACE: its boxes sit best. */
	ssd: {
		net: 'ssdMobilenetv1',
		options: (api: FaceApi) => new api.SsdMobilenetv1Options({ minConfidence: 0.2 }),
		framing: { side: 1.246, right: 0.023, down: -0.014 },
	},
	/** Tiny YOLOv2, 0.2 MB: several times as fast, and finds more of the faces that fill their picture. */
	tiny: {
		net: 'tinyFaceDetector',
		options: (api: FaceApi) => new api.TinyFaceDetectorOptions({ inputSize: 416, scoreThreshold: 0.2 }),
		framing: { side: 0.945, right: 0.027, down: -0.097 },
	},
} as const;

/** The name of a detector. */
export type DetectorName = keyof typeof DETECTORS;

/**
 * Loads a face detector.
 * @param framing Default the detector's own.
 * @throws {DataError} If its weights are missing from node_modules.
 */
export async function openDetector(
	name: DetectorName,
	framing: Framing = DETECTORS[name].framing,
): Promise<FaceDetector> {
	const file = require.resolve('@vladmandic/face-api/dist/face-api.node-gpu.js');
	// It takes TensorFlow from tfjs-node-gpu, whose binding tensorflow/tf.ts must have made ready: hence the import above.
	const api = require(file) as FaceApi;
	const { net, options } = DETECTORS[name];
	const folder = join(dirname(dirname(file)), 'model');
	await api.nets[net].loadFromDisk(folder).catch((error: Error) => {
		throw new DataError(`the weights of ${net}`, '@vladmandic/face-api', error.message, 'Run npm run setup.');
	});
	return {
		async detect(photo) {
			const image = toTensor(photo);
			try {
				const found = await api.detectAllFaces(image, options(api));
				const faces = found.map(({ box, score }) => ({ box: frame(box, framing), detection: score }));
				return faces.sort((a, b) => a.box.left - b.box.left);
			} finally {
				image.dispose();
			}
		},
	};
}

/**
 * Loads the detector for photos: SSD, and where it finds no face the tiny one.
 * @throws {DataError} As `openDetector`.
 */
export async function openPhotoDetector(): Promise<FaceDetector> {
	const [first, second] = await Promise.all([openDetector('ssd'), openDetector('tiny')]);
	return {
		async detect(photo) {
			const faces = await first.detect(photo);
			return faces.length > 0 ? faces : second.detect(photo);
		},
	};
}

/** `[height, width, 3]`, int32. */
function toTensor({ pixels, width, height, channels }: RawImage): tf.Tensor3D {
	return tf.tidy(() => {
		const image = tf.tensor3d(Int32Array.from(pixels), [height, width, channels], 'int32');
		return channels === 1 ? tf.tile(image, [1, 1, 3]) : tf.slice3d(image, [0, 0, 0], [-1, -1, 3]);
	});
}

/** The square about a detector's box. */
export function frame(box: Record<'x' | 'y' | 'width' | 'height', number>, { side, right, down }: Framing): Box {
	const [centerX, centerY] = [box.x + box.width * (0.5 + right), box.y + box.height / 2 + box.width * down];
	const length = side * box.width;
	return { left: centerX - length / 2, top: centerY - length / 2, width: length, height: length };
}
