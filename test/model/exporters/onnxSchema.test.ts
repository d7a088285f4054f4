import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ATTRIBUTE_TYPES, encodeOnnx, ONNX_TYPES } from '../../../lib/model/exporters/onnxSchema';

/**
 * What `SerializeToString` of the Python package onnx 1.23 makes of the same model, with helper.make_model, make_node,
 * make_tensor (raw) and set_model_props.
 */
const EXPECTED =
	'0808120e6665722d747970657363726970741a05302e312e303204746578743aa6020a470a06706978656c730a066b65726e656c1204636f6e76' +
	'1a04636f6e762204436f6e762a150a0c6b65726e656c5f736861706540014001a001072a0c0a0567726f75701801a001020a5f0a04636f6e760a' +
	'057363616c65120d70726f626162696c69746965731a046e6f726d22124c617965724e6f726d616c697a6174696f6e2a140a046178697318ffff' +
	'ffffffffffffff01a001022a110a07657073696c6f6e150000003fa001011208656d6f74696f6e732a1208020801100342066b65726e656c4a02' +
	'ff7f2a0f100142057363616c654a040000c03f5a250a06706978656c73121b0a19080112150a07120562617463680a0208300a0208300a020801' +
	'62240a0d70726f626162696c697469657312130a110801120d0a07120562617463680a02080742040a00101172100a07636c617373657312055b' +
	'2261225d';

function info(name: string, sides: readonly number[]) {
	const dim = [{ dimParam: 'batch' }, ...sides.map((dimValue) => ({ dimValue }))];
	return { name, type: { tensorType: { elemType: ONNX_TYPES.float32, shape: { dim } } } };
}

it('encodeOnnx writes what the package onnx writes', () => {
	const convolution = [
		{ name: 'kernel_shape', type: ATTRIBUTE_TYPES.integers, ints: [1, 1] },
		{ name: 'group', type: ATTRIBUTE_TYPES.integer, i: 1 },
	];
	const normalization = [
		{ name: 'axis', type: ATTRIBUTE_TYPES.integer, i: -1 },
		{ name: 'epsilon', type: ATTRIBUTE_TYPES.float, f: 0.5 },
	];
	const file = encodeOnnx({
		irVersion: 8,
		producerName: 'fer-typescript',
		producerVersion: '0.1.0',
		docString: 'text',
		opsetImport: [{ domain: '', version: 17 }],
		metadataProps: [{ key: 'classes', value: '["a"]' }],
		graph: {
			name: 'emotions',
			node: [
				{ name: 'conv', opType: 'Conv', input: ['pixels', 'kernel'], output: ['conv'], attribute: convolution },
				{
					name: 'norm',
					opType: 'LayerNormalization',
					input: ['conv', 'scale'],
					output: ['probabilities'],
					attribute: normalization,
				},
			],
			initializer: [
				{ name: 'kernel', dims: [2, 1], dataType: ONNX_TYPES.int8, rawData: Uint8Array.of(255, 127) },
				{ name: 'scale', dims: [], dataType: ONNX_TYPES.float32, rawData: Uint8Array.of(0, 0, 0xc0, 0x3f) },
			],
			input: [info('pixels', [48, 48, 1])],
			output: [info('probabilities', [7])],
		},
	});
	assert.equal(Buffer.from(file).toString('hex'), EXPECTED);
});
