// The operations of src/ops/reduce as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value All(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("All", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Value Any(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Any", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Value ArgMax(const Value& input, const Value& dimension, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ArgMax", {input, dimension}, std::move(attrs), node)[0];
}
inline Value ArgMin(const Value& input, const Value& dimension, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ArgMin", {input, dimension}, std::move(attrs), node)[0];
}
inline Value EuclideanNorm(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EuclideanNorm", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Value L2Loss(const Value& t, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("L2Loss", {t}, std::move(attrs), node)[0];
}
inline Value Max(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Max", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Value Mean(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Mean", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Value Min(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Min", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Value Prod(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Prod", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Value SegmentMax(const Value& data, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SegmentMax", {data, segment_ids}, std::move(attrs), node)[0];
}
inline Value SegmentMean(const Value& data, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SegmentMean", {data, segment_ids}, std::move(attrs), node)[0];
}
inline Value SegmentMin(const Value& data, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SegmentMin", {data, segment_ids}, std::move(attrs), node)[0];
}
inline Value SegmentProd(const Value& data, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SegmentProd", {data, segment_ids}, std::move(attrs), node)[0];
}
inline Value SegmentSum(const Value& data, const Value& segment_ids, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SegmentSum", {data, segment_ids}, std::move(attrs), node)[0];
}
inline Value Sum(const Value& input, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Sum", {input, reduction_indices}, std::move(attrs), node)[0];
}
inline Value UnsortedSegmentMax(const Value& data, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnsortedSegmentMax", {data, segment_ids, num_segments}, std::move(attrs), node)[0];
}
inline Value UnsortedSegmentMin(const Value& data, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnsortedSegmentMin", {data, segment_ids, num_segments}, std::move(attrs), node)[0];
}
inline Value UnsortedSegmentProd(const Value& data, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnsortedSegmentProd", {data, segment_ids, num_segments}, std::move(attrs), node)[0];
}
inline Value UnsortedSegmentSum(const Value& data, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnsortedSegmentSum", {data, segment_ids, num_segments}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
