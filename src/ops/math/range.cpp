// Range and LinSpace.
#include <cmath>

#include "base/thread_pool.h"
#include "op/emit.h"
#include "op/kernel_context.h"
#include "op/registry.h"
#include "ops/args.h"
#include "rill/ops/math.hpp"
#include "tensor/dispatch.h"

namespace rill {
namespace {

constexpr DType kRangeTypes[] = {DType::bfloat16, DType::float16, DType::float32, DType::float64,
                                 DType::int8,     DType::int16,   DType::int32,   DType::int64,
                                 DType::uint16,   DType::uint32,  DType::uint64};

// Halves are computed as floats, and every result is rounded to what Stored holds.
template <typename Stored, typename T>
T rounded(T x) {
  return static_cast<T>(static_cast<Stored>(x));
}

// How many elements; tensorflow/core/kernels/sequence_ops.cc.
template <typename Stored, typename T>
int64_t count(const NodeAccess& node, T start, T limit, T delta) {
  node.require(delta != T(0), "Requires delta != 0: ", static_cast<double>(delta));
  if constexpr (std::is_integral_v<T>) {
    const bool up = delta > T(0);
    node.require(up ? start <= limit : start >= limit, "Requires start ",
                 up ? "<=" : ">=", " limit when delta ", up ? "> 0: " : "< 0: ", start, "/", limit);
    // In 128 bits, where no difference overflows.
    const __int128 distance =
        up ? static_cast<__int128>(limit) - start : static_cast<__int128>(start) - limit;
    const __int128 step = up ? static_cast<__int128>(delta) : -static_cast<__int128>(delta);
    const __int128 n = (distance + step - 1) / step;
    node.require(n <= INT64_MAX / 16, "Requires ((limit - start) / delta) to be a valid size");
    return static_cast<int64_t>(n);
  } else {
    const bool up = delta > T(0);
    node.require(up ? start <= limit : start >= limit, "Requires start ",
                 up ? "<=" : ">=", " limit when delta ",
                 up ? "> 0: " : "< 0: ", static_cast<double>(start), "/",
                 static_cast<double>(limit));
    const T steps = rounded<Stored>(rounded<Stored>(limit - start) / delta);
    const double n = std::ceil(std::abs(static_cast<double>(steps)));
    node.require(n <= 1e15, "Requires ((limit - start) / delta) to be a valid size, but it is ", n);
    return static_cast<int64_t>(n);
  }
}

// Widened, so that halves are compared as floats.
template <typename T>
auto value_of(const Tensor& t) {
  if constexpr (std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>) {
    return static_cast<float>(*t.data<T>());
  } else {
    return *t.data<T>();
  }
}

void infer_range(ShapeContext& ctx) {
  for (int i = 0; i < 3; ++i) ctx.require_rank_exactly(i, 0);
  ctx.set_output(0, Shape{Shape::kUnknownDim});
  if (!ctx.value(0) || !ctx.value(1) || !ctx.value(2)) return;
  dispatch_number(ctx.output_dtype(0), "Range", [&]<typename T>() {
    ctx.set_output(0, Shape{count<T>(ctx, value_of<T>(*ctx.value(0)), value_of<T>(*ctx.value(1)),
                                     value_of<T>(*ctx.value(2)))});
  });
}

template <typename U>
[[gnu::noinline]] void count_up(U next, U step, U* out, int64_t n) {
  for (int64_t i = 0; i < n; ++i) {
    out[i] = next;
    next = static_cast<U>(next + step);
  }
}

// start + i delta, every step rounded to T, as TensorFlow has it.
void run_range(KernelContext& ctx) {
  for (int i = 0; i < 3; ++i) {
    ctx.require(ctx.input(i).size() == 1, "start, limit and delta must be scalars, but input ", i,
                " has shape ", ctx.input(i).shape());
  }
  dispatch_number(ctx.output_dtype(0), "Range", [&]<typename T>() {
    const auto value = value_of<T>(ctx.input(0));
    const auto delta = value_of<T>(ctx.input(2));
    const int64_t n = count<T>(ctx, value, value_of<T>(ctx.input(1)), delta);
    T* out = ctx.output(0, Shape{n}).data<T>();
    if constexpr (std::is_integral_v<T>) {
      using U = std::make_unsigned_t<T>;
      parallel_for(n, grain_of(1), [&](int64_t begin, int64_t end) {
        const auto passed =
            static_cast<U>(static_cast<uint64_t>(begin) * static_cast<uint64_t>(delta));
        count_up(static_cast<U>(static_cast<U>(value) + passed), static_cast<U>(delta),
                 reinterpret_cast<U*>(out) + begin, end - begin);
      });
      return;
    }
    using C = decltype(value);
    const auto fill = [=]<typename I>(I begin, I end) {
      T* const to = out;
      const C first = value, step = delta;
      for (I i = begin; i < end; ++i) {
        to[i] = static_cast<T>(first + rounded<T>(rounded<T>(static_cast<C>(i)) * step));
      }
    };
    parallel_for(n, grain_of(1), [&](int64_t begin, int64_t end) {
      if (end > INT32_MAX) return fill(begin, end);  // those of 32 bits become floats faster
      fill(static_cast<int32_t>(begin), static_cast<int32_t>(end));
    });
  });
}

void infer_linspace(ShapeContext& ctx) {
  for (int i = 0; i < 3; ++i) ctx.require_rank_exactly(i, 0);
  const auto n = ctx.int_scalar(2);
  ctx.require(!n || *n > 0, "Requires num > 0: ", n.value_or(0));
  ctx.set_output(0, Shape{n ? *n : Shape::kUnknownDim});
}

template <typename T>
struct LinSpace {
  int64_t n;
  void operator()(const RunArgs& args) const {
    const T start = *static_cast<const T*>(args.in[0]);
    const T stop = *static_cast<const T*>(args.in[1]);
    T* out = static_cast<T*>(args.out[0]);
    using Wide = std::conditional_t<std::is_same_v<T, double>, double, float>;
    const Wide first = static_cast<Wide>(start), last = static_cast<Wide>(stop);
    if (n == 1) {
      out[0] = start;
      return;
    }
    const Wide step = static_cast<Wide>(static_cast<T>((last - first) / static_cast<Wide>(n - 1)));
    const auto fill = [=]<typename I>(I begin, I end) {
      T* const to = out;
      const Wide from = first, by = step;
      for (I i = begin; i < end; ++i) to[i] = static_cast<T>(from + by * static_cast<Wide>(i));
    };
    parallel_for(n, grain_of(1), [&](int64_t begin, int64_t end) {
      // Integers of 32 bits become floats several at a time.
      if (end > INT32_MAX) return fill(begin, end);
      fill(static_cast<int32_t>(begin), static_cast<int32_t>(end));
    });
    out[0] = start;
    out[n - 1] = stop;
  }
};

Prepared prepare_linspace(const PrepareContext& ctx) {
  Prepared result;
  dispatch_float(ctx.output_dtype(0), "LinSpace",
                 [&]<typename T>() { result = prepared(LinSpace<T>{ctx.output(0)[0]}); });
  return result;
}

}  // namespace

Value ops::range(const Value& start, const Value& limit, const Value& delta,
                 std::string_view name) {
  return emit("Range", {start, limit, delta}, {}, name);
}
Value ops::linspace(const Value& start, const Value& stop, const Value& num,
                    std::string_view name) {
  return emit("LinSpace", {start, stop, num}, {}, name);
}

void register_range(OpRegistry& registry) {
  registry.add({.signature = "Range(start: Tidx, limit: Tidx, delta: Tidx) -> (output: Tidx)",
                .attrs = {type_attr("Tidx", kRangeTypes, DType::int32)},
                .shape = infer_range,
                .kernel = run_range,
                .one_for_scalar = 0b111,
                .not_differentiable = true});
  registry.add(
      {.signature = "LinSpace(start: T, stop: T, num: Tidx) -> (output: T)",
       .attrs = {type_attr("T", kFloatTypes), type_attr("Tidx", kIndexTypes, DType::int32)},
       .shape = infer_linspace,
       .prepare = prepare_linspace,
       .not_differentiable = true});
}

}  // namespace rill
