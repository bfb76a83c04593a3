// The dimension numbers of XlaGather and XlaScatter: vectors of indices that say where blocks of an
// operand begin.
#pragma once

#include "base/function_ref.h"
#include "ops/xla.h"

namespace rill::xla {

struct IndexNumbers {
  Ints window_dims;    // of the result or the updates: those that walk through a block
  Ints inserted;       // of the operand: collapsed, a block has size 1 there and no dimension
  Ints index_map;      // element i of a vector of indices counts in dimension index_map[i]
  int64_t vector_dim;  // of the indices: where the vectors lie; its rank: scalars
  Ints operand_batching;
  Ints indices_batching;

  // Throws INVALID_ARGUMENT when the numbers do not fit to the ranks.
  void check(const NodeAccess& node, const Shape& operand, const Shape& indices) const;
  bool is_inserted(int64_t operand_dim) const;
  // What belongs to the dimensions of the operand that a block keeps.
  Ints kept(const Ints& of_operand) const;
  // The dimensions of the indices without that of the vectors.
  Ints batch_dims(int indices_rank) const;
  Ints sorted_window_dims() const;
  // Where in the result or the updates the blocks of a batch index begin.
  int64_t batch_offset(const Ints& batch, const Walk& all) const;
  // Calls `with` for each vector: its batch index, and the start in the operand, not clamped.
  void each_index(int operand_rank, const Tensor& indices,
                  FunctionRef<void(const Ints& batch, const Ints& start)> with) const;
};

}  // namespace rill::xla
