#include "ops/linalg/gradient_math.h"

#include "ops/gradient_tools.h"

namespace rill::grads {
namespace {

// x[..., begin:end] (one pair) or x[..., begin:end, :] (with a second, open pair); bit 0 of the
// masks is the ellipsis.
Value cut(const Value& x, const std::vector<int32_t>& begin, const std::vector<int32_t>& end,
          int64_t begin_mask, int64_t end_mask) {
  const std::vector<int32_t> strides(begin.size(), 1);
  return emit("StridedSlice",
              {x, Tensor::vector(begin), Tensor::vector(end), Tensor::vector(strides)},
              {{"ellipsis_mask", int64_t{1}}, {"begin_mask", begin_mask}, {"end_mask", end_mask}});
}

}  // namespace

Value adjoint(const Value& x) {
  const char* op = is_complex(x.dtype()) ? "ConjugateTranspose" : "Transpose";
  if (!x.shape().has_rank()) {
    const Value rank = rank_of(x), last = emit("Pack", {rank - 1, rank - 2});
    return emit(op, {x, join({range(Value(0), rank - 2), last})});
  }
  std::vector<int32_t> order;
  for (int d = 0; d + 2 < x.rank(); ++d) order.push_back(d);
  order.insert(order.end(), {x.rank() - 1, x.rank() - 2});
  return emit(op, {x, Tensor::vector(order)});
}

Value rows_of(const Value& x, int64_t begin, int64_t end) {
  const auto b = static_cast<int32_t>(begin), e = static_cast<int32_t>(end);
  return cut(x, {0, b, 0}, {0, e, 0}, 4, end == 0 ? 6 : 4);
}

Value columns_of(const Value& x, int64_t begin, int64_t end) {
  const auto b = static_cast<int32_t>(begin), e = static_cast<int32_t>(end);
  return cut(x, {0, b}, {0, e}, 0, end == 0 ? 2 : 0);
}

}  // namespace rill::grads
