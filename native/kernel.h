// Shared by the kernels: threads, the tensors of a call, registration.

#ifndef NATIVE_KERNEL_H_
#define NATIVE_KERNEL_H_

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

// Compiles the inner loops for each generation of processors; the loader chooses a version.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

// Before a loop that reads and writes one element at a time: input and output may be the same memory.
#if defined(__clang__)
#define FOR_EACH_IN_PLACE _Pragma("clang loop vectorize(assume_safety)")
#else
#define FOR_EACH_IN_PLACE _Pragma("GCC ivdep")
#endif

namespace native {

// A pool of threads, including the caller's: as many as TensorFlow's own ops may use, by default one for each processor.
class Threads {
 public:
  static Threads& Get() {
    static Threads* threads = new Threads();
    return *threads;
  }

  int count() const { return count_; }

  // Calls work(part) for each part from 0 to count() - 1 and waits for all; throws what one of them has thrown.
  void Run(const std::function<void(int)>& work) {
    // TensorFlow may run two ops at once; the parts of one must not mix with those of another.
    std::lock_guard<std::mutex> one(running_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      round_++;
      unfinished_ = count_ - 1;
      thrown_ = nullptr;
    }
    begin_.notify_all();
    Try(work, 0);
    std::unique_lock<std::mutex> lock(mutex_);
    end_.wait(lock, [this] { return unfinished_ == 0; });
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  // An exception that leaves a thread would end the program.
  void Try(const std::function<void(int)>& work, int part) {
    try {
      work(part);
    } catch (...) {
      std::lock_guard<std::mutex> lock(mutex_);
      thrown_ = std::current_exception();
    }
  }

  static int Count() {
    const char* wanted = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int count = wanted ? std::atoi(wanted) : 0;
    return count > 0 ? count : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }

  Threads() : count_(Count()) {
    for (int part = 1; part < count_; part++) std::thread([this, part] { Wait(part); }).detach();
  }

  void Wait(int part) {
    for (uint64_t seen = 0;;) {
      const std::function<void(int)>* work;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        begin_.wait(lock, [&] { return round_ != seen; });
        seen = round_;
        work = work_;
      }
      Try(*work, part);
      std::lock_guard<std::mutex> lock(mutex_);
      if (--unfinished_ == 0) end_.notify_one();
    }
  }

  const int count_;
  int unfinished_ = 0;
  uint64_t round_ = 0;
  const std::function<void(int)>* work_ = nullptr;
  std::exception_ptr thrown_;
  std::mutex running_, mutex_;
  std::condition_variable begin_, end_;
};

// Up to this many values, one thread is faster than waking the others.
constexpr int64_t kFewValues = 1 << 16;

// Splits rows of `channels` values into one range for each thread.
inline void ForRows(int64_t rows, int64_t channels,
                    const std::function<void(int64_t begin, int64_t end, int part)>& work) {
  // Rows of no values can be more than can be counted.
  if (rows == 0 || channels == 0) return;
  if (rows * channels <= kFewValues) return work(0, rows, 0);
  const int parts = Threads::Get().count();
  Threads::Get().Run([&](int part) { work(rows * part / parts, rows * (part + 1) / parts, part); });
}

// More values than any machine's memory holds: 16 TiB.
constexpr int64_t kMostValues = int64_t{1} << 42;

// The tensors of one call; an error in any step is reported to TensorFlow at its end.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}

  ~Call() {
    if (!ok()) TF_OpKernelContext_Failure(context_, status_);
    for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }

  bool ok() const { return TF_GetCode(status_) == TF_OK; }

  void Fail(const std::string& message) {
    if (ok()) TF_SetStatus(status_, TF_INVALID_ARGUMENT, message.c_str());
  }

  // Reports an error unless a condition holds; returns whether all was well so far.
  bool Check(bool holds, const std::string& message) {
    if (!holds) Fail(message);
    return ok();
  }

  int inputs() const { return TF_NumInputs(context_); }

  TF_Tensor* Input(int index) {
    TF_Tensor* tensor = nullptr;
    if (ok()) TF_GetInput(context_, index, &tensor, status_);
    return Keep(tensor);
  }

  // The sizes of an input, which is not held after that: an output may still take its memory.
  std::vector<int64_t> Shape(int index) {
    TF_Tensor* tensor = nullptr;
    if (ok()) TF_GetInput(context_, index, &tensor, status_);
    std::vector<int64_t> shape;
    if (!tensor) return shape;
    for (int i = 0; i < TF_NumDims(tensor); i++) shape.push_back(TF_Dim(tensor, i));
    TF_DeleteTensor(tensor);
    return shape;
  }

