// RaggedTensorToVariant, RaggedTensorFromVariant and the gradient of the first: ragged tensors as
// elements of variant tensors, as map_fn passes them around.
// Source of the rules: tensorflow/core/kernels/ragged_tensor_{to,from}_variant_op.cc.
#include <algorithm>

#include "kernels/mover.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradients.h"
#include "ops/ragged_value.h"

namespace rill {
namespace {

int64_t split_at(const Tensor& splits, int64_t i) {
  return index_at(splits.raw(), splits.dtype(), i);
}

Tensor splits_tensor(DType dtype, const std::vector<int64_t>& values) {
  if (dtype == DType::int64) return Tensor::vector(values);
  return Tensor::vector(std::vector<int32_t>(values.begin(), values.end()));
}

void check_splits(const KernelContext& ctx, const Tensor& splits, int64_t end) {
  ctx.require(splits.rank() == 1 && splits.size() >= 1,
              "row_splits must be a vector of at least one element, got shape ", splits.shape());
  ctx.require(split_at(splits, 0) == 0, "row_splits must start with 0, got ", split_at(splits, 0));
  for (int64_t i = 1; i < splits.size(); ++i) {
    ctx.require(split_at(splits, i - 1) <= split_at(splits, i), "row_splits must be sorted");
  }
  ctx.require(split_at(splits, splits.size() - 1) == end, "row_splits must end with ", end,
              ", got ", split_at(splits, splits.size() - 1));
}

// Rows [begin, end) of the outermost dimension, which the first splits divide.
std::shared_ptr<Opaque> row(const std::vector<Tensor>& splits, const Tensor& values, int64_t i) {
  int64_t begin = split_at(splits[0], i), end = split_at(splits[0], i + 1);
  std::vector<Tensor> inner;
  for (size_t level = 1; level < splits.size(); ++level) {
    std::vector<int64_t> part;
    const int64_t first = split_at(splits[level], begin);
    for (int64_t k = begin; k <= end; ++k) part.push_back(split_at(splits[level], k) - first);
    inner.push_back(splits_tensor(splits[level].dtype(), part));
    end = split_at(splits[level], end);
    begin = first;
  }
  return std::make_shared<RaggedValue>(std::move(inner), values.rows(begin, end));
}

void to_variant(KernelContext& ctx) {
  const int rank = ctx.num_inputs() - 1;
  std::vector<Tensor> splits;
  for (int i = 0; i < rank; ++i) splits.push_back(ctx.input(i).owned());
  const Tensor values = ctx.input(rank).owned();
  if (!ctx.attr<bool>("batched_input")) {
    return ctx.set_output(0, Tensor::opaque(DType::variant, std::make_shared<RaggedValue>(
                                                                std::move(splits), values)));
  }
  ctx.require(values.rank() >= 1, "a ragged tensor's values have rank 1 at least");
  if (rank == 0) {  // the rows of a dense tensor
    Tensor out(DType::variant, Shape{values.dim(0)});
    const Shape item = sub_shape(values.shape(), 1, values.rank());
    for (int64_t i = 0; i < values.dim(0); ++i) {
      out.opaque_data()[i] = std::make_shared<RaggedValue>(std::vector<Tensor>(),
                                                           values.rows(i, i + 1).reshaped(item));
    }
    return ctx.set_output(0, std::move(out));
  }
  for (int i = rank - 1; i >= 0; --i) {
    const auto next = static_cast<size_t>(i) + 1;
    const Tensor& below = i + 1 < rank ? splits[next] : values;
    check_splits(ctx, splits[static_cast<size_t>(i)],
                 i + 1 < rank ? std::max<int64_t>(below.size() - 1, 0) : below.dim(0));
  }
  const int64_t rows = splits[0].size() - 1;
  Tensor out(DType::variant, Shape{rows});
  for (int64_t i = 0; i < rows; ++i) out.opaque_data()[i] = row(splits, values, i);
  ctx.set_output(0, std::move(out));
}

void infer_to_variant(ShapeContext& ctx) {
  if (!ctx.attr<bool>("batched_input")) return ctx.set_output(0, Shape{});
  const Shape& outer = ctx.input(0);
  if (ctx.num_inputs() == 1) {
    return ctx.set_output(0, Shape{outer.has_rank() && outer.rank() > 0 ? outer[0] : -1});
  }
  const bool known = outer.has_rank() && outer.rank() == 1 && outer[0] > 0;
  ctx.set_output(0, Shape{known ? outer[0] - 1 : -1});
}

// Every element, checked. rank -1: any.
std::vector<RaggedPtr> elements(const KernelContext& ctx, int64_t rank, DType splits,
                                DType values) {
  std::vector<RaggedPtr> all;
  for (int64_t i = 0; i < ctx.input(0).size(); ++i) {
    auto found = std::dynamic_pointer_cast<const RaggedValue>(ctx.input(0).opaque_at(i));
    ctx.require(found != nullptr, "Input Variant element at index ", i,
                " doesn't hold a RaggedTensorVariant");
    const auto own = static_cast<int64_t>(found->splits.size());
    ctx.require(rank < 0 || own == rank, "Encoded input RaggedTensorVariant has ragged_rank=", own,
                ".  Expected ragged_rank=", rank, ".");
    ctx.require(found->values.dtype() == values, "Expected values Tensor dtype: ", values,
                ", found: ", found->values.dtype());
    for (const Tensor& s : found->splits) {
      ctx.require(s.dtype() == splits, "Expected row_splits Tensor dtype: ", splits,
                  ", found: ", s.dtype());
      ctx.require(s.rank() == 1 && s.size() >= 1, "Ragged splits must have rank 1; element ", i,
                  " has splits of shape ", s.shape());
    }
    all.push_back(std::move(found));
  }
  return all;
}

// The values of all elements, one below the other.
Tensor joined_values(const KernelContext& ctx, const std::vector<RaggedPtr>& all, DType dtype) {
  if (all.empty()) return Tensor(dtype, Shape{0});
  const Shape rest = sub_shape(all[0]->values.shape(), 1, all[0]->values.rank());
  int64_t rows = 0;
  for (const RaggedPtr& r : all) {
    ctx.require(r->values.rank() == all[0]->values.rank() &&
                    sub_shape(r->values.shape(), 1, r->values.rank()) == rest,
                "Rank of values must match for all components; values shape at index 0: ",
                all[0]->values.shape(), ", another: ", r->values.shape());
    rows += r->values.dim(0);
  }
  Tensor out(dtype, join(Shape{rows}, rest));
  const kernels::Mover mover(dtype);
  int64_t at = 0;
  for (const RaggedPtr& r : all) {
    mover.copy(r->values.raw(), mover.at(out.raw(), at), r->values.size());
    at += r->values.size();
  }
  return out;
}

// Splits of what lies in dimension `level` of all elements.
Tensor joined_splits(const std::vector<RaggedPtr>& all, size_t level, DType dtype) {
  std::vector<int64_t> joined = {0};
  for (const RaggedPtr& r : all) {
    const int64_t before = joined.back();
    const Tensor& own = r->splits[level];
    for (int64_t i = 1; i < own.size(); ++i) joined.push_back(before + split_at(own, i));
  }
  return splits_tensor(dtype, joined);
}

void from_variant(KernelContext& ctx) {
  const Tensor& encoded = ctx.input(0);
  const auto out_rank = ctx.attr<int64_t>("output_ragged_rank");
  auto in_rank = ctx.attr<int64_t>("input_ragged_rank");
  if (in_rank == -1) {
    in_rank = out_rank - encoded.rank();
    ctx.require(in_rank >= 0,
                "Inferred input_ragged_rank (output_ragged_rank - encoded_variant.dims()) must be "
                ">= 0, found output_ragged_rank: ",
                out_rank, ", encoded_variant.dims(): ", encoded.rank(),
                ", inferred input_ragged_rank: ", in_rank);
  }
  ctx.require(in_rank <= out_rank && out_rank - in_rank == encoded.rank(),
              "output_ragged_rank must be equal to input_ragged_rank + encoded_ragged.dims(); "
              "output_ragged_rank: ",
              out_rank, ", input_ragged_rank: ", in_rank,
              ", encoded_variant.dims(): ", encoded.rank(), ".");
  const auto splits = ctx.attr<DType>("Tsplits");
  const auto all = elements(ctx, in_rank, splits, ctx.attr<DType>("Tvalues"));
  const auto last = static_cast<int>(out_rank);
  if (encoded.rank() == 0) {
    for (int i = 0; i < last; ++i) ctx.set_output(i, all[0]->splits[static_cast<size_t>(i)]);
    return ctx.set_output(last, all[0]->values);
  }
  for (const RaggedPtr& r : all) {
    ctx.require(r->values.rank() >= 1, "Ragged values must have rank >= 1");
  }
  int64_t rows = 1;
  for (int d = 0; d + 1 < encoded.rank(); ++d) {
    rows *= encoded.dim(d);
    ctx.require(encoded.dim(d + 1) == 0 || rows <= encoded.size(), "an empty outer dimension");
    std::vector<int64_t> even;
    for (int64_t i = 0; i <= encoded.dim(d); ++i) even.push_back(i * encoded.dim(d + 1));
    ctx.set_output(d, splits_tensor(splits, even));
  }
  std::vector<int64_t> lengths = {0};
  for (const RaggedPtr& r : all) {
    lengths.push_back(lengths.back() +
                      (r->splits.empty() ? r->values.dim(0) : r->splits[0].size() - 1));
  }
  ctx.set_output(encoded.rank() - 1, splits_tensor(splits, lengths));
  for (int64_t i = 0; i < in_rank; ++i) {
    ctx.set_output(encoded.rank() + static_cast<int>(i),
                   joined_splits(all, static_cast<size_t>(i), splits));
  }
  ctx.set_output(last, joined_values(ctx, all, ctx.attr<DType>("Tvalues")));
}

void infer_from_variant(ShapeContext& ctx) {
  for (int i = 0; i + 1 < ctx.num_outputs(); ++i) ctx.set_output(i, Shape{-1});
}

// RaggedTensorToVariantGradient(encoded_ragged_grad, row_splits, dense_values_shape).
void to_variant_gradient(KernelContext& ctx) {
  const auto dtype = ctx.attr<DType>("Tvalues");
  std::vector<int64_t> dims;
  ctx.require(ctx.input(2).rank() == 1, "dense_values_shape must be a vector, got shape ",
              ctx.input(2).shape());
  for (const int32_t d : ctx.input(2).flat<int32_t>()) dims.push_back(d);
  require_valid_shape(ctx, dims);
  const Shape shape(dims);
  if (ctx.input(0).rank() == 0) {  // not batched
    const auto all = elements(ctx, -1, ctx.attr<DType>("Tsplits"), dtype);
    ctx.require(all[0]->values.shape() == shape, "the gradient has shape ", all[0]->values.shape(),
                ", the values ", shape);
    return ctx.set_output(0, all[0]->values);
  }
  const Tensor& splits = ctx.input(1);
  const bool dense = splits.rank() == 0;  // rows of a dense tensor: elements lost a dimension
  std::vector<RaggedPtr> all;
  for (int64_t i = 0; i < ctx.input(0).size(); ++i) {
    auto found = std::dynamic_pointer_cast<const RaggedValue>(ctx.input(0).opaque_at(i));
    ctx.require(found == nullptr || found->values.dtype() == dtype,
                "the gradient's values are not ", dtype);
    if (!found) {  // nothing flows back into this row
      ctx.require(!dense && splits.size() == ctx.input(0).size() + 1 && shape.rank() >= 1,
                  "row_splits do not fit the gradient");
      const int64_t n = split_at(splits, i + 1) - split_at(splits, i);
      ctx.require(n >= 0 && n <= shape[0], "row_splits must be sorted");
      const Shape rows = join(Shape{n}, sub_shape(shape, 1, shape.rank()));
      found = std::make_shared<RaggedValue>(std::vector<Tensor>(), Tensor::zeros(dtype, rows));
    } else if (dense) {
      found = std::make_shared<RaggedValue>(
          std::vector<Tensor>(), found->values.reshaped(join(Shape{1}, found->values.shape())));
    }
    all.push_back(std::move(found));
  }
  const Tensor joined = joined_values(ctx, all, dtype);
  ctx.require(joined.size() == shape.num_elements(), "the gradient has shape ", joined.shape(),
              ", the values ", shape);
  ctx.set_output(0, joined.reshaped(shape));
}

void infer_gradient(ShapeContext& ctx) { ctx.set_output(0, ctx.shape_from_value(2)); }

// Source: tensorflow/python/ops/ragged/ragged_tensor.py.
Values gradient_of_to(const GradContext& ctx) {
  const int rank = ctx.num_inputs() - 1;
  Values result(static_cast<size_t>(rank) + 1);
  const DType dtype = ctx.input(rank).dtype();
  if (!ctx.output_gradient(0) || !(is_floating(dtype) || is_complex(dtype))) return result;
  const Value splits = rank > 0 ? ctx.input(0)
                       : ctx.attr<DType>("Tsplits") == DType::int64
                           ? Value(Tensor::scalar(int64_t{0}))
                           : Value(Tensor::scalar(int32_t{0}));
  result.back() = emit("RaggedTensorToVariantGradient",
                       {ctx.output_gradient(0), splits, grads::shape_of(ctx.input(rank))},
                       {{"Tvalues", dtype}});
  return result;
}

Values gradient_of_from(const GradContext& ctx) {
  const auto rank = static_cast<int>(ctx.attr<int64_t>("output_ragged_rank"));
  const Shape& encoded = ctx.input(0).shape();
  if (!ctx.output_gradient(rank)) return {Value()};
  if (encoded.has_rank() && encoded.rank() > 1) {
    fail(Code::unimplemented,
         "RaggedTensorFromVariant: the gradient needs an input of rank 0 or 1, got shape ",
         encoded);
  }
  Values inputs;
  for (int i = 0; i < rank; ++i) inputs.push_back(ctx.output(i));
  inputs.push_back(ctx.output_gradient(rank));
  return {emit("RaggedTensorToVariant", inputs,
               {{"RAGGED_RANK", int64_t{rank}},
                {"Tsplits", ctx.attr<DType>("Tsplits")},
                {"batched_input", encoded.has_rank() ? encoded.rank() == 1 : rank > 0}})};
}

}  // namespace

void register_ragged_variant(OpRegistry& registry) {
  const AttrDef splits = type_attr("Tsplits", type_set<DType::int32, DType::int64>, DType::int64);
  registry.add({.signature = "RaggedTensorToVariant(rt_nested_splits: RAGGED_RANK*Tsplits, "
                             "rt_dense_values: Tvalues) -> (encoded_ragged: variant)",
                .attrs = {at_least(0, int_attr("RAGGED_RANK")), type_attr("Tvalues"), splits,
                          bool_attr("batched_input")},
                .shape = infer_to_variant,
                .kernel = to_variant,
                .gradient = gradient_of_to});
  registry.add(
      {.signature = "RaggedTensorFromVariant(encoded_ragged: variant) -> "
                    "(output_nested_splits: output_ragged_rank*Tsplits, "
                    "output_dense_values: Tvalues)",
       .attrs = {at_least(-1, int_attr("input_ragged_rank")),
                 at_least(0, int_attr("output_ragged_rank")), type_attr("Tvalues"), splits},
       .shape = infer_from_variant,
       .kernel = from_variant,
       .gradient = gradient_of_from});
  registry.add({.signature = "RaggedTensorToVariantGradient(encoded_ragged_grad: variant, "
                             "row_splits: Tsplits, dense_values_shape: int32) -> "
                             "(dense_values_grad: Tvalues)",
                .attrs = {type_attr("Tvalues"), splits},
                .shape = infer_gradient,
                .kernel = to_variant_gradient});
}

}  // namespace rill
