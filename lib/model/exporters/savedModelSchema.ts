import { parse } from 'protobufjs';

/** The part of TensorFlow's schema that is written here, from tensorflow/core of TensorFlow (Apache-2.0). */
const SCHEMA = `
syntax = "proto3";
package tensorflow;

message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraphDef meta_graphs = 2; }
message MetaGraphDef {
	MetaInfoDef meta_info_def = 1;
	GraphDef graph_def = 2;
	map<string, SignatureDef> signature_def = 5;
	message MetaInfoDef { repeated string tags = 4; string tensorflow_version = 5; }
}
message SignatureDef { map<string, TensorInfo> inputs = 1; map<string, TensorInfo> outputs = 2; string method_name = 3; }
message TensorInfo { string name = 1; DataType dtype = 2; TensorShapeProto tensor_shape = 3; }
message GraphDef { repeated NodeDef node = 1; VersionDef versions = 4; }
message VersionDef { int32 producer = 1; int32 min_consumer = 2; }
message NodeDef { string name = 1; string op = 2; repeated string input = 3; map<string, AttrValue> attr = 5; }
message AttrValue {
	oneof value {
		ListValue list = 1;
		bytes s = 2;
		int64 i = 3;
		float f = 4;
		bool b = 5;
		DataType type = 6;
		TensorShapeProto shape = 7;
		TensorProto tensor = 8;
	}
	message ListValue { repeated int64 i = 3; }
}
message TensorProto { DataType dtype = 1; TensorShapeProto tensor_shape = 2; bytes tensor_content = 4; }
message TensorShapeProto { repeated Dim dim = 2; message Dim { int64 size = 1; } }
enum DataType { INVALID = 0; FLOAT = 1; INT32 = 3; INT8 = 6; HALF = 19; }
`;

/** Numbers of the types of tensors. */
export const TENSORFLOW_TYPES = { float32: 1, int32: 3, int8: 6, float16: 19 } as const;

/** A value of an attribute of a node: one of these. */
export type TensorFlowAttribute = Readonly<
	Partial<{
		list: { i: readonly number[] };
		s: Uint8Array;
		b: boolean;
		type: number;
		shape: object;
		tensor: object;
	}> & {
		i?: number;
	}
>;

/** A node of a graph. */
export type TensorFlowNode = Readonly<{
	name: string;
	op: string;
	input: readonly string[];
	attr: Readonly<Record<string, TensorFlowAttribute>>;
}>;

/** A shape in the schema's form; -1 for a side that is free. */
export const shapeOf = (shape: readonly number[]) => ({ dim: shape.map((size) => ({ size })) });

/** An input or output of a signature. */
interface Port {
	/** Name of the node. */
	readonly node: string;
	readonly shape: readonly number[];
}

/** The version of graphs of TensorFlow 2.9: of operators that later versions did not change. */
const GRAPH_VERSION = 1087;

/** Encodes a graph with one input and output as the content of saved_model.pb. */
export function encodeSavedModel(
	node: readonly TensorFlowNode[],
	ports: Record<'pixels' | 'probabilities', Port>,
): Uint8Array {
	const info = ({ node: name, shape }: Port) => ({
		name: `${name}:0`,
		dtype: TENSORFLOW_TYPES.float32,
		tensorShape: shapeOf([-1, ...shape]),
	});
	const signature = {
		inputs: { pixels: info(ports.pixels) },
		outputs: { probabilities: info(ports.probabilities) },
		methodName: 'tensorflow/serving/predict',
	};
	const metaGraph = {
		// What TensorFlow's loader and TensorFlow Serving look for.
		metaInfoDef: { tags: ['serve'], tensorflowVersion: '2.9.0' },
		graphDef: { node, versions: { producer: GRAPH_VERSION } },
		signatureDef: { serving_default: signature },
	};
	const type = parse(SCHEMA).root.lookupType('tensorflow.SavedModel');
	return type.encode(type.create({ savedModelSchemaVersion: 1, metaGraphs: [metaGraph] })).finish();
}
