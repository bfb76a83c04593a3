// Sets kept in the last dimension of dense or sparse tensors.
#include <algorithm>
#include <map>
#include <set>

#include "base/ascii.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/sparse_tensor.h"

namespace rill {
namespace {

constexpr auto& kSetTypes = type_set<DType::int8, DType::int16, DType::int32, DType::int64,
                                     DType::uint8, DType::uint16, DType::string>;

// By the coordinate of all dimensions but the last.
template <typename T>
using Sets = std::map<std::vector<int64_t>, std::set<T>>;

template <typename F>
void dispatch_set(DType dtype, F&& f) {
  if (dtype == DType::string) return f.template operator()<std::string>();
  dispatch_integer(dtype, "set operation", f);
}

template <typename T>
Sets<T> sets_of(const Tensor& dense) {
  Sets<T> sets;
  const int rank = dense.rank();
  const int64_t columns = dense.dim(rank - 1), rows = product(dense.shape(), 0, rank - 1);
  std::vector<int64_t> at(static_cast<size_t>(rank - 1), 0);
  const T* from = dense.data<T>();
  for (int64_t r = 0; columns > 0 && r < rows; ++r) {
    int64_t rest = r;
    for (int d = rank - 2; d >= 0; --d) {
      at[static_cast<size_t>(d)] = rest % dense.dim(d);
      rest /= dense.dim(d);
    }
    sets[at] = std::set<T>(from + r * columns, from + (r + 1) * columns);
  }
  return sets;
}

template <typename T>
Sets<T> sets_of(const SparseInput& sparse) {
  Sets<T> sets;
  for (int64_t i = 0; i < sparse.count; ++i) {
    std::vector<int64_t> at(sparse.at(i), sparse.at(i) + sparse.rank - 1);
    sets[std::move(at)].insert(sparse.values->data<T>()[i]);
  }
  return sets;
}

SparseInput checked_sparse(const KernelContext& ctx, int i) {
  SparseInput sparse = sparse_input(ctx, i, i + 1, i + 2);
  ctx.require(sparse.rank >= 2, "a sparse set must have at least 2 dimensions, but has ",
              sparse.rank);
  require_in_bounds(ctx, sparse);
  if (ctx.attr<bool>("validate_indices")) {
    for (int64_t k = 1; k < sparse.count; ++k) {
      ctx.require(compare_coordinates(sparse.at(k - 1), sparse.at(k), sparse.rank) < 0,
                  "the indices of a set are out of order or repeated at ", k);
    }
  }
  return sparse;
}

std::vector<int64_t> group_shape(const KernelContext& ctx, std::vector<int64_t> shape) {
  ctx.require(shape.size() >= 2, "Invalid input rank ", shape.size(), ", expected at least 2");
  shape.pop_back();
  return shape;
}

template <typename T>
void combine(const NodeAccess& node, const std::string& name, const std::set<T>& a,
             const std::set<T>& b, std::vector<T>& out) {
  const auto to = std::back_inserter(out);
  if (name == "a-b") {
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), to);
  } else if (name == "b-a") {
    std::set_difference(b.begin(), b.end(), a.begin(), a.end(), to);
  } else if (name == "intersection") {
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), to);
  } else if (name == "union") {
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), to);
  } else {
    node.fail(Code::invalid_argument, "Invalid set_operation ", quoted(name),
              ": expected a-b, b-a, intersection or union");
  }
}

template <typename T>
void put_result(KernelContext& ctx, const Sets<T>& a, const Sets<T>& b,
                std::vector<int64_t> shape) {
  const std::string name = ascii::lower(ctx.attr<std::string>("set_operation"));
  const std::set<T> none;
  std::vector<int64_t> coordinates;
  std::vector<T> values, group;
  size_t longest = 0;
  combine(ctx, name, none, none, group);  // a wrong name is an error even without sets
  auto x = a.begin();
  auto y = b.begin();
  while (x != a.end() || y != b.end()) {
    const bool left = y == b.end() || (x != a.end() && x->first <= y->first);
    const bool right = x == a.end() || (y != b.end() && y->first <= x->first);
    const std::vector<int64_t>& at = left ? x->first : y->first;
    group.clear();
    combine(ctx, name, left ? x->second : none, right ? y->second : none, group);
    for (size_t k = 0; k < group.size(); ++k) {
      coordinates.insert(coordinates.end(), at.begin(), at.end());
      coordinates.push_back(static_cast<int64_t>(k));
      values.push_back(group[k]);
    }
    longest = std::max(longest, group.size());
    if (left) ++x;
    if (right) ++y;
  }
  shape.push_back(static_cast<int64_t>(longest));
  put_coordinates(ctx, 0, coordinates, static_cast<int>(shape.size()));
  ctx.set_output(1, Tensor::vector(values));
  put_vector(ctx, 2, shape);
}

