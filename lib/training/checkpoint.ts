import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../atomicFile';
import { DataError } from '../errors';
import { readProtocol } from '../storedConfig';

const MAGIC = 'FERCKPT1';
const START_BYTES = MAGIC.length + 4;
const DIGEST_BYTES = 32;
const KEPT = 2;

/** The state of a training: plain values and named float vectors. */
export interface Checkpoint<Header> {
	readonly header: Header;
	readonly vectors: Readonly<Record<string, Float32Array>>;
}

/** Encodes a checkpoint: magic, header length, header (JSON), vectors, SHA-256 of all before. */
function encode<Header>({ header, vectors }: Checkpoint<Header>): Uint8Array[] {
	const lengths = Object.fromEntries(Object.entries(vectors).map(([name, values]) => [name, values.length]));
	const json = Buffer.from(JSON.stringify({ header, lengths }));
	const start = Buffer.alloc(START_BYTES);
	start.write(MAGIC);
	start.writeUInt32LE(json.length, MAGIC.length);
	const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);
	const parts: Uint8Array[] = [start, json, ...Object.values(vectors).map(bytesOf)];
	const hash = createHash('sha256');
	for (const part of parts) hash.update(part);
	return [...parts, hash.digest()];
}

/**
 * Reads a checkpoint file.
 * @throws {DataError} If it is truncated, altered or another kind of file.
 */
export async function readCheckpoint<Header>(path: string): Promise<Checkpoint<Header>> {
	const bytes = await readFile(path);
	const body = bytes.subarray(0, -DIGEST_BYTES);
	const whole = bytes.length > START_BYTES + DIGEST_BYTES && bytes.toString('latin1', 0, MAGIC.length) === MAGIC;
	if (!whole || !createHash('sha256').update(body).digest().equals(bytes.subarray(-DIGEST_BYTES))) {
		const found = whole ? 'other content' : 'a truncated or different file';
		throw new DataError('a whole checkpoint', basename(path), found, 'Delete it to use the checkpoint before it.');
	}
	let position = START_BYTES + bytes.readUInt32LE(MAGIC.length);
	const parsed = JSON.parse(bytes.toString('utf8', START_BYTES, position), (name, value) =>
		name === 'protocol' ? readProtocol(value) : value,
	);
	const { header, lengths } = parsed as { header: Header; lengths: Record<string, number> };
	const vectors: Record<string, Float32Array> = {};
	for (const [name, length] of Object.entries(lengths)) {
		// Copied, since the header's length leaves the values unaligned.
		vectors[name] = new Float32Array(Uint8Array.from(body.subarray(position, position + length * 4)).buffer);
		position += length * 4;
	}
	return { header, vectors };
}

/** Lists the checkpoints of a folder, newest first. */
async function checkpointFiles(folder: string): Promise<string[]> {
	const names = await readdir(folder).catch((): string[] => []);
	return names.filter((name) => /^checkpoint-\d+\.bin$/.test(name)).sort((a, b) => stepOf(b) - stepOf(a));
}

const stepOf = (name: string) => Number(/\d+/.exec(name)?.[0]);

/**
 * Writes a checkpoint and deletes all but the last two. Deletes also those of later steps, which a training that is at this
 * step cannot use, and partial files that a killed process left.
 * @param step Training steps taken; the file is `checkpoint-<step>.bin`.
 */
export async function writeCheckpoint<Header>(
	folder: string,
	step: number,
	checkpoint: Checkpoint<Header>,
): Promise<void> {
	await mkdir(folder, { recursive: true });
	await writeFileAtomically(join(folder, `checkpoint-${step}.bin`), encode(checkpoint));
	const kept = (await checkpointFiles(folder)).filter((name) => stepOf(name) <= step).slice(0, KEPT);
	const all = (await readdir(folder)).filter((name) => /^checkpoint-\d+\.bin(\.\d+\.part)?$/.test(name));
	for (const name of all) if (!kept.includes(name)) await rm(join(folder, name), { force: true });
}

/**
 * Reads the newest whole checkpoint of a folder.
 * @param onRefused Called with the error of each newer one that is damaged.
 * @returns Undefined if there is none.
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
