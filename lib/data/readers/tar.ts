import { Parser, type ReadEntry } from 'tar';
import { checkEntry, damaged, entryName, type Visit } from './archiveEntry';

/** Visits the files of a tar archive, given its bytes; see `visitArchive`. */
export async function visitTar(file: string, chunks: AsyncIterable<Uint8Array>, visit: Visit): Promise<void> {
	const parser = new Parser({ strict: true });
	let visiting = Promise.resolve();
	let hasEndMark = false;
	const finished = new Promise<void>((resolve, reject) => {
		parser.on('error', (error) => reject(damaged(file, error)));
		parser.on('nullBlock', () => {
			hasEndMark = true;
		});
		parser.on('end', resolve);
		parser.on('entry', (entry: ReadEntry) => {
			// One after the other: the parser continues as soon as an entry is consumed, before its visitor has finished.
			visiting = visiting.then(() => visitEntry(file, entry, visit)).then(() => void entry.resume());
			visiting.catch(reject);
		});
	});
	// A visitor waits forever inside a truncated entry, so a failure must end the feeding too.
	await Promise.race([feed(parser, chunks), finished]);
	await finished;
	await visiting;
	if (!hasEndMark) throw damaged(file, 'it has no end mark');
}

async function feed(parser: Parser, chunks: AsyncIterable<Uint8Array>): Promise<void> {
	for await (const chunk of chunks) {
		if (!parser.write(chunk)) await new Promise<void>((resolve) => parser.once('drain', resolve));
	}
	parser.end();
}

async function visitEntry(file: string, entry: ReadEntry, visit: Visit): Promise<void> {
	checkEntry(file, entry.path, entry.type);
	if (entry.type === 'Directory') return;
	await visit({ name: entryName(entry.path), size: entry.size, content: entry });
}
