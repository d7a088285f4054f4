// Batch normalization with an optional ReLU or ReLU6, forward and backward, as TensorFlow ops for the CPU.
//
// TensorFlow's own FusedBatchNormV3 and Relu6 read and write the activations about four times forward and eight times
// backward, and are bound by memory. Here each direction reads them twice (for the sums by channel and for the result)
// and writes them once. The ReLU costs nothing, and its input is not kept for the gradient.
//
// Compiled into the binding of tfjs-node by scripts/setup/binding.mjs; lib/tensorflow/batchNormalization.ts calls it.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernel.h"

namespace {

using native::Call;
using native::ForRows;
using native::Threads;

// Rows summed in float before they are added to sums in double: few enough to be exact to float precision.
constexpr int64_t kRowsPerBlock = 128;

// A ReLU up to a highest value: 6 or infinity.
inline float Relu(float value, float highest) {
  value = value < 0.f ? 0.f : value;
  return value > highest ? highest : value;
}

// The gradient behind a ReLU whose input was z: passes where 0 < z < highest.
inline float BehindRelu(float gradient, float z, float highest) {
  gradient = z > 0.f ? gradient : 0.f;
  return z < highest ? gradient : 0.f;
}

// Adds x - shift and its square to the sums by channel.
FOR_EACH_PROCESSOR
void AddMoments(const float* __restrict x, const float* __restrict shift, int64_t rows, int64_t channels,
                float* __restrict sum, float* __restrict squares) {
  for (int64_t row = 0; row < rows; row++, x += channels) {
    for (int64_t c = 0; c < channels; c++) {
      const float value = x[c] - shift[c];
      sum[c] += value;
      squares[c] += value * value;
    }
  }
}

// y = x * factor + offset, then a ReLU unless highest is 0, maybe in the place of x.
FOR_EACH_PROCESSOR
void Scale(const float* x, const float* __restrict factor, const float* __restrict offset, int64_t rows,
           int64_t channels, float highest, float* y) {
  for (int64_t row = 0; row < rows; row++, x += channels, y += channels) {
    if (highest > 0.f) {
      FOR_EACH_IN_PLACE
      for (int64_t c = 0; c < channels; c++) y[c] = Relu(x[c] * factor[c] + offset[c], highest);
    } else {
      FOR_EACH_IN_PLACE
      for (int64_t c = 0; c < channels; c++) y[c] = x[c] * factor[c] + offset[c];
    }
  }
}

// Adds the gradient behind the ReLU, and its product with x - mean, to the sums by channel.
FOR_EACH_PROCESSOR
void AddGradients(const float* __restrict x, const float* __restrict dy, const float* __restrict factor,
                  const float* __restrict offset, const float* __restrict mean, int64_t rows, int64_t channels,
                  float highest, float* __restrict sum, float* __restrict products) {
  for (int64_t row = 0; row < rows; row++, x += channels, dy += channels) {
    if (highest > 0.f) {
      for (int64_t c = 0; c < channels; c++) {
        const float gradient = BehindRelu(dy[c], x[c] * factor[c] + offset[c], highest);
        sum[c] += gradient;
        products[c] += gradient * (x[c] - mean[c]);
      }
    } else {
      for (int64_t c = 0; c < channels; c++) {
        sum[c] += dy[c];
        products[c] += dy[c] * (x[c] - mean[c]);
      }
    }
  }
}

// dx = factor * gradient + constant + slope * x, maybe in the place of dy.
FOR_EACH_PROCESSOR
void InputGradient(const float* __restrict x, const float* dy, const float* __restrict factor,
                   const float* __restrict offset, const float* __restrict constant, const float* __restrict slope,
                   int64_t rows, int64_t channels, float highest, float* dx) {
  for (int64_t row = 0; row < rows; row++, x += channels, dy += channels, dx += channels) {
    if (highest > 0.f) {
      FOR_EACH_IN_PLACE
      for (int64_t c = 0; c < channels; c++) {
        const float gradient = BehindRelu(dy[c], x[c] * factor[c] + offset[c], highest);
        dx[c] = factor[c] * gradient + constant[c] + slope[c] * x[c];
      }
    } else {
      FOR_EACH_IN_PLACE
      for (int64_t c = 0; c < channels; c++) dx[c] = factor[c] * dy[c] + constant[c] + slope[c] * x[c];
    }
  }
}

// The gradient of y = Relu(x * factor + offset) where only x is trained: dx = factor * gradient. The output shows
// where the ReLU passes, so x is not kept. dx may take the place of dy.
FOR_EACH_PROCESSOR
void FrozenGradient(const float* dy, const float* __restrict y, const float* __restrict factor, int64_t rows,
                    int64_t channels, float highest, float* dx) {
  for (int64_t row = 0; row < rows; row++, dy += channels, y += channels, dx += channels) {
    if (highest > 0.f) {
      FOR_EACH_IN_PLACE
      for (int64_t c = 0; c < channels; c++) dx[c] = factor[c] * BehindRelu(dy[c], y[c], highest);
    } else {
      FOR_EACH_IN_PLACE
      for (int64_t c = 0; c < channels; c++) dx[c] = factor[c] * dy[c];
    }
  }
}

// Two sums by channel over all rows. add(first row, rows, sum, products) adds a block's floats.
struct Sums {
  std::vector<double> first, second;

