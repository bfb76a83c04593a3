#include "ops/ragged_splits.h"

#include <algorithm>

#include "ops/args.h"
#include "tensor/dispatch.h"

namespace rill {

Splits splits_input(const KernelContext& ctx, int i, int64_t values) {
  const Tensor& t = ctx.input(i);
  ctx.require(t.rank() == 1 && t.dim(0) > 0,
              "row splits must be a vector with at least one element, got shape ", t.shape());
  Splits splits = t.to_vector<int64_t>();
  ctx.require(splits.front() == 0, "row splits must begin with 0, not ", splits.front());
  for (size_t r = 1; r < splits.size(); ++r) {
    ctx.require(splits[r] >= splits[r - 1], "row splits must be sorted, but splits[", r,
                "] = ", splits[r], " comes after ", splits[r - 1]);
  }
  ctx.require(values < 0 || splits.back() == values, "the row splits end with ", splits.back(),
              " but there are ", values, " values");
  return splits;
}

std::vector<Splits> nested_splits_input(const KernelContext& ctx, int first, int n,
                                        int64_t values) {
  std::vector<Splits> nested(static_cast<size_t>(n));
  for (int k = n - 1; k >= 0; --k) {
    nested[static_cast<size_t>(k)] = splits_input(ctx, first + k, values);
    values = static_cast<int64_t>(nested[static_cast<size_t>(k)].size()) - 1;
  }
  return nested;
}

Tensor splits_tensor(const Splits& splits, DType dtype) {
  Tensor out(dtype, Shape{static_cast<int64_t>(splits.size())});
  dispatch_index(dtype, "row splits", [&]<typename T>() {
    for (size_t i = 0; i < splits.size(); ++i) out.data<T>()[i] = static_cast<T>(splits[i]);
  });
  return out;
}

void put_splits(KernelContext& ctx, int o, const Splits& splits) {
  ctx.set_output(o, splits_tensor(splits, ctx.output_dtype(o)));
}

void put_rows(KernelContext& ctx, int o, const Tensor& from, const std::vector<int64_t>& rows) {
  const Shape inner = sub_shape(from.shape(), 1, from.rank());
  const int64_t step = inner.num_elements();
  Tensor& out = ctx.output(o, join(Shape{static_cast<int64_t>(rows.size())}, inner));
  dispatch_by_size(from.dtype(), "ragged values", [&]<typename T>() {
    T* to = static_cast<T*>(out.raw());
    for (const int64_t r : rows) {
      to = std::copy_n(static_cast<const T*>(from.raw()) + r * step, step, to);
    }
  });
}

}  // namespace rill
