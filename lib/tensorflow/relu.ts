import { BatchNormalization } from './batchNormalization';
import { consume } from './gradient';
import { registerNativeKernel, runKernel } from './native';
import { firstOf, isNative, tf } from './tf';

const FLOAT = { T: { type: 'float32' } } as const;

/** The name of the kernel for each kind. */
const FORWARD = { Relu: 'NativeRelu', Relu6: 'NativeRelu6' } as const;
type Kind = keyof typeof FORWARD;

for (const kind of Object.keys(FORWARD) as Kind[]) {
	const [forward, backward] = [FORWARD[kind], `${FORWARD[kind]}Gradient`];
	registerNativeKernel(forward, (op, { x }) => op(kind, [x], FLOAT));
	registerNativeKernel(backward, (op, { dy, y }) => op(`${kind}Grad`, [dy, y], FLOAT));
	tf.registerGradient({
		kernelName: forward,
		// The gradient needs only where the input passes, which the output determines too, so the input can be freed.
		outputsToSave: [true],
		gradFunc: (dy, [y]) => {
			const [dx] = consume(dy, (each) => runKernel(backward, { dy: each, y }));
			return { x: () => dx };
		},
	});
}

interface ReluConfig {
	readonly name?: string;
	/** The layer before it, which may apply the ReLU itself. */
	readonly after?: tf.layers.Layer;
}

type Layer<Config> = new (config: Config) => tf.layers.Layer;

/** Runs a stock layer with TensorFlow's fused kernels; saved as the stock layer. */
function withKernels<Config>(Stock: Layer<Config>, kind: Kind) {
	return class extends Stock {
		after?: tf.layers.Layer;

		override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor | tf.Tensor[] {
			const x = firstOf(inputs);
			if (this.after instanceof BatchNormalization && this.after.appliesRelu(x)) return x;
			return isNative() ? runKernel(FORWARD[kind], { x })[0] : super.call(inputs, kwargs);
		}
	};
}

const Relu = withKernels(
	tf.layers.activation({ activation: 'relu' }).constructor as Layer<{ activation: 'relu'; name?: string }>,
	'Relu',
);
const Relu6 = withKernels(tf.layers.reLU().constructor as Layer<{ maxValue: number; name?: string }>, 'Relu6');

/** Makes a layer that computes max(x, 0) (Nair and Hinton 2010); saved as `tf.layers.activation({ activation: 'relu' })`. */
export function relu({ after, ...config }: ReluConfig = {}): tf.layers.Layer {
	return Object.assign(new Relu({ ...config, activation: 'relu' }), { after });
}

/** Makes a layer that computes min(max(x, 0), 6) (Krizhevsky 2010); saved as `tf.layers.reLU({ maxValue: 6 })`. */
export function relu6({ after, ...config }: ReluConfig = {}): tf.layers.Layer {
	return Object.assign(new Relu6({ ...config, maxValue: 6 }), { after });
}
