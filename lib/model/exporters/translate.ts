import { DataError } from '../../errors';
import type { Bits } from './encodeWeights';
import type { Graph, Padding, Value } from './graph';
import type { NetworkLayer, Weight } from './networkLayers';

/** A layer with its inputs in the graph, and the bits of its kernel. */
interface Context {
	readonly layer: NetworkLayer;
	readonly inputs: readonly Value[];
	readonly graph: Graph;
	readonly bits: Bits;
}

type Rule = (context: Context) => string;

/**
 * Writes the layers of a network into a graph.
 * @param layers As `networkLayers` lists them.
 * @param input The first layer in the graph.
 * @returns The output of the last layer.
 * @throws {DataError} If the network has a layer, or one with settings, that this program does not translate.
 */
export function translate(layers: readonly NetworkLayer[], graph: Graph, input: string, bits: Bits): Value {
	const [first, ...others] = layers;
	let last: Value = { id: input, shape: first.shape };
	const values = new Map([[first.name, last]]);
	for (const layer of others) {
		const inputs = layer.inputs.map((name) => values.get(name) as Value);
		const rule = Object.hasOwn(RULES, layer.kind) ? RULES[layer.kind] : undefined;
		if (!rule) throw refuse(layer, `one of the class ${layer.kind}`);
		if (layer.shape.length !== 1 && layer.shape.length !== 3)
			throw refuse(layer, `outputs of the shape ${layer.shape}`);
		last = { id: rule({ layer, inputs, graph, bits: layer.rounds ? bits : 32 }), shape: layer.shape };
		values.set(layer.name, last);
	}
	return last;
}

const refuse = ({ name }: NetworkLayer, received: string) =>
	new DataError(
		'a layer that fer translates',
		`the layer ${name} of the model`,
		received,
		'Export it with --to tfjs, which keeps every layer.',
	);

/** Returns a setting if it has one of some values, the first of which is the default. */
function oneOf<T>(layer: NetworkLayer, name: string, valid: readonly T[]): T {
	const value = layer.config[name] ?? valid[0];
	const found = valid.find((each) => String(each) === String(value));
	if (found === undefined) throw refuse(layer, `${name} ${JSON.stringify(value)}`);
	return found;
}

const pairOf = (value: unknown = 1): number[] => (Array.isArray(value) ? value : [Number(value), Number(value)]);

const weightOf = ({ layer }: Context, role: string): Weight | undefined =>
	layer.weights.find((weight) => weight.role === role);

function convolve(context: Context, { role, depthwise }: { role: string; depthwise: boolean }): string {
	const { layer, inputs, graph, bits } = context;
	oneOf(layer, 'data_format', ['channels_last']);
	const { strides, dilation_rate } = layer.config;
	const id = graph.convolve(layer.name, inputs[0], {
		kernel: weightOf(context, role) as Weight,
		depthwise,
		bias: weightOf(context, 'bias')?.values,
		strides: pairOf(strides),
		dilations: pairOf(dilation_rate),
		padding: oneOf<Padding>(layer, 'padding', ['valid', 'same']),
		bits,
	});
	return activate(context, id);
}

/** A dense layer works on the last axis: on an image, it is a convolution of single pixels. */
function dense(context: Context): string {
	const { layer, inputs, graph, bits } = context;
	const [x] = inputs;
	const kernel = weightOf(context, 'kernel') as Weight;
	const bias = weightOf(context, 'bias')?.values;
	if (x.shape.length === 1) {
		const id = graph.multiplyMatrix(layer.name, x, kernel, bits);
		return activate(context, bias ? graph.scale(layer.name, { id, shape: layer.shape }, 1, bias) : id);
	}
	const pixels = { kernel: { ...kernel, shape: [1, 1, ...kernel.shape] }, depthwise: false, bias };
	const ones = { strides: [1, 1], dilations: [1, 1], padding: 'valid' } as const;
	return activate(context, graph.convolve(layer.name, x, { ...pixels, ...ones, bits }));
}

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'sigmoid', 'tanh', 'swish', 'silu', 'gelu', 'softmax'] as const;

