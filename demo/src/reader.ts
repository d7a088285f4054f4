import { proxy, type Remote, transfer, wrap } from 'comlink';
import type { BackendOption } from './worker/backends.js';
import type { FaceReader, FaceReading, ReadOptions } from './worker/faceReader.js';
import workerAddress from './worker/readerWorker.ts?worker&url';

const NOT_STARTED =
	'Its worker did not start: the server has to send .js files as text/javascript, and its content security policy ' +
	"has to allow scripts from 'self', and workers from 'self' and blob:.";

/** The page's proxy of the reader in the worker. */
export class Reader {
	private readonly worker: Worker;
	private readonly remote: Remote<FaceReader>;

	/** @throws {Error} If the browser does not start the worker. */
	constructor() {
		// Started from a blob, not by its URL: only then does the page's content security policy apply to the worker.
		const begin = `import ${JSON.stringify(new URL(workerAddress, document.baseURI).href)};`;
		const script = URL.createObjectURL(new Blob([begin], { type: 'text/javascript' }));
		try {
			this.worker = new Worker(script, { type: 'module' });
		} catch (cause) {
			throw new Error(NOT_STARTED, { cause });
		}
		this.remote = wrap(this.worker);
	}

	/**
	 * Fetches a model, for the next `open`.
	 * @param folder Its folder, relative to the page.
	 * @throws {Error} If the worker does not start, or the server does not send the model.
	 */
	load(folder: string, onProgress: (fraction: number) => void): Promise<void> {
		return this.unlessFault(this.remote.load(document.baseURI, folder, proxy(onProgress)));
	}

	listBackends(): Promise<BackendOption[]> {
		return this.unlessFault(this.remote.listBackends());
	}

	/** Switches to another backend. @throws {Error} If the browser does not have it. */
	open(backend: string): Promise<void> {
		return this.unlessFault(this.remote.open(backend));
	}

	/** Reads a picture, which is transferred. @returns The faces, the largest first. */
	read(picture: ImageBitmap, options: ReadOptions): Promise<FaceReading[]> {
		return this.unlessFault(this.remote.read(transfer(picture, [picture]), options));
	}

	/** Waits for an answer, or an error of the worker itself, after which there may be none. */
	private async unlessFault<T>(answer: Promise<T>): Promise<T> {
		let onError = (_: ErrorEvent) => {};
		const fault = new Promise<never>((_, reject) => {
			// A script that does not load gives no message.
			onError = ({ message }) => reject(new Error(message ? `Its worker stopped: ${message}.` : NOT_STARTED));
		});
		this.worker.addEventListener('error', onError);
		try {
			return await Promise.race([answer, fault]);
		} finally {
			this.worker.removeEventListener('error', onError);
		}
	}
}
