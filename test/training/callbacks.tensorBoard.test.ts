import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { tf } from '../../lib/tensorflow/tf';
import { type Training, tensorBoard } from '../../lib/training/callbacks';
import type { EpochRecord } from '../../lib/training/epochRecord';

const TRAINING = {} as Training;

/** Splits a protocol buffer into its fields: number, and content or value. */
function* fieldsOf(bytes: Buffer): Generator<{ field: number; content: Buffer; value: number }> {
	let position = 0;
	const varint = () => {
		let [value, scale] = [0, 1];
		for (;;) {
			const byte = bytes[position++];
			value += (byte & 127) * scale;
			scale *= 128;
			if (byte < 128) return value;
		}
	};
	while (position < bytes.length) {
		const tag = varint();
		const [field, kind] = [Math.floor(tag / 8), tag % 8];
		const value = kind === 0 ? varint() : 0;
		const length = kind === 2 ? varint() : { 0: 0, 1: 8, 5: 4 }[kind];
		assert.ok(length !== undefined, `field ${field} is of kind ${kind}`);
		yield { field, content: bytes.subarray(position, position + length), value };
		position += length;
	}
}

function fieldOf(bytes: Buffer, wanted: number): Buffer {
	for (const { field, content } of fieldsOf(bytes)) if (field === wanted) return content;
	return Buffer.alloc(0);
}

/** Reads the scalars of an event file: `[tag, step, value]`. */
function scalarsOf(folder: string): [string, number, number][] {
	const [name] = readdirSync(folder);
	const bytes = readFileSync(join(folder, name));
	const scalars: [string, number, number][] = [];
	// A record: length (8 bytes), its checksum (4), an Event, its checksum (4).
	for (let at = 0; at < bytes.length; at += 16 + Number(bytes.readBigUInt64LE(at))) {
		const event = bytes.subarray(at + 12, at + 12 + Number(bytes.readBigUInt64LE(at)));
		const fields = [...fieldsOf(event)];
		const step = fields.find(({ field }) => field === 2)?.value ?? 0;
		for (const { content: summary } of fields.filter(({ field }) => field === 5)) {
			for (const { content: value } of fieldsOf(summary)) {
				// Value: tag 1, simple_value 2, tensor 8 (its float_val 5, or tensor_content 4).
				const tensor = fieldOf(value, 8);
				const number = [fieldOf(value, 2), fieldOf(tensor, 5), fieldOf(tensor, 4)].find(({ length }) => length === 4);
				scalars.push([fieldOf(value, 1).toString(), step, number?.readFloatLE() ?? Number.NaN]);
			}
		}
	}
	return scalars;
}

test('tensorBoard writes the losses and accuracies of each epoch, counted from 1', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'tensorboard-'));
	try {
		const callback = tensorBoard(folder);
		await callback.onTrainBegin?.(TRAINING);
		const tensors = tf.memory().numTensors;
		for (const epoch of [1, 2]) {
			const record = {
				epoch,
				loss: 2 / epoch,
				accuracy: epoch / 4,
				validationLoss: 3 / epoch,
				validationAccuracy: epoch / 8,
				learningRate: 0.5 ** epoch,
			};
			await callback.onEpochEnd?.(record as EpochRecord, TRAINING);
		}
		await callback.onTrainEnd?.(TRAINING);
		assert.equal(tf.memory().numTensors, tensors);
		assert.deepEqual(readdirSync(folder).sort(), ['train', 'val']);
		assert.deepEqual(scalarsOf(join(folder, 'train')), [
			['epoch_loss', 1, 2],
			['epoch_acc', 1, 0.25],
			['epoch_lr', 1, 0.5],
			['epoch_loss', 2, 1],
			['epoch_acc', 2, 0.5],
			['epoch_lr', 2, 0.25],
		]);
		assert.deepEqual(scalarsOf(join(folder, 'val')), [
			['epoch_loss', 1, 3],
			['epoch_acc', 1, 0.125],
			['epoch_loss', 2, 1.5],
			['epoch_acc', 2, 0.25],
		]);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});
