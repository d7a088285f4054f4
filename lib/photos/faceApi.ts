import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { Box } from '../data/rawImage';
import { type DetectorBox, FRAMINGS } from './framing';
import type { SsdOutput, SsdWeights } from './ssdForward';

/** A face that a detector found. */
export interface DetectedFace {
	/** A square framed as in FER2013, in pixels of the photo; it may extend beyond the photo. */
	readonly box: Box;
	/** Score of the detection, 0 to 1. */
	readonly detection: number;
}

interface FaceNet {
	readonly isLoaded: boolean;
	loadFromDisk(folder: string): Promise<void>;
	loadFromUri(address: string): Promise<void>;
	dispose(throwOnRedispose?: boolean): void;
}

interface SsdNet extends FaceNet {
	readonly params: SsdWeights;
	forwardInput(input: { toBatchTensor(side: number, isCentered: boolean): Tensor4D }): SsdOutput;
}

/** The part of @vladmandic/face-api that is used, in Node (`loadFromDisk`) and in a page. */
export interface FaceApi {
	readonly nets: Readonly<{ ssdMobilenetv1: SsdNet; tinyFaceDetector: FaceNet }>;
	readonly SsdMobilenetv1Options: new (options: { minConfidence: number }) => object;
	readonly TinyFaceDetectorOptions: new (options: { inputSize: number; scoreThreshold: number }) => object;
	detectAllFaces(image: Tensor3D, options: object): PromiseLike<{ box: DetectorBox; score: number }[]>;
}

/** The detectors (with the side of the square that they see, in pixels) whose weights face-api contains; docs/photos.md compares them. */
export const DETECTORS = {
	/** SSD on MobileNetV1, 5.6 MB, trained on WIDER FACE; the most accurate boxes. */
	ssd: {
		net: 'ssdMobilenetv1',
		side: 512,
		options: (api: FaceApi) => new api.SsdMobilenetv1Options({ minConfidence: 0.2 }),
		framing: FRAMINGS.ssd,
	},
	/** Tiny YOLOv2, 0.2 MB; several times as fast, and finds more of the faces that fill their picture. */
	tiny: {
		net: 'tinyFaceDetector',
		side: 416,
		options: (api: FaceApi) => new api.TinyFaceDetectorOptions({ inputSize: 416, scoreThreshold: 0.2 }),
		framing: FRAMINGS.tiny,
	},
} as const;

/** Name of a detector. */
export type DetectorName = keyof typeof DETECTORS;
