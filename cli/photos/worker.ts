import { createInterface } from 'node:readline';
import { describeError } from '../problem';
import { openReader, type PhotoTask } from './reader';
import type { PhotoResult, ReadingOptions } from './reading';

// The process that cli/ray/python/photo_worker.py starts: it has its model loaded, and reads photos until its input ends.
// Each line of its input is a file, each line of its output the result. The first line says that it is ready, or why not.

/** What a worker reads photos with, the JSON of its argument. */
export interface WorkerSettings {
	/** The model's folder, absolute. */
	readonly model: string;
	readonly options: ReadingOptions;
}

async function main({ model, options }: WorkerSettings): Promise<void> {
	// The reader of a pipe may have been killed.
	process.stdout.on('error', () => process.exit(1));
	const send = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
	// The output holds messages alone.
	console.log = console.error;
	try {
		const reader = await openReader(model, options);
		send({ ready: true });
		await reader.read(tasks(), (result) => send(withoutAttention(result)));
	} catch (error) {
		send({ problem: describeError(error) });
		process.exitCode = 1;
	}
}

async function* tasks(): AsyncGenerator<PhotoTask> {
	for await (const line of createInterface({ input: process.stdin })) yield JSON.parse(line);
}

/** The maps of an annotated copy are drawn by then, and large. */
function withoutAttention(result: PhotoResult): PhotoResult {
	return { ...result, faces: result.faces?.map(({ attention: _, ...face }) => face) };
}

if (require.main === module) void main(JSON.parse(process.argv[2]));
