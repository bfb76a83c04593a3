// Bincount, DenseBincount, Bucketize, HistogramFixedWidth: counting values.
#include <algorithm>
#include <cmath>

#include "kernels/accumulate.h"
#include "op/registry.h"
#include "ops/args.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

constexpr DType kCountTypes[] = {DType::int32, DType::int64, DType::float32, DType::float64};

template <typename F>
void dispatch_count(DType dtype, F&& f) {
  switch (dtype) {
    case DType::int32:
      return f.template operator()<int32_t>();
    case DType::int64:
      return f.template operator()<int64_t>();
    case DType::float32:
      return f.template operator()<float>();
    case DType::float64:
      return f.template operator()<double>();
    default:
      unsupported_dtype("counting", dtype);
  }
}

int64_t read_size(const ShapeContext& ctx, int at) {
  ctx.require_rank_exactly(at, 0);
  const auto size = ctx.int_scalar(at);
  ctx.require(!size || *size >= 0, "size must be non-negative, but is ", size.value_or(0));
  return size ? *size : Shape::kUnknownDim;
}

// Bincount counts all of its input, whatever its shape.
void infer_bincount(ShapeContext& ctx) { ctx.set_output(0, Shape{read_size(ctx, 1)}); }

// DenseBincount counts each row of a matrix by itself.
void infer_dense(ShapeContext& ctx) {
  ctx.require_rank_at_most(0, 2);
  const int64_t size = read_size(ctx, 1);
  const Shape& in = ctx.input(0);
  if (!in.has_rank()) return;
  ctx.set_output(0, in.rank() == 2 ? Shape{in[0], size} : Shape{size});
}

template <typename T>
struct Count {
  int64_t rows, columns, size;
  bool weighted, binary;
  DType index;
  std::string node;

  void operator()(const RunArgs& args) const {
    T* bins = static_cast<T*>(args.out[0]);
    std::fill(bins, bins + rows * size, T(0));
    for (int64_t row = 0; row < rows; ++row, bins += size) {
      if (index == DType::int64) {
        count_row(static_cast<const int64_t*>(args.in[0]) + row * columns, args.in[2], row, bins);
      } else {
        count_row(static_cast<const int32_t*>(args.in[0]) + row * columns, args.in[2], row, bins);
      }
    }
  }

 private:
  template <typename I>
  void count_row(const I* values, const void* weights, int64_t row, T* bins) const {
    const I least = columns == 0 ? I(0) : *std::min_element(values, values + columns);
    if (least < 0) fail(Code::invalid_argument, node, "Input arr must be non-negative!");
    using Sum = kernels::Accumulator<T>;
    const T* weight = weighted ? static_cast<const T*>(weights) + row * columns : nullptr;
    const auto each = [&](auto&& count) {
      for (int64_t i = 0; i < columns; ++i) {
        if (values[i] < size) count(bins[values[i]], i);
      }
    };
    if (binary) return each([](T& bin, int64_t) { bin = T(1); });
    const auto add = [](T& bin, T what) {
      bin = static_cast<T>(static_cast<Sum>(bin) + static_cast<Sum>(what));
    };
    if (!weighted) return each([&](T& bin, int64_t) { add(bin, T(1)); });
    each([&](T& bin, int64_t i) { add(bin, weight[i]); });
  }
};

Prepared prepare_count(const PrepareContext& ctx) {
  const Shape& in = ctx.input(0);
  const bool by_row = ctx.op() == "DenseBincount" && in.rank() == 2;
  const bool weighted = ctx.input(2).num_elements() > 0;
  const bool fits = ctx.op() == "Bincount" ? ctx.input(2).num_elements() == in.num_elements()
                                           : ctx.input(2) == in;
  ctx.require(!weighted || fits,
              "weights must be empty or have the shape of the "
              "input, ",
              in, ", but have ", ctx.input(2));
  Prepared result;
  dispatch_count(ctx.output_dtype(0), [&]<typename T>() {
    result = prepared(Count<T>{
        by_row ? in[0] : 1, by_row ? in[1] : in.num_elements(), ctx.output(0).back(), weighted,
        ctx.attr_or<bool>("binary_output", false), ctx.input_dtype(0), who(ctx)});
  });
  return result;
}

