// package/ and demo/ share this file, which therefore imports no Node modules.

/** The kinds of files that are mistaken for others: how they start, as Latin-1 or in hex, and their names in messages. */
const TEXTS = [
	['empty', /^$/, 'an empty file'],
	['lfs', /^version https:\/\/git-lfs/, 'a Git LFS pointer'],
	['html', /^\s*<(!doctype|html|head|body|\?xml)/i, 'a web page'],
	['text', /(?:\xef\xbf\xbd[^\xef]*){8}/, 'binary data that was converted to text'],
	['tflite', /^[\s\S]{4}TFL3/, 'a TensorFlow Lite model'],
	['json', /^\s*(\{\s*["}]|\[\s*["{[\]\d-])/, 'a JSON file'],
] as const;
const BYTES = [
	['hdf5', /^894844460d0a1a0a/, 'an HDF5 file'],
	['zip', /^504b(0304|0506)/, 'a zip archive'],
	['gzip', /^1f8b/, 'a gzip file'],
	['torch', /^80028a0a6cfc9c46f9206aa850192e/, 'a PyTorch file'],
	['pickle', /^800[2-5]/, 'a Python pickle'],
	['safetensors', /^(..){5}0000007b(20)*22/, 'a safetensors file'],
	['savedModel', /^080112/, 'a TensorFlow SavedModel'],
	['onnx', /^08(0[3-9a-f]|1.)(12|1a|22|28|32|3a|42)/, 'an ONNX model'],
	['numpy', /^934e554d5059/, 'a NumPy array'],
] as const;

/** A kind of file. */
export type FileKind = (typeof TEXTS | typeof BYTES)[number][0];

/** Bytes at the start of a file that tell its kind. */
export const KIND_BYTES = 1024;

/** Recognises a file by its first `KIND_BYTES`, whatever its name; undefined for any other kind. */
export function fileKind(start: Uint8Array): { readonly kind: FileKind; readonly title: string } | undefined {
	const text = String.fromCharCode(...start.subarray(0, KIND_BYTES));
	const hex = Array.from(start.subarray(0, 64), (byte) => byte.toString(16).padStart(2, '0')).join('');
	const found = BYTES.find(([, bytes]) => bytes.test(hex)) ?? TEXTS.find(([, pattern]) => pattern.test(text));
	return found && { kind: found[0], title: found[2] };
}
