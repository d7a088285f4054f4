// Runs a recorded list of TensorFlow ops in one call.
//
// A training step calls some 600 ops from JavaScript, which costs 10 to 15 % of its time, and its tensors live until the
// step ends. Here no JavaScript runs between two ops, and a tensor is given up before the op that reads it last, so that
// TensorFlow can write the result into its memory.
//
// The values of a list have numbers. Those from outside, its sources, come as tensors of the binding at each call; constants
// belong to the list. The new values of variables replace the old ones at the end: if an op fails, all keep theirs.
//
// Called by lib/tensorflow/tape.ts.

#include "tape.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "attributeLists.h"
#include "blockedSignals.h"
#include "tensorflow/c/eager/c_api.h"
#include "tensorflow/c/eager/c_api_experimental.h"
#include "tfjs_backend.h"

namespace tfnodejs {

// Defined in the binding's tfjs_backend.cc.
void AssignOpAttr(napi_env env, TFE_Op* op, napi_value attribute);

}  // namespace tfnodejs

namespace native {

namespace {

template <typename Object, void (*destroy)(Object*)>
struct Deleter {
  void operator()(Object* object) const { destroy(object); }
};

using Handle = std::unique_ptr<TFE_TensorHandle, Deleter<TFE_TensorHandle, TFE_DeleteTensorHandle>>;
using Op = std::unique_ptr<TFE_Op, Deleter<TFE_Op, TFE_DeleteOp>>;
using Status = std::unique_ptr<TF_Status, Deleter<TF_Status, TF_DeleteStatus>>;

struct Step {
  std::string name;
  // Never executed.
  Op attributes;
  std::vector<int32_t> inputs;
  // Inputs that no later step reads, and results that none does.
  std::vector<int32_t> last, unread;
  int32_t output = 0, outputs = 0;
};

struct Tape {
  std::vector<Step> steps;
  std::vector<int32_t> sources;
  std::vector<std::pair<int32_t, Handle>> constants;
  // The position of a variable among the sources, and the number of its next value.
  std::vector<std::pair<int32_t, int32_t>> updates;
  std::vector<int32_t> results;
  int32_t values = 0;
};

// The elements of an Int32Array, which JavaScript keeps during a call.
struct Integers {
  const int32_t* data = nullptr;
  size_t size = 0;

  Integers(napi_env env, napi_value value) {
    void* start = nullptr;
    if (napi_get_typedarray_info(env, value, nullptr, &size, &start, nullptr, nullptr) != napi_ok) size = 0;
    data = static_cast<const int32_t*>(start);
  }

