import { join } from 'node:path';
import { encodePng } from '../../lib/data/image';
import type { FaceDetector } from '../../lib/photos/detector';
import { type Framing, frame } from '../../lib/photos/framing';
import { launchChromium } from '../chromium';
import { peerFolder } from '../compare/peers';

/** The package of MediaPipe that ships its models; that of tasks-vision runs the same BlazeFace, and ships none. */
const NAME = '@mediapipe/face_detection';
/** The graph of the next and last version, 0.4.1657300184, does not start: its options have no number of classes. */
const VERSION = '0.4.1646425229';
const ORIGIN = 'http://localhost';

/** What a detection says about its box: relative to the image. */
type RelativeBox = Readonly<Record<'xCenter' | 'yCenter' | 'width' | 'height', number>>;

/** A program of the page that finds the boxes of the faces in a PNG file. */
const PROGRAM = `globalThis.open = async (model) => {
	const detector = new FaceDetection({ locateFile: (name) => '/' + name });
	detector.setOptions({ model, minDetectionConfidence: 0.4, selfieMode: false });
	let found = [];
	detector.onResults(({ detections }) => { found = detections.map(({ boundingBox }) => boundingBox); });
	globalThis.detect = async (address) => {
		const image = new Image();
		image.src = address;
		await image.decode();
		// It follows faces from one image to the next.
		detector.reset();
		await detector.send({ image });
		return found;
	};
};`;

/**
 * Opens MediaPipe's face detector in headless Chromium, the only place where it runs; the caller closes it.
 * @param model `short` for faces within two metres, or `full`.
 */
export async function openMediaPipe(
	framing: Framing,
	model: 'short' | 'full',
): Promise<FaceDetector & { close(): Promise<void> }> {
	const folder = await peerFolder(NAME, VERSION);
	const browser = await launchChromium(['--use-angle=swiftshader', '--enable-unsafe-swiftshader']);
	const page = await browser.newPage();
	await page.route(`${ORIGIN}/**`, (route) => {
		const name = new URL(route.request().url()).pathname.slice(1);
		const html = '<!doctype html><script src="/face_detection.js"></script>';
		return name ? route.fulfill({ path: join(folder, name) }) : route.fulfill({ contentType: 'text/html', body: html });
	});
	await page.goto(`${ORIGIN}/`);
	await page.evaluate(PROGRAM);
	await page.evaluate((name) => Reflect.get(globalThis, 'open')(name), model);
	return {
		async detect({ pixels, width, height, channels }) {
			if (channels === 4) throw new TypeError('Expected a photo without opacity.');
			const png = await encodePng(Uint8Array.from(pixels), { width, height, channels });
			const address = `data:image/png;base64,${png.toString('base64')}`;
			const boxes: RelativeBox[] = await page.evaluate((url) => Reflect.get(globalThis, 'detect')(url), address);
			return boxes.map((box) => {
				const [across, down] = [box.width * width, box.height * height];
				const [x, y] = [box.xCenter * width - across / 2, box.yCenter * height - down / 2];
				return { box: frame({ x, y, width: across, height: down }, framing), detection: 1 };
			});
		},
		close: () => browser.close(),
	};
}
