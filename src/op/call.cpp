#include "rill/ops/call.hpp"

#include "op/emit.h"

namespace rill {

Values ops::call(std::string_view op, const Values& inputs, AttrMap attrs, std::string_view name) {
  return emit_all(op, inputs, std::move(attrs), name);
}

}  // namespace rill
