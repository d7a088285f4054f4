import type { Tensor3D } from '@tensorflow/tfjs';
import type { Box } from '../data/rawImage';

/** A face that a detector found. */
export interface DetectedFace {
	/** A square framed as in FER2013, in pixels of the photo; it may extend beyond the photo. */
	readonly box: Box;
	/** Score of the detection, 0 to 1. */
	readonly detection: number;
}

/** FER2013's square in widths of a detector's box: its side, and its centre as seen from the centre of the box. */
export type Framing = Readonly<Record<'side' | 'right' | 'down', number>>;

interface FaceNet {
	loadFromDisk(folder: string): Promise<void>;
	loadFromUri(address: string): Promise<void>;
	dispose(throwOnRedispose?: boolean): void;
}

type DetectorBox = Readonly<Record<'x' | 'y' | 'width' | 'height', number>>;

/** The part of @vladmandic/face-api that is used, in Node (`loadFromDisk`) and in a page. */
export interface FaceApi {
	readonly nets: Readonly<Record<'ssdMobilenetv1' | 'tinyFaceDetector', FaceNet>>;
	readonly SsdMobilenetv1Options: new (options: { minConfidence: number }) => object;
	readonly TinyFaceDetectorOptions: new (options: { inputSize: number; scoreThreshold: number }) => object;
	detectAllFaces(image: Tensor3D, options: object): PromiseLike<{ box: DetectorBox; score: number }[]>;
}

/** The detectors whose weights face-api contains; docs/photos.md compares them. */
export const DETECTORS = {
	/** SSD on MobileNetV1, 5.6 MB, trained on WIDER FACE; the most accurate boxes. */
	ssd: {
		net: 'ssdMobilenetv1',
		options: (api: FaceApi) => new api.SsdMobilenetv1Options({ minConfidence: 0.2 }),
		framing: { side: 1.246, right: 0.023, down: -0.014 },
	},
	/** Tiny YOLOv2, 0.2 MB; several times as fast, and finds more of the faces that fill their picture. */
	tiny: {
		net: 'tinyFaceDetector',
		options: (api: FaceApi) => new api.TinyFaceDetectorOptions({ inputSize: 416, scoreThreshold: 0.2 }),
		framing: { side: 0.945, right: 0.027, down: -0.097 },
	},
} as const;

/** Name of a detector. */
export type DetectorName = keyof typeof DETECTORS;

/** Computes FER2013's square from a detector's box. */
export function frame(box: DetectorBox, { side, right, down }: Framing): Box {
	const [centerX, centerY] = [box.x + box.width * (0.5 + right), box.y + box.height / 2 + box.width * down];
	const length = side * box.width;
	return { left: centerX - length / 2, top: centerY - length / 2, width: length, height: length };
}
