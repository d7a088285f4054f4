import path from 'node:path';
import { Readable } from 'node:stream';
import zlib from 'node:zlib';
import type { Dataset } from '../dataset';
import { visitArchive } from './archive';
import { type ArchiveEntry, damaged, limitUnpacked, type Report } from './archiveEntry';
import { readCsv } from './fer2013Csv';
import { CSV_NAMES, isNestedFer2013 } from './fer2013Place';
import { isHidden } from './folderFiles';
import type { Packing } from './packing';
import { codeOf } from './source';
import { visitTar } from './tar';

interface Table {
	readonly dataset: Dataset;
	/** Its place among `CSV_NAMES`. */
	readonly rank: number;
	readonly name: string;
}

/**
 * Reads the most complete table of FER2013 in an archive. The zip of Kaggle's competition has it in `fer2013.tar.gz` too,
 * which is read where nothing outside is as complete.
 * @returns undefined if there is none.
 */
export async function readArchivedTable(
	file: string,
	packing: Packing,
	onNote?: (text: string) => void,
	report?: Report,
): Promise<Dataset | undefined> {
	let table: Table | undefined;
	const take = async ({ name, content }: Pick<ArchiveEntry, 'name' | 'content'>, place: string) => {
		const base = path.posix.basename(name);
		const rank = CSV_NAMES.indexOf(base.toLowerCase());
		if (rank < 0 || isHidden(name)) return;
		// Of a file that occurs twice, the later one counts, as when the archive is unpacked.
		if (table && rank >= table.rank && name !== table.name) return;
		table = { dataset: await readCsv(content, `${base} in ${place}`, onNote), rank, name };
	};
	const place = path.basename(file);
	const nested = new Set<string>();
	const visit = async (entry: ArchiveEntry) => {
		if (isNestedFer2013(entry.name)) nested.add(entry.name);
		else await take(entry, place);
	};
	await visitArchive(file, packing, visit, report);
	const isComplete = () => table !== undefined && table.rank < CSV_NAMES.length - 1;
	if (nested.size > 0 && !isComplete()) {
		await visitArchive(file, packing, async (entry) => {
			if (nested.has(entry.name) && !isComplete()) await visitNested(entry, place, take);
		});
	}
	return table?.dataset;
}

/** Visits the files of a tar inside an archive; a gzipped table is one file. */
async function visitNested(
	entry: ArchiveEntry,
	place: string,
	take: (file: Pick<ArchiveEntry, 'name' | 'content'>, place: string) => Promise<void>,
): Promise<void> {
	const content = /z$/i.test(entry.name) ? unzipped(entry) : entry.content;
	if (/\.csv\.gz$/i.test(entry.name)) await take({ name: 'fer2013.csv', content }, `${entry.name} in ${place}`);
	else await visitTar(entry.name, content, (file) => take(file, `${entry.name} in ${place}`));
}

async function* unzipped({ name, size, content }: ArchiveEntry): AsyncGenerator<Uint8Array> {
	const count = limitUnpacked(name, size);
	const input = Readable.from(content);
	const output = input.pipe(zlib.createGunzip());
	input.on('error', (error) => output.destroy(error));
	try {
		for await (const chunk of output) {
			count(chunk.length);
			yield chunk;
		}
	} catch (error) {
		throw codeOf(error).startsWith('Z_') ? damaged(name, error) : error;
	} finally {
		input.destroy();
		output.destroy();
	}
}
