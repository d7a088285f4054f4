import type { tf } from '../../tensorflow/tf';
import type { ExportAbout } from './about';
import type { Bits } from './encodeWeights';
import { networkLayers } from './networkLayers';
import { OnnxGraph } from './onnxGraph';
import { encodeOnnx, ONNX_TYPES } from './onnxSchema';
import { translate } from './translate';

/** LayerNormalization came with 17; every runtime since 2022 reads it. */
const OPSET = 17;
const IR_VERSION = 8;

/**
 * Writes a model as ONNX.
 * @param model Pixels `[batch, height, width, channels]` to probabilities, as `exportModel` makes it.
 * @param about Becomes the metadata.
 * @param bits Of kernels: 32; 16, float16; 8, int8 with a scale for each output channel. Nodes of the graph widen them to
 *   float32, in which everything is computed.
 * @returns The content of an .onnx file.
 * @throws {DataError} If a layer or weight cannot be written.
 */
export function toOnnx(model: tf.LayersModel, about: ExportAbout, bits: Bits): Uint8Array {
	const graph = new OnnxGraph();
	const layers = networkLayers(model);
	const last = translate(layers, graph, graph.input('pixels'), bits);
	graph.output(last.id, 'probabilities');
	const { nodes: node, initializers: initializer } = graph;
	const [input, output] = [valueInfo('pixels', layers[0].shape), valueInfo('probabilities', last.shape)];
	return encodeOnnx({
		irVersion: IR_VERSION,
		producerName: about.producer,
		producerVersion: about.version,
		docString: about.description,
		opsetImport: [{ domain: '', version: OPSET }],
		metadataProps: Object.entries(about).map(([key, value]) => ({ key, value })),
		graph: { name: 'emotions', node, initializer, input: [input], output: [output] },
	});
}

function valueInfo(name: string, shape: readonly number[]) {
	const dim = [{ dimParam: 'batch' }, ...shape.map((dimValue) => ({ dimValue }))];
	return { name, type: { tensorType: { elemType: ONNX_TYPES.float32, shape: { dim } } } };
}
