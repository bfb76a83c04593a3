// The operations of src/ops/summary as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value AudioSummary(const Value& tag, const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AudioSummary", {tag, tensor}, std::move(attrs), node)[0];
}
inline Value AudioSummaryV2(const Value& tag, const Value& tensor, const Value& sample_rate, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AudioSummaryV2", {tag, tensor, sample_rate}, std::move(attrs), node)[0];
}
inline Value HistogramSummary(const Value& tag, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("HistogramSummary", {tag, values}, std::move(attrs), node)[0];
}
inline Value ImageSummary(const Value& tag, const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ImageSummary", {tag, tensor}, std::move(attrs), node)[0];
}
inline Value MergeSummary(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MergeSummary", ops::joined(inputs_), std::move(attrs), node)[0];
}
inline Value ScalarSummary(const Value& tags, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ScalarSummary", {tags, values}, std::move(attrs), node)[0];
}
inline Value TensorSummary(const Value& tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorSummary", {tensor}, std::move(attrs), node)[0];
}
inline Value TensorSummaryV2(const Value& tag, const Value& tensor, const Value& serialized_summary_metadata, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorSummaryV2", {tag, tensor, serialized_summary_metadata}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
