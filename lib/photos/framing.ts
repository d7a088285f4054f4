// package/ and demo/ share this file, which therefore imports no Node modules.
import type { Box } from '../data/rawImage';

/** FER2013's square in widths of a detector's box: its side, and its centre as seen from the centre of the box. */
export type Framing = Readonly<Record<'side' | 'right' | 'down', number>>;

/** A detector's box: its top left corner and its size, in pixels. */
export type DetectorBox = Readonly<Record<'x' | 'y' | 'width' | 'height', number>>;

/** The framing of each detector; those of face-api and human were fitted by `npx fer experiment detectors` (docs/photos.md). */
export const FRAMINGS = {
	/** SSD on MobileNetV1, of face-api. */
	ssd: { side: 1.246, right: 0.023, down: -0.014 },
	/** Tiny YOLOv2, of face-api. */
	tiny: { side: 0.945, right: 0.027, down: -0.097 },
	/** BlazeFace, of human; its face mesh moves the box onto the middle of the mesh, and keeps its size. */
	human: { side: 0.74, right: 0, down: -0.048 },
	/** BlazeFace, of MediaPipe: the same box, before human enlarges it by 1.4 about its centre. */
	mediapipe: { side: 1.036, right: 0, down: -0.067 },
} as const satisfies Readonly<Record<string, Framing>>;

/** Computes FER2013's square from a detector's box. */
export function frame(box: DetectorBox, { side, right, down }: Framing): Box {
	const [centerX, centerY] = [box.x + box.width * (0.5 + right), box.y + box.height / 2 + box.width * down];
	const length = side * box.width;
	return { left: centerX - length / 2, top: centerY - length / 2, width: length, height: length };
}
