// Max and average pooling in two and three dimensions.
#include "kernels/conv_plain.h"
#include "kernels/extreme.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_attrs.h"
#include "ops/pooling.h"
#include "ops/type_sets.h"
#include "ops/widened.h"
#include "rill/ops/nn.hpp"
#include "tensor/storage_dtype.h"

namespace rill {
namespace {

void infer_pool(ShapeContext& ctx, int rank, bool average) {
  ctx.set_output(0, pool_geometry(ctx, ctx.input(0), rank, average).output);
}

struct PoolRun {
  kernels::PoolSpec spec;
  DType dtype;
  Turn x, y;
  void operator()(const RunArgs& args) const {
    auto* scratch = static_cast<char*>(args.scratch);
    const void* from = x.in(args.in[0], scratch);
    void* to = y.target(args.out[0], scratch + x.bytes());
    if (dtype == DType::float32) {
      kernels::pool(spec, static_cast<const float*>(from), static_cast<float*>(to));
    } else {
      kernels::plain_pool(dtype, spec, from, to);
    }
    y.out(to, args.out[0]);
  }
};

Prepared bind(const PrepareContext& ctx, const PoolGeometry& g) {
  if (ctx.output(0).num_elements() == 0) return prepared_nothing();
  const DType given = storage_dtype(ctx.input_dtype(0));
  const DType dtype = is_half(given) ? DType::float32 : given;
  PoolRun run{g.spec, dtype, Turn(g.layout, dtype, ctx.input(0)),
              Turn(g.layout, dtype, ctx.output(0))};
  if (given == DType::float16)
    run.spec.lowest = static_cast<float>(kernels::extreme<float16>(true));
  if (given == DType::bfloat16)
    run.spec.lowest = static_cast<float>(kernels::extreme<bfloat16>(true));
  const size_t scratch = run.x.bytes() + run.y.bytes();
  Prepared pool = prepared(std::move(run), scratch);
  if (!is_half(given)) return pool;
  return prepare_widened(given, std::move(pool), {{0, ctx.input(0).num_elements()}},
                         ctx.output(0).num_elements());
}

Prepared prepare_pool(const PrepareContext& ctx, int rank, bool average) {
  return bind(ctx, pool_geometry(ctx, ctx.input(0), rank, average));
}

// ksize and strides are inputs 1 and 2.
void infer_pool_v2(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 4);
  ctx.require_rank_exactly(1, 1);
  ctx.require_rank_exactly(2, 1);
  const auto ksize = ctx.ints(1), strides = ctx.ints(2);
  if (!ksize || !strides) return ctx.set_output(0, Shape::unknown_dims(4));
  ctx.set_output(0, pool_geometry(ctx, ctx.input(0), 4, false, *ksize, *strides).output);
}

Prepared prepare_v2(const PrepareContext& ctx) {
  const Tensor* ksize = ctx.constant(1);
  const Tensor* strides = ctx.constant(2);
  if (ksize == nullptr || strides == nullptr) return {};
  return bind(ctx, pool_geometry(ctx, ctx.input(0), 4, false, ksize->to_vector<int64_t>(),
                                 strides->to_vector<int64_t>()));
}

void infer_argmax(ShapeContext& ctx) {
  for (const int64_t dim : ctx.input(0)) {
    ctx.require(dim != 0, "tensor_in must not be empty, but has shape ", ctx.input(0));
  }
  const Shape y = pool_geometry(ctx, ctx.input(0), 4, false).output;
  ctx.set_output(0, y);
  ctx.set_output(1, y);
}

struct ArgmaxRun {
  kernels::PoolSpec spec;
  DType dtype;
  bool with_batch, narrow;
  int64_t count;
  void operator()(const RunArgs& args) const {
    auto* at = static_cast<int64_t*>(narrow ? args.scratch : args.out[1]);
    kernels::plain_max_pool_argmax(dtype, spec, args.in[0], args.out[0], at, with_batch);
    if (!narrow) return;
    auto* to = static_cast<int32_t*>(args.out[1]);
    for (int64_t i = 0; i < count; ++i) to[i] = static_cast<int32_t>(at[i]);
  }
};

Prepared prepare_argmax(const PrepareContext& ctx) {
  if (ctx.output(0).num_elements() == 0) return prepared_nothing();
  const PoolGeometry g = pool_geometry(ctx, ctx.input(0), 4, false);
  const bool narrow = ctx.output_dtype(1) == DType::int32;
  ctx.require(!narrow || ctx.input(0).num_elements() <= INT32_MAX,
              "the indices of an input of shape ", ctx.input(0), " do not fit int32");
  const int64_t count = ctx.output(0).num_elements();
  return prepared(ArgmaxRun{g.spec, ctx.input_dtype(0), ctx.attr<bool>("include_batch_in_index"),
                            narrow, count},
                  narrow ? static_cast<size_t>(count) * sizeof(int64_t) : 0);
}

// tensorflow/python/ops/nn_grad.py
Values max_gradient(const GradContext& ctx) {
  return {emit(
      ctx.def().name + "Grad", {ctx.input(0), ctx.output(0), ctx.output_gradient(0)},
      grads::same_attrs(ctx, {"ksize", "strides", "padding", "explicit_paddings", "data_format"}))};
}
Values average_gradient(const GradContext& ctx) {
  return {emit(ctx.def().name + "Grad", {grads::shape_of(ctx.input(0)), ctx.output_gradient(0)},
               grads::same_attrs(ctx, {"ksize", "strides", "padding", "data_format"}))};
}
Values max_v2_gradient(const GradContext& ctx) {
  return {emit("MaxPoolGradV2",
               {ctx.input(0), ctx.output(0), ctx.output_gradient(0), ctx.input(1), ctx.input(2)},
               grads::same_attrs(ctx, {"padding", "data_format"})),
          {},
          {}};
}
Values argmax_gradient(const GradContext& ctx) {
  if (!ctx.output_gradient(0)) return {Value()};
  return {emit("MaxPoolGradWithArgmax", {ctx.input(0), ctx.output_gradient(0), ctx.output(1)},
               grads::same_attrs(ctx, {"ksize", "strides", "padding", "include_batch_in_index"}))};
}

Value pool(std::string_view op, size_t spaces, const Value& x, const std::vector<int64_t>& ksize,
           const std::vector<int64_t>& strides, std::string_view padding,
           std::string_view data_format, std::string_view name) {
  const auto whole = [&](std::vector<int64_t> list) {
    if (list.size() == 1) list.resize(spaces, list[0]);
    if (list.size() == spaces) {
      list.insert(list.begin(), 1);
      list.insert(data_format.starts_with("NC") ? list.begin() : list.end(), 1);
    }
    return list;
  };
  return emit(op, {x},
              {{"ksize", whole(ksize)},
               {"strides", whole(strides)},
               {"padding", std::string(padding)},
               {"data_format", std::string(data_format)}},
              name);
}

}  // namespace