  template <typename Add>
  Sums(int64_t rows, int64_t channels, const Add& add) : first(channels), second(channels) {
    const int parts = Threads::Get().count();
    std::vector<double> partial(2 * parts * channels);
    ForRows(rows, channels, [&](int64_t begin, int64_t end, int part) {
      double* totals = &partial[2 * part * channels];
      std::vector<float> block(2 * channels);
      for (int64_t row = begin; row < end; row += kRowsPerBlock) {
        std::fill(block.begin(), block.end(), 0.f);
        add(row, std::min(kRowsPerBlock, end - row), block.data(), block.data() + channels);
        for (int64_t i = 0; i < 2 * channels; i++) totals[i] += block[i];
      }
    });
    for (int part = 0; part < parts; part++) {
      for (int64_t c = 0; c < channels; c++) {
        first[c] += partial[2 * part * channels + c];
        second[c] += partial[(2 * part + 1) * channels + c];
      }
    }
  }
};

constexpr char kNoScalar[] = "The values must have a last axis, the channels.";

struct Attributes {
  float epsilon = 0;
  float update_fraction = 0;
  unsigned char training = 0;
  // Of the ReLU; 0 for none.
  float highest = 0;
};

// The shape of a tensor as rows of one value for each channel.
struct Layout {
  std::vector<int64_t> shape;
  int64_t rows = 1, channels = 1;

  explicit Layout(const std::vector<int64_t>& sizes) : shape(sizes) {
    if (shape.empty()) return;
    channels = shape.back();
    for (size_t i = 0; i + 1 < shape.size(); i++) rows *= shape[i];
  }
};

// Normalization is y = x * factor + offset for each channel.
struct Line {
  std::vector<float> factor, offset, inverse_deviation;

