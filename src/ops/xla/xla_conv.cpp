// XlaConv and XlaConvV2: a convolution over up to three spatial dimensions with the dimensions of
// all sides in any order, both sides dilated, and groups.
#include <algorithm>

#include "op/registry.h"
#include "ops/composed.h"
#include "ops/xla.h"

namespace rill {
namespace {

struct XlaConvNumbers {
  int64_t batch, feature, in_feature, out_feature, to_batch, to_feature;
  xla::Ints spatial, kernel_spatial, to_spatial;

  explicit XlaConvNumbers(const NodeAccess& node) {
    const xla::Numbers n(node);  // ConvolutionDimensionNumbers
    batch = n.one(7), feature = n.one(8), spatial = n.list(11);
    in_feature = n.one(3), out_feature = n.one(4), kernel_spatial = n.list(6);
    to_batch = n.one(9), to_feature = n.one(10), to_spatial = n.list(12);
    const size_t count = spatial.size();
    node.require(kernel_spatial.size() == count && to_spatial.size() == count && count <= 3,
                 "dimension_numbers must have up to 3 spatial dimensions for each side");
    for (const xla::Ints& all : {input_order(), kernel_order(), output_order()}) {
      xla::require_dims(node, "dimension_numbers", all, static_cast<int>(count) + 2);
    }
  }
  // The dimensions as Conv3D has them: batch, spatial, feature; spatial, in, out.
  xla::Ints input_order() const { return around(batch, spatial, feature); }
  xla::Ints output_order() const { return around(to_batch, to_spatial, to_feature); }
  xla::Ints kernel_order() const {
    xla::Ints out = kernel_spatial;
    out.push_back(in_feature);
    out.push_back(out_feature);
    return out;
  }

