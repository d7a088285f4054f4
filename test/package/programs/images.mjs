// Makes the kinds of images that a page has, of pixels that the test hands over.

/** A canvas with the photo on it. */
function canvasOf({ pixels, width, height }) {
	const canvas = Object.assign(document.createElement('canvas'), { width, height });
	canvas.getContext('2d').putImageData(imageDataOf({ pixels, width, height }), 0, 0);
	return canvas;
}

function imageDataOf({ pixels, width, height }) {
	const bytes = Uint8ClampedArray.from(atob(pixels), (character) => character.charCodeAt(0));
	return new ImageData(bytes, width, height);
}

async function elementOf(photo) {
	const image = new Image();
	image.src = canvasOf(photo).toDataURL('image/png');
	// What the page shows it at must not matter.
	image.width = 10;
	await image.decode();
	return image;
}

async function videoOf(photo) {
	const canvas = canvasOf(photo);
	const video = Object.assign(document.createElement('video'), { muted: true, srcObject: canvas.captureStream() });
	await video.play();
	return video;
}

const KINDS = {
	ImageData: imageDataOf,
	HTMLCanvasElement: canvasOf,
	OffscreenCanvas: (photo) => {
		const canvas = new OffscreenCanvas(photo.width, photo.height);
		canvas.getContext('2d').putImageData(imageDataOf(photo), 0, 0);
		return canvas;
	},
	ImageBitmap: (photo) => createImageBitmap(imageDataOf(photo)),
	HTMLImageElement: elementOf,
	HTMLVideoElement: videoOf,
	'an image that is not loaded': () => new Image(),
};

/** The photo as one kind of image. */
export const imageOf = (kind, photo) => KINDS[kind](photo);
