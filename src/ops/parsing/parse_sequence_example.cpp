// ParseSequenceExample, V2 and ParseSingleSequenceExample: the context of each SequenceExample as
// ParseExample gives it, and lists of features with a dimension for the steps.
// Rules: tensorflow/core/util/example_proto_fast_parsing.cc (FastParseSequenceExample).
#include <algorithm>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/parsing/feature_request.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

using List = std::vector<Feature>;

struct ListRequest {
  std::vector<std::string> sparse, dense, ragged;
  std::vector<DType> sparse_types, dense_types, ragged_types, split_types;
  std::vector<Shape> dense_shapes;
  std::vector<bool> may_miss;  // a dense list is then empty
  bool with_lengths = true;    // of the dense lists
  bool single = false;
};

// The list of each example; null where it has none. Checks types.
std::vector<const List*> find_lists(const NodeAccess& node, const std::vector<Sequence>& examples,
                                    const std::string& key, DType dtype) {
  std::vector<const List*> out;
  for (const Sequence& example : examples) {
    const auto found = example.lists.find(key);
    out.push_back(found == example.lists.end() ? nullptr : &found->second);
    if (!out.back()) continue;
    for (size_t i = 0; i < out.back()->size(); ++i) {
      const DType given = (*out.back())[i].dtype;
      node.require(given == dtype || given == DType::invalid, "Feature list: ", key, ", Index: ", i,
                   ".  Data types don't match. Expected type: ", dtype);
    }
  }
  return out;
}

int64_t steps_of(const List* list) { return list ? static_cast<int64_t>(list->size()) : 0; }

void write_sparse(KernelContext& ctx, const std::vector<const List*>& lists, bool single, int o,
                  int stride) {
  int64_t total = 0, most_steps = 0, most_values = 0;
  for (const List* list : lists) {
    most_steps = std::max(most_steps, steps_of(list));
    if (!list) continue;
    for (const Feature& feature : *list) {
      total += feature.size();
      most_values = std::max(most_values, feature.size());
    }
  }
  const int64_t rank = single ? 2 : 3;
  auto* index = ctx.output(o, Shape{total, rank}).data<int64_t>();
  Tensor& values = ctx.output(o + stride, Shape{total});
  int64_t at = 0;
  for (size_t e = 0; e < lists.size(); ++e) {
    for (int64_t step = 0; step < steps_of(lists[e]); ++step) {
      const Feature& feature = (*lists[e])[static_cast<size_t>(step)];
      feature.copy_to(values, at);
      at += feature.size();
      for (int64_t i = 0; i < feature.size(); ++i) {
        if (!single) *index++ = static_cast<int64_t>(e);
        *index++ = step;
        *index++ = i;
      }
    }
  }
  auto* shape = ctx.output(o + 2 * stride, Shape{rank}).data<int64_t>();
  if (!single) *shape++ = static_cast<int64_t>(lists.size());
  *shape++ = most_steps;
  *shape = most_values;
}

// Shorter lists are filled up with zeros.
void write_dense(KernelContext& ctx, const ListRequest& request,
                 const std::vector<const List*>& lists, size_t k, int o) {
  const std::string& key = request.dense[k];
  const Shape& shape = request.dense_shapes[k];
  ctx.require(shape.is_fully_defined(), "the shape of feature list ", quoted(key),
              " must be known, is ", shape);
  const int64_t unit = shape.num_elements();
  int64_t most_steps = 0;
  for (const List* list : lists) {
    ctx.require(list || request.may_miss[k], "Feature list '", key,
                "' is required but could not be found.  Did you mean to include it in "
                "feature_list_dense_missing_assumed_empty or feature_list_dense_defaults?");
    most_steps = std::max(most_steps, steps_of(list));
    for (int64_t step = 0; step < steps_of(list); ++step) {
      const int64_t n = (*list)[static_cast<size_t>(step)].size();
      ctx.require(n == unit, feature_place(key, step),
                  "Number of values != expected.  values size: ", n, " but output shape: ", shape);
    }
  }
  Shape out_shape = join(Shape{most_steps}, shape);
  if (!request.single) out_shape = join(Shape{static_cast<int64_t>(lists.size())}, out_shape);
  Tensor& out = ctx.output(o, out_shape);
  dispatch_by_size(out.dtype(), "ParseSequenceExample",
                   [&]<typename T>() { std::fill_n(static_cast<T*>(out.raw()), out.size(), T{}); });
  for (size_t e = 0; e < lists.size(); ++e) {
    for (int64_t step = 0; step < steps_of(lists[e]); ++step) {
      const int64_t row = static_cast<int64_t>(e) * most_steps + step;
      (*lists[e])[static_cast<size_t>(step)].copy_to(out, row * unit);
    }
  }
  if (!request.with_lengths) return;
  const Shape counts = request.single ? Shape{} : Shape{static_cast<int64_t>(lists.size())};
  auto* lengths = ctx.output(o + static_cast<int>(request.dense.size()), counts).data<int64_t>();
  for (const List* list : lists) *lengths++ = steps_of(list);
}

