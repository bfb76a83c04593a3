// Any operation by the name that TensorFlow gives it: eagerly, or as a node of the graph that its
// inputs belong to. rill/raw_ops.hpp has one function for each.
#pragma once

#include <string_view>
#include <type_traits>

#include "rill/export.hpp"
#include "rill/graph.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// Lists among the inputs are written out one after the other. Attributes that the inputs tell (T,
// N) and those with a default may be left out. Throws NOT_FOUND for an unknown name (with the
// nearest one), INVALID_ARGUMENT for inputs and attributes that do not fit.
RILL_API Values call(std::string_view op, const Values& inputs, AttrMap attrs = {},
                     std::string_view name = {});

// Single inputs and lists of them, one after the other.
template <typename... Parts>
Values joined(const Parts&... parts) {
  Values all;
  const auto append = [&](const auto& part) {
    if constexpr (std::is_same_v<std::decay_t<decltype(part)>, Values>) {
      all.insert(all.end(), part.begin(), part.end());
    } else {
      all.push_back(part);
    }
  };
  (append(parts), ...);
  return all;
}

}  // namespace rill::ops
