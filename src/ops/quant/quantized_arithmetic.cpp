// QuantizedAdd, QuantizedMul, QuantizedBiasAdd and the quantised relus.
// Source of the formulas: tensorflow/core/kernels/quantized_{add,mul,bias_add,activation}_op*.cc.
#include <algorithm>
#include <functional>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/broadcast.h"
#include "kernels/quantize_spans.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/attrs.h"
#include "ops/quantization.h"

namespace rill {
namespace {

// The levels first, first + 1, ... of an input as the numbers that are then put together.
template <typename Number>
using Levels = std::function<void(int64_t first, int64_t n, Number* out)>;

// Each level of input i by itself, turned by f<T>. What takes longer than to look it up is looked
// up, where there are few levels.
template <typename Number, bool look_up, typename F>
Levels<Number> each_level(const KernelContext& ctx, int i, const F& f) {
  const Tensor& x = ctx.input(i);
  Levels<Number> result;
  dispatch_quantized(x.dtype(), ctx.op().c_str(), [&]<typename T>() {
    const T* from = static_cast<const T*>(x.raw());
    const auto of = f.template operator()<T>();
    constexpr size_t kBytes = 256;
    if (!look_up || sizeof(T) > 1 || x.size() <= static_cast<int64_t>(kBytes)) {
      result = [from, of](int64_t first, int64_t n, Number* out) {
        for (int64_t k = 0; k < n; ++k) out[k] = of(from[first + k]);
      };
      return;
    }
    std::vector<Number> table(kBytes);
    for (size_t b = 0; b < kBytes; ++b) table[b] = of(static_cast<T>(b));
    result = [from, table = std::move(table)](int64_t first, int64_t n, Number* out) {
      for (int64_t k = 0; k < n; ++k) out[k] = table[static_cast<uint8_t>(from[first + k])];
    };
  });
  return result;
}

// The result of 32-bit levels, from the numbers of both inputs.
template <typename Number, typename F>
void each_pair(KernelContext& ctx, const Levels<Number>& a, const Levels<Number>& b, const F& f) {
  if (ctx.output_dtype(0) != DType::qint32) {
    unsupported_dtype(ctx.op().c_str(), ctx.output_dtype(0));
  }
  const Shape* operands[] = {&ctx.input(0).shape(), &ctx.input(1).shape()};
  Tensor& out = ctx.output(0, kernels::broadcast_shape(*operands[0], *operands[1]));
  auto* z = static_cast<int32_t*>(out.raw());
  const kernels::BroadcastN shape = kernels::merge_broadcast(out.shape(), operands);
  shape.for_each_row(0, shape.count, [&](int64_t row, int64_t count, const int64_t* at) {
    const int64_t a_step = shape.stride[0][0], b_step = shape.stride[1][0];
    constexpr int64_t kBlock = 1024;
    Number x[kBlock], y[kBlock];
    for (int64_t done = 0; done < count; done += kBlock) {
      const int64_t n = std::min(kBlock, count - done);
      const auto take = [&](const Levels<Number>& levels, int64_t from, int64_t step, Number* to) {
        levels(from + done * step, step == 0 ? 1 : n, to);
        if (step == 0) std::fill_n(to + 1, n - 1, to[0]);
      };
      take(a, at[0], a_step, x);
      take(b, at[1], b_step, y);
      int32_t* const to = z + row + done;
      for (int64_t i = 0; i < n; ++i) to[i] = f(x[i], y[i]);
    }
  });
}

int32_t wrapped(uint32_t v) { return static_cast<int32_t>(v); }

// Levels of one range as levels of a wider one. 8-bit levels go in whole steps, as TensorFlow's do,
// which are rounded once and not level by level, unless one level alone is added to the others.
template <typename T>
class Requantized {
 public:
  Requantized(bool alone, Range from, Range to)
      : from_(from), to_(to), by_steps_(std::is_same_v<T, uint8_t> && !alone) {
    if (!by_steps_) return;
    constexpr int64_t kFar = int64_t{1} << 61;  // ranges of infinity: sums and differences fit
    const auto level = [&](uint8_t q) {
      const float x = quantized_to_float(q, from);
      return std::clamp(float_to_quantized_unclamped<int32_t>(x, to), -kFar, kFar);
    };
    first_ = level(0);
    step_ = static_cast<int32_t>(level(1) - first_);
  }
  uint32_t operator()(T q) const {
    if (!by_steps_) {
      return static_cast<uint32_t>(float_to_quantized<int32_t>(quantized_to_float(q, from_), to_));
    }
    return static_cast<uint32_t>(
        std::clamp<int64_t>(first_ + int64_t{q} * step_, INT32_MIN, INT32_MAX));
  }

