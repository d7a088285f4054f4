import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../atomicFile';
import { DataError } from '../errors';
import { readProtocol } from '../storedConfig';
import { setAside } from './earlier';
import type { EpochRecord } from './epochRecord';
import { differencesOf, type TrainingKey } from './trainingKey';

const MAGIC = 'FERCKPT1';
const START_BYTES = MAGIC.length + 4;
const DIGEST_BYTES = 32;

type Vectors = Readonly<Record<string, Float32Array>>;

/** Plain values and named float vectors. */
interface Checkpoint<Header> {
	readonly header: Header;
	readonly vectors: Vectors;
}

/** The plain values of a training's state between two steps. */
export interface TrainingProgress {
	/** Finished epochs. */
	readonly epoch: number;
	/** Steps taken in the next epoch, with the sums over them. */
	readonly step: number;
	readonly running: Readonly<Record<'loss' | 'correct' | 'images' | 'seconds', number>>;
	readonly stepsTaken: number;
	readonly history: readonly EpochRecord[];
	/** True after the last epoch or early stopping. */
	readonly finished: boolean;
}

/** The state of a training between two steps. */
export interface TrainingSnapshot {
	readonly progress: TrainingProgress;
	readonly vectors: Vectors;
}

/** The header of a training's checkpoint; the key is its settings and data. */
export interface TrainingHeader<Key> extends Pick<TrainingSnapshot, 'progress'> {
	readonly key: Key;
}

/** Encodes a checkpoint: magic, header length, header (JSON), vectors, SHA-256 of the preceding bytes. */
function encode<Header>({ header, vectors }: Checkpoint<Header>): Uint8Array[] {
	const lengths = Object.fromEntries(Object.entries(vectors).map(([name, values]) => [name, values.length]));
	const json = Buffer.from(JSON.stringify({ header, lengths }));
	const start = Buffer.alloc(START_BYTES);
	start.write(MAGIC);
	start.writeUInt32LE(json.length, MAGIC.length);
	const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);
	const parts: Uint8Array[] = [start, json, ...Object.values(vectors).map(bytesOf)];
	const hash = parts.reduce((sum, part) => sum.update(part), createHash('sha256'));
	return [...parts, hash.digest()];
}

/** Names of settings have changed since an older version stored them. */
const current = (name: string, value: unknown) => (name === 'protocol' ? readProtocol(value) : value);

/** Reads a checkpoint file; throws a `DataError` if it is truncated, altered or another kind of file. */
export async function readCheckpoint<Header>(path: string): Promise<Checkpoint<Header>> {
	const bytes = await readFile(path);
	const body = bytes.subarray(0, -DIGEST_BYTES);
	const whole = bytes.length > START_BYTES + DIGEST_BYTES && bytes.toString('latin1', 0, MAGIC.length) === MAGIC;
	if (!whole || !createHash('sha256').update(body).digest().equals(bytes.subarray(-DIGEST_BYTES))) {
		const found = whole ? 'other content' : 'a truncated or different file';
		throw new DataError('a whole checkpoint', basename(path), found, 'Delete it to use the checkpoint before it.');
	}
	let position = START_BYTES + bytes.readUInt32LE(MAGIC.length);
	const json = bytes.toString('utf8', START_BYTES, position);
	const { header, lengths }: { header: Header; lengths: Record<string, number> } = JSON.parse(json, current);
	const vectors: Record<string, Float32Array> = {};
	for (const [name, length] of Object.entries(lengths)) {
		// Copied, since the header's length leaves the values unaligned.
		vectors[name] = new Float32Array(Uint8Array.from(body.subarray(position, position + length * 4)).buffer);
		position += length * 4;
	}
	return { header, vectors };
}

const stepOf = (name: string) => Number(/\d+/.exec(name)?.[0]);

/** Lists the checkpoints of a folder, newest first; anything else with such a name is left alone. */
async function checkpointFiles(folder: string): Promise<string[]> {
	if (!existsSync(folder)) return [];
	const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
	const names = files.map(({ name }) => name).filter((name) => /^checkpoint-\d+\.bin$/.test(name));
	return names.sort((a, b) => stepOf(b) - stepOf(a));
}

/**
 * Writes a checkpoint, `checkpoint-<step>.bin`, and deletes all but the last two. Also deletes those of later steps, which
 * cannot be used from this step on, and partial files of killed processes.
 */