void write_ragged(KernelContext& ctx, const std::vector<const List*>& lists, bool single, int o,
                  int stride) {
  std::vector<int64_t> outer{0}, inner{0};
  for (const List* list : lists) {
    for (int64_t step = 0; step < steps_of(list); ++step) {
      inner.push_back(inner.back() + (*list)[static_cast<size_t>(step)].size());
    }
    outer.push_back(outer.back() + steps_of(list));
  }
  Tensor& values = ctx.output(o, Shape{inner.back()});
  size_t row = 0;
  for (const List* list : lists) {
    for (int64_t step = 0; step < steps_of(list); ++step) {
      (*list)[static_cast<size_t>(step)].copy_to(values, inner[row++]);
    }
  }
  write_splits(ctx, o + stride, single ? std::vector<int64_t>() : outer, single);
  write_splits(ctx, o + 2 * stride, inner, false);
}

void write_lists(KernelContext& ctx, const std::vector<Sequence>& examples,
                 const ListRequest& request, int first) {
  ctx.require(request.sparse.size() == request.sparse_types.size() &&
                  request.dense.size() == request.dense_types.size() &&
                  request.dense.size() == request.dense_shapes.size() &&
                  request.dense.size() == request.may_miss.size() &&
                  request.ragged.size() == request.ragged_types.size() &&
                  request.ragged.size() == request.split_types.size(),
              "the numbers of feature lists, of their types and of their shapes differ");
  int o = first;
  const auto sparse = static_cast<int>(request.sparse.size());
  for (size_t k = 0; k < request.sparse.size(); ++k) {
    write_sparse(ctx, find_lists(ctx, examples, request.sparse[k], request.sparse_types[k]),
                 request.single, o++, sparse);
  }
  o += 2 * sparse;
  for (size_t k = 0; k < request.dense.size(); ++k) {
    write_dense(ctx, request, find_lists(ctx, examples, request.dense[k], request.dense_types[k]),
                k, o++);
  }
  if (request.with_lengths) o += static_cast<int>(request.dense.size());
  for (size_t k = 0; k < request.ragged.size(); ++k) {
    write_ragged(ctx, find_lists(ctx, examples, request.ragged[k], request.ragged_types[k]),
                 request.single, o++, static_cast<int>(request.ragged.size()));
  }
}

void require_count(const KernelContext& ctx, const char* attr, size_t keys) {
  ctx.require(ctx.attr<int64_t>(attr) == static_cast<int64_t>(keys), "expected ",
              ctx.attr<int64_t>(attr), " keys for ", attr, ", got ", keys);
}

void parse_sequences(KernelContext& ctx, const FeatureRequest& context, const ListRequest& lists) {
  require_count(ctx, "Ncontext_sparse", context.sparse.size());
  require_count(ctx, "Nfeature_list_sparse", lists.sparse.size());
  require_count(ctx, "Nfeature_list_dense", lists.dense.size());
  std::vector<Sequence> examples;
  std::vector<Features> contexts;
  for (const std::string& bytes : ctx.input(0).flat<std::string>()) {
    examples.push_back(parse_sequence_example(ctx, bytes));
    contexts.push_back(examples.back().context);
  }
  write_features(ctx, contexts, context);
  const size_t first = 3 * context.sparse.size() + context.dense.size() + 2 * context.ragged.size();
  write_lists(ctx, examples, lists, static_cast<int>(first));
}

