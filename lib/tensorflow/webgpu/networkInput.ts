import type { tf } from '../tf';
import { registerShaderKernel } from './shader';

/** Places, enlarges, mixes and normalizes as native/networkInput.cc; a thread for each pixel of the result. */
const CODE = `
	// The value of a pixel in an image's frame, by bilinear interpolation; beyond its edges an image repeats them.
	fn placed(image : i32, row : i32, column : i32, channel : i32) -> f32 {
		let height = uniforms.imagesShape.y;
		let width = uniforms.imagesShape.z;
		let channels = uniforms.imagesShape.w;
		let m = 8 * image;
		let inX = matrices[m] * f32(column) + (matrices[m + 1] * f32(row) + matrices[m + 2]);
		let inY = matrices[m + 3] * f32(column) + (matrices[m + 4] * f32(row) + matrices[m + 5]);
		let x = min(max(0.0, inX), f32(width - 1));
		let y = min(max(0.0, inY), f32(height - 1));
		let left = i32(x);
		let top = i32(y);
		let right = min(left + 1, width - 1);
		let bottom = min(top + 1, height - 1);
		let upper = (image * height + top) * width;
		let lower = (image * height + bottom) * width;
		let a = images[(upper + left) * channels + channel];
		let b = images[(upper + right) * channels + channel];
		let c = images[(lower + left) * channels + channel];
		let d = images[(lower + right) * channels + channel];
		let across = x - f32(left);
		let above = a + (b - a) * across;
		let below = c + (d - c) * across;
		return above + (below - above) * (y - f32(top));
	}

	fn main(index : i32) {
		let size = uniforms.size;
		let batch = uniforms.imagesShape.x;
		if (index >= batch * size * size) { return; }
		let image = index / (size * size);
		let row = (index / size) % size;
		let column = index % size;
		let isGrey = uniforms.imagesShape.w == 1;
		for (var c = 0; c < 3; c++) {
			let channel = select(select(c, 2 - c, uniforms.reversed == 1), 0, isGrey);
			var value = placed(image, row, column, channel);
			if (uniforms.fraction != 1.0) {
				let partner = placed(batch - 1 - image, row, column, channel);
				value = uniforms.fraction * value + (1.0 - uniforms.fraction) * partner;
			}
			result[3 * index + c] = value * scale[c] + offset[c];
		}
	}`;

type Inputs = Readonly<Record<'images' | 'matrices' | 'scale' | 'offset', tf.TensorInfo>>;
type Attributes = Readonly<{ size: number; fraction: number; reversed: boolean }>;

registerShaderKernel<Inputs, Attributes>('NativeNetworkInput', ({ inputs, attributes, run }) => {
	const { images, matrices, scale, offset } = inputs;
	const { size, fraction, reversed } = attributes;
	const [batch] = images.shape;
	const names = {
		inputs: ['images', 'matrices', 'scale', 'offset'],
		integers: ['size', 'reversed'],
		floats: ['fraction'],
	};
	return run(
		{ name: 'network input', ...names, group: [64, 1], code: CODE },
		{
			inputs: [images, matrices, scale, offset],
			outputShape: [batch, size, size, 3],
			size: batch * size * size,
			numbers: { size, fraction, reversed: Number(reversed) },
		},
	);
});
