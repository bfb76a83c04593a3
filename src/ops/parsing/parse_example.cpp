// ParseExample, ParseExampleV2, ParseSingleExample: serialised tf.train.Example messages become
// sparse, dense and ragged tensors, one group of outputs after the other.
#include <algorithm>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/example.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

constexpr auto& kFeatureTypes = type_set<DType::float32, DType::int64, DType::string>;

struct Request {
  std::vector<std::string> sparse, dense, ragged;
  std::vector<DType> sparse_types, dense_types, ragged_types, split_types;
  std::vector<Shape> dense_shapes;
  std::vector<const Tensor*> defaults;
  bool single = false;
};

std::string where(std::string_view key, int64_t example) {
  return str("Key: ", key, ", Index: ", example, ".  ");
}

// Null when the example does not have it. Throws when it is of another type.
const Feature* find(const NodeAccess& node, const Features& features, const std::string& key,
                    DType dtype, int64_t example) {
  const auto found = features.find(key);
  if (found == features.end() || found->second.dtype == DType::invalid) return nullptr;
  node.require(found->second.dtype == dtype, where(key, example),
               "Data types don't match. Data "
               "type: ",
               found->second.dtype, " but expected type: ", dtype);
  return &found->second;
}

void fill_sparse(KernelContext& ctx, const std::vector<Features>& examples, const Request& request,
                 size_t k, int o) {
  const int step = static_cast<int>(request.sparse.size());
  std::vector<const Feature*> found;
  int64_t total = 0, longest = 0;
  for (size_t e = 0; e < examples.size(); ++e) {
    found.push_back(find(ctx, examples[e], request.sparse[k], request.sparse_types[k],
                         static_cast<int64_t>(e)));
    const int64_t n = found.back() ? found.back()->size() : 0;
    total += n;
    longest = std::max(longest, n);
  }
  const int64_t rank = request.single ? 1 : 2;
  auto* index = ctx.output(o, Shape{total, rank}).data<int64_t>();
  Tensor& values = ctx.output(o + step, Shape{total});
  int64_t at = 0;
  for (size_t e = 0; e < found.size(); ++e) {
    if (!found[e]) continue;
    found[e]->copy_to(values, at);
    for (int64_t i = 0; i < found[e]->size(); ++i) {
      if (!request.single) *index++ = static_cast<int64_t>(e);
      *index++ = i;
    }
    at += found[e]->size();
  }
  auto* shape = ctx.output(o + 2 * step, Shape{rank}).data<int64_t>();
  if (!request.single) *shape++ = static_cast<int64_t>(examples.size());
  *shape = longest;
}

void copy_elements(const Tensor& from, int64_t begin, Tensor& to, int64_t at, int64_t n,
                   bool repeat) {
  dispatch_by_size(to.dtype(), "ParseExample", [&]<typename T>() {
    const T* source = static_cast<const T*>(from.raw()) + begin;
    T* target = static_cast<T*>(to.raw()) + at;
    if (repeat) {
      std::fill_n(target, n, *source);
    } else {
      std::copy_n(source, n, target);
    }
  });
}

