#include <algorithm>

#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "rill/ops/array.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

void infer_where(ShapeContext& ctx) {
  const Shape& in = ctx.input(0);
  ctx.set_output(0, in.has_rank() ? Shape{-1, in.rank()} : Shape{-1, -1});
}

// The columns of what is not zero among n, at most kAtOnce, without a jump an element.
constexpr int64_t kAtOnce = 1024;

template <typename T>
int64_t nonzero_columns(const T* x, int64_t n, int32_t* columns) {
  int64_t found = 0;
  for (int64_t i = 0; i < n; ++i) {
    columns[found] = static_cast<int32_t>(i);
    found += x[i] != T{} ? 1 : 0;
  }
  return found;
}

template <typename T>
void where(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const int rank = in.rank();
  ctx.require(rank >= 1, "WhereOp : Unhandled input dimensions: ", rank);
  const T* x = in.data<T>();
  const int64_t n = in.size();
  int64_t count = 0;
  for (int64_t i = 0; i < n; ++i) count += x[i] != T{} ? 1 : 0;
  Tensor& out = ctx.output(0, Shape{count, rank});
  if (count == 0) return;
  int64_t* to = out.data<int64_t>();
  const int64_t row = in.shape().back();
  std::vector<int64_t> index(static_cast<size_t>(rank), 0);
  int32_t columns[kAtOnce];
  for (int64_t begin = 0; begin < n; begin += row) {
    for (int64_t first = 0; first < row; first += kAtOnce) {
      const int64_t found =
          nonzero_columns(x + begin + first, std::min(kAtOnce, row - first), columns);
      for (int64_t i = 0; i < found; ++i) {
        for (int d = 0; d < rank - 1; ++d) *to++ = index[static_cast<size_t>(d)];
        *to++ = first + columns[i];
      }
    }
    for (int d = rank - 2; d >= 0 && ++index[static_cast<size_t>(d)] == in.shape()[d]; --d) {
      index[static_cast<size_t>(d)] = 0;
    }
  }
}

void run_where(KernelContext& ctx) {
  dispatch_any_number(ctx.input(0).dtype(), "Where", [&]<typename T>() { where<T>(ctx); });
}

}  // namespace

Value ops::where(const Value& condition) { return emit("Where", {condition}); }

void register_where(OpRegistry& registry) {
  registry.add(
      {.signature = "Where(input: T) -> (index: int64)",
       .attrs = {type_attr(
           "T",
           type_set<DType::float32, DType::float64, DType::int32, DType::uint8, DType::int16,
                    DType::int8, DType::complex64, DType::int64, DType::bool_, DType::qint8,
                    DType::quint8, DType::qint32, DType::bfloat16, DType::qint16, DType::quint16,
                    DType::uint16, DType::complex128, DType::float16, DType::uint32, DType::uint64>,
           DType::bool_)},
       .shape = infer_where,
       .kernel = run_where});
}

}  // namespace rill