Value ops::max_pool2d(const Value& x, const std::vector<int64_t>& ksize,
                      const std::vector<int64_t>& strides, std::string_view padding,
                      std::string_view data_format, std::string_view name) {
  return pool("MaxPool", 2, x, ksize, strides, padding, data_format, name);
}
Value ops::avg_pool2d(const Value& x, const std::vector<int64_t>& ksize,
                      const std::vector<int64_t>& strides, std::string_view padding,
                      std::string_view data_format, std::string_view name) {
  return pool("AvgPool", 2, x, ksize, strides, padding, data_format, name);
}
Value ops::max_pool3d(const Value& x, const std::vector<int64_t>& ksize,
                      const std::vector<int64_t>& strides, std::string_view padding,
                      std::string_view data_format, std::string_view name) {
  return pool("MaxPool3D", 3, x, ksize, strides, padding, data_format, name);
}
Value ops::avg_pool3d(const Value& x, const std::vector<int64_t>& ksize,
                      const std::vector<int64_t>& strides, std::string_view padding,
                      std::string_view data_format, std::string_view name) {
  return pool("AvgPool3D", 3, x, ksize, strides, padding, data_format, name);
}

void register_pool(OpRegistry& registry) {
  const AttrDef max_types = type_attr(
      "T",
      type_set<DType::float16, DType::bfloat16, DType::float32, DType::float64, DType::int32,
               DType::int64, DType::uint8, DType::int16, DType::int8, DType::uint16, DType::qint8>,
      DType::float32);
  const AttrDef ksize = at_least(4, int_list_attr("ksize"));
  const AttrDef strides = at_least(4, int_list_attr("strides"));
  const AttrDef padding = choice_attr("padding", {"SAME", "VALID"});
  const AttrDef any_format = string_attr("data_format", "NHWC", {"NHWC", "NCHW", "NCHW_VECT_C"});
  const AttrDef format = string_attr("data_format", "NHWC", {"NHWC", "NCHW"});
  const AttrDef format_3d = string_attr("data_format", "NDHWC", {"NDHWC", "NCDHW"});
  registry.add(
      {.signature = "MaxPool(input: T) -> (output: T)",
       .attrs = {max_types, ksize, strides, choice_attr("padding", {"SAME", "VALID", "EXPLICIT"}),
                 int_list_attr("explicit_paddings", {}), any_format},
       .shape = with<infer_pool, 4, false>,
       .prepare = with<prepare_pool, 4, false>,
       .gradient = max_gradient});
  registry.add({.signature = "MaxPoolV2(input: T, ksize: int32, strides: int32) -> (output: T)",
                .attrs = {max_types, padding, any_format},
                .shape = infer_pool_v2,
                .prepare = prepare_v2,
                .gradient = max_v2_gradient});
  registry.add({.signature = "AvgPool(value: T) -> (output: T)",
                .attrs = {ksize, strides, padding, format, type_attr("T", kFloatTypes)},
                .shape = with<infer_pool, 4, true>,
                .prepare = with<prepare_pool, 4, true>,
                .gradient = average_gradient});
  registry.add({.signature = "MaxPool3D(input: T) -> (output: T)",
                .attrs = {at_least(5, ksize), at_least(5, strides), padding, format_3d,
                          type_attr("T", kHalfSingle)},
                .shape = with<infer_pool, 5, false>,
                .prepare = with<prepare_pool, 5, false>,
                .gradient = max_gradient});
  registry.add({.signature = "AvgPool3D(input: T) -> (output: T)",
                .attrs = {at_least(5, ksize), at_least(5, strides), padding, format_3d,
                          type_attr("T", kFloatTypes)},
                .shape = with<infer_pool, 5, true>,
                .prepare = with<prepare_pool, 5, true>,
                .gradient = average_gradient});
  registry.add({.signature = "MaxPoolWithArgmax(input: T) -> (output: T, argmax: Targmax)",
                .attrs = {ksize, strides, type_attr("Targmax", kIndexTypes, DType::int64), padding,
                          bool_attr("include_batch_in_index", false), type_attr("T", kRealTypes)},
                .shape = infer_argmax,
                .prepare = prepare_argmax,
                .gradient = argmax_gradient});
}

}  // namespace rill
