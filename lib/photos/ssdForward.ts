import { tf } from '../tensorflow/tf';
import type { Convolution, Depthwise, Pointwise, SsdOutput, SsdWeights } from './faceApi';

type Layer = (x: tf.Tensor4D) => tf.Tensor4D;

/** What face-api adds to the variance in its batch norm. */
const EPSILON = 0.001;
/** The layers of MobileNetV1 that halve the image. */
const HALVING = [2, 4, 6, 12];

/**
 * Returns the forward pass of face-api's SSD (Liu et al. 2016) on MobileNetV1 (Howard et al. 2017), for one image
 * `[1, 512, 512, 3]` of values from 0 to 255.
 *
 * face-api's own keeps the output of every layer until its end; this one frees each after its last use. Convolution, batch norm and ReLU6 are one op here.
 */
export function ssdForward({
	mobilenetv1,
	prediction_layer,
	output_layer,
}: SsdWeights): (image: tf.Tensor4D) => SsdOutput {
	const pairs = (first: number, last: number) =>
		range(first, last).flatMap((i) => {
			const { depthwise_conv, pointwise_conv } = mobilenetv1[`conv_${i}`];
			return [depthwise(depthwise_conv, HALVING.includes(i) ? 2 : 1), pointwise(pointwise_conv, 1)];
		});
	const extra = (first: number) => [
		pointwise(prediction_layer[`conv_${first}`], 1),
		pointwise(prediction_layer[`conv_${first + 1}`], 2),
	];
	// Faces of each size are predicted from another depth of the network.
	const stages = [
		[pointwise(mobilenetv1.conv_0, 2), ...pairs(1, 11)],
		pairs(12, 13),
		extra(0),
		extra(2),
		extra(4),
		extra(6),
	];
	const predictors = stages.map((_, i) => prediction_layer[`box_predictor_${i}`]);
	return (image) =>
		tf.tidy(() => {
			let x: tf.Tensor4D = tf.tidy(() => image.toFloat().div(127.5).sub(1));
			const [encodings, logits]: [tf.Tensor2D[], tf.Tensor2D[]] = [[], []];
			for (const [i, layers] of stages.entries()) {
				x = layers.reduce(freeing, x);
				encodings.push(predict(x, predictors[i].box_encoding_predictor, 4));
				logits.push(predict(x, predictors[i].class_predictor, 3));
			}
			// Column 0 of the logits is the background, 1 the face; 2 was never trained.
			const scores = tf.concat(logits).slice([0, 1], [-1, 1]).sigmoid().as1D();
			return { boxes: [decode(output_layer.extra_dim.reshape([-1, 4]), tf.concat(encodings))], scores: [scores] };
		});
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Applies a layer and frees its input. */
function freeing(x: tf.Tensor4D, layer: Layer): tf.Tensor4D {
	const output = layer(x);
	x.dispose();
	return output;
}

function pointwise({ filters, batch_norm_offset }: Pointwise, strides: number): Layer {
	const [filter, bias] = [filters as tf.Tensor4D, batch_norm_offset];
	return (x) => tf.fused.conv2d({ x, filter, bias, strides, pad: 'same', activation: 'relu6' });
}

/** Folds batch norm into the filters, once. */
function depthwise(weights: Depthwise, strides: number): Layer {
	const [filter, bias] = tf.tidy(() => {
		const factor = weights.batch_norm_scale.div(weights.batch_norm_variance.add(EPSILON).sqrt());
		const folded = weights.filters.mul(factor.reshape([1, 1, -1, 1]));
		return [folded as tf.Tensor4D, weights.batch_norm_offset.sub(weights.batch_norm_mean.mul(factor))];
	});
	return (x) => tf.fused.depthwiseConv2d({ x, filter, bias, strides, pad: 'same', activation: 'relu6' });
}

function predict(x: tf.Tensor4D, { filters, bias }: Convolution, width: number): tf.Tensor2D {
	const filter = filters as tf.Tensor4D;
	return tf.tidy(() => tf.fused.conv2d({ x, filter, bias, strides: 1, pad: 'same' }).reshape([-1, width]));
}

/** Decodes offsets from the default boxes, with the variances 0.1 and 0.2 of SSD's authors. */
function decode(defaults: tf.Tensor, encodings: tf.Tensor): tf.Tensor2D {
	const [first, second] = tf.split(defaults, 2, 1);
	const sizes = second.sub(first);
	const [offsets, scales] = tf.split(encodings, 2, 1);
	const centers = offsets
		.div(10)
		.mul(sizes)
		.add(first.add(sizes.div(2)));
	const halves = scales.div(5).exp().mul(sizes).div(2);
	return tf.concat([centers.sub(halves), centers.add(halves)], 1) as tf.Tensor2D;
}