// What all three ops say by attributes.
void read_types(const KernelContext& ctx, FeatureRequest& context, ListRequest& lists) {
  context.single = lists.single = ctx.input(0).rank() == 0;
  context.sequence = true;
  context.sparse_types = ctx.attr<std::vector<DType>>("context_sparse_types");
  context.dense_types = ctx.attr<std::vector<DType>>("Tcontext_dense");
  context.dense_shapes = ctx.attr<std::vector<Shape>>("context_dense_shapes");
  lists.sparse_types = ctx.attr<std::vector<DType>>("feature_list_sparse_types");
  lists.dense_types = ctx.attr<std::vector<DType>>("feature_list_dense_types");
  lists.dense_shapes = ctx.attr<std::vector<Shape>>("feature_list_dense_shapes");
}

void allow_to_miss(ListRequest& lists, const std::vector<std::string>& keys) {
  for (const std::string& key : lists.dense) {
    lists.may_miss.push_back(std::find(keys.begin(), keys.end(), key) != keys.end());
  }
}

void run_parse_sequence_example_v1(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 1,
              "Expected serialized to be a vector, got shape: ", ctx.input(0).shape());
  FeatureRequest context;
  ListRequest lists;
  read_types(ctx, context, lists);
  using Texts = std::vector<std::string>;
  context.sparse = ctx.attr<Texts>("context_sparse_keys");
  context.dense = ctx.attr<Texts>("context_dense_keys");
  lists.sparse = ctx.attr<Texts>("feature_list_sparse_keys");
  lists.dense = ctx.attr<Texts>("feature_list_dense_keys");
  allow_to_miss(lists, ctx.attr<Texts>("feature_list_dense_missing_assumed_empty"));
  for (int i = 2; i < ctx.num_inputs(); ++i) context.defaults.push_back(&ctx.input(i));
  parse_sequences(ctx, context, lists);
}

void run_parse_sequence_example_v2(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() <= 1,
              "Expected serialized to be a scalar or vector, got shape: ", ctx.input(0).shape());
  FeatureRequest context;
  ListRequest lists;
  read_types(ctx, context, lists);
  context.sparse = ctx.input(2).to_vector<std::string>();
  context.dense = ctx.input(3).to_vector<std::string>();
  context.ragged = ctx.input(4).to_vector<std::string>();
  context.ragged_types = ctx.attr<std::vector<DType>>("context_ragged_value_types");
  context.split_types = ctx.attr<std::vector<DType>>("context_ragged_split_types");
  lists.sparse = ctx.input(5).to_vector<std::string>();
  lists.dense = ctx.input(6).to_vector<std::string>();
  lists.ragged = ctx.input(7).to_vector<std::string>();
  lists.ragged_types = ctx.attr<std::vector<DType>>("feature_list_ragged_value_types");
  lists.split_types = ctx.attr<std::vector<DType>>("feature_list_ragged_split_types");
  for (const bool may : ctx.input(8).flat<bool>()) lists.may_miss.push_back(may);
  for (int i = 9; i < ctx.num_inputs(); ++i) context.defaults.push_back(&ctx.input(i));
  parse_sequences(ctx, context, lists);
}

void run_parse_sequence_example_single(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 0,
              "Expected serialized to be a scalar, got shape: ", ctx.input(0).shape());
  FeatureRequest context;
  ListRequest lists;
  read_types(ctx, context, lists);
  lists.with_lengths = false;
  int i = 2;
  const auto take = [&](const char* count, std::vector<std::string>& keys) {
    for (int64_t n = ctx.attr<int64_t>(count); n > 0; --n) {
      keys.push_back(ctx.input(i++).item<std::string>());
    }
  };
  take("Ncontext_sparse", context.sparse);
  take("Ncontext_dense", context.dense);
  take("Nfeature_list_sparse", lists.sparse);
  take("Nfeature_list_dense", lists.dense);
  allow_to_miss(lists, ctx.input(1).to_vector<std::string>());
  while (i < ctx.num_inputs() - 1) context.defaults.push_back(&ctx.input(i++));
  parse_sequences(ctx, context, lists);
}

