#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "op/op_def.h"

namespace rill {

class OpRegistry {
 public:
  // The family of what is added from now on; empty for ops that a program adds.
  void begin_family(std::string_view family) { family_ = family; }
  // Throws INTERNAL for a signature that does not parse or a name that is taken.
  void add(const OpSpec& spec) { add_def(OpDef(spec)); }
  template <typename T>
  requires std::is_same_v<T, OpDef>  // not what a call writes in braces
  void add(T def) { add_def(std::move(def)); }
  // Null when there is none. The pointer stays valid.
  const OpDef* find(std::string_view name) const;
  std::vector<std::string> names() const;

 private:
  void add_def(OpDef def);

  std::map<std::string, std::unique_ptr<OpDef>, std::less<>> ops_;
  std::string family_;
};

// Every op of the library (and what a program added). Made at first use; add only before threads.
const OpRegistry& op_registry();
OpRegistry& mutable_op_registry();

// Throws UNIMPLEMENTED with the nearest name.
const OpDef& require_op(std::string_view name);

// Written by CMake: calls register_<stem>() of each file in src/ops.
void register_all_ops(OpRegistry& registry);
// The ops that belong to the executor: arguments, results, calls and control flow.
void register_exec_ops(OpRegistry& registry);

}  // namespace rill
