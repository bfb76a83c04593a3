#include "ops/parsing/feature_request.h"

#include <algorithm>

#include "ops/args.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

// Null when the example does not have it. Throws when it is of another type.
const Feature* find_feature(const NodeAccess& node, const Features& features,
                            const std::string& key, DType dtype, int64_t example) {
  const auto found = features.find(key);
  if (found == features.end() || found->second.dtype == DType::invalid) return nullptr;
  node.require(found->second.dtype == dtype, feature_place(key, example),
               "Data types don't match. Data "
               "type: ",
               found->second.dtype, " but expected type: ", dtype);
  return &found->second;
}

void fill_sparse(KernelContext& ctx, const std::vector<Features>& examples,
                 const FeatureRequest& request, size_t k, int o) {
  const int step = static_cast<int>(request.sparse.size());
  std::vector<const Feature*> found;
  int64_t total = 0, longest = 0;
  for (size_t e = 0; e < examples.size(); ++e) {
    found.push_back(find_feature(ctx, examples[e], request.sparse[k], request.sparse_types[k],
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
void fill_dense(KernelContext& ctx, const std::vector<Features>& examples,
                const FeatureRequest& request, size_t k, int o) {
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
    const Feature* feature = find_feature(ctx, examples[e], key, dtype, number);
    found.push_back(feature);
    if (variable) {
      const int64_t n = feature ? feature->size() : 0;
      ctx.require(unit > 0 ? n % unit == 0 : n == 0, feature_place(key, number), "Number of ",
                  dtype, " values is not a multiple of stride length. Saw ", n,
                  " values but output shape is: ", shape);
      longest = std::max(longest, n);
      continue;
    }
    ctx.require(feature || standard.size() > 0 || unit == 0, "Name: <unknown>, Feature: ", key,
                " (data type: ", dtype, ") is required but could not be found.");
    ctx.require(!feature || feature->size() == unit, feature_place(key, number), "Number of ",
                dtype, " values != expected.  Values size: ", feature ? feature->size() : 0,
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

void fill_ragged(KernelContext& ctx, const std::vector<Features>& examples,
                 const FeatureRequest& request, size_t k, int o) {
  int64_t total = 0;
  std::vector<int64_t> splits = {0};
  std::vector<const Feature*> found;
  for (size_t e = 0; e < examples.size(); ++e) {
    found.push_back(find_feature(ctx, examples[e], request.ragged[k], request.ragged_types[k],
                                 static_cast<int64_t>(e)));
    total += found.back() ? found.back()->size() : 0;
    splits.push_back(total);
  }
  Tensor& values = ctx.output(o, Shape{total});
  for (size_t e = 0; e < found.size(); ++e) {
    if (found[e]) found[e]->copy_to(values, splits[e]);
  }
  write_splits(ctx, o + static_cast<int>(request.ragged.size()),
               request.single ? std::vector<int64_t>() : splits,
               request.single && request.sequence);
}

}  // namespace

void write_splits(KernelContext& ctx, int o, const std::vector<int64_t>& splits, bool scalar) {
  Tensor& out = ctx.output(o, scalar ? Shape{} : Shape{static_cast<int64_t>(splits.size())});
  dispatch_index(out.dtype(), "ragged splits", [&]<typename T>() {
    if (scalar) *out.data<T>() = 0;
    for (size_t i = 0; i < splits.size(); ++i) out.data<T>()[i] = static_cast<T>(splits[i]);
  });
}

std::string feature_place(std::string_view key, int64_t example) {
  return str("Key: ", key, ", Index: ", example, ".  ");
}

void write_features(KernelContext& ctx, const std::vector<Features>& examples,
                    const FeatureRequest& request) {
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
  int o = 0;
  for (size_t k = 0; k < request.sparse.size(); ++k) {
    fill_sparse(ctx, examples, request, k, o + static_cast<int>(k));
  }
  o += 3 * static_cast<int>(request.sparse.size());
  for (size_t k = 0; k < request.dense.size(); ++k) fill_dense(ctx, examples, request, k, o++);
  for (size_t k = 0; k < request.ragged.size(); ++k) fill_ragged(ctx, examples, request, k, o++);
}

}  // namespace rill
