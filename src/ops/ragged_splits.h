// Row splits of ragged tensors: row r has the values [splits[r], splits[r + 1]).
#pragma once

#include <cstdint>
#include <vector>

#include "op/kernel_context.h"

namespace rill {

using Splits = std::vector<int64_t>;

// Input i as splits of `values` values (-1: of any number). Throws INVALID_ARGUMENT unless they
// begin with 0, never decrease, and end with `values`.
Splits splits_input(const KernelContext& ctx, int i, int64_t values = -1);
// Inputs [first, first + n) as nested splits down to `values` rows of dense values.
std::vector<Splits> nested_splits_input(const KernelContext& ctx, int first, int n, int64_t values);
void put_splits(KernelContext& ctx, int o, const Splits& splits);
Tensor splits_tensor(const Splits& splits, DType dtype);
// Rows of `from` (along the first dimension) one after the other in output o.
void put_rows(KernelContext& ctx, int o, const Tensor& from, const std::vector<int64_t>& rows);

}  // namespace rill
