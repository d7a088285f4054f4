import { proxy, type Remote, transfer, wrap } from 'comlink';
import type { BackendOption } from './worker/backends.js';
import type { FaceReader, FaceReading, ReadOptions } from './worker/faceReader.js';
import workerAddress from './worker/readerWorker.ts?worker&url';

/** The page's proxy of the reader in the worker. */
export class Reader {
	private readonly remote: Remote<FaceReader>;

	constructor() {
		// Started from a blob, not by its URL: only then does the page's content security policy apply to the worker.
		const begin = `import ${JSON.stringify(new URL(workerAddress, document.baseURI).href)};`;
		const script = URL.createObjectURL(new Blob([begin], { type: 'text/javascript' }));
		this.remote = wrap(new Worker(script, { type: 'module' }));
	}

	/** Fetches the model. @throws {Error} If the server does not send it. */
	load(onProgress: (fraction: number) => void): Promise<void> {
		return this.remote.load(document.baseURI, proxy(onProgress));
	}

	listBackends(): Promise<BackendOption[]> {
		return this.remote.listBackends();
	}

	/** Switches to another backend. @throws {Error} If the browser does not have it. */
	open(backend: string): Promise<void> {
		return this.remote.open(backend);
	}

	/** Reads a picture, which is transferred. @returns The faces, the largest first. */
	read(picture: ImageBitmap, options: ReadOptions): Promise<FaceReading[]> {
		return this.remote.read(transfer(picture, [picture]), options);
	}
}
