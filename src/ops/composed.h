// Running another op from within a kernel, whatever graph is being built and whoever listens.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "op/emit.h"
#include "op/import.h"
#include "op/registry.h"

namespace rill {

// All outputs. `attrs` names what cannot have a default: types, too.
inline Values run_op_now(std::string_view name, std::initializer_list<Tensor> inputs,
                         AttrMap attrs) {
  const OpDef& def = require_op(name);
  complete_attrs(def, attrs, name);
  return run_eagerly(def, attrs, std::span<const Value>(inputs.begin(), inputs.size()));
}

}  // namespace rill
