import { type Bits, encodeKernel } from './encodeWeights';
import { type Convolution, type Elementwise, type Graph, type Pooling, paddingOf, type Value } from './graph';
import { ATTRIBUTE_TYPES, ONNX_TYPES, type OnnxAttribute, type OnnxNode, type OnnxTensor } from './onnxSchema';

type TypedArray = Float32Array | Int8Array | Uint16Array | BigInt64Array;

/** Where the axes of `[batch, height, width, channels]` are in `[batch, channels, height, width]`, and back. */
const CHANNELS_FIRST = [0, 3, 1, 2];
const CHANNELS_LAST = [0, 2, 3, 1];

const ELEMENTWISE: Readonly<Record<Exclude<Elementwise, 'relu6'>, string>> = {
	relu: 'Relu',
	sigmoid: 'Sigmoid',
	tanh: 'Tanh',
	erf: 'Erf',
};

/**
 * Writes a graph of ONNX's operator set 17. Every image has its channels first, ONNX's order, whatever the axes of the
 * layer mean; so a layer that works on the last axis always works on axis 1.
 */
export class OnnxGraph implements Graph {
	readonly nodes: OnnxNode[] = [];
	readonly initializers: OnnxTensor[] = [];
	private readonly counts = new Map<string, number>();

	/** Adds a node; returns the name of its output, `output` or one from the layer and the operator. */
	private add(
		layer: string,
		opType: string,
		input: readonly string[],
		settings: Settings = {},
		output?: string,
	): string {
		const name = this.unused(`${layer}/${opType}`);
		const attribute = Object.entries(settings).map(([key, value]) => attributeOf(key, value));
		this.nodes.push({ name, opType, input, output: [output ?? name], attribute });
		return output ?? name;
	}

	private unused(name: string): string {
		const count = this.counts.get(name) ?? 0;
		this.counts.set(name, count + 1);
		return count === 0 ? name : `${name}_${count}`;
	}

	/** Adds a tensor of values; returns its name. */
	private constant(name: string, values: TypedArray, dims: readonly number[]): string {
		const { buffer, byteOffset, byteLength } = values;
		const type = values instanceof Int8Array ? 'int8' : values instanceof Uint16Array ? 'float16' : undefined;
		const dataType = ONNX_TYPES[type ?? (values instanceof Float32Array ? 'float32' : 'int64')];
		const unused = this.unused(name);
		const rawData = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
		this.initializers.push({ name: unused, dims, dataType, rawData });
		return unused;
	}

	private integers(name: string, values: readonly number[]): string {
		return this.constant(name, BigInt64Array.from(values, BigInt), [values.length]);
	}

	/** Adds a kernel; nodes widen one of fewer bits to float32. */
	private kernel(layer: string, kernel: Omit<Parameters<typeof encodeKernel>[0], 'name'>, bits: Bits): string {
		const encoded = encodeKernel({ ...kernel, name: layer }, bits);
		const { shape, channelAxis } = kernel;
		const stored = this.constant(`${layer}/kernel`, encoded.values, shape);
		if (encoded.bits === 32) return stored;
		// Not DequantizeLinear, by which ONNX Runtime widens anew for each image; by these two it does so when it loads the file.
		const wide = this.add(layer, 'Cast', [stored], { to: ONNX_TYPES.float32 });
		if (encoded.bits === 16) return wide;
		const sides = shape.map((side, axis) => (axis === channelAxis ? side : 1));
		return this.add(layer, 'Mul', [wide, this.constant(`${layer}/scales`, encoded.scales, sides)]);
	}

	/** Adds the input: an image with its channels last, as pixels lie in memory. */
	input(name: string): string {
		return this.add(name, 'Transpose', [name], { perm: CHANNELS_FIRST });
	}

	/** Names an output of the graph. */
	output(id: string, name: string): string {
		return this.add(name, 'Identity', [id], {}, name);
	}

	convolve(
		layer: string,
		x: Value,
		{ kernel, depthwise, bias, strides, dilations, padding, bits }: Convolution,
	): string {
		const [height, width] = kernel.shape;
		const pads = padsOf(x, { sides: [height, width], strides, dilations, padding });
		const { shape, values } = kernelsFirst(kernel, depthwise);
		const inputs = [x.id, this.kernel(layer, { shape, values, channelAxis: 0 }, bits)];
		if (bias) inputs.push(this.constant(`${layer}/bias`, bias, [bias.length]));
		const group = depthwise ? kernel.shape[2] : 1;
		return this.add(layer, 'Conv', inputs, { kernel_shape: [height, width], strides, dilations, pads, group });
	}

	multiplyMatrix(layer: string, x: Value, { shape, values }: Convolution['kernel'], bits: Bits): string {
		return this.add(layer, 'MatMul', [x.id, this.kernel(layer, { shape, values, channelAxis: 1 }, bits)]);
	}

