// XlaDot and XlaDotV2: a product over any dimensions of both sides. The result has the batch
// dimensions, then what is left of lhs, then what is left of rhs.
#include <algorithm>

#include "op/registry.h"
#include "ops/composed.h"
#include "ops/xla.h"

namespace rill {
namespace {

// Fields of DotDimensionNumbers.
constexpr uint32_t kLhsContracting = 1, kRhsContracting = 2, kLhsBatch = 3, kRhsBatch = 4;

struct DotSide {
  xla::Ints batch, contracting, free;

  DotSide(const NodeAccess& node, const xla::Ints& batch_dims, const xla::Ints& contracted,
          int rank)
      : batch(batch_dims), contracting(contracted) {
    xla::Ints both = batch;
    both.insert(both.end(), contracting.begin(), contracting.end());
    xla::require_dims(node, "batch and contracting dimensions", both, rank);
    for (int64_t d = 0; d < rank; ++d) {
      if (std::find(both.begin(), both.end(), d) == both.end()) free.push_back(d);
    }
  }
};

struct DotSides {
  DotSide lhs, rhs;

  DotSides(const NodeAccess& node, const Shape& l, const Shape& r)
      : DotSides(node, xla::Numbers(node), l, r) {}

 private:
  DotSides(const NodeAccess& node, const xla::Numbers& numbers, const Shape& l, const Shape& r)
      : lhs(node, numbers.list(kLhsBatch), numbers.list(kLhsContracting), l.rank()),
        rhs(node, numbers.list(kRhsBatch), numbers.list(kRhsContracting), r.rank()) {
    require_equal(node, l, r, lhs.batch, rhs.batch);
    require_equal(node, l, r, lhs.contracting, rhs.contracting);
  }

  static void require_equal(const NodeAccess& node, const Shape& l, const Shape& r,
                            const xla::Ints& of_lhs, const xla::Ints& of_rhs) {
    node.require(of_lhs.size() == of_rhs.size(),
                 "both sides need as many batch dimensions, and as ",
                 "many contracting ones: ", of_lhs, " and ", of_rhs);
    for (size_t i = 0; i < of_lhs.size(); ++i) {
      const int64_t a = l[static_cast<int>(of_lhs[i])], b = r[static_cast<int>(of_rhs[i])];
      node.require(a < 0 || b < 0 || a == b, "dimensions that belong together differ: ", l, " and ",
                   r);
    }
  }
};

Shape dot_shape(const DotSides& sides, const Shape& l, const Shape& r) {
  xla::Ints dims;
  for (size_t i = 0; i < sides.lhs.batch.size(); ++i) {
    const int64_t a = l[static_cast<int>(sides.lhs.batch[i])];
    dims.push_back(a >= 0 ? a : r[static_cast<int>(sides.rhs.batch[i])]);
  }
  for (const int64_t d : sides.lhs.free) dims.push_back(l[static_cast<int>(d)]);
  for (const int64_t d : sides.rhs.free) dims.push_back(r[static_cast<int>(d)]);
  return Shape(dims);
}

void infer_xla_dot(ShapeContext& ctx) {
  const Shape &l = ctx.input(0), &r = ctx.input(1);
  if (!l.has_rank() || !r.has_rank()) return;
  ctx.set_output(0, dot_shape(DotSides(ctx, l, r), l, r));
}

// [batch, a, b]: `first` and `second` dimensions flattened.
Tensor as_matrices(const KernelContext& ctx, const Tensor& t, const xla::Ints& batch,
                   const xla::Ints& first, const xla::Ints& second) {
  xla::Ints order = batch, dims;
  order.insert(order.end(), first.begin(), first.end());
  order.insert(order.end(), second.begin(), second.end());
  for (const xla::Ints* part : {&batch, &first, &second}) {
    int64_t n = 1;
    for (const int64_t d : *part) {
      ctx.require(!__builtin_mul_overflow(n, t.dim(static_cast<int>(d)), &n), "shape ", t.shape(),
                  " is too large");
    }
    dims.push_back(n);
  }
  return xla::transposed(t, order).reshaped(xla::shape_of(ctx, dims));
}

void run_xla_dot(KernelContext& ctx) {
  const DType out = ctx.output_dtype(0);
  // Small integers are multiplied in int64: what is cut off in the end is the same.
  const DType inner = is_integer(out) || out == DType::bool_ ? DType::int64 : out;
  const Tensor l = xla::cast_to(ctx.input(0), inner), r = xla::cast_to(ctx.input(1), inner);
  const DotSides sides(ctx, l.shape(), r.shape());
  const Shape shape = dot_shape(sides, l.shape(), r.shape());
  const Tensor a = as_matrices(ctx, l, sides.lhs.batch, sides.lhs.free, sides.lhs.contracting);
  const Tensor b = as_matrices(ctx, r, sides.rhs.batch, sides.rhs.contracting, sides.rhs.free);
  const Tensor product = run_op_now("BatchMatMulV2", {a, b}, {{"T", inner}})[0];
  ctx.set_output(0, xla::cast_to(product, out).reshaped(shape));
}

}  // namespace

void register_xla_dot(OpRegistry& registry) {
  registry.add(
      {.signature = "XlaDot(lhs: T, rhs: T) -> (output: T)",
       .attrs = {xla::type(), string_attr("dimension_numbers"), string_attr("precision_config")},
       .shape = infer_xla_dot,
       .kernel = run_xla_dot});
  registry.add({.signature = "XlaDotV2(lhs: LhsT, rhs: RhsT) -> (output: preferred_element_type)",
                .attrs = {xla::type("LhsT"), xla::type("RhsT"), string_attr("dimension_numbers"),
                          string_attr("precision_config"), xla::type("preferred_element_type")},
                .shape = infer_xla_dot,
                .kernel = run_xla_dot});
}

}  // namespace rill