// The number of the bucket: how many boundaries are not larger.
template <typename T>
struct Buckets {
  int64_t n;
  std::vector<float> boundaries;
  void operator()(const RunArgs& args) const {
    const T* in = static_cast<const T*>(args.in[0]);
    for (int64_t i = 0; i < n; ++i) {
      const auto first = std::upper_bound(boundaries.begin(), boundaries.end(), in[i]);
      static_cast<int32_t*>(args.out[0])[i] = static_cast<int32_t>(first - boundaries.begin());
    }
  }
};

Prepared prepare_bucketize(const PrepareContext& ctx) {
  const auto& boundaries = ctx.attr<std::vector<float>>("boundaries");
  ctx.require(std::is_sorted(boundaries.begin(), boundaries.end()), "Expected sorted boundaries");
  Prepared result;
  dispatch_count(ctx.input_dtype(0), [&]<typename T>() {
    result = prepared(Buckets<T>{ctx.input(0).num_elements(), boundaries});
  });
  return result;
}

template <typename T, typename C>
struct Histogram {
  int64_t n, bins;
  std::string node;
  void operator()(const RunArgs& args) const {
    const T* in = static_cast<const T*>(args.in[0]);
    const auto low = static_cast<double>(static_cast<const T*>(args.in[1])[0]);
    const auto high = static_cast<double>(static_cast<const T*>(args.in[1])[1]);
    if (!(low < high)) {
      fail(Code::invalid_argument, node,
           "value_range should satisfy value_range[0] < "
           "value_range[1], but got '[",
           low, ", ", high, "]'");
    }
    C* out = static_cast<C*>(args.out[0]);
    std::fill(out, out + bins, C(0));
    const double step = (high - low) / static_cast<double>(bins);
    for (int64_t i = 0; i < n; ++i) {
      const double at = (static_cast<double>(in[i]) - low) / step;
      const auto last = static_cast<double>(bins - 1);
      ++out[static_cast<int64_t>(std::isnan(at) ? 0.0 : std::min(std::max(at, 0.0), last))];
    }
  }
};

void infer_histogram(ShapeContext& ctx) {
  ctx.require_rank_exactly(1, 1);
  ctx.require_rank_exactly(2, 0);
  const auto bins = ctx.int_scalar(2);
  ctx.require(!bins || *bins > 0, "nbins should be a positive number, but got '", bins.value_or(0),
              "'");
  ctx.set_output(0, Shape{bins ? *bins : Shape::kUnknownDim});
}

Prepared prepare_histogram(const PrepareContext& ctx) {
  ctx.require(ctx.input(1) == Shape{2}, "value_range should be a vector of 2 elements, but has ",
              "shape ", ctx.input(1));
  Prepared result;
  dispatch_count(ctx.input_dtype(0), [&]<typename T>() {
    const int64_t n = ctx.input(0).num_elements(), bins = ctx.output(0)[0];
    if (ctx.output_dtype(0) == DType::int32) {
      result = prepared(Histogram<T, int32_t>{n, bins, who(ctx)});
    } else {
      result = prepared(Histogram<T, int64_t>{n, bins, who(ctx)});
    }
  });
  return result;
}

}  // namespace

void register_bincount(OpRegistry& registry) {
  registry.add({.signature = "Bincount(arr: int32, size: int32, weights: T) -> (bins: T)",
                .attrs = {type_attr("T", kCountTypes)},
                .shape = infer_bincount,
                .prepare = prepare_count});
  registry.add({.signature = "DenseBincount(input: Tidx, size: Tidx, weights: T) -> (output: T)",
                .attrs = {type_attr("Tidx", kIndexTypes), type_attr("T", kCountTypes),
                          bool_attr("binary_output", false)},
                .shape = infer_dense,
                .prepare = prepare_count});
  registry.add(
      {.signature = "Bucketize(input: T) -> (output: int32)",
       .attrs = {type_attr("T", kCountTypes), attr("boundaries", AttrKind::float_, true, {})},
       .shape = shapes::unchanged,
       .prepare = prepare_bucketize});
  registry.add(
      {.signature = "HistogramFixedWidth(values: T, value_range: T, nbins: int32) -> "
                    "(out: dtype)",
       .attrs = {type_attr("T", kCountTypes), type_attr("dtype", kIndexTypes, DType::int32)},
       .shape = infer_histogram,
       .prepare = prepare_histogram});
}

}  // namespace rill
