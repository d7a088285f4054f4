// Joins tensors into one vector and splits it again, as TensorFlow ops for the CPU.
//
// The optimizer works on one vector of all gradients and weights. Composed of ops, that takes a reshape for each of about
// a hundred tensors, and a call from JavaScript costs more than copying most of them.
//
// Called by lib/tensorflow/flatten.ts.

#include <cstdint>
#include <cstring>
#include <vector>

#include "kernel.h"

namespace {

using native::Call;

// tensors -> vector
void Flatten(void*, Call& call) {
  std::vector<TF_Tensor*> tensors;
  int64_t size = 0;
  for (int i = 0; i < call.inputs(); i++) {
    tensors.push_back(call.Input(i));
    if (!call.ok()) return;
    size += TF_TensorElementCount(tensors.back());
  }
  float* vector = call.Output(0, {size});
  if (!call.ok()) return;
  for (const TF_Tensor* tensor : tensors) {
    // An empty tensor has no address.
    if (TF_TensorByteSize(tensor) == 0) continue;
    std::memcpy(vector, TF_TensorData(tensor), TF_TensorByteSize(tensor));
    vector += TF_TensorElementCount(tensor);
  }
}

// vector, tensors of the wanted shapes -> tensors
void Unflatten(void*, Call& call) {
  TF_Tensor* vector = call.Input(0);
  if (!call.ok()) return;
  const float* values = static_cast<const float*>(TF_TensorData(vector));
  int64_t left = TF_TensorElementCount(vector);
  for (int i = 1; i < call.inputs(); i++) {
    TF_Tensor* like = call.Input(i);
    if (!call.ok()) return;
    const int64_t size = TF_TensorElementCount(like);
    if (size > left) return call.Fail("The vector is shorter than all tensors together.");
    std::vector<int64_t> shape;
    for (int side = 0; side < TF_NumDims(like); side++) shape.push_back(TF_Dim(like, side));
    float* part = call.Output(i - 1, shape);
    if (!call.ok()) return;
    if (size > 0) std::memcpy(part, values, size * sizeof(float));
    values += size;
    left -= size;
  }
  if (left > 0) call.Fail("The vector is longer than all tensors together.");
}

void* Create(TF_OpKernelConstruction*) { return nullptr; }

void Delete(void*) {}

const bool registered =
    native::Register({"FerFlatten",
                      {"tensors: N * float"},
                      {"vector: float"},
                      {"N: int"},
                      &Create,
                      &native::Run<Flatten>,
                      &Delete}) &&
    native::Register({"FerUnflatten",
                      {"vector: float", "like: N * float"},
                      {"tensors: N * float"},
                      {"N: int"},
                      &Create,
                      &native::Run<Unflatten>,
                      &Delete});

}  // namespace