  std::vector<int32_t> Copy() const { return std::vector<int32_t>(data, data + size); }
};

bool Pending(napi_env env) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  return pending;
}

napi_value Throw(napi_env env, const std::string& message) {
  napi_throw_error(env, nullptr, message.c_str());
  return nullptr;
}

// Returns whether all went well; otherwise throws what TensorFlow says.
bool Check(napi_env env, const Status& status, const std::string& name) {
  if (TF_GetCode(status.get()) == TF_OK) return true;
  Throw(env, name + ": " + TF_Message(status.get()));
  return false;
}

std::string TextOf(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  std::string text(length, '\0');
  napi_get_value_string_utf8(env, value, &text[0], length + 1, &length);
  return text;
}

// Sets the names and attributes of the steps. False if TensorFlow lacks an op.
bool ReadOps(napi_env env, napi_value names, napi_value attributes, TFE_Context* context, std::vector<Step>* steps) {
  const Status status(TF_NewStatus());
  EachElement(env, names, [&](napi_value name) {
    steps->emplace_back();
    steps->back().name = TextOf(env, name);
  });
  auto step = steps->begin();
  EachElement(env, attributes, [&](napi_value list) {
    if (Pending(env) || step == steps->end()) return;
    step->attributes.reset(TFE_NewOp(context, step->name.c_str(), status.get()));
    if (!Check(env, status, step->name)) return;
    EachElement(env, list, [&](napi_value attribute) {
      if (!Pending(env)) tfnodejs::AssignOpAttr(env, step->attributes.get(), attribute);
    });
    ++step;
  });
  return !Pending(env) && step == steps->end();
}

// Sets which values the steps read and make, and counts all values.
void ReadWiring(const Integers& wiring, Tape* tape) {
  const int32_t* next = wiring.data;
  for (Step& step : tape->steps) {
    const int32_t inputs = *next++;
    step.inputs.assign(next, next + inputs);
    next += inputs;
    step.output = *next++;
    step.outputs = *next++;
    for (int32_t input : step.inputs) tape->values = std::max(tape->values, input + 1);
    tape->values = std::max(tape->values, step.output + step.outputs);
  }
  for (int32_t value : tape->sources) tape->values = std::max(tape->values, value + 1);
  for (const auto& constant : tape->constants) tape->values = std::max(tape->values, constant.first + 1);
}

// Finds for each step which values are not read after it.
void FindLastReaders(Tape* tape) {
  std::vector<bool> read(tape->values, false);
  for (const auto& update : tape->updates) read[update.second] = true;
  for (int32_t value : tape->results) read[value] = true;
  // These belong to others.
  for (int32_t value : tape->sources) read[value] = true;
  for (const auto& constant : tape->constants) read[constant.first] = true;
  for (auto step = tape->steps.rbegin(); step != tape->steps.rend(); ++step) {
    for (int32_t i = 0; i < step->outputs; i++) {
      if (!read[step->output + i]) step->unread.push_back(step->output + i);
    }
    for (int32_t value : step->inputs) {
      if (!read[value]) step->last.push_back(value);
      read[value] = true;
    }
  }
}

// The values of one replay.
class Values {
 public:
  explicit Values(int32_t count) : all_(count, nullptr), own_(count) {}

  TFE_TensorHandle* operator[](int32_t value) const { return all_[value]; }
  void Borrow(int32_t value, TFE_TensorHandle* handle) { all_[value] = handle; }
  void Free(int32_t value) { own_[value].reset(); }

  void Own(int32_t value, TFE_TensorHandle* handle) {
    own_[value].reset(handle);
    all_[value] = handle;
  }

 private:
  std::vector<TFE_TensorHandle*> all_;
  std::vector<Handle> own_;
};

// Runs a step with an op object that each of them uses in turn. False if it fails.
bool Execute(const Step& step, TFE_Op* op, Values* values, TF_Status* status) {
  // Also frees the inputs of the step before.
  TFE_OpReset(op, step.name.c_str(), nullptr, status);
  if (TF_GetCode(status) != TF_OK) return false;
  TFE_OpAddAttrs(op, TFE_OpGetAttrs(step.attributes.get()));
  for (int32_t input : step.inputs) {
    TFE_OpAddInput(op, (*values)[input], status);
    if (TF_GetCode(status) != TF_OK) return false;
  }
  for (int32_t value : step.last) values->Free(value);
  std::vector<TFE_TensorHandle*> outputs(step.outputs, nullptr);
  int count = step.outputs;
  TFE_Execute(op, outputs.data(), &count, status);
  for (int i = 0; i < count && i < step.outputs; i++) values->Own(step.output + i, outputs[i]);
  for (int32_t value : step.unread) values->Free(value);
  return TF_GetCode(status) == TF_OK;
}

// Runs all steps. False, with an exception in JavaScript, if one fails.
bool RunSteps(napi_env env, const Tape& tape, TFE_Context* context, Values* values) {
  if (tape.steps.empty()) return true;
  const BlockedSignals blocked;
  const Status status(TF_NewStatus());
  const Op op(TFE_NewOp(context, tape.steps[0].name.c_str(), status.get()));
  if (!Check(env, status, tape.steps[0].name)) return false;
  for (const Step& step : tape.steps) {
    if (!Execute(step, op.get(), values, status.get())) return Check(env, status, step.name);
  }
  return true;
}

}  // namespace

void Tapes::AddTo(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"makeTape", nullptr, Make, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"replayTape", nullptr, Replay, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  napi_define_properties(env, exports, 2, functions);
}

