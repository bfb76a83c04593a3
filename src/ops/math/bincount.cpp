// Bincount, DenseBincount, Bucketize, HistogramFixedWidth: counting values.
#include <algorithm>
#include <cmath>
#include <vector>

#include "base/thread_pool.h"
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

// Fills `out` by count(begin, end, bins) over [0, n): long inputs in parts that the data alone fix,
// each with bins of its own, so that threads change no sum.
template <typename C, typename F>
void count_in_parts(int64_t n, int64_t bins, C* out, F&& count) {
  constexpr int64_t kPart = 65536, kMostParts = 16;
  const int64_t parts =
      std::min({kMostParts, n / kPart, n / std::max<int64_t>(1, 4 * bins)});  // bins are added, too
  std::fill(out, out + bins, C(0));
  if (parts < 2) return count(int64_t{0}, n, out);
  std::vector<C> all(static_cast<size_t>(parts * bins));
  parallel_for(parts, 1, [&](int64_t first, int64_t last) {
    for (int64_t p = first; p < last; ++p) {
      count(n * p / parts, n * (p + 1) / parts, all.data() + p * bins);
    }
  });
  using Sum = kernels::Accumulator<C>;
  for (int64_t p = 0; p < parts; ++p) {
    for (int64_t i = 0; i < bins; ++i) {
      const C part = all[static_cast<size_t>(p * bins + i)];
      out[i] = static_cast<C>(static_cast<Sum>(out[i]) + static_cast<Sum>(part));
    }
  }
}

template <typename T>
struct Count {
  int64_t rows, columns, size;
  bool weighted, binary;
  DType index;
  std::string node;

  void operator()(const RunArgs& args) const {
    parallel_for(rows, grain_of(columns), [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        if (index == DType::int64) {
          count_row(static_cast<const int64_t*>(args.in[0]), args, row);
        } else {
          count_row(static_cast<const int32_t*>(args.in[0]), args, row);
        }
      }
    });
  }

 private:
  template <typename I>
  void count_row(const I* in, const RunArgs& args, int64_t row) const {
    const I* values = in + row * columns;
    T* out = static_cast<T*>(args.out[0]) + row * size;
    const T* weights = weighted ? static_cast<const T*>(args.in[2]) + row * columns : nullptr;
    using Sum = kernels::Accumulator<T>;
    const auto each = [&](int64_t begin, int64_t end, auto&& count) {
      I least = 0;
      for (int64_t i = begin; i < end; ++i) least = std::min(least, values[i]);
      if (least < 0) fail(Code::invalid_argument, node, "Input arr must be non-negative!");
      for (int64_t i = begin; i < end; ++i) {
        if (values[i] < size) count(values[i], i);
      }
    };
    if (binary) {
      std::fill(out, out + size, T(0));
      return each(0, columns, [&](I bin, int64_t) { out[bin] = T(1); });
    }
    count_in_parts(columns, size, out, [&](int64_t begin, int64_t end, T* bins) {
      const auto add = [bins](I bin, T what) {
        bins[bin] = static_cast<T>(static_cast<Sum>(bins[bin]) + static_cast<Sum>(what));
      };
      if (weights == nullptr) {
        each(begin, end, [&](I bin, int64_t) { add(bin, T(1)); });
      } else {
        each(begin, end, [&](I bin, int64_t i) { add(bin, weights[i]); });
      }
    });
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
    parallel_for(n, grain_of(16), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const auto first = std::upper_bound(boundaries.begin(), boundaries.end(), in[i]);
        static_cast<int32_t*>(args.out[0])[i] = static_cast<int32_t>(first - boundaries.begin());
      }
    });
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
    const double step = (high - low) / static_cast<double>(bins);
    const auto count = [&](int64_t begin, int64_t end, C* counts) {
      constexpr int64_t kBlock = 512;
      int32_t places[kBlock];
      const auto last = static_cast<double>(bins - 1);
      for (int64_t first = begin; first < end; first += kBlock) {
        const int64_t n = std::min(kBlock, end - first);
        for (int64_t i = 0; i < n; ++i) {
          double at = (static_cast<double>(in[first + i]) - low) / step;
          at = at > 0.0 ? at : 0.0;  // NaN, too
          at = last < at ? last : at;
          places[i] = static_cast<int32_t>(at);
        }
        for (int64_t i = 0; i < n; ++i) ++counts[places[i]];
      }
    };
    count_in_parts(n, bins, static_cast<C*>(args.out[0]), count);
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
