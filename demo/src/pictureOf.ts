/** Longest side in pixels of the pictures that are read. */
const LONGEST = 640;

/** Takes the picture that a video shows, in the size at which it is read. */
export function pictureOf(video: HTMLVideoElement): Promise<ImageBitmap> {
	const { videoWidth, videoHeight } = video;
	const scale = LONGEST / Math.max(videoWidth, videoHeight);
	if (scale >= 1) return createImageBitmap(video);
	const [resizeWidth, resizeHeight] = [videoWidth, videoHeight].map((side) => Math.max(1, Math.round(side * scale)));
	return createImageBitmap(video, { resizeWidth, resizeHeight, resizeQuality: 'medium' });
}