 private:
  Range from_, to_;
  bool by_steps_;
  int64_t first_ = 0;
  int32_t step_ = 0;
};

void add(KernelContext& ctx) {
  const Range ra = range_input(ctx, 2, 3), rb = range_input(ctx, 4, 5);
  ctx.require(ra.max > ra.min, "max_x must be larger than min_x");
  ctx.require(rb.max > rb.min, "max_y must be larger than min_y");
  const Range sum = sum_range(ra, rb, 1 << 14);
  const bool a_alone = ctx.input(0).size() == 1, b_alone = !a_alone && ctx.input(1).size() == 1;
  const auto levels = [&](int i, bool alone, Range from) {
    return each_level<uint32_t, true>(
        ctx, i, [&]<typename T>() { return Requantized<T>(alone, from, sum); });
  };
  each_pair(ctx, levels(0, a_alone, ra), levels(1, b_alone, rb),
            [](uint32_t a, uint32_t b) { return wrapped(a + b); });
  set_range(ctx, 1, sum);
}

void bias_add(KernelContext& ctx) {
  const Shape& in = ctx.input(0).shape();
  const Shape& bias = ctx.input(1).shape();
  ctx.require(in.rank() >= 2, "Input tensor must be at least 2D: ", in);
  ctx.require(bias.rank() == 1, "Biases must be 1D: ", bias);
  ctx.require(bias[0] == in[in.rank() - 1],
              "Must provide as many biases as the last dimension of the input tensor: ", bias,
              " vs. ", in);
  const Range ra = range_input(ctx, 2, 3), rb = range_input(ctx, 4, 5);
  const Range sum = sum_range(ra, rb, 1 << 17);
  const auto floats = [&](int i, Range range) {
    return each_level<float, true>(ctx, i, [&]<typename T>() {
      return [range](T q) { return quantized_to_float(q, range); };
    });
  };
  const ToLevels<int32_t> level(sum);
  each_pair(ctx, floats(0, ra), floats(1, rb), [level](float a, float b) { return level(a + b); });
  set_range(ctx, 1, sum);
}

void mul(KernelContext& ctx) {
  const Range range[2] = {range_input(ctx, 2, 3), range_input(ctx, 4, 5)};
  float step[2];
  uint32_t zero[2];
  bool short_levels = true;  // 16 bits hold the levels less that of zero
  for (int i = 0; i < 2; ++i) {
    dispatch_quantized(ctx.input(i).dtype(), ctx.op().c_str(), [&]<typename T>() {
      step[i] = level_step<T>(range[i]);
      const auto level = float_to_quantized_unclamped<T>(0.0, range[i]);
      zero[i] = static_cast<uint32_t>(level);
      short_levels = short_levels && sizeof(T) == 1 && level >= -INT8_MAX && level <= UINT8_MAX;
    });
  }
  const auto multiply = [&]<typename Number>(Number) {
    const auto levels = [&](int i) {
      return each_level<Number, false>(ctx, i, [less = zero[i]]<typename T>() {
        return [less](T q) {
          return static_cast<Number>(static_cast<Number>(q) - static_cast<Number>(less));
        };
      });
    };
    each_pair(ctx, levels(0), levels(1),
              [](Number x, Number y) { return static_cast<int32_t>(x * y); });
  };
  if (short_levels) {
    multiply(int16_t{});
  } else {
    multiply(uint32_t{});
  }
  set_range(ctx, 1, product_range<int32_t>(step[0], step[1]));
}

// max(x, 0), and min(x, top) where there is a top.
void relu(KernelContext& ctx, int first_range, float top) {
  const Tensor& x = ctx.input(0);
  const Range r = range_input(ctx, first_range, first_range + 1);
  if (ctx.output_dtype(0) != x.dtype()) unsupported_dtype(ctx.op().c_str(), ctx.output_dtype(0));
  Tensor& out = ctx.output(0, x.shape());
  dispatch_quantized(x.dtype(), ctx.op().c_str(), [&]<typename T>() {
    const T* in = static_cast<const T*>(x.raw());
    T* y = static_cast<T*>(out.raw());
    const T low = float_to_quantized<T>(0.0, r);
    const T high =
        std::isfinite(top) ? float_to_quantized<T>(top, r) : std::numeric_limits<T>::max();
    parallel_for(x.size(), grain_of(1), [=](int64_t begin, int64_t end) {
      if constexpr (sizeof(T) == 1) {
        kernels::clamp_bytes(in + begin, y + begin, end - begin, low, high);
      } else {
        T* const to = y;
        for (int64_t i = begin; i < end; ++i) to[i] = std::min(std::max(in[i], low), high);
      }
    });
  });
  set_range(ctx, 1, r);
}

void relu_plain(KernelContext& ctx) { relu(ctx, 1, std::numeric_limits<float>::infinity()); }
void relu6(KernelContext& ctx) { relu(ctx, 1, 6.0f); }
void relu_x(KernelContext& ctx) { relu(ctx, 2, range_input(ctx, 1, 1).min); }

void broadcast_shape(ShapeContext& ctx) {
  shapes::broadcast2(ctx);
  range_outputs_shape(ctx, 1);
}

}  // namespace

void register_quantized_arithmetic(OpRegistry& registry) {
  for (const bool product : {false, true}) {
    registry.add({.signature = str(product ? "QuantizedMul" : "QuantizedAdd",
                                   "(x: T1, y: T2, min_x: float32, max_x: float32, min_y: float32, "
                                   "max_y: float32) -> (z: Toutput, min_z: float32, max_z: "
                                   "float32)"),
                  .attrs = {type_attr("T1", kQuantizedTypes), type_attr("T2", kQuantizedTypes),
                            type_attr("Toutput", kQuantizedTypes, DType::qint32)},
                  .shape = broadcast_shape,
                  .kernel = product ? mul : add});
  }
  registry.add({.signature = "QuantizedBiasAdd(input: T1, bias: T2, min_input: float32, max_input: "
                             "float32, min_bias: float32, max_bias: float32) -> (output: out_type, "
                             "min_out: float32, max_out: float32)",
                .attrs = {type_attr("T1", kQuantizedTypes), type_attr("T2", kQuantizedTypes),
                          type_attr("out_type", kQuantizedTypes)},
                .shape = same_shape_and_range,
                .kernel = bias_add});
  struct Relu {
    const char* name;
    const char* limit;
    KernelFn kernel;
  };
  for (const Relu& r : {Relu{"QuantizedRelu", "", relu_plain}, Relu{"QuantizedRelu6", "", relu6},
                        Relu{"QuantizedReluX", "max_value: float32, ", relu_x}}) {
    registry.add({.signature = str(r.name, "(features: Tinput, ", r.limit,
                                   "min_features: float32, max_features: float32) -> (activations: "
                                   "out_type, min_activations: float32, max_activations: float32)"),
                  .attrs = {type_attr("Tinput", kQuantizedTypes),
                            type_attr("out_type", kQuantizedTypes, DType::quint8)},
                  .shape = same_shape_and_range,
                  .kernel = r.kernel});
  }
}

}  // namespace rill
