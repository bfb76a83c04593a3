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

template <typename T>
void where(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const int rank = in.rank();
  const T* x = in.data<T>();
  const int64_t n = in.size();
  int64_t count = 0;
  for (int64_t i = 0; i < n; ++i) count += x[i] != T{} ? 1 : 0;
  Tensor& out = ctx.output(0, Shape{count, rank});
  int64_t* to = out.data<int64_t>();
  std::vector<int64_t> index(static_cast<size_t>(rank), 0);
  for (int64_t i = 0; i < n; ++i) {
    if (x[i] != T{}) to = std::copy(index.begin(), index.end(), to);
    for (int d = rank - 1; d >= 0 && ++index[static_cast<size_t>(d)] == in.shape()[d]; --d) {
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
