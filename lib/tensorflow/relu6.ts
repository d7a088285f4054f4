import { BatchNormalization } from './batchNormalization';
import { registerNativeKernel, runKernel } from './native';
import { isNative, tf } from './tf';

const FORWARD = 'NativeRelu6';
const BACKWARD = 'NativeRelu6Gradient';

registerNativeKernel<{ x: tf.Tensor }, object>(FORWARD, (op, { x }) => op('Relu6', [x], { T: { type: 'float32' } }));

registerNativeKernel<{ dy: tf.Tensor; y: tf.Tensor }, object>(BACKWARD, (op, { dy, y }) =>
	op('Relu6Grad', [dy, y], { T: { type: 'float32' } }),
);

tf.registerGradient({
	kernelName: FORWARD,
	// The gradient needs only whether 0 < x < 6, which the output tells as well: the input can be freed.
	outputsToSave: [true],
	gradFunc: (dy, [y]) => ({ x: () => runKernel(BACKWARD, { dy: Array.isArray(dy) ? dy[0] : dy, y })[0] }),
});

const Stock = tf.layers.reLU().constructor as new (config: { maxValue: number; name?: string }) => tf.layers.Layer;

interface Relu6Config {
	readonly name?: string;
	/** The layer before it, which may clip already. */
	readonly after?: tf.layers.Layer;
}

/** tfjs's ReLU layer with `maxValue` 6 on TensorFlow's fused kernels; saved models name the stock layer. */
class Relu6 extends Stock {
	private readonly after: tf.layers.Layer | undefined;

	constructor({ after, ...config }: Relu6Config) {
		super({ ...config, maxValue: 6 });
		this.after = after;
	}

	override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor | tf.Tensor[] {
		const x = Array.isArray(inputs) ? inputs[0] : inputs;
		if (this.after instanceof BatchNormalization && this.after.appliesRelu6(x)) return x;
		return isNative() ? runKernel(FORWARD, { x })[0] : super.call(inputs, kwargs);
	}
}

/** Makes a layer of min(max(x, 0), 6) (Krizhevsky 2010); saved as `tf.layers.reLU({ maxValue: 6 })`. */
export function relu6(config: Relu6Config = {}): tf.layers.Layer {
	return new Relu6(config);
}
