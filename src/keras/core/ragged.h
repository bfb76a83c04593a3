// Ragged tensors between layers: one value, as RaggedTensorToVariant makes it, that is taken apart
// again without an op.
#pragma once

#include <optional>

#include "keras/core/ops.h"
#include "rill/keras/keras_tensor.hpp"

namespace rill::keras {

struct Ragged {
  Values splits;  // of int64, outermost first; at least one
  Value values;   // of the innermost rows

  Value packed() const;
  // [rows, ?, ..., those of the values after the first]
  Shape shape() const;
  int rank() const { return static_cast<int>(splits.size()) + values.rank(); }
  // The same rows with other values, one for each of these.
  Ragged with(Value others) const { return {splits, std::move(others)}; }
};

bool is_ragged(const Value& x);
// Throws INVALID_ARGUMENT for a dense value.
Ragged unpack_ragged(const Value& x);
// Its parts out of a variant of which only this is known, as those that are fed.
Ragged unpack_ragged(const Value& x, int ragged_rank, DType dtype);
// Of a tensor whose first `ragged_rank` + 1 dimensions become rows, each as long as the next.
Ragged ragged_from_dense(const Value& x, int ragged_rank);
// Each row cut to its length.
Ragged ragged_from_lengths(const Value& dense, const Value& lengths);
Value splits_from_lengths(const Value& lengths);
Value splits_from_rows(const Value& row_of_each, const Value& rows);
Value row_lengths(const Value& splits);
// For each value the row it lies in.
Value row_of_each(const Value& splits);
Value row_count(const Value& splits);
// Of one ragged dimension.
Ragged with_rows_reversed(const Ragged& x);
// Rows are filled up; `shape` may be empty, its unknown dimensions are those of the longest rows.
Value ragged_to_dense(const Ragged& x, const Value& filling,
                      const std::vector<int64_t>& shape = {});
// Zero, false or "".
Value usual_filling(DType dtype);

}  // namespace rill::keras
