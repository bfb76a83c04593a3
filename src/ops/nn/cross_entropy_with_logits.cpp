// SoftmaxCrossEntropyWithLogits and its sparse twin: the losses, and the gradient of the logits.
#include "kernels/cross_entropy.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/gradient_attrs.h"
#include "rill/ops/nn.hpp"

namespace rill {
namespace {

void infer_dense(ShapeContext& ctx) {
  const Shape both = broadcast_shapes(ctx, ctx.input(0), ctx.input(1));
  if (!both.has_rank()) {
    ctx.set_output(0, Shape::unknown_dims(1));
    return ctx.set_output(1, Shape::unknown_dims(2));
  }
  ctx.require(both.rank() == 2,
              "logits and labels must be either 2-dimensional, or broadcasted to"
              " be 2-dimensional, but have shapes ",
              ctx.input(0), " and ", ctx.input(1));
  ctx.set_output(0, Shape{both[0]});
  ctx.set_output(1, both);
}

struct DenseRun {
  kernels::CrossEntropy kernel;
  void operator()(const RunArgs& args) const {
    kernel.run(args.in[0], args.in[1], args.out[0], args.out[1]);
  }
};

// The strides of a [rows, classes] operand that may be broadcast.
void strides(const Shape& shape, int64_t& row, int64_t& element) {
  const int64_t classes = shape.rank() > 0 ? shape.back() : 1;
  element = classes == 1 ? 0 : 1;
  row = shape.rank() < 2 || shape[0] == 1 ? 0 : classes;
}

Prepared prepare_dense(const PrepareContext& ctx) {
  const Shape& out = ctx.output(1);
  ctx.require(out[1] > 0 || out[0] == 0, "Must have at least one class, but got logits shape ",
              ctx.input(0));
  DenseRun run{kernels::cross_entropy(ctx.input_dtype(0), out[0], out[1])};
  strides(ctx.input(0), run.kernel.logits_row, run.kernel.logits_class);
  strides(ctx.input(1), run.kernel.labels_row, run.kernel.labels_class);
  return prepared(run);
}

void infer_sparse(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 1);
  Shape logits = ctx.input(0).has_rank() ? ctx.input(0) : Shape::unknown_dims(2);
  if (ctx.input(1).has_rank()) {
    ctx.require(logits[0] < 0 || ctx.input(1)[0] < 0 || logits[0] == ctx.input(1)[0],
                "logits and labels must have the same first dimension, got logits shape ", logits,
                " and labels shape ", ctx.input(1));
    logits[0] = ctx.merge_dim(logits[0], ctx.input(1)[0]);
  }
  ctx.set_output(0, Shape{logits[0]});
  ctx.set_output(1, logits);
}

struct SparseRun {
  kernels::CrossEntropy kernel;
  DType label_dtype;
  std::string node;
  void operator()(const RunArgs& args) const {
    for (int64_t r = 0; r < kernel.rows; ++r) {
      const int64_t label = index_at(args.in[1], label_dtype, r);
      if (label < 0 || label >= kernel.classes) {
        fail(Code::invalid_argument, node, "Received a label value of ", label,
             " which is outside the valid range of [0, ", kernel.classes, ")");
      }
    }
    kernel.run(args.in[0], args.in[1], args.out[0], args.out[1]);
  }
};

Prepared prepare_sparse(const PrepareContext& ctx) {
  const Shape& logits = ctx.input(0);
  ctx.require(logits[1] > 0, "Must have at least one class, but got logits shape ", logits);
  return prepared(SparseRun{
      kernels::sparse_cross_entropy(ctx.input_dtype(0), ctx.input_dtype(1), logits[0], logits[1]),
      ctx.input_dtype(1), who(ctx)});
}

// tensorflow/python/ops/nn_grad.py. The second output, softmax(logits) - labels, is the slope of
// the loss; what flows back through it (second order) meets the derivative of softmax.
Value logits_gradient(const GradContext& ctx) {
  const Value &dloss = ctx.output_gradient(0), &dslope = ctx.output_gradient(1);
  const Value last = grads::int_vector({-1});
  Value result;
  if (dloss) {
    result = grads::mul(emit("ExpandDims", {dloss, Tensor::scalar(int32_t{-1})}), ctx.output(1));
  }
  if (dslope) {
    const Value p = emit("Softmax", {ctx.input(0)});
    const Value along = grads::sum(grads::mul(dslope, p), last, true);
    const Value second = grads::mul(grads::sub(dslope, along), p);
    result = result ? grads::add(result, second) : second;
  }
  return result;
}

// Logits and labels broadcast; what was repeated gets the sum.
Value unbroadcast(const Value& gradient, const Value& operand) {
  const Shape& shape = operand.shape();
  const bool same = !shape.is_fully_defined() || shape == gradient.shape();
  return same ? gradient : grads::sum_to_shape_of(gradient, operand);
}

Values dense_gradient(const GradContext& ctx) {
  Values result{unbroadcast(logits_gradient(ctx), ctx.input(0)), {}};
  if (!ctx.needs_gradient(1)) return result;
  Value labels;
  if (const Value& dloss = ctx.output_gradient(0)) {
    const Value column = emit("ExpandDims", {dloss, Tensor::scalar(int32_t{-1})});
    labels = grads::mul(column, grads::neg(emit("LogSoftmax", {ctx.input(0)})));
  } else {
    labels = grads::zeros_like(ctx.output(1));
  }
  result[1] = unbroadcast(labels, ctx.input(1));
  return result;
}

Values sparse_gradient(const GradContext& ctx) { return {logits_gradient(ctx), {}}; }

}  // namespace

Value ops::softmax_cross_entropy_with_logits(const Value& labels, const Value& logits,
                                             std::string_view name) {
  return emit("SoftmaxCrossEntropyWithLogits", {logits, labels}, {}, name);
}
Value ops::sparse_softmax_cross_entropy_with_logits(const Value& labels, const Value& logits,
                                                    std::string_view name) {
  return emit("SparseSoftmaxCrossEntropyWithLogits", {logits, labels}, {}, name);
}

void register_cross_entropy_with_logits(OpRegistry& registry) {
  registry.add({.signature = "SoftmaxCrossEntropyWithLogits(features: T, labels: T) -> "
                             "(loss: T, backprop: T)",
                .attrs = {type_attr("T", kFloatTypes)},
                .shape = infer_dense,
                .prepare = prepare_dense,
                .gradient = dense_gradient});
  registry.add(
      {.signature = "SparseSoftmaxCrossEntropyWithLogits(features: T, labels: Tlabels) -> "
                    "(loss: T, backprop: T)",
       .attrs = {type_attr("T", kFloatTypes), type_attr("Tlabels", kIndexTypes, DType::int64)},
       .shape = infer_sparse,
       .prepare = prepare_sparse,
       .gradient = sparse_gradient});
}

}  // namespace rill