  Line(const float* scale, const float* shift, const float* mean, const float* variance, float epsilon,
       int64_t channels)
      : factor(channels), offset(channels), inverse_deviation(channels) {
    for (int64_t c = 0; c < channels; c++) {
      inverse_deviation[c] = 1.f / std::sqrt(variance[c] + epsilon);
      factor[c] = scale[c] * inverse_deviation[c];
      offset[c] = shift[c] - mean[c] * factor[c];
    }
  }
};

// x, scale, offset, moving mean, moving variance -> y, mean, variance, next moving mean, next moving variance
void Forward(void* kernel, Call& call) {
  const Attributes& attributes = *static_cast<Attributes*>(kernel);
  const Layout layout(call.Shape(0));
  const int64_t rows = layout.rows, channels = layout.channels;
  if (!call.Check(!layout.shape.empty(), kNoScalar)) return;
  const float *scale = call.Values(1, channels), *shift = call.Values(2, channels);
  const float *old_mean = call.Values(3, channels), *old_variance = call.Values(4, channels);
  if (!call.ok()) return;
  float* y = call.Output(0, layout.shape, 0);
  const float* x = call.Values(0, rows * channels);
  float *mean = call.Output(1, {channels}), *variance = call.Output(2, {channels});
  float *next_mean = call.Output(3, {channels}), *next_variance = call.Output(4, {channels});
  if (!call.ok()) return;
  if (attributes.training && rows > 0) {
    // Shifted by the first row: the plain mean of squares loses digits if the mean is large.
    const Sums sums(rows, channels, [&](int64_t row, int64_t count, float* sum, float* squares) {
      AddMoments(x + row * channels, x, count, channels, sum, squares);
    });
    for (int64_t c = 0; c < channels; c++) {
      const double distance = sums.first[c] / rows;
      mean[c] = static_cast<float>(distance + x[c]);
      variance[c] = static_cast<float>(std::max(0.0, sums.second[c] / rows - distance * distance));
    }
  } else {
    std::copy(old_mean, old_mean + channels, mean);
    std::copy(old_variance, old_variance + channels, variance);
  }
  const float fraction = attributes.training ? attributes.update_fraction : 0.f;
  for (int64_t c = 0; c < channels; c++) {
    next_mean[c] = old_mean[c] + (mean[c] - old_mean[c]) * fraction;
    next_variance[c] = old_variance[c] + (variance[c] - old_variance[c]) * fraction;
  }
  const Line line(scale, shift, mean, variance, attributes.epsilon, channels);
  ForRows(rows, channels, [&](int64_t begin, int64_t end, int) {
    Scale(x + begin * channels, line.factor.data(), line.offset.data(), end - begin, channels, attributes.highest,
          y + begin * channels);
  });
}

// dy, x, scale, offset, mean, variance -> dx, dscale, doffset
void Backward(void* kernel, Call& call) {
  const Attributes& attributes = *static_cast<Attributes*>(kernel);
  const Layout layout(call.Shape(1));
  const int64_t rows = layout.rows, channels = layout.channels;
  if (!call.Check(!layout.shape.empty(), kNoScalar)) return;
  float* dx = call.Output(0, layout.shape, 0);
  const float *dy = call.Values(0, rows * channels), *x = call.Values(1, rows * channels);
  const float *scale = call.Values(2, channels), *shift = call.Values(3, channels);
  const float *mean = call.Values(4, channels), *variance = call.Values(5, channels);
  float *dscale = call.Output(1, {channels}), *doffset = call.Output(2, {channels});
  if (!call.ok()) return;
  const Line line(scale, shift, mean, variance, attributes.epsilon, channels);
  const float *factor = line.factor.data(), *offset = line.offset.data();
  const Sums sums(rows, channels, [&](int64_t row, int64_t count, float* sum, float* products) {
    const int64_t start = row * channels;
    AddGradients(x + start, dy + start, factor, offset, mean, count, channels, attributes.highest, sum, products);
  });
  // In training the mean and the variance depend on x too, which adds a line in x (Ioffe and Szegedy 2015).
  std::vector<float> constant(channels), slope(channels);
  for (int64_t c = 0; c < channels; c++) {
    const double inverse = line.inverse_deviation[c];
    doffset[c] = static_cast<float>(sums.first[c]);
    dscale[c] = static_cast<float>(sums.second[c] * inverse);
    if (!attributes.training) continue;
    const double tilt = -factor[c] * inverse * inverse * sums.second[c] / rows;
    slope[c] = static_cast<float>(tilt);
    constant[c] = static_cast<float>(-factor[c] * sums.first[c] / rows - tilt * mean[c]);
  }
  ForRows(rows, channels, [&](int64_t begin, int64_t end, int) {
    const int64_t start = begin * channels;
    InputGradient(x + start, dy + start, factor, offset, constant.data(), slope.data(), end - begin, channels,
                  attributes.highest, dx + start);
  });
}

// dy, y, scale, variance -> dx
void FrozenBackward(void* kernel, Call& call) {
  const Attributes& attributes = *static_cast<Attributes*>(kernel);
  const Layout layout(call.Shape(1));
  const int64_t channels = layout.channels;
  if (!call.Check(!layout.shape.empty(), kNoScalar)) return;
  float* dx = call.Output(0, layout.shape, 0);
  const float *dy = call.Values(0, layout.rows * channels), *y = call.Values(1, layout.rows * channels);
  const float *scale = call.Values(2, channels), *variance = call.Values(3, channels);
  if (!call.ok()) return;
  std::vector<float> factor(channels);
  for (int64_t c = 0; c < channels; c++) factor[c] = scale[c] / std::sqrt(variance[c] + attributes.epsilon);
  ForRows(layout.rows, channels, [&](int64_t begin, int64_t end, int) {
    const int64_t start = begin * channels;
    FrozenGradient(dy + start, y + start, factor.data(), end - begin, channels, attributes.highest, dx + start);
  });
}

void Read(TF_OpKernelConstruction* construction, Attributes* attributes, TF_Status* status) {
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &attributes->epsilon, status);
  TF_OpKernelConstruction_GetAttrFloat(construction, "update_fraction", &attributes->update_fraction, status);
  TF_OpKernelConstruction_GetAttrBool(construction, "training", &attributes->training, status);
  TF_OpKernelConstruction_GetAttrFloat(construction, "highest", &attributes->highest, status);
}

const std::vector<const char*> kAttributes = {"epsilon: float", "update_fraction: float", "training: bool", "highest: float"};

const bool registered =
    native::Register({"FerBatchNormalization",
                      {"x: float", "scale: float", "offset: float", "moving_mean: float", "moving_variance: float"},
                      {"y: float", "mean: float", "variance: float", "next_mean: float", "next_variance: float"},
                      kAttributes,
                      &native::Create<Attributes, Read>,
                      &native::Run<Forward>,
                      &native::Delete<Attributes>}) &&
    native::Register({"FerBatchNormalizationGradient",
                      {"dy: float", "x: float", "scale: float", "offset: float", "mean: float", "variance: float"},
                      {"dx: float", "dscale: float", "doffset: float"},
                      kAttributes,
                      &native::Create<Attributes, Read>,
                      &native::Run<Backward>,
                      &native::Delete<Attributes>}) &&
    native::Register({"FerFrozenBatchNormalizationGradient",
                      {"dy: float", "y: float", "scale: float", "variance: float"},
                      {"dx: float"},
                      kAttributes,
                      &native::Create<Attributes, Read>,
                      &native::Run<FrozenBackward>,
                      &native::Delete<Attributes>});

}  // namespace
