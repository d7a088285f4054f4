import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../cli/projectFolder';
import { decodePhoto } from '../../lib/data/photo';
import { openRecognizer } from '../../lib/photos/recognizer';
import { secondsOf, serve } from './protocol';

// A photo from its file to the emotions, as `fer predict` reads it, in a new process each time for its peak memory.
void serve(async ({ file }) => {
	const recognizer = await openRecognizer(join(PROJECT_FOLDER, 'models', 'official'));
	return {
		info: { versions: { node: process.versions.node } },
		repeat: async () => ({
			figures: { seconds: await secondsOf(async () => recognizer.recognize(await decodePhoto(file))) },
		}),
	};
});
