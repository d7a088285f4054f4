import { parse } from 'protobufjs';

/** The part of ONNX's schema that is written here, from onnx.proto of github.com/onnx/onnx (Apache-2.0). */
const SCHEMA = `
syntax = "proto2";
package onnx;

message ModelProto {
	optional int64 ir_version = 1;
	optional string producer_name = 2;
	optional string producer_version = 3;
	optional string doc_string = 6;
	optional GraphProto graph = 7;
	repeated OperatorSetIdProto opset_import = 8;
	repeated StringStringEntryProto metadata_props = 14;
}
message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
message StringStringEntryProto { optional string key = 1; optional string value = 2; }
message GraphProto {
	repeated NodeProto node = 1;
	optional string name = 2;
	repeated TensorProto initializer = 5;
	repeated ValueInfoProto input = 11;
	repeated ValueInfoProto output = 12;
}
message NodeProto {
	repeated string input = 1;
	repeated string output = 2;
	optional string name = 3;
	optional string op_type = 4;
	repeated AttributeProto attribute = 5;
}
message AttributeProto {
	optional string name = 1;
	optional float f = 2;
	optional int64 i = 3;
	optional bytes s = 4;
	repeated int64 ints = 8;
	optional Type type = 20;
	enum Type { UNDEFINED = 0; FLOAT = 1; INT = 2; STRING = 3; INTS = 7; }
}
message TensorProto {
	repeated int64 dims = 1;
	optional DataType data_type = 2;
	optional string name = 8;
	optional bytes raw_data = 9;
	enum DataType { UNDEFINED = 0; FLOAT = 1; INT8 = 3; INT64 = 7; FLOAT16 = 10; }
}
message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
message TypeProto { optional Tensor tensor_type = 1; message Tensor { optional TensorProto.DataType elem_type = 1; optional TensorShapeProto shape = 2; } }
message TensorShapeProto {
	repeated Dimension dim = 1;
	message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
}
`;

/** Numbers of the types of tensors. */
export const ONNX_TYPES = { float32: 1, int8: 3, int64: 7, float16: 10 } as const;

/** Numbers of the types of attributes. */
export const ATTRIBUTE_TYPES = { float: 1, integer: 2, integers: 7 } as const;

/** A tensor with its values, or an attribute of a node, as the schema has them. */
export type OnnxTensor = Readonly<{ name: string; dims: readonly number[]; dataType: number; rawData: Uint8Array }>;
export type OnnxAttribute = Readonly<{ name: string; type: number; f?: number; i?: number; ints?: readonly number[] }>;
/** A node of a graph. */
export type OnnxNode = Readonly<{
	name: string;
	opType: string;
	input: readonly string[];
	output: readonly string[];
	attribute: readonly OnnxAttribute[];
}>;
/** An input or output of a graph. */
export type OnnxValueInfo = Readonly<{ name: string; type: object }>;

/** An ONNX model. */
export interface OnnxModel {
	readonly irVersion: number;
	readonly producerName: string;
	readonly producerVersion: string;
	readonly docString: string;
	readonly opsetImport: readonly Readonly<{ domain: string; version: number }>[];
	readonly metadataProps: readonly Readonly<{ key: string; value: string }>[];
	readonly graph: Readonly<{
		name: string;
		node: readonly OnnxNode[];
		initializer: readonly OnnxTensor[];
		input: readonly OnnxValueInfo[];
		output: readonly OnnxValueInfo[];
	}>;
}

/** Encodes a model as the content of an .onnx file. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
	const type = parse(SCHEMA).root.lookupType('onnx.ModelProto');
	return type.encode(type.create(model)).finish();
}
