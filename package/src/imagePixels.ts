import type { Box, RawImage } from '../../lib/data/rawImage.js';
import { invalidArgument } from '../../lib/errors.js';
import { type Axis, checkBox } from '../../lib/photos/faceCrop.js';
import type { EmotionModel } from './emotionModel.js';
import { countRemedy, isTensor, type PixelTensor, type PixelValues, pixelBytes, tensorPixels } from './pixelValues.js';

/** A decoded image. */
export interface PixelImage {
	/** `[height, width, channels]`, 0 to 255; also accepted as `data`, the name that canvases and many decoders use. */
	readonly pixels?: PixelValues | PixelTensor;
	readonly data?: PixelValues | PixelTensor;
	readonly width: number;
	readonly height: number;
	/** 1 grey, 3 RGB, 4 RGB with opacity, which is laid on white. Default: derived from the number of pixels. */
	readonly channels?: number;
}

/** An object of a class of the DOM; `never` in programs without its types, so that these declarations compile there. */
type DomObject<Name extends string> = typeof globalThis extends {
	readonly [Key in Name]: { readonly prototype: infer Instance };
}
	? Instance
	: never;

/** Images that a browser can draw. */
export type Drawable =
	| DomObject<'HTMLImageElement'>
	| DomObject<'HTMLVideoElement'>
	| DomObject<'HTMLCanvasElement'>
	| DomObject<'OffscreenCanvas'>
	| DomObject<'ImageBitmap'>;

/** Images that a model accepts. */
export type ImageSource = PixelImage | PixelTensor | DomObject<'ImageData'> | Drawable;

/** Whether this is a browser or one of its workers, which can draw. */
const CAN_DRAW = typeof OffscreenCanvas !== 'undefined' || typeof document !== 'undefined';

/** Pixels, and the box of the face in them. */
interface FacePixels {
	readonly image: RawImage;
	readonly box: Box;
}

/** Reads the values of a tensor, which takes a moment; other images are returned as they are. */
export function withoutTensor(source: ImageSource): Promise<PixelImage> | Exclude<ImageSource, PixelTensor> {
	if (isTensor(source)) return tensorPixels(source);
	const values = typeof source === 'object' && source !== null && hasPixels(source) ? valuesIn(source) : undefined;
	if (!isTensor(values)) return source;
	return tensorPixels(values).then(({ pixels }) => ({ ...(source as PixelImage), pixels }));
}

/**
 * Makes a function that reads a face of an image: of an image that a browser draws, only the pixels in and around its box.
 * @param shape Of the faces that the model takes.
 * @returns Takes the box of the face in pixels of the image, by default the whole image.
 * @throws {TypeError | RangeError} If it is not such an image or has no pixels yet; the function, if the box cannot be a face.
 */
export function imageReader(source: ImageSource, shape: EmotionModel['inputShape']): (box?: Box) => FacePixels {
	if (typeof source !== 'object' || source === null) throw notAnImage(source);
	if (hasPixels(source)) {
		const image = rawImage(source);
		return (box) => {
			if (box) checkBox(box, image);
			return { image, box: box ?? whole(image) };
		};
	}
	if (!CAN_DRAW) throw notAnImage(source);
	const size = drawnSize(source as Drawable);
	return (box) => {
		if (box) checkBox(box, size);
		return draw(source as Drawable, size, { box: box ?? whole(size), shape });
	};
}

function hasPixels(source: ImageSource): source is PixelImage | ImageData {
	return 'pixels' in source || ('data' in source && !isTensor(source));
}

const valuesIn = (source: PixelImage | ImageData) => ('pixels' in source && source.pixels) || source.data;

function notAnImage(received: unknown): Error {
	const kinds = 'an image, video, canvas or bitmap of the page, a tensor, or { pixels, width, height }';
	return new TypeError(invalidArgument('image', kinds, received).message);
}

const whole = ({ width, height }: { width: number; height: number }): Box => ({ left: 0, top: 0, width, height });

function rawImage(source: PixelImage | ImageData): RawImage {
	const { width, height } = source;
	const values = valuesIn(source);
	if (values === undefined || values === null) throw notAnImage(source);
	for (const [name, side] of Object.entries({ width, height })) {
		if (!Number.isInteger(side) || side <= 0) throw invalidArgument(name, 'integer above 0', side);
	}
	const pixels = pixelBytes(values);
	const given = 'channels' in source ? source.channels : undefined;
	const channels = given ?? pixels.length / (width * height);
	const isKnown = channels === 1 || channels === 3 || channels === 4;
	if (isKnown && pixels.length === width * height * channels) return { pixels, width, height, channels };
	const expected = `${width} x ${height} pixels with ${isKnown ? channels : '1, 3 or 4'} channels`;
	throw invalidArgument('pixels', expected, `${pixels.length} values`, countRemedy(pixels));
}

/** Returns an image's intrinsic size, regardless of its size on the page. */
export function drawnSize(source: Drawable): { width: number; height: number } {
	let { width, height } = source;
	if ('videoWidth' in source) [width, height] = [source.videoWidth, source.videoHeight];
	if ('naturalWidth' in source) [width, height] = [source.naturalWidth, source.naturalHeight];
	if (width > 0 && height > 0) return { width, height };
	if (width === undefined || height === undefined) throw notAnImage(source);
	const remedy = 'Wait until it is loaded: await image.decode(), or the loadeddata event of a video.';
	throw invalidArgument('image', 'an image with pixels', `${width} x ${height} pixels`, remedy);
}

let context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | undefined;

/** Draws the box and the margin that the face's crop needs, on a canvas that is reused. */
function draw(
	source: Drawable,
	size: { width: number; height: number },
	{ box, shape: [rows, columns] }: { box: Box; shape: EmotionModel['inputShape'] },
): FacePixels {
	const [left, right] = range({ start: box.left, length: box.width, limit: size.width, count: columns });
	const [top, bottom] = range({ start: box.top, length: box.height, limit: size.height, count: rows });
	const [width, height] = [right - left, bottom - top];
	context ??= newContext();
	// Setting the size also clears the canvas.
	Object.assign(context.canvas, { width, height });
	context.drawImage(source, left, top, width, height, 0, 0, width, height);
	const { data: pixels } = context.getImageData(0, 0, width, height);
	const image = { pixels, width, height, channels: 4 } as const;
	return { image, box: { ...box, left: box.left - left, top: box.top - top } };
}

/** Returns the pixels along one axis that a face's crop uses. */
function range({ start, length, limit, count }: Axis): [first: number, end: number] {
	const reach = Math.ceil(Math.max(1, length / count)) + 1;
	const first = Math.min(Math.max(Math.floor(start - reach), 0), limit - 1);
	return [first, Math.max(Math.min(Math.ceil(start + length + reach), limit), first + 1)];
}

function newContext(): CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D {
	const canvas = typeof OffscreenCanvas === 'undefined' ? document.createElement('canvas') : new OffscreenCanvas(1, 1);
	const options = { willReadFrequently: true };
	const made = canvas.getContext('2d', options) as typeof context | null;
	if (made) return made;
	throw new Error(
		'Expected a 2D canvas for the image but received none. Free some memory, or pass { pixels, width, height }.',
	);
}
