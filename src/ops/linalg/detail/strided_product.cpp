#include "ops/linalg/strided_product.h"

#include "base/thread_pool.h"
#include "kernels/gemm.h"

namespace rill::linalg {
namespace {

using kernels::StridedDims;

struct Run {
  kernels::MatMul matmul;
  bool swapped;
  void operator()(const RunArgs& args) const {
    matmul.run(static_cast<const float*>(args.in[swapped ? 1 : 0]),
               static_cast<const float*>(args.in[swapped ? 0 : 1]), nullptr, nullptr,
               static_cast<float*>(args.out[0]), args.scratch);
  }
};

// The step from each element of the walk to the next; nothing when they differ.
std::optional<int64_t> even_step(const StridedDims& dims) {
  std::optional<int64_t> step;
  int64_t inner = 1;
  for (size_t d = dims.size.size(); d-- > 0;) {
    if (dims.size[d] == 1) continue;
    if (!step) {
      step = dims.stride[d];
    } else if (dims.stride[d] != *step * inner) {
      return std::nullopt;
    }
    inner *= dims.size[d];
  }
  return step.value_or(1);
}

std::vector<int64_t> begins(const StridedDims& dims) {
  std::vector<int64_t> out;
  const int64_t n = kernels::run_length(dims), step = kernels::run_stride(dims);
  kernels::for_each_run(dims, [&](int64_t offset) {
    for (int64_t i = 0; i < n; ++i) out.push_back(offset + i * step);
  });
  return out;
}

std::optional<kernels::MatMulSpec> spec_of(const StridedMatrices& a, const StridedMatrices& b,
                                           const StridedMatrices& c) {
  const auto a_row = even_step(a.rows), a_column = even_step(a.columns);
  const auto b_row = even_step(b.rows), b_column = even_step(b.columns);
  const auto c_row = even_step(c.rows), c_column = even_step(c.columns);
  if (!a_row || !b_row || !b_column || !c_row || a_column != 1 || c_column != 1) {
    return std::nullopt;
  }
  kernels::MatMulSpec spec;
  spec.m = c.rows.count();
  spec.n = c.columns.count();
  spec.k = a.columns.count();
  spec.batch = c.batch.count();
  spec.steps = {*a_row,          *b_row,          *b_column,      *c_row,
                begins(a.batch), begins(b.batch), begins(c.batch)};
  spec.threads = max_threads();
  return spec;
}

StridedMatrices transposed(const StridedMatrices& m) { return {m.batch, m.columns, m.rows}; }

}  // namespace

std::optional<Prepared> bind_strided_product(const PrepareContext& ctx, const StridedMatrices& a,
                                             const StridedMatrices& b, const StridedMatrices& c) {
  constexpr int64_t kMostProducts = 1 << 20;
  const bool empty = c.rows.count() == 0 || c.columns.count() == 0 || a.columns.count() == 0;
  if (ctx.output_dtype(0) != DType::float32 || empty || c.batch.count() == 0 ||
      c.batch.count() > kMostProducts || ctx.constant(0) != nullptr || ctx.constant(1) != nullptr) {
    return std::nullopt;
  }
  std::optional<kernels::MatMulSpec> spec = spec_of(a, b, c);
  const bool swapped = !spec;
  if (swapped) spec = spec_of(transposed(b), transposed(a), transposed(c));  // (A B)' = B' A'
  if (!spec) return std::nullopt;
  Run run{kernels::MatMul(*spec), swapped};
  const size_t scratch = run.matmul.scratch_bytes();
  return prepared(std::move(run), scratch);
}

}  // namespace rill::linalg
