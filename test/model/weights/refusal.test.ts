import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readWeights } from '../../../lib/model/weights/pretrained';
import { makeTar, makeZip } from '../../data/readers/sources';

const folder = mkdtempSync(join(tmpdir(), 'refusal-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A safetensors file: the length of the header in eight bytes, the header, the data. */
function safetensors(): Buffer {
	const header = Buffer.from('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(header.length));
	return Buffer.concat([length, header, Buffer.alloc(4)]);
}

const bytes = (text: string) => Buffer.from(text, 'latin1');
const SAVE_IN_KERAS = 'Load it in Keras and save the weights: ';
const SAVE_IN_TORCH = 'Load it in PyTorch and save the state dictionary: ';
/** Files by their names, which may say anything; what they are, and the start of what to do. */
const CASES: [name: string, content: Buffer, kind: string, remedy: string][] = [
	['model.safetensors', safetensors(), 'a safetensors file', SAVE_IN_TORCH],
	['weights.h5', safetensors(), 'a safetensors file', SAVE_IN_TORCH],
	[
		'new.pth',
		makeZip([{ name: 'archive/data.pkl' }, { name: 'archive/data/0' }]),
		'a PyTorch file in the zip format',
		SAVE_IN_TORCH,
	],
	['state.pkl', bytes('\x80\x04\x95\x00\x00\x00'), 'a Python pickle', SAVE_IN_TORCH],
	['model.onnx', bytes('\x08\x08\x12\x07pytorch\x1a\x052.3.0'), 'an ONNX model', SAVE_IN_KERAS],
	['saved_model.pb', bytes('\x08\x01\x12\xe4\x87\x02\x0a'), 'a TensorFlow SavedModel', SAVE_IN_KERAS],
	['saved.zip', makeZip([{ name: 'net/saved_model.pb' }]), 'a TensorFlow SavedModel', SAVE_IN_KERAS],
	['model.tflite', bytes('\x1c\x00\x00\x00TFL3'), 'a TensorFlow Lite model', SAVE_IN_KERAS],
	['ckpt-1.index', bytes('\x00\x00\x08\x01'), 'a TensorFlow checkpoint', SAVE_IN_KERAS],
	['ckpt-1.data-00000-of-00001', bytes('anything'), 'a TensorFlow checkpoint', SAVE_IN_KERAS],
	['w.npy', bytes('\x93NUMPY\x01\x00'), 'a NumPy array', SAVE_IN_KERAS],
	['model.json', bytes('{"modelTopology": {}}'), 'a JSON file', 'Name the file of the weights'],
	['weights.h5', bytes('\n<!DOCTYPE html><title>Sign in</title>'), 'a web page', 'Download the weight file itself'],
	['weights.h5', bytes('version https://git-lfs.github.com/spec/v1\n'), 'a Git LFS pointer', 'Run git lfs pull'],
	[
		'weights.h5',
		Buffer.from(Buffer.alloc(900, 0xf1).toString('utf8')),
		'binary data that was converted to text',
		'Download',
	],
	['weights.h5', Buffer.alloc(0), 'an empty file', 'Download'],
	['weights.h5.gz', gzipSync('weights'), 'a gzip file', 'Unpack it first'],
	['weights.tar', makeTar([{ name: 'weights.h5', content: 'weights' }]), 'a tar archive', 'Unpack it first'],
	[
		'weights.zip',
		makeZip([{ name: 'weights.h5' }]),
		'a zip archive without model\\.weights\\.h5',
		'Unpack it, and name',
	],
	['weights.txt', bytes('weights'), 'a file of another kind', 'Name a weight file'],
];

describe('readWeights', () => {
	for (const [name, content, kind, remedy] of CASES) {
		it(`says what a file is, and what to do: ${kind}, ${name}`, async () => {
			const path = join(folder, name);
			writeFileSync(path, content);
			const message = new RegExp(`^Expected weights of Keras .* in ${name} but received ${kind}\\. ${remedy}`);
			await assert.rejects(readWeights(path), { name: 'DataError', message });
		});
	}

	it('says what a folder is', async () => {
		const saved = join(folder, 'net');
		mkdirSync(saved);
		await assert.rejects(readWeights(saved), { name: 'RangeError', message: /It is a folder: name a file in it\.$/ });
		writeFileSync(join(saved, 'saved_model.pb'), '');
		await assert.rejects(readWeights(saved), {
			name: 'DataError',
			message: /in net but received a TensorFlow SavedModel\. Load/,
		});
	});
});