template <bool dense_a, bool dense_b>
void operate(KernelContext& ctx) {
  constexpr int second = dense_a ? 1 : 3;
  SparseInput a, b;
  std::vector<int64_t> shape_a, shape_b;
  if constexpr (dense_a) {
    shape_a.assign(ctx.input(0).shape().begin(), ctx.input(0).shape().end());
  } else {
    a = checked_sparse(ctx, 0);
    shape_a = a.shape;
  }
  if constexpr (dense_b) {
    shape_b.assign(ctx.input(second).shape().begin(), ctx.input(second).shape().end());
  } else {
    b = checked_sparse(ctx, second);
    shape_b = b.shape;
  }
  const std::vector<int64_t> shape = group_shape(ctx, shape_a);
  const std::vector<int64_t> other = group_shape(ctx, shape_b);
  ctx.require(shape == other, "Mismatched group shapes ", shape, " vs ", other);
  dispatch_set(ctx.output_dtype(1), [&]<typename T>() {
    Sets<T> left, right;
    if constexpr (dense_a)
      left = sets_of<T>(ctx.input(0));
    else
      left = sets_of<T>(a);
    if constexpr (dense_b)
      right = sets_of<T>(ctx.input(second));
    else
      right = sets_of<T>(b);
    put_result(ctx, left, right, shape);
  });
}

void result_shape(ShapeContext& ctx) {
  const Shape& first = ctx.input(0);
  const bool dense = ctx.num_inputs() < 6;  // set1 is dense
  int64_t rank = -1;
  if (dense) {
    rank = first.has_rank() ? first.rank() : -1;
  } else if (first.rank() == 2) {
    rank = first[1];
  }
  ctx.set_output(0, Shape{-1, rank});
  ctx.set_output(1, Shape{-1});
  ctx.set_output(2, Shape{rank});
}

void set_size(KernelContext& ctx) {
  const SparseInput in = checked_sparse(ctx, 0);
  const std::vector<int64_t> shape = group_shape(ctx, in.shape);
  Tensor& out = ctx.output(0, Shape(shape));
  std::fill_n(out.data<int32_t>(), out.size(), 0);
  dispatch_set(in.values->dtype(), [&]<typename T>() {
    for (const auto& [at, set] : sets_of<T>(in)) {
      int64_t offset = 0;
      for (size_t d = 0; d < at.size(); ++d) offset = offset * shape[d] + at[d];
      out.data<int32_t>()[offset] = static_cast<int32_t>(set.size());
    }
  });
}

constexpr std::string_view kResult =
    ") -> (result_indices: int64, result_values: T, result_shape: int64)";

}  // namespace

void register_set_ops(OpRegistry& registry) {
  const std::vector<AttrDef> attrs = {
      string_attr("set_operation"), bool_attr("validate_indices", true), type_attr("T", kSetTypes)};
  registry.add({.signature = str("DenseToDenseSetOperation(set1: T, set2: T", kResult),
                .attrs = attrs,
                .shape = result_shape,
                .kernel = operate<true, true>,
                .not_differentiable = true});
  registry.add({.signature = str("DenseToSparseSetOperation(set1: T, set2_indices: int64, "
                                 "set2_values: T, set2_shape: int64",
                                 kResult),
                .attrs = attrs,
                .shape = result_shape,
                .kernel = operate<true, false>,
                .not_differentiable = true});
  registry.add({.signature = str("SparseToSparseSetOperation(set1_indices: int64, set1_values: T, "
                                 "set1_shape: int64, set2_indices: int64, set2_values: T, "
                                 "set2_shape: int64",
                                 kResult),
                .attrs = attrs,
                .shape = result_shape,
                .kernel = operate<false, false>,
                .not_differentiable = true});
  registry.add({.signature = "SetSize(set_indices: int64, set_values: T, set_shape: int64) -> "
                             "(size: int32)",
                .attrs = {bool_attr("validate_indices", true), type_attr("T", kSetTypes)},
                .shape = shapes::unknown,
                .kernel = set_size,
                .not_differentiable = true});
}

}  // namespace rill
