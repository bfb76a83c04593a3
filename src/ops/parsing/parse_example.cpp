// ParseExample, ParseExampleV2, ParseSingleExample: serialised tf.train.Example messages become
// sparse, dense and ragged tensors, one group of outputs after the other.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/example.h"
#include "ops/parsing/feature_request.h"

namespace rill {
namespace {

void parse_examples(KernelContext& ctx, const FeatureRequest& request) {
  std::vector<Features> examples;
  for (const std::string& bytes : ctx.input(0).flat<std::string>()) {
    examples.push_back(parse_example(ctx, bytes));
  }
  write_features(ctx, examples, request);
}

void take_defaults(const KernelContext& ctx, FeatureRequest& request, int first) {
  request.dense_types = ctx.attr<std::vector<DType>>("Tdense");
  request.dense_shapes = ctx.attr<std::vector<Shape>>("dense_shapes");
  request.sparse_types = ctx.attr<std::vector<DType>>("sparse_types");
  for (int i = first; i < ctx.num_inputs(); ++i) request.defaults.push_back(&ctx.input(i));
}

void run_parse_example_v1(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 1,
              "Expected serialized to be a vector, got shape: ", ctx.input(0).shape());
  FeatureRequest request;
  int i = 2;
  for (int64_t k = ctx.attr<int64_t>("Nsparse"); k > 0; --k) {
    request.sparse.push_back(ctx.input(i++).item<std::string>());
  }
  for (int64_t k = ctx.attr<int64_t>("Ndense"); k > 0; --k) {
    request.dense.push_back(ctx.input(i++).item<std::string>());
  }
  take_defaults(ctx, request, i);
  parse_examples(ctx, request);
}

void run_parse_example_v2(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() <= 1,
              "Expected serialized to be a scalar or vector, got shape: ", ctx.input(0).shape());
  FeatureRequest request;
  request.single = ctx.input(0).rank() == 0;
  request.sparse = ctx.input(2).to_vector<std::string>();
  request.dense = ctx.input(3).to_vector<std::string>();
  request.ragged = ctx.input(4).to_vector<std::string>();
  request.ragged_types = ctx.attr<std::vector<DType>>("ragged_value_types");
  request.split_types = ctx.attr<std::vector<DType>>("ragged_split_types");
  ctx.require(static_cast<int64_t>(request.sparse.size()) == ctx.attr<int64_t>("num_sparse"),
              "expected ", ctx.attr<int64_t>("num_sparse"), " sparse_keys, got ",
              request.sparse.size());
  take_defaults(ctx, request, 5);
  parse_examples(ctx, request);
}

void run_parse_example_single(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 0,
              "Expected serialized to be a scalar, got shape: ", ctx.input(0).shape());
  FeatureRequest request;
  request.single = true;
  request.sparse = ctx.attr<std::vector<std::string>>("sparse_keys");
  request.dense = ctx.attr<std::vector<std::string>>("dense_keys");
  take_defaults(ctx, request, 1);
  parse_examples(ctx, request);
}

void infer_parse_example(ShapeContext& ctx) {
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

AttrDef feature_types(const char* name) {
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
                .shape = infer_parse_example,
                .kernel = run_parse_example_v1});
  registry.add({.signature = "ParseExampleV2(serialized: string, names: string, sparse_keys: "
                             "string, dense_keys: string, ragged_keys: string, dense_defaults: "
                             "list(Tdense)) -> (sparse_indices: num_sparse*int64, sparse_values: "
                             "list(sparse_types), sparse_shapes: num_sparse*int64, dense_values: "
                             "list(Tdense), ragged_values: list(ragged_value_types), "
                             "ragged_row_splits: list(ragged_split_types))",
                .attrs = {feature_types("Tdense"), at_least(0, int_attr("num_sparse")),
                          feature_types("sparse_types"), feature_types("ragged_value_types"),
                          type_list_attr("ragged_split_types"), shape_list_attr("dense_shapes")},
                .shape = infer_parse_example,
                .kernel = run_parse_example_v2});
  registry.add({.signature = "ParseSingleExample(serialized: string, dense_defaults: list(Tdense)) "
                             "-> (sparse_indices: num_sparse*int64, sparse_values: "
                             "list(sparse_types), sparse_shapes: num_sparse*int64, dense_values: "
                             "list(Tdense))",
                .attrs = {at_least(0, int_attr("num_sparse")), string_list_attr("sparse_keys"),
                          string_list_attr("dense_keys"), feature_types("sparse_types"),
                          feature_types("Tdense"), shape_list_attr("dense_shapes")},
                .shape = infer_parse_example,
                .kernel = run_parse_example_single});
}

}  // namespace rill
