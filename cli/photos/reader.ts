import { openRecognizer } from '../../lib/photos/recognizer';
import type { ListedFile } from './listing';
import { type PhotoResult, type ReadingOptions, readPhoto } from './reading';

/** A file to read, and the path of its annotated copy, if it gets one. */
export interface PhotoTask extends Pick<ListedFile, 'file' | 'group' | 'reason'> {
	readonly copy?: string;
}

/** Reads files in this process or in others. */
export interface PhotoReader {
	/** The model's classes. */
	readonly emotions: readonly string[];
	/** Reads files until there are no more, and passes on a result for each, in their order. */
	read(files: AsyncIterable<PhotoTask>, onResult: (result: PhotoResult) => void): Promise<void>;
	dispose(): void;
}

/** Opens a model for reading photos in this process, one after the other. */
export async function openReader(model: string, options: ReadingOptions): Promise<PhotoReader> {
	const recognizer = await openRecognizer(model);
	return {
		emotions: recognizer.emotions,
		async read(files, onResult) {
			for await (const file of files) onResult(await readPhoto(recognizer, file, options, file.copy));
		},
		dispose: () => recognizer.dispose(),
	};
}