export async function writeCheckpoint<Header>(
	folder: string,
	step: number,
	checkpoint: Checkpoint<Header>,
): Promise<void> {
	await mkdir(folder, { recursive: true });
	await writeFileAtomically(join(folder, `checkpoint-${step}.bin`), encode(checkpoint));
	const stored = await checkpointFiles(folder);
	const kept = stored.filter((name) => stepOf(name) <= step).slice(0, 2);
	const partial = (await readdir(folder)).filter((name) => /^checkpoint-\d+\.bin\.\d+\.part$/.test(name));
	for (const name of [...stored, ...partial]) {
		if (!kept.includes(name)) await rm(join(folder, name), { force: true });
	}
}

/** Reads the newest whole checkpoint of a folder, if any; `onRefused` receives the errors of newer, damaged ones. */
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

/** Reads the header of a folder's newest checkpoint that has one, without reading and checking the whole file. */
export async function latestHeader<Header>(folder: string): Promise<Header | undefined> {
	for (const name of await checkpointFiles(folder)) {
		const file = await open(join(folder, name), 'r');
		try {
			const start = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
			if (start.bytesRead < START_BYTES || start.buffer.toString('latin1', 0, MAGIC.length) !== MAGIC) continue;
			const length = Math.min(start.buffer.readUInt32LE(MAGIC.length), (await file.stat()).size);
			const { buffer } = await file.read(Buffer.alloc(length), 0, length, START_BYTES);
			return (JSON.parse(buffer.toString('utf8'), current) as { header: Header }).header;
		} catch (error) {
			// Truncated within its header.
			if (!(error instanceof SyntaxError)) throw error;
		} finally {
			await file.close();
		}
	}
	return undefined;
}

/**
 * Whether to resume a stored training: if it has the same settings and data (otherwise it is set aside), always (fails if
 * there is none or it differs), or never (it is set aside).
 */
export type Resume = 'if-same' | 'required' | 'never';

/** The error for a stored training of other settings or data where the same is required. */
export function otherTraining(name: string, differences: string): DataError {
	const remedy = 'Use the same settings and data, or start without --resume.';
	return new DataError('the same settings and data', `the checkpoint of ${name}`, differences, remedy);
}

/**
 * Looks for a stored phase of the same settings and data. Otherwise makes its folder, so that a training that is killed
 * before its first checkpoint can be resumed too. Deletes nothing: another phase is set aside as `<folder>.old-<n>`.
 * `arrangeRun` has set aside a whole run of other settings before; this is for damaged checkpoints.
 * @returns Where it stopped, undefined if training starts from scratch; and what was found, which may be empty.
 * @throws {DataError} If `resume` is `required` and there is none, or it differs; the message lists the differences.
 */
export async function findStoredTraining(
	folder: string,
	key: TrainingKey,
	resume: Resume,
): Promise<{ snapshot?: TrainingSnapshot; note: string }> {
	const notes: string[] = [];
	const stored = await latestCheckpoint<TrainingHeader<TrainingKey>>(folder, ({ message }) => notes.push(message));
	const name = basename(folder);
	if (stored && resume !== 'never') {
		const { vectors, header } = stored;
		const differences = differencesOf(header.key, key).join('; ');
		if (!differences) {
			const { epoch, finished } = header.progress;
			const where = finished ? `finished after epoch ${epoch}` : `stopped in epoch ${epoch + 1}`;
			notes.push(`Resumes the stored training of ${name}, ${where}.`);
			return { snapshot: { progress: header.progress, vectors }, note: notes.join(' ') };
		}
		if (resume === 'required') throw otherTraining(name, differences);
		notes.push(`The stored training of ${name} differs (${differences}).`);
	} else if (resume === 'required') {
		if (notes.length > 0 || !existsSync(folder)) {
			throw new DataError('a whole checkpoint', name, notes.join(' ') || 'none', 'Start without --resume.');
		}
		return { note: `No checkpoint of ${name} yet: training starts from scratch.` };
	}
	// A folder without checkpoints is worthless.
	if (stored || notes.length > 0) {
		notes.push(`Starts from scratch; the earlier training is kept in ${basename(await setAside(folder))}.`);
	}
	await mkdir(folder, { recursive: true });
	return { note: notes.join(' ') };
}
