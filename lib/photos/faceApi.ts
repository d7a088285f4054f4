import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { Box } from '../data/rawImage';
import { type DetectorBox, FRAMINGS } from './framing';

/** A face that a detector found. */
export interface DetectedFace {
	/** A square framed as in FER2013, in pixels of the photo; it may extend beyond the photo. */
	readonly box: Box;
	/** Score of the detection, 0 to 1. */
	readonly detection: number;
}

/** A convolution of face-api's SSD. */
export type Convolution = Readonly<Record<'filters' | 'bias', Tensor>>;
/** A 1x1 convolution, with its batch norm folded but for the offset. */
export type Pointwise = Readonly<Record<'filters' | 'batch_norm_offset', Tensor>>;
/** A depthwise convolution and its batch norm. */
export type Depthwise = Readonly<Record<'filters' | `batch_norm_${'scale' | 'offset' | 'mean' | 'variance'}`, Tensor>>;
type Pair = Readonly<{ depthwise_conv: Depthwise; pointwise_conv: Pointwise }>;
type Predictor = Readonly<Record<'box_encoding_predictor' | 'class_predictor', Convolution>>;
/** The weights of face-api's SSD, as it names them. */
export interface SsdWeights {
	readonly mobilenetv1: Readonly<Record<'conv_0', Pointwise> & Record<`conv_${number}`, Pair>>;
	readonly prediction_layer: Readonly<
		Record<`conv_${number}`, Pointwise> & Record<`box_predictor_${number}`, Predictor>
	>;
	readonly output_layer: Readonly<{ extra_dim: Tensor }>;
}

/** Boxes as top, left, bottom and right in parts of the image, and their scores. */
export type SsdOutput = Readonly<{ boxes: Tensor2D[]; scores: Tensor1D[] }>;

interface FaceNet {
	readonly isLoaded: boolean;
	loadFromDisk(folder: string): Promise<void>;
	loadFromUri(address: string): Promise<void>;
	getParamList(): readonly { readonly tensor: Tensor }[];
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
