// Depthwise convolution with bias and ReLU in one pass, as a TensorFlow op for the CPU; for inference, without gradient.
//
// A depthwise convolution is bound by memory, and separate ops for bias and ReLU read and write all values again.
// TensorFlow fuses the three only in its graphs.
//
// Called by lib/tensorflow/fusedConvolution.ts.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernel.h"

namespace {

using native::Call;
using native::ForRows;

// Eight values at once, at any address. Without it the compiler keeps the sums in memory.
typedef float Values __attribute__((vector_size(32), aligned(4)));
constexpr int64_t kValues = 8;
inline Values At(const float* place) { return *reinterpret_cast<const Values*>(place); }

constexpr int64_t kMostStride = int64_t{1} << 31;

struct Attributes {
  int64_t stride = 1;
  unsigned char same = 1;
  float highest = 0;
};

// Sizes in pixels; the padding is above and left of the image.
struct Sides {
  int64_t height, width, channels, kernel_height, kernel_width, stride, top, left, output_width;
};

// The source of a pixel's values, and the limits of the result.
struct Taps {
  std::vector<const float*> inputs, filters;
  int64_t count = 0;
  float lowest, highest;
};

// y = min(max(bias + sum of x * filter, lowest), highest) from one channel on, for as many as kVectors hold.
template <int kVectors>
inline __attribute__((always_inline)) void Sum(const Taps& taps, const float* bias, int64_t first, float* y) {
  Values sums[kVectors];
  for (int v = 0; v < kVectors; v++) sums[v] = At(bias + first + v * kValues);
  for (int64_t tap = 0; tap < taps.count; tap++) {
    const float *x = taps.inputs[tap] + first, *filter = taps.filters[tap] + first;
    for (int v = 0; v < kVectors; v++) {
      sums[v] += At(x + v * kValues) * At(filter + v * kValues);
    }
  }
  for (int v = 0; v < kVectors; v++) {
    Values sum = sums[v];
    sum = sum < taps.lowest ? Values{} + taps.lowest : sum;
    sum = sum > taps.highest ? Values{} + taps.highest : sum;
    *reinterpret_cast<Values*>(y + first + v * kValues) = sum;
  }
}

// One row of output pixels.
FOR_EACH_PROCESSOR
void Row(const float* image, const Sides sides, const float* filter, const float* bias, int64_t row, Taps& taps,
         float* y) {
  const int64_t channels = sides.channels;
  for (int64_t column = 0; column < sides.output_width; column++, y += channels) {
    taps.count = 0;
    for (int64_t i = 0; i < sides.kernel_height; i++) {
      const int64_t from_row = row * sides.stride - sides.top + i;
      if (from_row < 0 || from_row >= sides.height) continue;
      for (int64_t j = 0; j < sides.kernel_width; j++) {
        const int64_t from_column = column * sides.stride - sides.left + j;
        if (from_column < 0 || from_column >= sides.width) continue;
        taps.inputs[taps.count] = image + (from_row * sides.width + from_column) * channels;
        taps.filters[taps.count++] = filter + (i * sides.kernel_width + j) * channels;
      }
    }
    int64_t first = 0;
    for (; first + 4 * kValues <= channels; first += 4 * kValues) Sum<4>(taps, bias, first, y);
    for (; first + kValues <= channels; first += kValues) Sum<1>(taps, bias, first, y);
    for (; first < channels; first++) {
      float sum = bias[first];
      for (int64_t tap = 0; tap < taps.count; tap++) sum += taps.inputs[tap][first] * taps.filters[tap][first];
      y[first] = std::min(std::max(sum, taps.lowest), taps.highest);
    }
  }
}

// Side of the output and padding before the image, as TensorFlow defines 'SAME' and 'VALID'.
void Pad(int64_t side, int64_t kernel, const Attributes& attributes, int64_t* output, int64_t* before) {
  const int64_t stride = attributes.stride;
  *output = attributes.same ? (side + stride - 1) / stride : std::max<int64_t>(0, (side - kernel + stride) / stride);
  *before = attributes.same ? std::max<int64_t>(0, (*output - 1) * stride + kernel - side) / 2 : 0;
}

// x [batch, height, width, channels], filter [height, width, channels, 1], bias [channels] -> y
void Compute(void* kernel, Call& call) {
  const Attributes& attributes = *static_cast<Attributes*>(kernel);
  TF_Tensor *x = call.Input(0, 4), *filters = call.Input(1, 4);
  if (!call.ok()) return;
  const bool fits = TF_Dim(filters, 2) == TF_Dim(x, 3) && TF_Dim(filters, 3) == 1;
  call.Check(fits && TF_TensorElementCount(filters) > 0, "The filter must have the image's channels, and one output each.");
  call.Check(attributes.stride >= 1 && attributes.stride <= kMostStride, "The stride must be from 1 to 2^31.");
  const float* bias = call.Values(2, TF_Dim(x, 3));
  if (!call.ok()) return;
  const int64_t kernel_height = TF_Dim(filters, 0), kernel_width = TF_Dim(filters, 1);
  Sides sides{TF_Dim(x, 1), TF_Dim(x, 2), TF_Dim(x, 3), kernel_height, kernel_width, attributes.stride, 0, 0, 0};
  int64_t output_height;
  Pad(sides.height, sides.kernel_height, attributes, &output_height, &sides.top);
  Pad(sides.width, sides.kernel_width, attributes, &sides.output_width, &sides.left);
  const float* images = static_cast<const float*>(TF_TensorData(x));
  const float* filter = static_cast<const float*>(TF_TensorData(filters));
  float* y = call.Output(0, {TF_Dim(x, 0), output_height, sides.output_width, sides.channels});
  if (!call.ok()) return;
  const float infinity = std::numeric_limits<float>::infinity();
  const float lowest = attributes.highest > 0 ? 0 : -infinity;
  const float highest = attributes.highest > 0 ? attributes.highest : infinity;
  const int64_t row_values = sides.output_width * sides.channels;
  ForRows(TF_Dim(x, 0) * output_height, row_values, [&](int64_t begin, int64_t end, int) {
    const int64_t area = sides.kernel_height * sides.kernel_width;
    Taps taps{std::vector<const float*>(area), std::vector<const float*>(area), 0, lowest, highest};
    for (int64_t row = begin; row < end; row++) {
      const float* image = images + row / output_height * sides.height * sides.width * sides.channels;
      Row(image, sides, filter, bias, row % output_height, taps, y + row * row_values);
    }
  });
}

void Read(TF_OpKernelConstruction* construction, Attributes* attributes, TF_Status* status) {
  TF_OpKernelConstruction_GetAttrInt64(construction, "stride", &attributes->stride, status);
  TF_OpKernelConstruction_GetAttrBool(construction, "same", &attributes->same, status);
  TF_OpKernelConstruction_GetAttrFloat(construction, "highest", &attributes->highest, status);
}

// highest: 0 for no ReLU, 6 for ReLU6, infinity for ReLU.
const bool registered = native::Register({"FerDepthwiseConvolution",
                                          {"x: float", "filter: float", "bias: float"},
                                          {"y: float"},
                                          {"stride: int", "same: bool", "highest: float"},
                                          &native::Create<Attributes, Read>,
                                          &native::Run<Compute>,
                                          &native::Delete<Attributes>});

}  // namespace
