import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../atomicFile';
import { DataError } from '../errors';

const MAGIC = 'FERCKPT1';
const DIGEST_BYTES = 32;
const KEPT = 2;

/** All that a training needs to go on: plain values and named float vectors. */
export interface Checkpoint<Header> {
	readonly header: Header;
	readonly vectors: Readonly<Record<string, Float32Array>>;
}

/** Makes the bytes of a checkpoint: magic, header length, header (JSON), vectors, SHA-256 of all before. */
function encode<Header>({ header, vectors }: Checkpoint<Header>): Uint8Array[] {
	const lengths = Object.fromEntries(Object.entries(vectors).map(([name, values]) => [name, values.length]));
	const json = Buffer.from(JSON.stringify({ header, lengths }));
	const start = Buffer.alloc(MAGIC.length + 4);
	start.write(MAGIC);
	start.writeUInt32LE(json.length, MAGIC.length);
	const bytes = Object.values(vectors).map(
		(values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
	);
	const parts: Uint8Array[] = [start, json, ...bytes];
	const hash = createHash('sha256');
	for (const part of parts) hash.update(part);
	return [...parts, hash.digest()];
}

/**
 * Reads a checkpoint file.
 * @throws {DataError} If it is torn, altered or something else.
 */
export async function readCheckpoint<Header>(path: string): Promise<Checkpoint<Header>> {
	const bytes = await readFile(path);
	const body = bytes.subarray(0, -DIGEST_BYTES);
	const whole = bytes.length > MAGIC.length + 4 + DIGEST_BYTES && bytes.toString('latin1', 0, MAGIC.length) === MAGIC;
	if (!whole || !createHash('sha256').update(body).digest().equals(bytes.subarray(-DIGEST_BYTES))) {
		const remedy = 'Delete it; the checkpoint before it is used.';
		throw new DataError(
			'a whole checkpoint',
			basename(path),
			whole ? 'other content' : 'a torn or foreign file',
			remedy,
		);
	}
	let position = MAGIC.length + 4 + bytes.readUInt32LE(MAGIC.length);
	const parsed = JSON.parse(bytes.toString('utf8', MAGIC.length + 4, position));
	const { header, lengths } = parsed as { header: Header; lengths: Record<string, number> };
	const vectors: Record<string, Float32Array> = {};
	for (const [name, length] of Object.entries(lengths)) {
		// Copied, since the header's length leaves the values unaligned.
		vectors[name] = new Float32Array(Uint8Array.from(body.subarray(position, position + length * 4)).buffer);
		position += length * 4;
	}
	return { header, vectors };
}

/** The checkpoints of a folder, newest first. */
async function checkpointFiles(folder: string): Promise<string[]> {
	const names = await readdir(folder).catch((): string[] => []);
	return names.filter((name) => /^checkpoint-\d+\.bin$/.test(name)).sort((a, b) => number(b) - number(a));
}

const number = (name: string) => Number(/\d+/.exec(name)?.[0]);

/**
 * Writes a checkpoint and deletes all but the last two. Those of later steps go as well: a training that stands here
 * could not use them; and so do halves that a killed process left.
 * @param step Training steps taken; the file is `checkpoint-<step>.bin`.
 */
export async function writeCheckpoint<Header>(
	folder: string,
	step: number,
	checkpoint: Checkpoint<Header>,
): Promise<void> {
	await mkdir(folder, { recursive: true });
	await writeFileAtomically(join(folder, `checkpoint-${step}.bin`), encode(checkpoint));
	const files = await checkpointFiles(folder);
	const kept = files.filter((name) => number(name) <= step).slice(0, KEPT);
	const halves = (await readdir(folder)).filter((name) => /^checkpoint-\d+\.bin\.\d+\.part$/.test(name));
	for (const name of [...files, ...halves]) {
		if (!kept.includes(name)) await rm(join(folder, name), { force: true });
	}
}

/**
 * Reads the newest checkpoint of a folder that is whole.
 * @param onRefused Receives what is wrong with a newer one that is not.
 * @returns The checkpoint, or undefined if there is none.
 */
export async function latestCheckpoint<Header>(
	folder: string,
	onRefused?: (error: DataError) => void,
): Promise<Checkpoint<Header> | undefined> {
	for (const name of await checkpointFiles(folder)) {
		try {
			return await readCheckpoint<Header>(join(folder, name));
		} catch (error) {
			if (!(error instanceof DataError)) throw error;
			onRefused?.(error);
		}
	}
	return undefined;
}
