// The function returnFreedMemory of the binding. scripts/setup/binding.mjs adds it.

#ifndef NATIVE_FREED_MEMORY_H_
#define NATIVE_FREED_MEMORY_H_

#include <node_api.h>

namespace native {

// Adds the function returnFreedMemory to the binding.
void AddFreedMemory(napi_env env, napi_value exports);

}  // namespace native

#endif  // NATIVE_FREED_MEMORY_H_
