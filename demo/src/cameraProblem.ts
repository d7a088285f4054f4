/** What went wrong with a camera: its message says what the visitor can do. */
export class CameraProblem extends Error {
	override name = 'CameraProblem';
}

const OTHERWISE = 'Or open a photo: that needs no camera.';

/** What to do, by the name of the browser's error (W3C, Media Capture and Streams, getUserMedia). */
const REMEDIES: Readonly<Record<string, string>> = {
	NotAllowedError: 'The browser did not let this page use the camera. Allow it beside the address, then try again.',
	NotFoundError: 'No camera was found. Connect one and try again.',
	OverconstrainedError: 'That camera is gone. Choose another one.',
	NotReadableError: 'The camera does not answer: another program may be using it. Close that and try again.',
	AbortError: 'The camera did not start. Try again.',
	SecurityError: 'Browsers give cameras only to pages from https:// or from this machine. Open this page so.',
};

/** Says in a sentence what to do about a camera that does not start. */
export function cameraProblem({ name, message }: Pick<Error, 'name' | 'message'>): CameraProblem {
	return new CameraProblem(`${REMEDIES[name] ?? `The camera did not start (${message}).`} ${OTHERWISE}`);
}
