import type { Tensor3D } from '@tensorflow/tfjs';
import type { Box } from '../data/rawImage';

/** A face that a detector found. */
export interface DetectedFace {
	/** A square framed as FER2013 frames its faces; in pixels of the photo, beyond whose edge it may reach. */
	readonly box: Box;
	/** How sure the detector is, 0 to 1. */
	readonly detection: number;
}

/** How the square of FER2013 lies about a detector's box, in widths of the box: `npm run detectors` measures it. */
export interface Framing {
	/** The square's side. */
	readonly side: number;
	/** From the middle of the box to that of the square, to the right and downwards. */
	readonly right: number;
	readonly down: number;
}

/** One of its networks: from a folder in Node, from an address in a page. */
interface FaceNet {
	loadFromDisk(folder: string): Promise<void>;
	loadFromUri(address: string): Promise<void>;
	dispose(throwOnRedispose?: boolean): void;
}

/** The part of @vladmandic/face-api that is used, in Node and in a page. */
export interface FaceApi {
	readonly nets: Readonly<Record<'ssdMobilenetv1' | 'tinyFaceDetector', FaceNet>>;
	readonly SsdMobilenetv1Options: new (options: { minConfidence: number }) => object;
	readonly TinyFaceDetectorOptions: new (options: { inputSize: number; scoreThreshold: number }) => object;
	detectAllFaces(
		image: Tensor3D,
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

/** The square about a detector's box. */
export function frame(box: Record<'x' | 'y' | 'width' | 'height', number>, { side, right, down }: Framing): Box {
	const [centerX, centerY] = [box.x + box.width * (0.5 + right), box.y + box.height / 2 + box.width * down];
	const length = side * box.width;
	return { left: centerX - length / 2, top: centerY - length / 2, width: length, height: length };
}
