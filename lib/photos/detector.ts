import { dirname, join } from 'node:path';
import { scaleBox } from '../data/photo';
import type { Box, RawImage } from '../data/rawImage';
import { DataError } from '../errors';
import { collectGarbage, moveToTensorFlow, returnFreedMemory } from '../tensorflow/freedMemory';
import { detectorInput } from './detectorInput';
import { DETECTORS, type DetectedFace, type DetectorName, type FaceApi } from './faceApi';
import { type Framing, frame } from './framing';
import { ssdForward } from './ssdForward';
import { mergeFinds, type WindowFind, windowsOf } from './windows';

/** Finds the faces in a photo, from left to right. */
export interface FaceDetector {
	detect(photo: RawImage): Promise<DetectedFace[]>;
}

/** The longest side of what a detector sees, in pixels. The networks reduce it to 512 or 416 themselves, without a filter. */
const LONGEST = 1536;

/**
 * Loads a face detector, with its own framing by default; throws a DataError if its weights are missing.
 *
 * It sees a reduced copy of a large photo, and searches a long one in overlapping windows.
 */
export async function openDetector(name: DetectorName, framing?: Framing): Promise<FaceDetector> {
	const file = require.resolve('@vladmandic/face-api/dist/face-api.node-gpu.js');
	// It requires tfjs-node-gpu, which tensorflow/tf.ts must have prepared: hence the import above.
	const api = require(file) as FaceApi;
	const { net, options, side, framing: own } = DETECTORS[name];
	if (!api.nets[net].isLoaded) {
		await api.nets[net].loadFromDisk(join(dirname(dirname(file)), 'model')).catch((error: Error) => {
			throw new DataError(`the weights of ${net}`, '@vladmandic/face-api', error.message, 'Run npm run setup.');
		});
		moveToTensorFlow(api.nets[net].getParamList().map(({ tensor }) => tensor));
		if (name === 'ssd') useFusedLayers(api.nets.ssdMobilenetv1);
	}
	/** Finds the faces in one window of a photo. */
	const search = async (photo: RawImage, area: Box, window: number): Promise<WindowFind[]> => {
		const seen = await reduce(photo, area);
		const image = detectorInput(seen, side);
		try {
			const found = await api.detectAllFaces(image, options(api));
			// face-api rounds the sides of what it reduces to whole pixels.
			const scale = side / Math.max(seen.width, seen.height);
			const across = area.width / Math.max(1, Math.round(seen.width * scale));
			const down = area.height / Math.max(1, Math.round(seen.height * scale));
			return found.map(({ box, score }) => {
				const placed = {
					x: area.left + box.x * across,
					y: area.top + box.y * down,
					width: box.width * across,
					height: box.height * down,
				};
				const isCut = isCutBy(area, placed, photo);
				return { box: frame(placed, framing ?? own), detection: score, window, isCut };
			});
		} finally {
			image.dispose();
		}
	};
	return {
		async detect(photo) {
			const finds: WindowFind[] = [];
			// What the photo before this one and decoding this one have freed, and then each window.
			collectGarbage();
			returnFreedMemory();
			for (const [window, area] of windowsOf(photo, LONGEST).entries()) {
				finds.push(...(await search(photo, area, window)));
				returnFreedMemory();
			}
			return mergeFinds(finds).sort((a, b) => a.box.left - b.box.left);
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

/** Cuts a window out of a photo, reduced if it is large; the photo itself if it is all of it and small enough. */
async function reduce(photo: RawImage, area: Box): Promise<RawImage> {
	const scale = Math.min(1, LONGEST / Math.max(area.width, area.height));
	if (scale === 1 && area.width === photo.width && area.height === photo.height) return photo;
	const [width, height] = [area.width, area.height].map((side) => Math.max(1, Math.round(side * scale)));
	return scaleBox(photo, area, { width, height });
}

/** Whether a box reaches an edge of a window that is not one of the photo. */
function isCutBy(
	{ left, top, width, height }: Box,
	box: Record<'x' | 'y' | 'width' | 'height', number>,
	photo: RawImage,
) {
	const [marginX, marginY] = [0.01 * width, 0.01 * height];
	return (
		(left > 0 && box.x < left + marginX) ||
		(top > 0 && box.y < top + marginY) ||
		(left + width < photo.width && box.x + box.width > left + width - marginX) ||
		(top + height < photo.height && box.y + box.height > top + height - marginY)
	);
}

/** Has the detector run `ssdForward` in place of its own forward pass. */
function useFusedLayers(net: FaceApi['nets']['ssdMobilenetv1']): void {
	const forward = ssdForward(net.params);
	net.forwardInput = (input) => {
		const image = input.toBatchTensor(DETECTORS.ssd.side, false);
		const output = forward(image);
		image.dispose();
		return output;
	};
}
