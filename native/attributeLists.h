// Attributes of ops that are lists of strings or of types, which TensorFlow's fused ops need and the binding of tfjs-node
// does not pass. scripts/setup/binding.mjs puts the calls into its AssignOpAttr.

#ifndef NATIVE_ATTRIBUTE_LISTS_H_
#define NATIVE_ATTRIBUTE_LISTS_H_

#include <node_api.h>

#include <string>
#include <vector>

#include "tensorflow/c/eager/c_api.h"

namespace native {

// Calls take(element) for each element of an array. False if the value is not an array.
template <typename Take>
bool EachElement(napi_env env, napi_value value, const Take& take) {
  bool is_array = false;
  uint32_t length = 0;
  if (napi_is_array(env, value, &is_array) != napi_ok || !is_array) return false;
  napi_get_array_length(env, value, &length);
  for (uint32_t i = 0; i < length; i++) {
    napi_value element;
    if (napi_get_element(env, value, i, &element) == napi_ok) take(element);
  }
  return true;
}

// Sets an attribute whose value is an array of strings. False if it is not an array.
inline bool SetStrings(napi_env env, TFE_Op* op, const char* name, napi_value value) {
  std::vector<std::string> strings;
  const bool is_array = EachElement(env, value, [&](napi_value element) {
    size_t length = 0;
    napi_get_value_string_utf8(env, element, nullptr, 0, &length);
    std::string text(length, '\0');
    napi_get_value_string_utf8(env, element, &text[0], length + 1, &length);
    strings.push_back(text);
  });
  if (!is_array) return false;
  std::vector<const void*> values;
  std::vector<size_t> lengths;
  for (const std::string& text : strings) {
    values.push_back(text.data());
    lengths.push_back(text.size());
  }
  TFE_OpSetAttrStringList(op, name, values.data(), lengths.data(), static_cast<int>(values.size()));
  return true;
}

// The same for an array of TensorFlow type numbers.
inline bool SetTypes(napi_env env, TFE_Op* op, const char* name, napi_value value) {
  std::vector<TF_DataType> types;
  const bool is_array = EachElement(env, value, [&](napi_value element) {
    int32_t type = 0;
    napi_get_value_int32(env, element, &type);
    types.push_back(static_cast<TF_DataType>(type));
  });
  if (is_array) TFE_OpSetAttrTypeList(op, name, types.data(), static_cast<int>(types.size()));
  return is_array;
}

}  // namespace native

#endif  // NATIVE_ATTRIBUTE_LISTS_H_
