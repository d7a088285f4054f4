import { BatchNormalization } from './batchNormalization';
import { consume } from './gradient';
import { registerNativeKernel, runKernel } from './native';
import { firstOf, isNative, tf } from './tf';

const FORWARD = 'NativeRelu6';
const BACKWARD = 'NativeRelu6Gradient';
const FLOAT = { T: { type: 'float32' } } as const;

registerNativeKernel(FORWARD, (op, { x }) => op('Relu6', [x], FLOAT));
registerNativeKernel(BACKWARD, (op, { dy, y }) => op('Relu6Grad', [dy, y], FLOAT));

tf.registerGradient({
	kernelName: FORWARD,
	// The gradient needs only whether 0 < x < 6, which the output determines too, so the input can be freed.
	outputsToSave: [true],
	gradFunc: (dy, [y]) => {
		const [dx] = consume(dy, (each) => runKernel(BACKWARD, { dy: each, y }));
		return { x: () => dx };
	},
});

interface Relu6Config {
	readonly name?: string;
	/** The layer before it, which may apply the ReLU6 itself. */
	readonly after?: tf.layers.Layer;
}

const Stock = tf.layers.reLU().constructor as new (config: { maxValue: number; name?: string }) => tf.layers.Layer;

/** Runs tfjs's ReLU layer with TensorFlow's fused kernels. Saved as the stock layer. */
class Relu6 extends Stock {
	private readonly after: tf.layers.Layer | undefined;

	constructor({ after, ...config }: Relu6Config) {
		super({ ...config, maxValue: 6 });
		this.after = after;
	}

	override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor | tf.Tensor[] {
		const x = firstOf(inputs);
		if (this.after instanceof BatchNormalization && this.after.appliesRelu6(x)) return x;
		return isNative() ? runKernel(FORWARD, { x })[0] : super.call(inputs, kwargs);
	}
}

/** Makes a layer that computes min(max(x, 0), 6) (Krizhevsky 2010); saved as `tf.layers.reLU({ maxValue: 6 })`. */
export function relu6(config: Relu6Config = {}): tf.layers.Layer {
	return new Relu6(config);
}
