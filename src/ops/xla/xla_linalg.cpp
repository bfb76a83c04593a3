// XlaSort and XlaKeyValueSort along the last dimension, XlaEinsum, XlaSelfAdjointEig and XlaSvd.
#include <algorithm>
#include <numeric>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/composed.h"
#include "ops/xla.h"

namespace rill {
namespace {

void infer_xla_sort(ShapeContext& ctx) {
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, ctx.input(i));
}

// Numbers that are ordered as XLA orders the elements: -NaN, -inf, ..., -0, 0, ..., inf, NaN.
std::vector<int64_t> sort_codes(const Tensor& t) {
  std::vector<int64_t> codes(static_cast<size_t>(t.size()));
  const bool is_float = is_floating(t.dtype());
  const Tensor wide = xla::cast_to(t, is_float ? DType::float64 : DType::int64);
  std::copy_n(static_cast<const int64_t*>(wide.raw()), codes.size(), codes.begin());
  for (int64_t& code : codes) {
    if (is_float && code < 0) code = INT64_MIN + ~code;
    if (t.dtype() == DType::uint64) code ^= INT64_MIN;
  }
  return codes;
}

void run_xla_key_sort(KernelContext& ctx) {
  const Tensor& keys = ctx.input(0);
  ctx.require(keys.rank() >= 1, "cannot sort a scalar");
  for (const Tensor& t : ctx.inputs()) {
    ctx.require(t.shape() == keys.shape(), "keys and values must have one shape: ", keys.shape(),
                " and ", t.shape());
  }
  const std::vector<int64_t> codes = sort_codes(keys);
  xla::Ints order(codes.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  const int64_t length = std::max<int64_t>(keys.dim(keys.rank() - 1), 1);
  for (auto row = order.begin(); row != order.end(); row += length) {
    std::stable_sort(row, row + length, [&](int64_t a, int64_t b) {
      return codes[static_cast<size_t>(a)] < codes[static_cast<size_t>(b)];
    });
  }
  for (int i = 0; i < ctx.num_outputs(); ++i) {
    ctx.set_output(i, xla::elements_at(ctx.input(i), order).reshaped(keys.shape()));
  }
}

void run_xla_einsum(KernelContext& ctx) {
  ctx.set_output(0, run_op_now("Einsum", {ctx.input(0), ctx.input(1)},
                               {{"equation", ctx.attr<std::string>("equation")},
                                {"N", int64_t{2}},
                                {"T", ctx.output_dtype(0)}})[0]);
}

void infer_xla_eig(ShapeContext& ctx) {
  ctx.require_rank(0, 2);
  const Shape& a = ctx.input(0);
  if (a.has_rank()) ctx.set_output(0, sub_shape(a, 0, a.rank() - 1));
  ctx.set_output(1, a);
}

// Only one triangle counts, as SelfAdjointEigV2 reads the lower one.
void run_xla_eig(KernelContext& ctx) {
  Tensor a = ctx.input(0);
  if (!ctx.attr<bool>("lower")) {
    ctx.require(a.rank() >= 2, "the input must be matrices, got shape ", a.shape());
    xla::Ints order(static_cast<size_t>(a.rank()));
    std::iota(order.begin(), order.end(), int64_t{0});
    std::swap(order.back(), order[order.size() - 2]);
    a = xla::transposed(a, order);
    if (is_complex(a.dtype())) a = run_op_now("Conj", {a}, {{"T", a.dtype()}})[0];
  }
  const Values found = run_op_now("SelfAdjointEigV2", {a}, {{"T", a.dtype()}});
  for (int i = 0; i < 2; ++i) ctx.set_output(i, found[static_cast<size_t>(i)]);
}

void run_xla_svd(KernelContext& ctx) {
  const Values found =
      run_op_now("Svd", {ctx.input(0)}, {{"full_matrices", true}, {"T", ctx.output_dtype(0)}});
  for (int i = 0; i < 3; ++i) ctx.set_output(i, found[static_cast<size_t>(i)]);
}

}  // namespace

void register_xla_linalg(OpRegistry& registry) {
  const auto add = [&](const char* signature, std::vector<AttrDef> attrs, ShapeFn shape,
                       KernelFn kernel) {
    registry.add(
        {.signature = signature, .attrs = std::move(attrs), .shape = shape, .kernel = kernel});
  };
  const AttrDef real = type_attr("T", kRealTypes);
  add("XlaSort(input: T) -> (output: T)", {xla::type()}, infer_xla_sort, run_xla_key_sort);
  add("XlaKeyValueSort(keys: K, values: V) -> (sorted_keys: K, sorted_values: V)",
      {type_attr("K", kRealTypes), xla::type("V")}, infer_xla_sort, run_xla_key_sort);
  add("XlaEinsum(a: T, b: T) -> (product: T)",
      {string_attr("equation"),
       type_attr("T", type_set<DType::complex64, DType::bfloat16, DType::float32>)},
      shapes::unknown, run_xla_einsum);
  const AttrDef steps = int_attr("max_iter"), epsilon = float_attr("epsilon");
  add("XlaSelfAdjointEig(a: T) -> (w: T, v: T)", {bool_attr("lower"), steps, epsilon, xla::type()},
      infer_xla_eig, run_xla_eig);
  add("XlaSvd(a: T) -> (s: T, u: T, v: T)",
      {steps, epsilon, string_attr("precision_config"), xla::type()}, shapes::unknown, run_xla_svd);
}

}  // namespace rill
