// The operations of src/ops/xla as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value XlaConv(const Value& lhs, const Value& rhs, const Value& window_strides, const Value& padding, const Value& lhs_dilation, const Value& rhs_dilation, const Value& feature_group_count, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaConv", {lhs, rhs, window_strides, padding, lhs_dilation, rhs_dilation, feature_group_count}, std::move(attrs), node)[0];
}
inline Value XlaConvV2(const Value& lhs, const Value& rhs, const Value& window_strides, const Value& padding, const Value& lhs_dilation, const Value& rhs_dilation, const Value& feature_group_count, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaConvV2", {lhs, rhs, window_strides, padding, lhs_dilation, rhs_dilation, feature_group_count}, std::move(attrs), node)[0];
}
inline Value XlaDot(const Value& lhs, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaDot", {lhs, rhs}, std::move(attrs), node)[0];
}
inline Value XlaDotV2(const Value& lhs, const Value& rhs, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaDotV2", {lhs, rhs}, std::move(attrs), node)[0];
}
inline Value XlaDynamicSlice(const Value& input, const Value& start_indices, const Value& size_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaDynamicSlice", {input, start_indices, size_indices}, std::move(attrs), node)[0];
}
inline Value XlaDynamicUpdateSlice(const Value& input, const Value& update, const Value& indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaDynamicUpdateSlice", {input, update, indices}, std::move(attrs), node)[0];
}
inline Value XlaEinsum(const Value& a, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaEinsum", {a, b}, std::move(attrs), node)[0];
}
inline Value XlaGather(const Value& operand, const Value& start_indices, const Value& slice_sizes, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaGather", {operand, start_indices, slice_sizes}, std::move(attrs), node)[0];
}
inline Values XlaKeyValueSort(const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaKeyValueSort", {keys, values}, std::move(attrs), node);
}
inline Values XlaOptimizationBarrier(const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaOptimizationBarrier", ops::joined(input), std::move(attrs), node);
}
inline Value XlaPad(const Value& input, const Value& padding_value, const Value& padding_low, const Value& padding_high, const Value& padding_interior, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaPad", {input, padding_value, padding_low, padding_high, padding_interior}, std::move(attrs), node)[0];
}
inline Value XlaReduce(const Value& input, const Value& init_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaReduce", {input, init_value}, std::move(attrs), node)[0];
}
inline Value XlaReducePrecision(const Value& operand, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaReducePrecision", {operand}, std::move(attrs), node)[0];
}
inline Value XlaReduceWindow(const Value& input, const Value& init_value, const Value& window_dimensions, const Value& window_strides, const Value& base_dilations, const Value& window_dilations, const Value& padding, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaReduceWindow", {input, init_value, window_dimensions, window_strides, base_dilations, window_dilations, padding}, std::move(attrs), node)[0];
}
inline Value XlaScatter(const Value& operand, const Value& scatter_indices, const Value& updates, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaScatter", {operand, scatter_indices, updates}, std::move(attrs), node)[0];
}
inline Value XlaSelectAndScatter(const Value& operand, const Value& window_dimensions, const Value& window_strides, const Value& padding, const Value& source, const Value& init_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaSelectAndScatter", {operand, window_dimensions, window_strides, padding, source, init_value}, std::move(attrs), node)[0];
}
inline Values XlaSelfAdjointEig(const Value& a, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaSelfAdjointEig", {a}, std::move(attrs), node);
}
inline Value XlaSharding(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaSharding", {input}, std::move(attrs), node)[0];
}
inline Value XlaSort(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaSort", {input}, std::move(attrs), node)[0];
}
inline Values XlaSvd(const Value& a, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaSvd", {a}, std::move(attrs), node);
}
inline Values XlaVariadicReduce(const Values& input, const Values& init_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaVariadicReduce", ops::joined(input, init_value), std::move(attrs), node);
}
inline Values XlaVariadicReduceV2(const Values& inputs_, const Values& init_values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaVariadicReduceV2", ops::joined(inputs_, init_values), std::move(attrs), node);
}
inline Values XlaVariadicSort(const Values& inputs_, const Value& dimension, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("XlaVariadicSort", ops::joined(inputs_, dimension), std::move(attrs), node);
}

}  // namespace rill::raw_ops
// clang-format on
