import type { Box } from '../../lib/data/rawImage.js';
import { invalidArgument } from '../../lib/errors.js';
import { type DetectorBox, FRAMINGS, type Framing, frame } from '../../lib/photos/framing.js';
import { type Drawable, drawnSize } from './imagePixels.js';

/** What each detector returns for a face: the fields that are used. */
export interface Detections {
	/** A detection of `FaceDetector` of @mediapipe/tasks-vision, or of @mediapipe/face_detection, whose box is relative. */
	readonly mediapipe: {
		readonly boundingBox?:
			| Readonly<Record<'originX' | 'originY' | 'width' | 'height', number>>
			| Readonly<Record<'xCenter' | 'yCenter' | 'width' | 'height', number>>;
	};
	/** A face of @tensorflow-models/face-detection. */
	readonly 'face-detection': { readonly box: Readonly<Record<'xMin' | 'yMin' | 'width' | 'height', number>> };
	/** What `detectAllFaces` or `detectSingleFace` of face-api returns, also with landmarks; its SSD detector is the default. */
	readonly 'face-api': FaceApiDetection | { readonly detection: FaceApiDetection };
	/** The same of its `TinyFaceDetector`, whose boxes are another part of the face. */
	readonly 'face-api-tiny': FaceApiDetection | { readonly detection: FaceApiDetection };
	/** A face of @vladmandic/human. */
	readonly human: { readonly box: readonly number[]; readonly boxRaw?: readonly number[] };
}

interface FaceApiDetection {
	readonly box: Readonly<Record<'x' | 'y' | 'width' | 'height', number>>;
}

/** A detector whose framing is known. */
export type Detector = keyof Detections;

/** The size of an image, or what a browser draws. */
type Sized = Drawable | Readonly<Record<'width' | 'height', number>>;

/** Finds the box in a detection, as the detector gives it, and its framing; undefined where there is none. */
type Reader<D extends Detector> = (detection: Detections[D], image?: Sized) => Found | undefined;

interface Found {
	readonly box: DetectorBox;
	readonly framing: Framing;
	/** Whether the box is relative to the image; unknown where not stated. */
	readonly isRelative?: boolean;
}

const faceApi =
	(framing: Framing) =>
	(detection: Detections['face-api']): Found | undefined => {
		const box = 'detection' in detection ? detection.detection?.box : detection.box;
		return box && { box, framing };
	};

const READERS: { readonly [D in Detector]: Reader<D> } = {
	mediapipe: ({ boundingBox: box }) => {
		if (!box) return undefined;
		const { width, height } = box;
		const framing = FRAMINGS.mediapipe;
		if ('originX' in box) return { box: { x: box.originX, y: box.originY, width, height }, framing };
		const [x, y] = [box.xCenter - width / 2, box.yCenter - height / 2];
		return { box: { x, y, width, height }, framing, isRelative: true };
	},
	'face-detection': ({ box }) =>
		box && { box: { x: box.xMin, y: box.yMin, width: box.width, height: box.height }, framing: FRAMINGS.mediapipe },
	'face-api': faceApi(FRAMINGS.ssd),
	'face-api-tiny': faceApi(FRAMINGS.tiny),
	human: ({ box: cut, boxRaw }, image) => {
		// human cuts `box` off at the image's edges, which moves its centre; the relative one it leaves whole.
		const isRelative = image !== undefined && boxRaw !== undefined;
		const [x, y, width, height] = (isRelative ? boxRaw : cut) ?? [];
		return { box: { x, y, width, height }, framing: FRAMINGS.human, ...(isRelative && { isRelative }) };
	},
};

/**
 * Returns the box that the network expects, from what a face detector found: each detector frames faces in its own way, and
 * the network was trained on squares from the hairline to below the chin. docs/photos.md describes how the framings were
 * measured.
 * @param detector `'mediapipe'`, `'face-detection'` (of TensorFlow.js), `'face-api'`, `'face-api-tiny'` or `'human'`.
 * @param detection One face, as the detector returns it.
 * @param image The image in which it was found, or its size; needed for relative boxes, and for faces at the edge with human.
 * @returns The option `box` of `predict`, in pixels; it may extend beyond the image.
 * @throws {RangeError | TypeError} If there is no such detector, no box in the detection, or a relative box without an image.
 */
export function boxFrom<D extends Detector>(detector: D, detection: Detections[D], image?: Sized): Box {
	if (!Object.hasOwn(READERS, detector)) {
		throw invalidArgument(
			'detector',
			Object.keys(READERS)
				.map((name) => `'${name}'`)
				.join(', '),
			detector,
		);
	}
	const refuse = () => invalidArgument('detection', `a face of ${detector}, as it returns it,`, detection);
	if (typeof detection !== 'object' || detection === null || Array.isArray(detection)) throw refuse();
	const found = READERS[detector](detection, image);
	if (!found || !isBox(found.box)) throw refuse();
	const { box, framing } = found;
	// No face is a pixel wide.
	const isRelative = found.isRelative ?? (box.width <= 1 && box.height <= 1);
	return frame(isRelative ? inPixels(box, image) : box, framing);
}

function isBox({ x, y, width, height }: DetectorBox): boolean {
	return [x, y, width, height].every(Number.isFinite) && width > 0 && height > 0;
}

function inPixels({ x, y, width, height }: DetectorBox, image?: Sized): DetectorBox {
	if (!image) {
		const remedy = 'Pass it as the third argument: the box is relative.';
		throw invalidArgument('image', 'the image, or { width, height },', image, remedy);
	}
	const size = drawnSize(image as Drawable);
	return { x: x * size.width, y: y * size.height, width: width * size.width, height: height * size.height };
}
