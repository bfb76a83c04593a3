// MatrixSquareRoot and MatrixLogarithm: the principal ones.
#include "kernels/schur.h"
#include "ops/linalg/matrices.h"

namespace rill {
namespace {

using namespace linalg;  // NOLINT: this file is about nothing else

void infer(ShapeContext& ctx) {
  require_square(ctx, 0);
  ctx.set_output(0, ctx.input(0));
}

using Function = bool (*)(kernels::Complex*, int64_t);

template <Function function>
void run(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  ctx.require(in.rank() >= 2 && rows_of(in.shape()) == columns_of(in.shape()),
              "Input matrices must be squares, got shape ", in.shape());
  const int64_t n = columns_of(in.shape());
  Tensor& out = ctx.output(0, in.shape());
  if (out.size() == 0) return;
  dispatch_matrix(in.dtype(), "MatrixFunction", [&]<typename T, typename W>() {
    parallel_for(in.size() / (n * n), 1, [&](int64_t begin, int64_t end) {
      for (int64_t b = begin; b < end; ++b) {
        std::vector<W> from = load<W, T>(in.raw(), b, n * n);
        std::vector<kernels::Complex> a(from.begin(), from.end());
        ctx.require(function(a.data(), n), "the matrix has no Schur form: is it finite?");
        if constexpr (std::is_same_v<W, double>) {
          for (size_t i = 0; i < from.size(); ++i) from[i] = a[i].real();
          store<T>(out.raw(), b, from.data(), n * n);
        } else {
          store<T>(out.raw(), b, a.data(), n * n);
        }
      }
    });
  });
}

}  // namespace

void register_matrix_function(OpRegistry& registry) {
  registry.add({.signature = "MatrixSquareRoot(input: T) -> (output: T)",
                .attrs = {type_attr("T", kMatrixTypes)},
                .shape = infer,
                .kernel = run<kernels::matrix_square_root>});
  registry.add({.signature = "MatrixLogarithm(input: T) -> (output: T)",
                .attrs = {type_attr("T", kComplexTypes)},
                .shape = infer,
                .kernel = run<kernels::matrix_logarithm>});
}

}  // namespace rill