 private:
  static xla::Ints around(int64_t first, const xla::Ints& inner, int64_t last) {
    xla::Ints out = inner;
    out.insert(out.begin(), first);
    out.push_back(last);
    return out;
  }
};

void infer_xla_conv(ShapeContext& ctx) {
  const Shape &l = ctx.input(0), &r = ctx.input(1);
  if (!l.has_rank() || !r.has_rank()) return;
  const XlaConvNumbers n(ctx);
  const int rank = static_cast<int>(n.spatial.size()) + 2;
  ctx.require_rank_exactly(0, rank);
  ctx.require_rank_exactly(1, rank);
  Shape out = Shape::unknown_dims(rank);
  if (ctx.attr_or<int64_t>("batch_group_count", 1) == 1) {
    out[static_cast<int>(n.to_batch)] = l[static_cast<int>(n.batch)];
  }
  out[static_cast<int>(n.to_feature)] = r[static_cast<int>(n.out_feature)];
  ctx.set_output(0, out);
}

// Two spatial dimensions at least: Conv2D or Conv3D.
Tensor with_two_dims(const Tensor& t, int first, size_t missing) {
  xla::Ints dims;
  for (int d = 0; d < t.rank(); ++d) {
    if (d == first) dims.insert(dims.end(), missing, 1);
    dims.push_back(t.dim(d));
  }
  return t.reshaped(Shape(dims));
}

void run_xla_conv(KernelContext& ctx) {
  const XlaConvNumbers n(ctx);
  const size_t spatial = n.spatial.size();
  const int rank = static_cast<int>(spatial) + 2;
  ctx.require(ctx.input(0).rank() == rank && ctx.input(1).rank() == rank,
              "dimension_numbers are for rank ", rank, ", got ", ctx.input(0).shape(), " and ",
              ctx.input(1).shape());
  ctx.require(ctx.attr_or<int64_t>("batch_group_count", 1) == 1,
              "batch_group_count must be 1, as graphs of jax2tf have it");
  const auto count = static_cast<int64_t>(spatial);
  xla::Ints strides = xla::int_input(ctx, 2, count);
  const xla::Ints spread = xla::int_input(ctx, 4, count);
  xla::Ints dilations = xla::int_input(ctx, 5, count);
  const Tensor& padding = ctx.input(3);
  ctx.require(padding.size() == 2 * count, "padding must have shape [", count, ",2], got ",
              padding.shape());
  ctx.require(ctx.input(6).size() == 1, "feature_group_count must be a scalar");
  const int64_t groups = xla::int_at(ctx.input(6), 0);

  xla::Pads pads{{0}, {0}, {0}};
  for (size_t d = 0; d < spatial; ++d) {
    ctx.require(strides[d] > 0 && dilations[d] > 0 && spread[d] > 0,
                "strides and dilations must be positive: ", strides, ", ", spread, ", ", dilations);
    pads.low.push_back(xla::int_at(padding, static_cast<int64_t>(2 * d)));
    pads.high.push_back(xla::int_at(padding, static_cast<int64_t>(2 * d + 1)));
    pads.interior.push_back(spread[d] - 1);
  }
  for (xla::Ints* list : {&pads.low, &pads.high, &pads.interior}) list->push_back(0);

  const DType out_type = ctx.output_dtype(0);
  // Integers are exact in float64 as far as it reaches.
  const DType inner = is_integer(out_type) ? DType::float64 : out_type;
  const Tensor image = xla::cast_to(xla::transposed(ctx.input(0), n.input_order()), inner);
  Tensor x = xla::padded(ctx, image, Tensor::zeros(inner, Shape{}), pads);
  Tensor filter = xla::cast_to(xla::transposed(ctx.input(1), n.kernel_order()), inner);
  const int64_t channels = x.dim(rank - 1), in = filter.dim(rank - 2), out = filter.dim(rank - 1);
  ctx.require(groups > 0 && in * groups == channels && out % groups == 0, "feature_group_count ",
              groups, " does not fit to ", ctx.input(0).shape(), " and ", ctx.input(1).shape());
  const size_t missing = spatial < 2 ? 2 - spatial : 0;
  x = with_two_dims(x, 1, missing);
  filter = with_two_dims(filter, 0, missing);
  strides.insert(strides.begin(), missing + 1, 1);
  dilations.insert(dilations.begin(), missing + 1, 1);
  strides.push_back(1);
  dilations.push_back(1);
  Tensor y = run_op_now(
      spatial == 3 ? "Conv3D" : "Conv2D", {x, filter},
      {{"T", inner}, {"strides", strides}, {"dilations", dilations}, {"padding", "VALID"}})[0];
  xla::Ints dims;
  for (int d = 0; d < y.rank(); ++d) {
    if (d == 0 || d > static_cast<int>(missing)) dims.push_back(y.dim(d));
  }
  y = y.reshaped(Shape(dims));
  xla::Ints back(static_cast<size_t>(rank));
  const xla::Ints order = n.output_order();
  for (size_t d = 0; d < back.size(); ++d) {
    back[static_cast<size_t>(order[d])] = static_cast<int64_t>(d);
  }
  ctx.set_output(0, xla::cast_to(xla::transposed(y, back), out_type));
}

}  // namespace

void register_xla_conv(OpRegistry& registry) {
  const AttrDef numbers = string_attr("dimension_numbers"),
                precision = string_attr("precision_config");
  registry.add({.signature = "XlaConv(lhs: T, rhs: T, window_strides: Tindices, padding: Tindices, "
                             "lhs_dilation: Tindices, rhs_dilation: Tindices, "
                             "feature_group_count: Tindices) -> (output: T)",
                .attrs = {xla::type(), xla::index_type(), numbers, precision},
                .shape = infer_xla_conv,
                .kernel = run_xla_conv});
  registry.add(
      {.signature = "XlaConvV2(lhs: LhsT, rhs: RhsT, window_strides: Tindices, padding: "
                    "Tindices, lhs_dilation: Tindices, rhs_dilation: Tindices, "
                    "feature_group_count: Tindices) -> (output: preferred_element_type)",
       .attrs = {xla::type("LhsT"), xla::type("RhsT"), xla::index_type(), numbers, precision,
                 xla::type("preferred_element_type"), int_attr("batch_group_count", 1)},
       .shape = infer_xla_conv,
       .kernel = run_xla_conv});
}

}  // namespace rill
