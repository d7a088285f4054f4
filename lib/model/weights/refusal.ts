import { basename } from 'node:path';
import { DataError } from '../../errors';

const SAVE_IN_KERAS = "Load it in Keras and save the weights: model.save_weights('model.weights.h5').";
const SAVE_IN_TORCH =
	"Load it in PyTorch and save the state dictionary: torch.save(state, 'model.pth', _use_new_zipfile_serialization=False).";
const DOWNLOAD = 'Download the weight file itself again.';

/** Kinds of files that are not read as pretrained weights: what they are, and what to do. */
const REFUSED = {
	empty: ['an empty file', DOWNLOAD],
	lfs: ['a Git LFS pointer', 'Run git lfs pull where it comes from.'],
	html: ['a web page', DOWNLOAD],
	text: ['binary data that was converted to text', DOWNLOAD],
	gzip: ['a gzip file', 'Unpack it first.'],
	tar: ['a tar archive', 'Unpack it first.'],
	zip: ['a zip archive without model.weights.h5', 'Unpack it, and name the weight file.'],
	torchZip: ['a PyTorch file in the zip format', SAVE_IN_TORCH],
	pickle: ['a Python pickle', SAVE_IN_TORCH],
	safetensors: ['a safetensors file', SAVE_IN_TORCH],
	savedModel: ['a TensorFlow SavedModel', SAVE_IN_KERAS],
	checkpoint: ['a TensorFlow checkpoint', SAVE_IN_KERAS],
	onnx: ['an ONNX model', SAVE_IN_KERAS],
	tflite: ['a TensorFlow Lite model', SAVE_IN_KERAS],
	numpy: ['a NumPy array', SAVE_IN_KERAS],
	json: ['a JSON file', 'Name the file of the weights, not of the settings or the layers.'],
	other: ['a file of another kind', 'Name a weight file of Keras or PyTorch.'],
} as const;

/** A kind of file that is not read. */
export type RefusedKind = keyof typeof REFUSED;

/** Creates the error for a file that is not a weight file; the caller throws it. */
export function refuse(kind: RefusedKind, path: string): DataError {
	const expected = 'weights of Keras (.h5, .weights.h5, .keras) or PyTorch (.pth, the format before 1.6)';
	const [received, remedy] = REFUSED[kind];
	return new DataError(expected, basename(path), received, remedy);
}
