// The operations of src/ops/ctc as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Values CTCBeamSearchDecoder(const Value& inputs_, const Value& sequence_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CTCBeamSearchDecoder", {inputs_, sequence_length}, std::move(attrs), node);
}
inline Values CTCGreedyDecoder(const Value& inputs_, const Value& sequence_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CTCGreedyDecoder", {inputs_, sequence_length}, std::move(attrs), node);
}
inline Values CTCLoss(const Value& inputs_, const Value& labels_indices, const Value& labels_values, const Value& sequence_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CTCLoss", {inputs_, labels_indices, labels_values, sequence_length}, std::move(attrs), node);
}
inline Values CTCLossV2(const Value& inputs_, const Value& labels_indices, const Value& labels_values, const Value& sequence_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CTCLossV2", {inputs_, labels_indices, labels_values, sequence_length}, std::move(attrs), node);
}
inline Value EditDistance(const Value& hypothesis_indices, const Value& hypothesis_values, const Value& hypothesis_shape, const Value& truth_indices, const Value& truth_values, const Value& truth_shape, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EditDistance", {hypothesis_indices, hypothesis_values, hypothesis_shape, truth_indices, truth_values, truth_shape}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
