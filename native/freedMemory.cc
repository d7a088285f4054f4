// glibc keeps freed memory for the next allocation: up to 80 MB after a window of a large photo.

#include "freedMemory.h"

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace native {

void AddFreedMemory(napi_env env, napi_value exports) {
  const napi_callback return_memory = [](napi_env, napi_callback_info) -> napi_value {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    return nullptr;
  };
  const napi_property_descriptor function = {
      "returnFreedMemory", nullptr, return_memory, nullptr, nullptr, nullptr, napi_default, nullptr};
  napi_define_properties(env, exports, 1, &function);
}

}  // namespace native
