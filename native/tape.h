// Lists of TensorFlow ops that run in one call: see tape.cc. scripts/setup/binding.mjs adds them to the binding of tfjs-node.

#ifndef NATIVE_TAPE_H_
#define NATIVE_TAPE_H_

#include <node_api.h>

namespace native {

// A friend of the binding's backend, since it reads and replaces tensors.
struct Tapes {
  // Adds the functions makeTape and replayTape to the binding.
  static void AddTo(napi_env env, napi_value exports);

  static napi_value Make(napi_env env, napi_callback_info info);
  static napi_value Replay(napi_env env, napi_callback_info info);
};

}  // namespace native

#endif  // NATIVE_TAPE_H_
