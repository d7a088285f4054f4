import { type Bits, encodeKernel } from './encodeWeights';
import type { Convolution, Elementwise, Graph, Pooling, Value } from './graph';
import { shapeOf, TENSORFLOW_TYPES, type TensorFlowAttribute, type TensorFlowNode } from './savedModelSchema';

type TypedArray = Float32Array | Int32Array | Int8Array | Uint16Array;

const FLOAT: TensorFlowAttribute = { type: TENSORFLOW_TYPES.float32 };
const INTEGER: TensorFlowAttribute = { type: TENSORFLOW_TYPES.int32 };

const ELEMENTWISE: Readonly<Record<Elementwise, string>> = {
	relu: 'Relu',
	relu6: 'Relu6',
	sigmoid: 'Sigmoid',
	tanh: 'Tanh',
	erf: 'Erf',
};

const text = (value: string): TensorFlowAttribute => ({ s: Buffer.from(value) });
const list = (i: readonly number[]): TensorFlowAttribute => ({ list: { i } });

/** Writes a graph of TensorFlow's operators, whose weights are constants in it. Images have their channels last. */
export class SavedModelGraph implements Graph {
	readonly nodes: TensorFlowNode[] = [];
	private readonly counts = new Map<string, number>();

	/** Adds a node; returns its name. */
	private add(name: string, op: string, input: readonly string[], attr: TensorFlowNode['attr'] = { T: FLOAT }): string {
		const count = this.counts.get(name) ?? 0;
		this.counts.set(name, count + 1);
		const unused = count === 0 ? name : `${name}_${count}`;
		this.nodes.push({ name: unused, op, input, attr });
		return unused;
	}

	private constant(name: string, values: TypedArray, shape: readonly number[]): string {
		const { buffer, byteOffset, byteLength } = values;
		const kind = values instanceof Int8Array ? 'int8' : values instanceof Uint16Array ? 'float16' : undefined;
		const dtype = TENSORFLOW_TYPES[kind ?? (values instanceof Float32Array ? 'float32' : 'int32')];
		const tensorContent = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
		const tensor = { dtype, tensorShape: shapeOf(shape), tensorContent };
		return this.add(name, 'Const', [], { dtype: { type: dtype }, value: { tensor } });
	}

	private integers(name: string, values: readonly number[], shape: readonly number[] = [values.length]): string {
		return this.constant(name, Int32Array.from(values), shape);
	}

	/** Adds a kernel; nodes widen one of fewer bits to float32. */
	private kernel(layer: string, kernel: Omit<Parameters<typeof encodeKernel>[0], 'name'>, bits: Bits): string {
		const encoded = encodeKernel({ ...kernel, name: layer }, bits);
		const { shape, channelAxis } = kernel;
		const stored = this.constant(`${layer}/kernel`, encoded.values, shape);
		if (encoded.bits === 32) return stored;
		const type = encoded.bits === 16 ? TENSORFLOW_TYPES.float16 : TENSORFLOW_TYPES.int8;
		const wide = this.add(`${layer}/Cast`, 'Cast', [stored], { SrcT: { type }, DstT: FLOAT });
		if (encoded.bits === 16) return wide;
		const sides = shape.map((side, axis) => (axis === channelAxis ? side : 1));
		return this.add(`${layer}/Mul`, 'Mul', [wide, this.constant(`${layer}/scales`, encoded.scales, sides)]);
	}

	/** Adds the input, an image. */
	input(name: string, shape: readonly number[]): string {
		return this.add(name, 'Placeholder', [], { dtype: FLOAT, shape: { shape: shapeOf([-1, ...shape]) } });
	}

	convolve(
		layer: string,
		x: Value,
		{ kernel, depthwise, bias, strides, dilations, padding, bits }: Convolution,
	): string {
		const channelAxis = depthwise ? 2 : 3;
		const weights = this.kernel(layer, { ...kernel, channelAxis }, bits);
		const op = depthwise ? 'DepthwiseConv2dNative' : 'Conv2D';
		const output = this.add(`${layer}/${op}`, op, [x.id, weights], {
			T: FLOAT,
			strides: list([1, ...strides, 1]),
			dilations: list([1, ...dilations, 1]),
			padding: text(padding.toUpperCase()),
			data_format: text('NHWC'),
		});
		if (!bias) return output;
		const inputs = [output, this.constant(`${layer}/bias`, bias, [bias.length])];
		return this.add(`${layer}/BiasAdd`, 'BiasAdd', inputs, { T: FLOAT, data_format: text('NHWC') });
	}

