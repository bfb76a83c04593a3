#include "ops/math/elementwise.h"

#include "tensor/dispatch.h"
#include "tensor/storage_dtype.h"

namespace rill::elementwise {
namespace {

struct UnaryRun {
  kernels::Unary kernel;
  void operator()(const RunArgs& args) const { kernel.run(args.in[0], args.out[0]); }
};

struct BinaryRun {
  kernels::Binary kernel;
  void operator()(const RunArgs& args) const { kernel.run(args.in[0], args.in[1], args.out[0]); }
};

using Finds = bool (*)(const void* elements, int64_t n);

template <typename T>
bool finds_zero(const void* elements, int64_t n) {
  const T* x = static_cast<const T*>(elements);
  bool found = false;
  for (int64_t i = 0; i < n; ++i) found |= x[i] == 0;
  return found;
}

template <typename T>
bool finds_negative(const void* elements, int64_t n) {
  const T* x = static_cast<const T*>(elements);
  bool found = false;
  for (int64_t i = 0; i < n; ++i) found |= x[i] < T{0};
  return found;
}

struct CheckedRun {
  kernels::Binary kernel;
  Finds finds_bad;
  int64_t n;
  const char* complaint;
  std::string node;
  void operator()(const RunArgs& args) const {
    if (finds_bad(args.in[1], n)) fail(Code::invalid_argument, node, ": ", complaint);
    kernel.run(args.in[0], args.in[1], args.out[0]);
  }
};

}  // namespace

Prepared bind_unary(const PrepareContext& ctx, kernels::UnaryOp op, double alpha) {
  const DType dtype = storage_dtype(ctx.input_dtype(0));
  const int64_t n = ctx.input(0).num_elements();
  if (is_complex(dtype)) return prepared(UnaryRun{kernels::prepare_complex_unary(op, dtype, n)});
  return prepared(UnaryRun{kernels::prepare_unary(op, dtype, n, alpha)});
}

kernels::Binary any_binary(kernels::BinaryOp op, DType dtype, const Shape& a, const Shape& b,
                           double alpha) {
  dtype = storage_dtype(dtype);
  if (is_complex(dtype)) return kernels::prepare_complex_binary(op, dtype, a, b);
  return kernels::prepare_binary(op, dtype, a, b, alpha);
}

Prepared bind_binary(const PrepareContext& ctx, kernels::BinaryOp op, double alpha) {
  const DType dtype = storage_dtype(ctx.input_dtype(0));
  const kernels::Binary kernel = any_binary(op, dtype, ctx.input(0), ctx.input(1), alpha);
  if (ctx.output(0).num_elements() == 0 || !is_integer(dtype)) return prepared(BinaryRun{kernel});
  CheckedRun checked{kernel, nullptr, ctx.input(1).num_elements(), "Integer division by zero",
                     str(ctx.op(), " node ", quoted(ctx.node_name()))};
  if (kernels::divides_integers(op, dtype)) {
    dispatch_integer(dtype, "division", [&]<typename T>() { checked.finds_bad = finds_zero<T>; });
  } else if (op == kernels::BinaryOp::pow && is_signed_integer(dtype)) {
    dispatch_integer(dtype, "Pow", [&]<typename T>() { checked.finds_bad = finds_negative<T>; });
    checked.complaint = "Integers to negative integer powers are not allowed";
  }
  return checked.finds_bad ? prepared(std::move(checked)) : prepared(BinaryRun{kernel});
}

}  // namespace rill::elementwise
