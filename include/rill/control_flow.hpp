// Conditionals and loops that run eagerly and trace into If, Case and While alike.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill {

using Branch = std::function<Values()>;

// tf.cond: one of the two runs. In a graph both are traced, and must give as many values of the
// same dtypes. `pred`: a bool scalar. Throws INVALID_ARGUMENT when the branches differ.
RILL_API Values cond(const Value& pred, const Branch& true_fn, const Branch& false_fn);

// tf.switch_case: branch `index` runs; the last one when the index is out of range. `index`: int32.
RILL_API Values switch_case(const Value& index, const std::vector<Branch>& branches);

struct WhileOptions {
  int64_t maximum_iterations = -1;  // none
  // Shapes that stay true in every turn, one a variable; where none is given, the first value's.
  std::vector<Shape> shape_invariants = {};
};

// tf.while_loop: `body` runs on the variables as long as `cond` says so.
// Throws INVALID_ARGUMENT when the body changes the number or the dtypes of the variables.
RILL_API Values while_loop(const std::function<Value(const Values& vars)>& cond,
                           const std::function<Values(const Values& vars)>& body,
                           const Values& loop_vars, const WhileOptions& options = {});

// tf.map_fn: `fn` on each row of `elems`, the results stacked. An empty `elems` needs a graph.
RILL_API Value map_fn(const std::function<Value(const Value& row)>& fn, const Value& elems);
// tf.vectorized_map: `fn` is traced for one row and run on all rows at once, each op with the rows
// in front. Where an op that depends on the row cannot do so, or has an effect (a random number, an
// assignment), it is map_fn.
RILL_API Value vectorized_map(const std::function<Value(const Value& row)>& fn, const Value& elems);

struct ScanOptions {
  bool reverse = false;
};
// tf.scan: fn(accumulator, row) from row to row; all accumulators stacked. Without an initializer
// (an empty tensor) the first row is it.
RILL_API Value scan(const std::function<Value(const Value& accumulator, const Value& row)>& fn,
                    const Value& elems, const Value& initializer = {},
                    const ScanOptions& options = {});
// tf.foldl and tf.foldr: the last accumulator only.
RILL_API Value foldl(const std::function<Value(const Value& accumulator, const Value& row)>& fn,
                     const Value& elems, const Value& initializer = {});
RILL_API Value foldr(const std::function<Value(const Value& accumulator, const Value& row)>& fn,
                     const Value& elems, const Value& initializer = {});

}  // namespace rill