// names, attributes, wiring, sources, constants, updates, results -> tape
// The wiring has for each op: the number of its inputs, the inputs, its first result, the number of results. Constants are
// pairs of value and tensor, updates pairs of position among the sources and value.
napi_value Tapes::Make(napi_env env, napi_callback_info info) {
  size_t count = 7;
  napi_value arguments[7];
  tfnodejs::TFJSBackend* backend = nullptr;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  napi_get_instance_data(env, reinterpret_cast<void**>(&backend));
  if (!backend || count < 7) return Throw(env, "makeTape takes 7 arguments.");
  auto tape = std::make_unique<Tape>();
  if (!ReadOps(env, arguments[0], arguments[1], backend->tfe_context_, &tape->steps)) return nullptr;
  const Integers constants(env, arguments[4]), updates(env, arguments[5]);
  tape->sources = Integers(env, arguments[3]).Copy();
  tape->results = Integers(env, arguments[6]).Copy();
  const Status status(TF_NewStatus());
  for (size_t i = 0; i < constants.size; i += 2) {
    const auto found = backend->tfe_handle_map_.find(constants.data[i + 1]);
    if (found == backend->tfe_handle_map_.end()) return Throw(env, "A constant of the tape does not exist.");
    Handle handle(TFE_TensorHandleCopySharingTensor(found->second, status.get()));
    if (!Check(env, status, "A constant")) return nullptr;
    tape->constants.emplace_back(constants.data[i], std::move(handle));
  }
  for (size_t i = 0; i < updates.size; i += 2) tape->updates.emplace_back(updates.data[i], updates.data[i + 1]);
  ReadWiring(Integers(env, arguments[2]), tape.get());
  FindLastReaders(tape.get());
  napi_value external = nullptr;
  const auto finalize = [](napi_env, void* data, void*) { delete static_cast<Tape*>(data); };
  if (napi_create_external(env, tape.get(), finalize, nullptr, &external) == napi_ok) tape.release();
  return external;
}

// tape, ids of the sources -> results
napi_value Tapes::Replay(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  void* data = nullptr;
  tfnodejs::TFJSBackend* backend = nullptr;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  napi_get_instance_data(env, reinterpret_cast<void**>(&backend));
  if (!backend || count < 2 || napi_get_value_external(env, arguments[0], &data) != napi_ok) {
    return Throw(env, "replayTape takes a tape and the ids of its sources.");
  }
  const Tape& tape = *static_cast<Tape*>(data);
  const Integers ids(env, arguments[1]);
  auto& tensors = backend->tfe_handle_map_;
  if (ids.size != tape.sources.size()) return Throw(env, "The tape has another number of sources.");
  Values values(tape.values);
  for (const auto& constant : tape.constants) values.Borrow(constant.first, constant.second.get());
  for (size_t i = 0; i < ids.size; i++) {
    const auto found = tensors.find(ids.data[i]);
    if (found == tensors.end()) return Throw(env, "A tensor that the tape reads does not exist any more.");
    values.Borrow(tape.sources[i], found->second);
  }
  if (!RunSteps(env, tape, backend->tfe_context_, &values)) return nullptr;
  const Status status(TF_NewStatus());
  // All copies are made before the first variable changes.
  std::vector<Handle> updated, results;
  const auto copy = [&](int32_t value, std::vector<Handle>* copies) {
    copies->emplace_back(TFE_TensorHandleCopySharingTensor(values[value], status.get()));
    return Check(env, status, "A result");
  };
  for (const auto& update : tape.updates) {
    if (!copy(update.second, &updated)) return nullptr;
  }
  for (int32_t value : tape.results) {
    if (!copy(value, &results)) return nullptr;
  }
  for (size_t i = 0; i < updated.size(); i++) {
    TFE_TensorHandle*& variable = tensors[ids.data[tape.updates[i].first]];
    TFE_DeleteTensorHandle(variable);
    variable = updated[i].release();
  }
  napi_value list;
  napi_create_array_with_length(env, results.size(), &list);
  for (size_t i = 0; i < results.size(); i++) {
    napi_set_element(env, list, i, backend->GenerateOutputTensorInfo(env, results[i].release()));
  }
  return list;
}

}  // namespace native