	multiplyMatrix(layer: string, x: Value, kernel: Convolution['kernel'], bits: Bits): string {
		const inputs = [x.id, this.kernel(layer, { ...kernel, channelAxis: 1 }, bits)];
		const settings = { T: FLOAT, transpose_a: { b: false }, transpose_b: { b: false } };
		return this.add(`${layer}/MatMul`, 'MatMul', inputs, settings);
	}

	elementwise(layer: string, kind: Elementwise, x: Value): string {
		return this.add(`${layer}/${ELEMENTWISE[kind]}`, ELEMENTWISE[kind], [x.id]);
	}

	combine(layer: string, kind: 'add' | 'multiply', a: Value, b: Value): string {
		const op = kind === 'add' ? 'AddV2' : 'Mul';
		return this.add(`${layer}/${op}`, op, [a.id, b.id]);
	}

	scale(layer: string, x: Value, factor: number | Float32Array, summand: number | Float32Array): string {
		const constant = (name: string, each: number | Float32Array) =>
			typeof each === 'number'
				? this.constant(`${layer}/${name}`, Float32Array.of(each), [])
				: this.constant(`${layer}/${name}`, each, [each.length]);
		const scaled = factor === 1 ? x.id : this.add(`${layer}/Mul`, 'Mul', [x.id, constant('factor', factor)]);
		return summand === 0 ? scaled : this.add(`${layer}/AddV2`, 'AddV2', [scaled, constant('summand', summand)]);
	}

	concatenate(layer: string, values: readonly Value[]): string {
		const axis = this.integers(`${layer}/axis`, [values[0].shape.length], []);
		const settings = { T: FLOAT, Tidx: INTEGER, N: { i: values.length } };
		return this.add(`${layer}/ConcatV2`, 'ConcatV2', [...values.map(({ id }) => id), axis], settings);
	}

	transpose(layer: string, x: Value, order: readonly number[]): string {
		const axes = this.integers(`${layer}/order`, [0, ...order.map((axis) => axis + 1)]);
		return this.add(`${layer}/Transpose`, 'Transpose', [x.id, axes], { T: FLOAT, Tperm: INTEGER });
	}

	asPixel(layer: string, x: Value): string {
		const shape = this.integers(`${layer}/shape`, [-1, 1, 1, x.shape[0]]);
		return this.add(`${layer}/Reshape`, 'Reshape', [x.id, shape], { T: FLOAT, Tshape: INTEGER });
	}

	pad(layer: string, x: Value, padding: readonly (readonly number[])[]): string {
		const pads = this.integers(`${layer}/paddings`, [[0, 0], ...padding, [0, 0]].flat(), [4, 2]);
		return this.add(`${layer}/Pad`, 'Pad', [x.id, pads], { T: FLOAT, Tpaddings: INTEGER });
	}

	maxPool(layer: string, x: Value, { poolSize, strides, padding }: Pooling): string {
		return this.add(`${layer}/MaxPool`, 'MaxPool', [x.id], {
			T: FLOAT,
			ksize: list([1, ...poolSize, 1]),
			strides: list([1, ...strides, 1]),
			padding: text(padding.toUpperCase()),
			data_format: text('NHWC'),
		});
	}

	private mean(layer: string, x: string, axes: readonly number[], isKept: boolean): string {
		const inputs = [x, this.integers(`${layer}/axes`, axes)];
		return this.add(`${layer}/Mean`, 'Mean', inputs, { T: FLOAT, Tidx: INTEGER, keep_dims: { b: isKept } });
	}

	average(layer: string, x: Value): string {
		return this.mean(layer, x.id, [1, 2], false);
	}

	normalizePixels(layer: string, x: Value, { gamma, beta, epsilon }: Parameters<Graph['normalizePixels']>[2]): string {
		const mean = this.mean(layer, x.id, [3], true);
		const deviations = this.add(`${layer}/Sub`, 'Sub', [x.id, mean]);
		const variance = this.mean(layer, this.add(`${layer}/Square`, 'Square', [deviations]), [3], true);
		const inverse = this.add(`${layer}/Rsqrt`, 'Rsqrt', [
			this.scale(layer, { id: variance, shape: x.shape }, 1, epsilon),
		]);
		const normal = this.add(`${layer}/Mul`, 'Mul', [deviations, inverse]);
		return this.scale(layer, { id: normal, shape: x.shape }, gamma, beta);
	}

	softmax(layer: string, x: Value): string {
		return this.add(`${layer}/Softmax`, 'Softmax', [x.id]);
	}
}
