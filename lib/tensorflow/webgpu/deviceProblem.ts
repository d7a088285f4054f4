import { GraphicsError } from '../../errors';

let problem: Error | undefined;

/** Notes why a graphics card failed; only the first reason counts, since others follow from it. */
export function reportProblem(found: Error): void {
	problem ??= found;
}

/** Forgets the problem of an earlier device. */
export function forgetProblem(): void {
	problem = undefined;
}

/** Whether the graphics card failed. */
export const hasProblem = (): boolean => problem !== undefined;

/** Throws the reason why the graphics card failed, if it did. */
export function throwDeviceProblem(): void {
	if (problem) throw problem;
}

const KEPT =
	'A training keeps its last checkpoint: the same command goes on from there, also with --backend tensorflow.';

/** Describes a device that is gone: the driver was restarted or the card removed. */
export function lostDevice(reason: string): GraphicsError {
	return new GraphicsError(
		`The graphics card stopped working (${reason || 'for a reason that it does not give'}). ${KEPT}`,
	);
}

/** Describes what a card reports: that its memory is full, or a bug of ours or of tfjs. */
export function reportedError({ name, message }: { readonly name: string; readonly message: string }): Error {
	// A driver also limits how much of it a program takes at once.
	const isFull = name === 'GPUOutOfMemoryError' || /larger than the max/i.test(message);
	if (!isFull) return new Error(`WebGPU: ${message}`);
	return new GraphicsError(
		`The memory of the graphics card does not suffice. Lower the batch size or the image size. ${KEPT}`,
	);
}
