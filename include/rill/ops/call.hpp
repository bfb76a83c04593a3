// Any operation by the name that TensorFlow gives it: eagerly, or as a node of the graph that its
// inputs belong to. rill/raw_ops.hpp has one function for each.
#pragma once

#include <string_view>

#include "rill/export.hpp"
#include "rill/graph.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// Lists among the inputs are written out one after the other. Attributes that the inputs tell (T,
// N) and those with a default may be left out. Throws NOT_FOUND for an unknown name (with the
// nearest one), INVALID_ARGUMENT for inputs and attributes that do not fit.
RILL_API Values call(std::string_view op, const Values& inputs, AttrMap attrs = {},
                     std::string_view name = {});

}  // namespace rill::ops
