// Attributes that a gradient op shares with the op it belongs to.
#pragma once

#include <initializer_list>
#include <string_view>

#include "ops/gradients.h"

namespace rill::grads {

// Those that the node states; the others have the same defaults in the gradient op.
inline AttrMap same_attrs(const GradContext& ctx, std::initializer_list<std::string_view> names) {
  AttrMap attrs;
  for (const std::string_view name : names) {
    if (const AttrValue* value = ctx.attrs().find(name)) attrs.set(name, *value);
  }
  return attrs;
}

// What flows back through output i: zeros where that is nothing, as TensorFlow hands it to the
// gradient functions of ops with several outputs.
inline Value gradient_or_zeros(const GradContext& ctx, int i) {
  const Value& dy = ctx.output_gradient(i);
  return dy ? dy : zeros_like(ctx.output(i));
}

}  // namespace rill::grads