	elementwise(layer: string, kind: Elementwise, x: Value): string {
		if (kind !== 'relu6') return this.add(layer, ELEMENTWISE[kind], [x.id]);
		const [least, most] = [0, 6].map((each) => this.constant(`${layer}/limit`, Float32Array.of(each), []));
		return this.add(layer, 'Clip', [x.id, least, most]);
	}

	combine(layer: string, kind: 'add' | 'multiply', a: Value, b: Value): string {
		return this.add(layer, kind === 'add' ? 'Add' : 'Mul', [a.id, b.id]);
	}

	scale(layer: string, x: Value, factor: number | Float32Array, summand: number | Float32Array): string {
		const constant = (name: string, each: number | Float32Array) => {
			if (typeof each === 'number') return this.constant(`${layer}/${name}`, Float32Array.of(each), []);
			const dims = x.shape.length === 3 ? [1, each.length, 1, 1] : [each.length];
			return this.constant(`${layer}/${name}`, each, dims);
		};
		const scaled = factor === 1 ? x.id : this.add(layer, 'Mul', [x.id, constant('factor', factor)]);
		return summand === 0 ? scaled : this.add(layer, 'Add', [scaled, constant('summand', summand)]);
	}

	concatenate(layer: string, values: readonly Value[]): string {
		return this.add(
			layer,
			'Concat',
			values.map(({ id }) => id),
			{ axis: 1 },
		);
	}

	transpose(layer: string, x: Value, order: readonly number[]): string {
		const whole = [0, ...order.map((axis) => axis + 1)];
		const perm = CHANNELS_FIRST.map((axis) => CHANNELS_FIRST.indexOf(whole[axis]));
		return this.add(layer, 'Transpose', [x.id], { perm });
	}

	asPixel(layer: string, x: Value): string {
		return this.add(layer, 'Reshape', [x.id, this.integers(`${layer}/shape`, [-1, x.shape[0], 1, 1])]);
	}

	pad(layer: string, x: Value, [[top, bottom], [left, right]]: readonly (readonly number[])[]): string {
		return this.add(layer, 'Pad', [x.id, this.integers(`${layer}/pads`, [0, 0, top, left, 0, 0, bottom, right])]);
	}

	maxPool(layer: string, x: Value, { poolSize, strides, padding }: Pooling): string {
		const pads = padsOf(x, { sides: poolSize, strides, dilations: [1, 1], padding });
		return this.add(layer, 'MaxPool', [x.id], { kernel_shape: poolSize, strides, pads });
	}

	average(layer: string, x: Value): string {
		return this.add(layer, 'ReduceMean', [x.id], { axes: [2, 3], keepdims: 0 });
	}

	normalizePixels(layer: string, x: Value, { gamma, beta, epsilon }: Parameters<Graph['normalizePixels']>[2]): string {
		const last = this.add(layer, 'Transpose', [x.id], { perm: CHANNELS_LAST });
		const [scale, offset] = [gamma, beta].map((each) => this.constant(`${layer}/weights`, each, [each.length]));
		// An attribute of this type is a float even where its value is a whole number.
		const settings = { axis: -1, epsilon: { float: epsilon } };
		const normal = this.add(layer, 'LayerNormalization', [last, scale, offset], settings);
		return this.add(layer, 'Transpose', [normal], { perm: CHANNELS_FIRST });
	}

	softmax(layer: string, x: Value): string {
		return this.add(layer, 'Softmax', [x.id], { axis: 1 });
	}
}

type Settings = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;

function attributeOf(name: string, value: Settings[string]): OnnxAttribute {
	if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPES.integer, i: value };
	if ('float' in value) return { name, type: ATTRIBUTE_TYPES.float, f: value.float };
	return { name, type: ATTRIBUTE_TYPES.integers, ints: value };
}

/** ONNX's padding: before each axis, then after each. */
function padsOf(
	{ shape }: Value,
	window: Record<'sides' | 'strides' | 'dilations', readonly number[]> & Pick<Pooling, 'padding'>,
): number[] {
	const { sides, strides, dilations, padding } = window;
	const [vertical, horizontal] = [0, 1].map((i) =>
		paddingOf(padding, { size: shape[i], window: sides[i], stride: strides[i], dilation: dilations[i] }),
	);
	return [vertical[0], horizontal[0], vertical[1], horizontal[1]];
}

/** Returns a kernel as `[output channels, input channels of each, height, width]`. */
function kernelsFirst({ shape, values }: Convolution['kernel'], depthwise: boolean): Convolution['kernel'] {
	const [height, width, inputs, outputs] = shape;
	const pixels = height * width;
	const turned = new Float32Array(values.length);
	for (let pixel = 0, from = 0; pixel < pixels; pixel++) {
		for (let input = 0; input < inputs; input++) {
			for (let output = 0; output < outputs; output++, from++) {
				const row = depthwise ? input * outputs + output : output * inputs + input;
				turned[row * pixels + pixel] = values[from];
			}
		}
	}
	return { shape: depthwise ? [inputs * outputs, 1, height, width] : [outputs, inputs, height, width], values: turned };
}
