// package/ and demo/ share this file, which therefore imports no Node modules.

/** The kinds of files that are mistaken for others: how they start, as Latin-1, and their names in messages. */
const KINDS = [
	['empty', /^$/, 'an empty file'],
	['lfs', /^version https:\/\/git-lfs/, 'a Git LFS pointer'],
	['html', /^\s*<(!doctype|html|head|body|\?xml)/i, 'a web page'],
	['text', /(?:\xef\xbf\xbd[^\xef]*){8}/, 'binary data that was converted to text'],
	['hdf5', /^\x89HDF\r\n\x1a\n/, 'an HDF5 file'],
	['zip', /^PK[\x03\x05]/, 'a zip archive'],
	['gzip', /^\x1f\x8b/, 'a gzip file'],
	['torch', /^\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e/, 'a PyTorch file'],
	['pickle', /^\x80[\x02-\x05]/, 'a Python pickle'],
	['safetensors', /^[\s\S]{5}\0\0\0\{\s*"/, 'a safetensors file'],
	['savedModel', /^\x08\x01\x12/, 'a TensorFlow SavedModel'],
	['onnx', /^\x08[\x03-\x1f][\x12\x1a\x22\x28\x32\x3a\x42]/, 'an ONNX model'],
	['tflite', /^[\s\S]{4}TFL3/, 'a TensorFlow Lite model'],
	['numpy', /^\x93NUMPY/, 'a NumPy array'],
	['json', /^\s*(\{\s*["}]|\[\s*["{[\]\d-])/, 'a JSON file'],
] as const;

/** A kind of file. */
export type FileKind = (typeof KINDS)[number][0];

/** Bytes at the start of a file that tell its kind. */
export const KIND_BYTES = 1024;

/** Recognises a file by its first `KIND_BYTES`, whatever its name; undefined for any other kind. */
export function fileKind(start: Uint8Array): { readonly kind: FileKind; readonly title: string } | undefined {
	const text = String.fromCharCode(...start.subarray(0, KIND_BYTES));
	const found = KINDS.find(([, pattern]) => pattern.test(text));
	return found && { kind: found[0], title: found[2] };
}
