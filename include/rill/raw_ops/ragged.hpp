// The operations of src/ops/ragged as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Values RaggedGather(const Values& params_nested_splits, const Value& params_dense_values, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedGather", ops::joined(params_nested_splits, params_dense_values, indices), std::move(attrs), node);
}
inline Values RaggedRange(const Value& starts, const Value& limits, const Value& deltas, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedRange", {starts, limits, deltas}, std::move(attrs), node);
}
inline Values RaggedTensorFromVariant(const Value& encoded_ragged, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedTensorFromVariant", {encoded_ragged}, std::move(attrs), node);
}
inline Values RaggedTensorToSparse(const Values& rt_nested_splits, const Value& rt_dense_values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedTensorToSparse", ops::joined(rt_nested_splits, rt_dense_values), std::move(attrs), node);
}
inline Value RaggedTensorToTensor(const Value& shape, const Value& values, const Value& default_value, const Values& row_partition_tensors, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedTensorToTensor", ops::joined(shape, values, default_value, row_partition_tensors), std::move(attrs), node)[0];
}
inline Value RaggedTensorToVariant(const Values& rt_nested_splits, const Value& rt_dense_values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedTensorToVariant", ops::joined(rt_nested_splits, rt_dense_values), std::move(attrs), node)[0];
}
inline Value RaggedTensorToVariantGradient(const Value& encoded_ragged_grad, const Value& row_splits, const Value& dense_values_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RaggedTensorToVariantGradient", {encoded_ragged_grad, row_splits, dense_values_shape}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
