/** A problem with a camera; the message says what the visitor can do. */
export class CameraProblem extends Error {
	override name = 'CameraProblem';
}

const OTHERWISE = 'Or open a photo instead.';

/** Remedies by the name of the browser's error (W3C, Media Capture and Streams, getUserMedia). */
const REMEDIES: Readonly<Record<string, string>> = {
	NotAllowedError: 'The browser did not let this page use the camera. Allow it next to the address, then try again.',
	NotFoundError: 'No camera was found. Connect one and try again.',
	OverconstrainedError: 'That camera is no longer connected. Choose another one.',
	NotReadableError: 'The camera does not respond: another program may be using it. Close that program and try again.',
	AbortError: 'The camera did not start. Try again.',
	SecurityError: 'Browsers allow cameras only on pages from https:// or localhost. Open this page that way.',
};

/** Explains what to do about a camera that does not start. */
export function cameraProblem({ name, message }: Pick<Error, 'name' | 'message'>): CameraProblem {
	return new CameraProblem(`${REMEDIES[name] ?? `The camera did not start (${message}).`} ${OTHERWISE}`);
}
