// Makes a network's input from a batch of images (placed, enlarged, mixed, normalized), as a TensorFlow op for the CPU.
//
// Composed of ops, each of these steps reads and writes the enlarged images, at the end in three channels. Here a placed
// image stays in the cache of its core, and memory is written once.
//
// Called by lib/tensorflow/preprocessKernel.ts.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernel.h"

namespace {

using native::Call;
using native::ForRows;

// Channels that a network takes.
constexpr int64_t kOutputs = 3;

// One image: [height, width, channels].
struct Shape {
  int64_t height, width, channels;
};

// Places an image in a frame of size x size pixels by bilinear interpolation; beyond its edges it repeats them.
// source x = m0 x + m1 y + m2, source y = m3 x + m4 y + m5.
FOR_EACH_PROCESSOR
void Place(const float* __restrict image, const Shape shape, const float* __restrict matrix, int64_t size,
           float* __restrict placed) {
  const int channels = static_cast<int>(shape.channels), stride = static_cast<int>(shape.width) * channels;
  const float right = static_cast<float>(shape.width - 1), bottom = static_cast<float>(shape.height - 1);
  // Of a row of target pixels: the index of the upper left value, the steps from it to the right and down (0 at the
  // edge), and the weights of the values there. In separate loops, because only then does the compiler vectorize both.
  std::vector<int> steps(3 * size);
  std::vector<float> weights(2 * size);
  int *first = steps.data(), *across = first + size, *down = across + size;
  float *weight_across = weights.data(), *weight_down = weight_across + size;
  for (int row = 0; row < size; row++, placed += size * channels) {
    const float start_x = matrix[1] * row + matrix[2], start_y = matrix[4] * row + matrix[5];
    for (int column = 0; column < size; column++) {
      // In this order, NaN becomes 0 and not the address of a value far away.
      const float x = std::min(std::max(0.f, matrix[0] * column + start_x), right);
      const float y = std::min(std::max(0.f, matrix[3] * column + start_y), bottom);
      const int left = static_cast<int>(x), top = static_cast<int>(y);
      first[column] = top * stride + left * channels;
      across[column] = x < right ? channels : 0;
      down[column] = y < bottom ? stride : 0;
      weight_across[column] = x - left;
      weight_down[column] = y - top;
    }
    for (int c = 0; c < channels; c++) {
      for (int column = 0; column < size; column++) {
        const float* value = image + first[column] + c;
        const float a = value[0], b = value[across[column]];
        const float d = value[down[column]], e = value[across[column] + down[column]];
        const float upper = a + (b - a) * weight_across[column], lower = d + (e - d) * weight_across[column];
        placed[column * channels + c] = upper + (lower - upper) * weight_down[column];
      }
    }
  }
}

// The normalization of each of the network's channels.
struct Normalization {
  const float *scale, *offset;
  bool reversed;
};

// output = (fraction of one image + the rest of the other) * scale + offset.
FOR_EACH_PROCESSOR
void Normalize(const float* __restrict one, const float* __restrict other, float fraction, int64_t pixels,
               int64_t channels, const Normalization normalization, float* __restrict output) {
  const float rest = 1 - fraction, *scale = normalization.scale, *offset = normalization.offset;
  if (channels == 1) {
    for (int64_t i = 0; i < pixels; i++) {
      const float value = fraction * one[i] + rest * other[i];
      output[3 * i] = value * scale[0] + offset[0];
      output[3 * i + 1] = value * scale[1] + offset[1];
      output[3 * i + 2] = value * scale[2] + offset[2];
    }
    return;
  }
  for (int64_t c = 0; c < kOutputs; c++) {
    const int64_t source = normalization.reversed ? kOutputs - 1 - c : c;
    for (int64_t i = 0; i < pixels; i++) {
      const float value = fraction * one[3 * i + source] + rest * other[3 * i + source];
      output[3 * i + c] = value * scale[c] + offset[c];
    }
  }
}

// Larger images would not be counted exactly by a float, nor their values by an int.
constexpr int kMostSide = 16384;

bool IsSide(int64_t side) { return side >= 1 && side <= kMostSide; }

struct Attributes {
  float size = 0;
  float fraction = 1;
  unsigned char reversed = 0;
};

// images [batch, height, width, channels], matrices [batch, 8], scale [3], offset [3] -> [batch, size, size, 3]
void Compute(void* kernel, Call& call) {
  const Attributes& attributes = *static_cast<Attributes*>(kernel);
  TF_Tensor* images = call.Input(0, 4);
  if (!call.ok()) return;
  const int64_t batch = TF_Dim(images, 0);
  const Shape shape{TF_Dim(images, 1), TF_Dim(images, 2), TF_Dim(images, 3)};
  const float *matrices = call.Values(1, 8 * batch), *scale = call.Values(2, kOutputs);
  const float* offset = call.Values(3, kOutputs);
  call.Check(shape.channels == 1 || shape.channels == 3, "Images must have 1 or 3 channels.");
  call.Check(IsSide(shape.height) && IsSide(shape.width), "Images must have sides from 1 to 16384 pixels.");
  // Compared before the conversion, which is undefined for NaN and numbers beyond its range.
  const bool is_size = attributes.size >= 1 && attributes.size <= kMostSide;
  call.Check(is_size, "The size must be from 1 to 16384 pixels.");
  if (!call.ok()) return;
  const int64_t size = static_cast<int64_t>(attributes.size);
  const float* pixels = static_cast<const float*>(TF_TensorData(images));
  float* output = call.Output(0, {batch, size, size, kOutputs});
  if (!call.ok()) return;
  const Normalization normalization{scale, offset, attributes.reversed != 0};
  const int64_t area = size * size, values = area * shape.channels;
  // An image and its mixup partner, counted from the other end, are placed once for both.
  ForRows((batch + 1) / 2, 2 * values, [&](int64_t begin, int64_t end, int) {
    std::vector<float> placed(2 * values);
    float *one = placed.data(), *other = one + values;
    for (int64_t first = begin; first < end; first++) {
      const int64_t last = batch - 1 - first;
      const int64_t length = shape.height * shape.width * shape.channels;
      Place(pixels + first * length, shape, matrices + 8 * first, size, one);
      Place(pixels + last * length, shape, matrices + 8 * last, size, other);
      Normalize(one, other, attributes.fraction, area, shape.channels, normalization, output + first * area * kOutputs);
      Normalize(other, one, attributes.fraction, area, shape.channels, normalization, output + last * area * kOutputs);
    }
  });
}

void Read(TF_OpKernelConstruction* construction, Attributes* attributes, TF_Status* status) {
  TF_OpKernelConstruction_GetAttrFloat(construction, "size", &attributes->size, status);
  TF_OpKernelConstruction_GetAttrFloat(construction, "fraction", &attributes->fraction, status);
  TF_OpKernelConstruction_GetAttrBool(construction, "reversed", &attributes->reversed, status);
}

const bool registered = native::Register({"FerNetworkInput",
                                          {"images: float", "matrices: float", "scale: float", "offset: float"},
                                          {"inputs: float"},
                                          {"size: float", "fraction: float", "reversed: bool"},
                                          &native::Create<Attributes, Read>,
                                          &native::Run<Compute>,
                                          &native::Delete<Attributes>});

}  // namespace
