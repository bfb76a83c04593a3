// ParseExampleDataset and its versions: batches of Example messages as features, sorted by name.
// Source of the rules: tensorflow/core/kernels/data/experimental/parse_example_dataset_op.cc.
#include <map>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/composed.h"
#include "ops/dataset.h"

namespace rill {
namespace {

using Names = std::vector<std::string>;
using Types = std::vector<DType>;

// ParseExampleV2 and what it needs.
struct ExampleParser {
  std::string name;
  Names sparse, dense, ragged;
  AttrMap attrs;
  Element defaults;
  Types split_types;

  explicit ExampleParser(const KernelContext& ctx)
      : name(who(ctx)),
        sparse(ctx.attr<Names>("sparse_keys")),
        dense(ctx.attr<Names>("dense_keys")),
        ragged(ctx.attr_or("ragged_keys", Names())),
        split_types(ctx.attr_or("ragged_split_types", Types())) {
    const auto sparse_types = ctx.attr_or("sparse_types", Types()),
               value_types = ctx.attr_or("ragged_value_types", Types());
    const auto types = ctx.attr_or("Tdense", Types());
    const auto shapes = ctx.attr_or("dense_shapes", std::vector<Shape>());
    ctx.require(sparse.size() == sparse_types.size() && dense.size() == types.size() &&
                    dense.size() == shapes.size() && ragged.size() == value_types.size() &&
                    ragged.size() == split_types.size(),
                "there must be as many types and shapes as keys");
    attrs = {{"num_sparse", static_cast<int64_t>(sparse.size())},
             {"sparse_types", sparse_types},
             {"ragged_value_types", value_types},
             {"ragged_split_types", split_types},
             {"Tdense", types},
             {"dense_shapes", shapes}};
    complete_attrs(require_op("ParseExampleV2"), attrs, "ParseExampleV2");
    for (int i = 2; i < ctx.num_inputs(); ++i) defaults.push_back(ctx.input(i).owned());
  }

  Element operator()(const Element& element) const {
    if (element.size() != 1 || element[0].dtype() != DType::string || element[0].rank() != 1) {
      fail(Code::invalid_argument, name, "expected a vector of strings as the only component");
    }
    Values inputs = {element[0], Tensor::zeros(DType::string, Shape{0}), Tensor::vector(sparse),
                     Tensor::vector(dense), Tensor::vector(ragged)};
    inputs.insert(inputs.end(), defaults.begin(), defaults.end());
    const Values found = run_eagerly(require_op("ParseExampleV2"), attrs, inputs);
    std::map<std::string, Tensor> sorted;
    const size_t n = sparse.size(), d = 3 * n, r = d + dense.size();
    for (size_t i = 0; i < n; ++i) {
      sorted[sparse[i]] =
          run_op_now("SerializeSparse", {found[i], found[n + i], found[2 * n + i]},
                     {{"T", found[n + i].dtype()}, {"out_type", DType::variant}})[0];
    }
    for (size_t i = 0; i < dense.size(); ++i) sorted[dense[i]] = found[d + i];
    for (size_t i = 0; i < ragged.size(); ++i) {
      sorted[ragged[i]] =
          run_op_now("RaggedTensorToVariant", {found[r + ragged.size() + i], found[r + i]},
                     {{"RAGGED_RANK", int64_t{1}},
                      {"Tvalues", found[r + i].dtype()},
                      {"Tsplits", split_types[i]},
                      {"batched_input", false}})[0];
    }
    Element out;
    for (auto& [key, value] : sorted) out.push_back(std::move(value));
    return out;
  }
};

void parse_example_dataset(KernelContext& ctx) {
  const GraphDatasetPtr input = ctx.resource<GraphDataset>(0);
  output_dataset(ctx, {input}, [input, parse = ExampleParser(ctx)] {
    return iterator_of(
        [parse, in = std::shared_ptr(input->iterate())](Runtime& runtime, Element& out) {
          if (!in->next(runtime, out)) return false;
          out = parse(out);
          return true;
        });
  });
}

}  // namespace

void register_parse_dataset(OpRegistry& registry) {
  for (const char* name :
       {"ParseExampleDataset", "ParseExampleDatasetV2", "ExperimentalParseExampleDataset"}) {
    registry.add(
        {.signature = str(name,
                          "(input_dataset: variant, num_parallel_calls: int64, "
                          "dense_defaults: list(Tdense)) -> (handle: variant)"),
         .attrs = {string_list_attr("sparse_keys"), string_list_attr("dense_keys"),
                   type_list_attr("sparse_types"), type_list_attr("Tdense"),
                   shape_list_attr("dense_shapes"), type_list_attr("output_types", 1),
                   shape_list_attr("output_shapes"), bool_attr("sloppy", false),
                   string_attr("deterministic", "default"), string_list_attr("ragged_keys", {}),
                   attr("ragged_value_types", AttrKind::type, true,
                        AttrValue(AttrValue::EmptyList{})),
                   attr("ragged_split_types", AttrKind::type, true,
                        AttrValue(AttrValue::EmptyList{}))},
         .shape = shapes::scalar,
         .kernel = parse_example_dataset,
         .not_differentiable = true});
  }
}

}  // namespace rill
