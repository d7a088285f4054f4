// Weights for backbone.step.test.ts; fixtures/backbones/step_weights.py computes the same, and says of each formula why it is so.
import { formulaWeight, uniform } from './formula';

/** How batch normalisation is used. */
export type Mode = 'training' | 'frozen';

type Formula = (name: string, shape: readonly number[], mode: Mode) => Float64Array;

/** Keeps channels near to beta. */
function openGamma(name: string, [channels]: readonly number[]): Float64Array {
	return uniform(name, channels).map((u) => 0.3 + 0.05 * u);
}

/** Brings most channels to 3, and one of 16 to -3. */
function openBeta(name: string, [channels]: readonly number[]): Float64Array {
	return uniform(name, channels).map((u, i) => 3 + 0.1 * u + (i % 16 === 3 ? -6 : 0));
}

/** A depthwise kernel of 1 in its centre, and noise. */
function nearIdentity(name: string, [height, width, channels]: readonly number[]): Float64Array {
	const area = height * width;
	const centre = (area - 1) / 2;
	return uniform(name, area * channels).map((u, i) => (1.5 * u) / area + (Math.floor(i / channels) === centre ? 1 : 0));
}

/** Gives each two channels of a kernel's input opposite weights, if their number is even. */
function paired(kernel: Float64Array, shape: readonly number[]): Float64Array {
	const [channels, filters] = shape.slice(-2);
	if (channels % 2 === 1) return kernel;
	const size = channels * filters;
	for (let start = 0; start < kernel.length; start += size) {
		for (let i = start; i < start + size / 2; i++) kernel[i + size / 2] = -kernel[i];
	}
	return kernel;
}

/** ReLU6 passes most channels whole, around 3, and shuts some. */
const relu6: Formula = (name, shape, mode) => {
	const [layer, kind] = name.split('/');
	const linear = /(project_BN|bn2)$/.test(layer);
	if (kind === 'kernel') return paired(formulaWeight(name, shape), shape);
	if (kind === 'depthwise_kernel') return nearIdentity(name, shape);
	if (kind === 'gamma' && !linear) return openGamma(name, shape);
	if (kind !== 'beta' || linear) return formulaWeight(name, shape);
	const shutAt6 = mode === 'frozen' || ['Conv_1_bn', 'head_bn'].includes(layer);
	return openBeta(name, shape).map((beta, i) => beta + (shutAt6 && i % 16 === 11 ? 6 : 0));
};

/** ReLU passes most channels whole, around 3 and more, and shuts some. */
const relu: Formula = (name, shape) => {
	const kind = name.split('/')[1];
	if (kind === 'kernel') return paired(formulaWeight(name, shape), shape);
	if (kind === 'gamma') return openGamma(name, shape);
	return kind === 'beta' ? openBeta(name, shape) : formulaWeight(name, shape);
};

/** The same without batch normalisation: biases stand for beta, and kernels leave the signal as large as it was. */
const reluWithBias: Formula = (name, shape, mode) => {
	if (name.startsWith('logits/')) return relu(name, shape, mode);
	if (name.endsWith('/bias')) return openBeta(name, shape);
	const gain = shape[2] === 3 ? 0.55 : 0.8;
	return relu(name, shape, mode).map((value) => gain * value);
};

/** By the start of a backbone's name; those without kinks have the plain formula. */
const FORMULAS: Readonly<Record<string, Formula>> = {
	'efficientnet-lite': relu6,
	'mobilenet-': relu6,
	resnet: relu,
	vgg: reluWithBias,
};

/** A weight of a backbone or its head, with which no value comes near a kink. */
export function stepWeight(backbone: string, name: string, shape: readonly number[], mode: Mode): Float64Array {
	const start = Object.keys(FORMULAS).find((each) => backbone.startsWith(each));
	return start ? FORMULAS[start](name, shape, mode) : formulaWeight(name, shape);
}