/** Applies a layer's activation to an output of its shape. */
function activate({ layer, graph }: Pick<Context, 'layer' | 'graph'>, id: string): string {
	const { name, shape } = layer;
	const x = { id, shape };
	const kind = oneOf(layer, 'activation', ACTIVATIONS);
	if (kind === 'linear') return id;
	if (kind === 'softmax') return graph.softmax(name, x);
	if (kind === 'swish' || kind === 'silu') {
		return graph.combine(name, 'multiply', x, { id: graph.elementwise(name, 'sigmoid', x), shape });
	}
	if (kind !== 'gelu') return graph.elementwise(name, kind, x);
	// x times the share of a normal distribution below x (Hendrycks and Gimpel 2016, arXiv:1606.08415).
	const scaled = { id: graph.scale(name, x, Math.SQRT1_2, 0), shape };
	const share = graph.scale(name, { id: graph.elementwise(name, 'erf', scaled), shape }, 0.5, 0.5);
	return graph.combine(name, 'multiply', x, { id: share, shape });
}

/** Batch normalisation at inference: y = gamma (x - mean) / deviation + beta. */
function normalizeBatch(context: Context): string {
	const { layer, inputs, graph } = context;
	const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(
		(role) => weightOf(context, role)?.values,
	);
	const epsilon = layer.config.epsilon as number;
	const deviations = variance as Float32Array;
	const factor = deviations.map((each, i) => (gamma?.[i] ?? 1) / Math.sqrt(each + epsilon));
	const summand = factor.map((each, i) => (beta?.[i] ?? 0) - (mean as Float32Array)[i] * each);
	return graph.scale(layer.name, inputs[0], factor, summand);
}

function normalizePixels(context: Context): string {
	const { layer, inputs, graph } = context;
	oneOf(layer, 'axis', [-1, layer.shape.length]);
	const [gamma, beta] = [1, 0].map(
		(value, i) => weightOf(context, ['gamma', 'beta'][i])?.values ?? new Float32Array(layer.shape[2]).fill(value),
	);
	return graph.normalizePixels(layer.name, inputs[0], { gamma, beta, epsilon: layer.config.epsilon as number });
}

function combine({ layer, inputs, graph }: Context, kind: 'add' | 'multiply'): string {
	const { shape } = layer;
	return inputs.reduce((a, b) => ({ id: graph.combine(layer.name, kind, a, b), shape })).id;
}

function relu({ layer, inputs, graph }: Context): string {
	const most = oneOf(layer, 'max_value', [null, 6]);
	return graph.elementwise(layer.name, most === 6 ? 'relu6' : 'relu', inputs[0]);
}

function asPixel({ layer, inputs, graph }: Context): string {
	const [x] = inputs;
	oneOf(layer, 'target_shape', [[1, 1, x.shape[0]]]);
	if (x.shape.length !== 1) throw refuse(layer, `an input of the shape ${x.shape}`);
	return graph.asPixel(layer.name, x);
}

function maxPool({ layer, inputs, graph }: Context): string {
	oneOf(layer, 'data_format', ['channels_last']);
	const { pool_size, strides } = layer.config;
	const padding = oneOf<Padding>(layer, 'padding', ['valid', 'same']);
	const pooling = { poolSize: pairOf(pool_size), strides: pairOf(strides ?? pool_size), padding };
	return graph.maxPool(layer.name, inputs[0], pooling);
}

function concatenate({ layer, inputs, graph }: Context): string {
	oneOf(layer, 'axis', [-1, layer.shape.length]);
	return graph.concatenate(layer.name, inputs);
}

/** How the layers of the registry's networks and of `exportModel` are written, by class. */
const RULES: Readonly<Record<string, Rule>> = {
	Activation: ({ layer, inputs, graph }) => activate({ layer, graph }, inputs[0].id),
	Add: (context) => combine(context, 'add'),
	BatchNormalization: normalizeBatch,
	Concatenate: concatenate,
	Conv2D: (context) => convolve(context, { role: 'kernel', depthwise: false }),
	Dense: dense,
	DepthwiseConv2D: (context) => convolve(context, { role: 'depthwise_kernel', depthwise: true }),
	GlobalAveragePooling2D: ({ layer, inputs, graph }) => graph.average(layer.name, inputs[0]),
	LayerNormalization: normalizePixels,
	MaxPooling2D: maxPool,
	Multiply: (context) => combine(context, 'multiply'),
	Permute: ({ layer, inputs, graph }) => {
		const order = (layer.config.dims as number[]).map((axis) => axis - 1);
		return graph.transpose(layer.name, inputs[0], order);
	},
	ReLU: relu,
	Rescaling: ({ layer, inputs, graph }) =>
		graph.scale(layer.name, inputs[0], layer.config.scale as number, layer.config.offset as number),
	Reshape: asPixel,
	Softmax: ({ layer, inputs, graph }) => graph.softmax(layer.name, inputs[0]),
	ZeroPadding2D: ({ layer, inputs, graph }) =>
		graph.pad(layer.name, inputs[0], layer.config.padding as readonly (readonly number[])[]),
};