// A first dimension that is unknown takes as much as the longest example has; the rest is padded
// with the default, a single element.
void fill_dense(KernelContext& ctx, const std::vector<Features>& examples, const Request& request,
                size_t k, int o) {
  const std::string& key = request.dense[k];
  const Shape& shape = request.dense_shapes[k];
  const DType dtype = request.dense_types[k];
  const Tensor& standard = *request.defaults[k];
  const bool variable = shape.rank() > 0 && shape[0] < 0;
  const Shape row = variable ? sub_shape(shape, 1, shape.rank()) : shape;
  ctx.require(row.is_fully_defined(), "dense_shapes[", k, "] of ", quoted(key),
              " must be known but for its first dimension, is ", shape);
  const int64_t unit = row.num_elements();
  ctx.require(standard.dtype() == dtype, "dense_defaults[", k, "] is ", standard.dtype(), ", not ",
              dtype);
  if (variable) {
    ctx.require(standard.size() <= 1, "dense_shape[", k,
                "] is a variable length shape, its "
                "default must be one element, not ",
                standard.shape());
  } else {
    ctx.require(standard.size() == 0 || standard.shape() == shape, "def_value[", k,
                "].shape() == ", standard.shape(), " is not compatible with dense_shapes_[", k,
                "] == ", shape);
  }
  std::vector<const Feature*> found;
  int64_t longest = variable ? 0 : unit;
  for (size_t e = 0; e < examples.size(); ++e) {
    const auto number = static_cast<int64_t>(e);
    const Feature* feature = find(ctx, examples[e], key, dtype, number);
    found.push_back(feature);
    if (variable) {
      const int64_t n = feature ? feature->size() : 0;
      ctx.require(unit > 0 ? n % unit == 0 : n == 0, where(key, number), "Number of ", dtype,
                  " values is not a multiple of stride length. Saw ", n,
                  " values but output shape is: ", shape);
      longest = std::max(longest, n);
      continue;
    }
    ctx.require(feature || standard.size() > 0 || unit == 0, "Name: <unknown>, Feature: ", key,
                " (data type: ", dtype, ") is required but could not be found.");
    ctx.require(!feature || feature->size() == unit, where(key, number), "Number of ", dtype,
                " values != expected.  Values size: ", feature ? feature->size() : 0,
                " but output shape: ", shape);
  }
  Shape out_shape = row;
  if (variable) out_shape = join(Shape{unit > 0 ? longest / unit : 0}, row);
  if (!request.single) out_shape = join(Shape{static_cast<int64_t>(examples.size())}, out_shape);
  Tensor& out = ctx.output(o, out_shape);
  for (size_t e = 0; e < found.size(); ++e) {
    const int64_t at = static_cast<int64_t>(e) * longest;
    const int64_t have = found[e] ? found[e]->size() : 0;
    if (found[e]) found[e]->copy_to(out, at);
    if (variable && have < longest) {
      if (standard.size() == 1) {
        copy_elements(standard, 0, out, at + have, longest - have, true);
      } else {
        const Tensor zero = Tensor::zeros(dtype, Shape{});
        copy_elements(zero, 0, out, at + have, longest - have, true);
      }
    } else if (!found[e] && unit > 0) {
      copy_elements(standard, 0, out, at, unit, false);
    }
  }
}

void fill_ragged(KernelContext& ctx, const std::vector<Features>& examples, const Request& request,
                 size_t k, int o) {
  int64_t total = 0;
  std::vector<int64_t> splits = {0};
  std::vector<const Feature*> found;
  for (size_t e = 0; e < examples.size(); ++e) {
    found.push_back(find(ctx, examples[e], request.ragged[k], request.ragged_types[k],
                         static_cast<int64_t>(e)));
    total += found.back() ? found.back()->size() : 0;
    splits.push_back(total);
  }
  Tensor& values = ctx.output(o, Shape{total});
  for (size_t e = 0; e < found.size(); ++e) {
    if (found[e]) found[e]->copy_to(values, splits[e]);
  }
  if (request.single) splits.clear();  // one row needs none
  Tensor& out = ctx.output(o + static_cast<int>(request.ragged.size()),
                           Shape{static_cast<int64_t>(splits.size())});
  dispatch_index(out.dtype(), "ragged splits", [&]<typename T>() {
    for (size_t i = 0; i < splits.size(); ++i) out.data<T>()[i] = static_cast<T>(splits[i]);
  });
}

void parse(KernelContext& ctx, const Request& request) {
  ctx.require(request.sparse_types.size() == request.sparse.size(), "expected ",
              request.sparse.size(), " sparse_types, got ", request.sparse_types.size());
  ctx.require(request.dense_types.size() == request.dense.size() &&
                  request.dense_shapes.size() == request.dense.size() &&
                  request.defaults.size() == request.dense.size(),
              "expected ", request.dense.size(), " dense types, shapes and defaults, got ",
              request.dense_types.size(), ", ", request.dense_shapes.size(), " and ",
              request.defaults.size());
  ctx.require(request.ragged_types.size() == request.ragged.size() &&
                  request.split_types.size() == request.ragged.size(),
              "expected ", request.ragged.size(), " ragged value and split types, got ",
              request.ragged_types.size(), " and ", request.split_types.size());
  std::vector<Features> examples;
  for (const std::string& bytes : ctx.input(0).flat<std::string>()) {
    examples.push_back(parse_example(ctx, bytes));
  }
  int o = 0;
  for (size_t k = 0; k < request.sparse.size(); ++k) {
    fill_sparse(ctx, examples, request, k, o + static_cast<int>(k));
  }
  o += 3 * static_cast<int>(request.sparse.size());
  for (size_t k = 0; k < request.dense.size(); ++k) fill_dense(ctx, examples, request, k, o++);
  for (size_t k = 0; k < request.ragged.size(); ++k) fill_ragged(ctx, examples, request, k, o++);
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
