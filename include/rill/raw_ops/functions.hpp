// The operations of src/ops/functions as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Values Case(const Value& branch_index, const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Case", ops::joined(branch_index, input), std::move(attrs), node);
}
inline Value Enter(const Value& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Enter", {data}, std::move(attrs), node)[0];
}
inline Value Exit(const Value& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Exit", {data}, std::move(attrs), node)[0];
}
inline Value FakeParam(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FakeParam", {}, std::move(attrs), node)[0];
}
inline Values For(const Value& start, const Value& limit, const Value& delta, const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("For", ops::joined(start, limit, delta, input), std::move(attrs), node);
}
inline Values If(const Value& cond, const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("If", ops::joined(cond, input), std::move(attrs), node);
}
inline Value LoopCond(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LoopCond", {input}, std::move(attrs), node)[0];
}
inline Values Merge(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Merge", ops::joined(inputs_), std::move(attrs), node);
}
inline Value NextIteration(const Value& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("NextIteration", {data}, std::move(attrs), node)[0];
}
inline Values PartitionedCall(const Values& args, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PartitionedCall", ops::joined(args), std::move(attrs), node);
}
inline Value RefEnter(const Value& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefEnter", {data}, std::move(attrs), node)[0];
}
inline Value RefExit(const Value& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefExit", {data}, std::move(attrs), node)[0];
}
inline Values RefMerge(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefMerge", ops::joined(inputs_), std::move(attrs), node);
}
inline Value RefNextIteration(const Value& data, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefNextIteration", {data}, std::move(attrs), node)[0];
}
inline Values RefSwitch(const Value& data, const Value& pred, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RefSwitch", {data, pred}, std::move(attrs), node);
}
inline Values RemoteCall(const Value& target, const Values& args, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RemoteCall", ops::joined(target, args), std::move(attrs), node);
}
inline Values StatefulPartitionedCall(const Values& args, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatefulPartitionedCall", ops::joined(args), std::move(attrs), node);
}
inline Values StatelessCase(const Value& branch_index, const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessCase", ops::joined(branch_index, input), std::move(attrs), node);
}
inline Values StatelessIf(const Value& cond, const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessIf", ops::joined(cond, input), std::move(attrs), node);
}
inline Values StatelessWhile(const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StatelessWhile", ops::joined(input), std::move(attrs), node);
}
inline Values Switch(const Value& data, const Value& pred, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Switch", {data, pred}, std::move(attrs), node);
}
inline Values SymbolicGradient(const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SymbolicGradient", ops::joined(input), std::move(attrs), node);
}
inline Values While(const Values& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("While", ops::joined(input), std::move(attrs), node);
}

}  // namespace rill::raw_ops
// clang-format on
