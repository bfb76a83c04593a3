// ParseExample, ParseExampleV2, ParseSingleExample: serialised tf.train.Example messages become
// sparse, dense and ragged tensors, one group of outputs after the other.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/example.h"
#include "ops/parsing/feature_request.h"

namespace rill {
namespace {

using Request = FeatureRequest;

void parse(KernelContext& ctx, const Request& request) {
  std::vector<Features> examples;
  for (const std::string& bytes : ctx.input(0).flat<std::string>()) {
    examples.push_back(parse_example(ctx, bytes));
  }
  write_features(ctx, examples, request);
}

std::vector<std::string> texts(const KernelContext& ctx, int i) {
  const auto flat = ctx.input(i).flat<std::string>();
  return {flat.begin(), flat.end()};
}

void take_defaults(const KernelContext& ctx, Request& request, int first) {
  request.dense_types = ctx.attr<std::vector<DType>>("Tdense");
  request.dense_shapes = ctx.attr<std::vector<Shape>>("dense_shapes");
  request.sparse_types = ctx.attr<std::vector<DType>>("sparse_types");
  for (int i = first; i < ctx.num_inputs(); ++i) request.defaults.push_back(&ctx.input(i));
}

void run_v1(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 1,
              "Expected serialized to be a vector, got shape: ", ctx.input(0).shape());
  Request request;
  int i = 2;
  for (int64_t k = ctx.attr<int64_t>("Nsparse"); k > 0; --k) {
    request.sparse.push_back(ctx.input(i++).item<std::string>());
  }
  for (int64_t k = ctx.attr<int64_t>("Ndense"); k > 0; --k) {
    request.dense.push_back(ctx.input(i++).item<std::string>());
  }
  take_defaults(ctx, request, i);
  parse(ctx, request);
}

void run_v2(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() <= 1,
              "Expected serialized to be a scalar or vector, got shape: ", ctx.input(0).shape());
  Request request;
  request.single = ctx.input(0).rank() == 0;
  request.sparse = texts(ctx, 2);
  request.dense = texts(ctx, 3);
  request.ragged = texts(ctx, 4);
  request.ragged_types = ctx.attr<std::vector<DType>>("ragged_value_types");
  request.split_types = ctx.attr<std::vector<DType>>("ragged_split_types");
  ctx.require(static_cast<int64_t>(request.sparse.size()) == ctx.attr<int64_t>("num_sparse"),
              "expected ", ctx.attr<int64_t>("num_sparse"), " sparse_keys, got ",
              request.sparse.size());
  take_defaults(ctx, request, 5);
  parse(ctx, request);
}

void run_single(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 0,
              "Expected serialized to be a scalar, got shape: ", ctx.input(0).shape());
  Request request;
  request.single = true;
  request.sparse = ctx.attr<std::vector<std::string>>("sparse_keys");
  request.dense = ctx.attr<std::vector<std::string>>("dense_keys");
  take_defaults(ctx, request, 1);
  parse(ctx, request);
}

void infer_shape(ShapeContext& ctx) {
  const Shape& serialized = ctx.input(0);
  if (!serialized.has_rank()) return;
  const auto& shapes = ctx.attr<std::vector<Shape>>("dense_shapes");
  const int sparse = static_cast<int>(ctx.attr<std::vector<DType>>("sparse_types").size());
  const int64_t rank = serialized.rank() == 0 ? 1 : 2;
  ctx.require(3 * sparse <= ctx.num_outputs(), "there are ", sparse, " sparse types, but only ",
              ctx.num_outputs(), " outputs");
  for (int k = 0; k < sparse; ++k) {
    ctx.set_output(k, Shape{-1, rank});
    ctx.set_output(sparse + k, Shape{-1});
    ctx.set_output(2 * sparse + k, Shape{rank});
  }
  for (size_t k = 0; k < shapes.size(); ++k) {
    if (shapes[k].has_rank() && 3 * sparse + static_cast<int>(k) < ctx.num_outputs()) {
      ctx.set_output(3 * sparse + static_cast<int>(k), join(serialized, shapes[k]));
    }
  }
}

AttrDef feature_types(std::string_view name) {
  AttrDef attr = type_list_attr(name);
  attr.types = kFeatureTypes;
  return attr;
}

}  // namespace

void register_parse_example(OpRegistry& registry) {
  registry.add({.signature = "ParseExample(serialized: string, names: string, sparse_keys: "
                             "Nsparse*string, dense_keys: Ndense*string, dense_defaults: "
                             "list(Tdense)) -> (sparse_indices: Nsparse*int64, sparse_values: "
                             "list(sparse_types), sparse_shapes: Nsparse*int64, dense_values: "
                             "list(Tdense))",
                .attrs = {at_least(0, int_attr("Nsparse")), at_least(0, int_attr("Ndense")),
                          feature_types("sparse_types"), feature_types("Tdense"),
                          shape_list_attr("dense_shapes")},
                .shape = infer_shape,
                .kernel = run_v1});
  registry.add({.signature = "ParseExampleV2(serialized: string, names: string, sparse_keys: "
                             "string, dense_keys: string, ragged_keys: string, dense_defaults: "
                             "list(Tdense)) -> (sparse_indices: num_sparse*int64, sparse_values: "
                             "list(sparse_types), sparse_shapes: num_sparse*int64, dense_values: "
                             "list(Tdense), ragged_values: list(ragged_value_types), "
                             "ragged_row_splits: list(ragged_split_types))",
                .attrs = {feature_types("Tdense"), at_least(0, int_attr("num_sparse")),
                          feature_types("sparse_types"), feature_types("ragged_value_types"),
                          type_list_attr("ragged_split_types"), shape_list_attr("dense_shapes")},
                .shape = infer_shape,
                .kernel = run_v2});
  registry.add({.signature = "ParseSingleExample(serialized: string, dense_defaults: list(Tdense)) "
                             "-> (sparse_indices: num_sparse*int64, sparse_values: "
                             "list(sparse_types), sparse_shapes: num_sparse*int64, dense_values: "
                             "list(Tdense))",
                .attrs = {at_least(0, int_attr("num_sparse")), string_list_attr("sparse_keys"),
                          string_list_attr("dense_keys"), feature_types("sparse_types"),
                          feature_types("Tdense"), shape_list_attr("dense_shapes")},
                .shape = infer_shape,
                .kernel = run_single});
}

}  // namespace rill
