// The reverse sweep that tape and symbolic gradients share: records of ops in the order in which
// they ran (or would run), walked backwards, each op's gradient function called once with all that
// flows into its outputs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "op/emit.h"
#include "rill/autodiff.hpp"

namespace rill::autodiff {

// Which value it is: a node's output, a variable, or a dense tensor by its handle.
struct ValueKey {
  const void* object = nullptr;
  int64_t part = 0;
  bool operator==(const ValueKey&) const = default;
};
struct ValueKeyHash {
  size_t operator()(const ValueKey& key) const {
    return std::hash<const void*>()(key.object) * 31 + std::hash<int64_t>()(key.part);
  }
};
using ValueKeys = std::unordered_set<ValueKey, ValueKeyHash>;
ValueKey key_of(const Value& value);

// Gradients flow through floating and complex values, and through lists and variables of them.
bool is_differentiable(DType dtype);

// A gradient given by a user or made for one call.
using CustomGradient = std::function<Values(const GradContext&)>;

struct GradRecord {
  const OpDef* def = nullptr;
  AttrMap attrs;
  Values inputs;
  Values outputs;
  std::shared_ptr<const CustomGradient> custom;  // null: the op's own
};

struct BackpropRequest {
  Values targets;
  Values seeds;  // one a target; empty: ones
  Values sources;
  Values stops;
  bool unconnected_zeros = false;
  bool indexed_slices = false;
};

// `records` in forward order. Throws UNIMPLEMENTED naming an op without a gradient.
Values backprop(const std::vector<GradRecord>& records, const BackpropRequest& request);

// The sum of gradients of one value: slices stay slices when all are. Empty for none.
Value accumulate(std::vector<Value> gradients);

// Zeros of the value's shape; for the handle of a variable, of the variable's.
Value zeros_of(const Value& value);

// What stands in for the op's own gradient: what register_gradient() said of the op or of the name
// in _gradient_op_type, what a SavedModel keeps for the node, or, where the name is that of another
// op, the gradient of that one. A name that nobody knows is an error once it is asked for. Null:
// the op has its own.
std::shared_ptr<const CustomGradient> replaced_gradient(const OpDef& def, const AttrMap& attrs);

// A user's gradient function as the sweep calls it.
std::shared_ptr<const CustomGradient> custom(const GradientFunction& function);

// Gradients that need the graph around a node: function calls, conditionals, loops. Null: none.
GradientFn structural_gradient(const std::string& op);

}  // namespace rill::autodiff