  // An input of a certain rank.
  TF_Tensor* Input(int index, int rank) {
    TF_Tensor* tensor = Input(index);
    if (!tensor) return nullptr;
    const std::string name = "Input " + std::to_string(index);
    return Check(TF_NumDims(tensor) == rank, name + " must have rank " + std::to_string(rank) + ".") ? tensor : nullptr;
  }

  // The values of an input that must have this many: a kernel reads as many as the sizes of another input say.
  const float* Values(int index, int64_t count) {
    TF_Tensor* tensor = Input(index);
    if (!tensor) return nullptr;
    const std::string name = "Input " + std::to_string(index);
    Check(TF_TensorElementCount(tensor) == count, name + " must have " + std::to_string(count) + " values.");
    return ok() ? static_cast<const float*>(TF_TensorData(tensor)) : nullptr;
  }

  float* Output(int index, const std::vector<int64_t>& shape) {
    int64_t values = 0;
    if (!Count(shape, &values)) return nullptr;
    const size_t bytes = values * sizeof(float);
    return Floats(TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(), Rank(shape), bytes, status_));
  }

  // An output in the memory of an input of the same size, if nothing else reads that: a tape has given it up. The input must
  // not be held yet.
  float* Output(int index, const std::vector<int64_t>& shape, int input) {
    int64_t values = 0;
    if (!Count(shape, &values)) return nullptr;
    int taken = -1;
    const int64_t* sides = shape.data();
    return Floats(TF_ForwardInputOrAllocateOutput(context_, &input, 1, index, sides, Rank(shape), &taken, status_));
  }

 private:
  static int Rank(const std::vector<int64_t>& shape) { return static_cast<int>(shape.size()); }

  // Counts the values of an output; false if they are too many.
  bool Count(const std::vector<int64_t>& shape, int64_t* values) {
    *values = 1;
    for (int64_t side : shape) {
      if (!Check(side >= 0 && (side == 0 || *values <= kMostValues / side), "The output is too large.")) return false;
      *values *= side;
    }
    return ok();
  }

  float* Floats(TF_Tensor* tensor) {
    tensor = Keep(tensor);
    return tensor ? static_cast<float*>(TF_TensorData(tensor)) : nullptr;
  }

  TF_Tensor* Keep(TF_Tensor* tensor) {
    if (tensor) tensors_.push_back(tensor);
    return ok() ? tensor : nullptr;
  }

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> tensors_;
};

// Creates a kernel's attributes: read(construction, attributes, status) fetches each by its name.
template <typename Attributes, void (*read)(TF_OpKernelConstruction*, Attributes*, TF_Status*)>
void* Create(TF_OpKernelConstruction* construction) {
  Attributes* attributes = new Attributes();
  TF_Status* status = TF_NewStatus();
  read(construction, attributes, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return attributes;
}

template <typename Attributes>
void Delete(void* attributes) {
  delete static_cast<Attributes*>(attributes);
}

// The definition of an op for TensorFlow.
struct Op {
  const char* name;
  std::vector<const char*> inputs, outputs, attributes;
  void* (*create)(TF_OpKernelConstruction*);
  void (*compute)(void*, TF_OpKernelContext*);
  void (*destroy)(void*);
};

// Runs a kernel; memory that it does not get becomes an error of TensorFlow's.
template <void (*compute)(void*, Call&)>
void Run(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  try {
    compute(kernel, call);
  } catch (const std::exception&) {
    call.Fail("There is not enough memory for this op.");
  }
}

// Registers an op and its kernel for the CPU; runs when the binding is loaded.
inline bool Register(const Op& op) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* builder = TF_NewOpDefinitionBuilder(op.name);
  for (const char* input : op.inputs) TF_OpDefinitionBuilderAddInput(builder, input);
  for (const char* output : op.outputs) TF_OpDefinitionBuilderAddOutput(builder, output);
  for (const char* attribute : op.attributes) TF_OpDefinitionBuilderAddAttr(builder, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, [](TF_ShapeInferenceContext* context, TF_Status* result) {
    TF_ShapeInferenceContextSetUnknownShape(context, result);
  });
  TF_RegisterOpDefinition(builder, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_KernelBuilder* kernel = TF_NewKernelBuilder(op.name, "CPU", op.create, op.compute, op.destroy);
    TF_RegisterKernelBuilder(op.name, kernel, status);
  }
  const bool registered = TF_GetCode(status) == TF_OK;
  if (!registered) std::fprintf(stderr, "%s cannot be registered: %s\n", op.name, TF_Message(status));
  TF_DeleteStatus(status);
  return registered;
}

}  // namespace native

#endif  // NATIVE_KERNEL_H_
