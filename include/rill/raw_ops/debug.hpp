// The operations of src/ops/debug as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline void Assert(const Value& condition, const Values& data, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("Assert", ops::joined(condition, data), std::move(attrs), node);
}
inline Value Print(const Value& input, const Values& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Print", ops::joined(input, data), std::move(attrs), node)[0];
}
inline void PrintV2(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("PrintV2", {input}, std::move(attrs), node);
}
inline Value Timestamp(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Timestamp", {}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