AttrDef types(const char* name) {
  AttrDef attr = type_list_attr(name);
  attr.types = kFeatureTypes;
  attr.default_value = AttrValue::EmptyList{};
  return attr;
}

AttrDef open_list(const char* name, AttrKind kind) {
  return attr(name, kind, true, AttrValue::EmptyList{});
}

}  // namespace

void register_parse_sequence_example(OpRegistry& registry) {
  const std::vector<AttrDef> shared = {int_attr("Ncontext_sparse", 0, 0),
                                       int_attr("Nfeature_list_sparse", 0, 0),
                                       int_attr("Nfeature_list_dense", 0, 0),
                                       types("context_sparse_types"),
                                       types("Tcontext_dense"),
                                       open_list("context_dense_shapes", AttrKind::shape),
                                       types("feature_list_sparse_types"),
                                       types("feature_list_dense_types"),
                                       open_list("feature_list_dense_shapes", AttrKind::shape)};
  const std::string context =
      "context_sparse_indices: Ncontext_sparse*int64, context_sparse_values: "
      "list(context_sparse_types), context_sparse_shapes: Ncontext_sparse*int64, "
      "context_dense_values: list(Tcontext_dense), ";
  const std::string lists =
      "feature_list_sparse_indices: Nfeature_list_sparse*int64, feature_list_sparse_values: "
      "list(feature_list_sparse_types), feature_list_sparse_shapes: Nfeature_list_sparse*int64, "
      "feature_list_dense_values: list(feature_list_dense_types)";
  const std::string lengths = ", feature_list_dense_lengths: Nfeature_list_dense*int64";
  const auto add = [&](std::string signature, std::vector<AttrDef> attrs, KernelFn kernel) {
    attrs.insert(attrs.end(), shared.begin(), shared.end());
    registry.add({.signature = std::move(signature),
                  .attrs = std::move(attrs),
                  .shape = shapes::unknown,
                  .kernel = kernel});
  };
  add("ParseSequenceExample(serialized: string, debug_name: string, context_dense_defaults: "
      "list(Tcontext_dense)) -> (" +
          context + lists + lengths + ")",
      {attr("feature_list_dense_missing_assumed_empty", AttrKind::string, true, {}),
       attr("context_sparse_keys", AttrKind::string, true, {}),
       attr("context_dense_keys", AttrKind::string, true, {}),
       attr("feature_list_sparse_keys", AttrKind::string, true, {}),
       attr("feature_list_dense_keys", AttrKind::string, true, {}),
       int_attr("Ncontext_dense", 0, 0)},
      run_parse_sequence_example_v1);
  add("ParseSequenceExampleV2(serialized: string, debug_name: string, context_sparse_keys: "
      "string, context_dense_keys: string, context_ragged_keys: string, feature_list_sparse_keys: "
      "string, feature_list_dense_keys: string, feature_list_ragged_keys: string, "
      "feature_list_dense_missing_assumed_empty: bool, context_dense_defaults: "
      "list(Tcontext_dense)) -> (" +
          context +
          "context_ragged_values: list(context_ragged_value_types), context_ragged_row_splits: "
          "list(context_ragged_split_types), " +
          lists + lengths +
          ", feature_list_ragged_values: list(feature_list_ragged_value_types), "
          "feature_list_ragged_outer_splits: list(feature_list_ragged_split_types), "
          "feature_list_ragged_inner_splits: list(feature_list_ragged_split_types))",
      {types("context_ragged_value_types"), open_list("context_ragged_split_types", AttrKind::type),
       types("feature_list_ragged_value_types"),
       open_list("feature_list_ragged_split_types", AttrKind::type)},
      run_parse_sequence_example_v2);
  add("ParseSingleSequenceExample(serialized: string, feature_list_dense_missing_assumed_empty: "
      "string, context_sparse_keys: Ncontext_sparse*string, context_dense_keys: "
      "Ncontext_dense*string, feature_list_sparse_keys: Nfeature_list_sparse*string, "
      "feature_list_dense_keys: Nfeature_list_dense*string, context_dense_defaults: "
      "list(Tcontext_dense), debug_name: string) -> (" +
          context + lists + ")",
      {int_attr("Ncontext_dense", 0, 0)}, run_parse_sequence_example_single);
}

}  // namespace rill
