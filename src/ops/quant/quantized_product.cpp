// QuantizedMatMul and QuantizedConv2D: products of quantised integers, summed as integers.
// Source of the formulas: tensorflow/core/kernels/quantized_matmul_op.cc, quantized_conv_ops.cc.
#include <algorithm>
#include <limits>
#include <vector>

#include "base/function_ref.h"
#include "base/thread_pool.h"
#include "kernels/gemm.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/quantization.h"
#include "ops/windows.h"

namespace rill {
namespace {

int32_t to_int32(int64_t x) {
  return static_cast<int32_t>(std::clamp<int64_t>(x, INT32_MIN, INT32_MAX));
}

void require_int32(const KernelContext& ctx) {
  if (ctx.output_dtype(0) != DType::qint32)
    unsupported_dtype(ctx.op().c_str(), ctx.output_dtype(0));
}

// The levels of an input less that of zero. Those of bytes near it are multiplied as floats, while
// their sums are exact; the others wrap round as TensorFlow's int32 sums do.
class Operand {
 public:
  Operand(const KernelContext& ctx, int i) : ctx_(ctx), x_(ctx.input(i)) {
    const Range range = range_input(ctx, 2 + 2 * i, 3 + 2 * i);
    dispatch_quantized(x_.dtype(), ctx.op().c_str(), [&]<typename T>() {
      step = level_step<T>(range);
      zero_ = to_int32(float_to_quantized_unclamped<T>(0.0, range));
      is_near = sizeof(T) == 1 && zero_ >= -256 && zero_ <= 256;
      if constexpr (sizeof(T) == 1) {
        using Limits = std::numeric_limits<T>;
        largest = std::max<int64_t>(Limits::max() - int64_t{zero_}, zero_ - int64_t{Limits::min()});
      }
    });
  }

  std::vector<uint32_t> less_zero() const {
    std::vector<uint32_t> out(static_cast<size_t>(x_.size()));
    dispatch_quantized(x_.dtype(), ctx_.op().c_str(), [&]<typename T>() {
      const T* from = static_cast<const T*>(x_.raw());
      for (size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<uint32_t>(from[i]) - static_cast<uint32_t>(zero_);
      }
    });
    return out;
  }
  // Of those that are near: n levels from `first` on.
  void near_floats(int64_t first, int64_t n, float* out) const {
    const bool is_signed = x_.dtype() == DType::qint8;
    const auto* from = static_cast<const uint8_t*>(x_.raw()) + first;
    const int32_t flip = is_signed ? 128 : 0, less = zero_ + flip;
    for (int64_t i = 0; i < n; ++i) out[i] = static_cast<float>((from[i] ^ flip) - less);
  }

  float step = 0;  // from one level to the next
  bool is_near = false;
  int64_t largest = 0;  // of bytes, less zero

 private:
  const KernelContext& ctx_;
  const Tensor& x_;
  int32_t zero_ = 0;
};

// C = A B for levels near zero, B laid out as [k, n] or, turned, as [n, k]. fill(row, rows, to)
// writes rows of A.
struct LevelProduct {
  int64_t m = 0, n = 0, k = 0;
  bool turned = false;
  const Operand &a, &b;

  void run(FunctionRef<void(int64_t, int64_t, float*)> fill, int32_t* out) const {
    constexpr int64_t kExact = int64_t{1} << 24, kRows = 256;  // floats hold integers up to it
    const int64_t part = std::max<int64_t>(1, kExact / std::max<int64_t>(1, a.largest * b.largest));
    std::vector<float> right(static_cast<size_t>(n * k));
    b.near_floats(0, n * k, right.data());
    parallel_for((m + kRows - 1) / kRows, 1, [&](int64_t begin, int64_t end) {
      std::vector<float> left(static_cast<size_t>(std::min(m, kRows) * k));
      std::vector<float> sums(static_cast<size_t>(std::min(m, kRows) * n));
      for (int64_t row = begin * kRows; row < std::min(m, end * kRows); row += kRows) {
        const int64_t rows = std::min(kRows, m - row);
        fill(row, rows, left.data());
        std::fill_n(out + row * n, rows * n, 0);
        for (int64_t first = 0; first < k; first += part) {
          multiply(rows, first, std::min(part, k - first), left.data(), right.data(), sums.data());
          add(sums.data(), rows * n, out + row * n);
        }
      }
    });
  }

 private:
  void multiply(int64_t rows, int64_t first, int64_t count, const float* left, const float* right,
                float* sums) const {
    kernels::MatMulSpec spec;
    spec.m = rows;
    spec.n = n;
    spec.k = count;
    spec.steps = {k, turned ? 1 : n, turned ? k : 1, n, {first}, {turned ? first : first * n}, {0}};
    const kernels::MatMul product(spec);
    const kernels::AlignedFloats scratch(
        static_cast<int64_t>((product.scratch_bytes() + sizeof(float) - 1) / sizeof(float)));
    product.run(left, right, nullptr, nullptr, sums, scratch.get());
  }

  static void add(const float* sums, int64_t count, int32_t* out) {
    for (int64_t i = 0; i < count; ++i) {
      const auto sum = static_cast<uint32_t>(static_cast<int32_t>(sums[i]));
      out[i] = static_cast<int32_t>(static_cast<uint32_t>(out[i]) + sum);
    }
  }
};

void matmul_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 2);
  const bool ta = ctx.attr<bool>("transpose_a"), tb = ctx.attr<bool>("transpose_b");
  const auto dim = [&](int i, int d) { return ctx.input(i).has_rank() ? ctx.input(i)[d] : -1; };
  ctx.merge_dim(dim(0, ta ? 0 : 1), dim(1, tb ? 1 : 0));
  ctx.set_output(0, Shape{dim(0, ta ? 1 : 0), dim(1, tb ? 0 : 1)});
  range_outputs_shape(ctx, 1);
}

void matmul(KernelContext& ctx) {
  require_int32(ctx);
  const Shape& a = ctx.input(0).shape();
  const Shape& b = ctx.input(1).shape();
  ctx.require(a.rank() == 2 && b.rank() == 2, "a and b must be matrices, got shapes ", a, " and ",
              b);
  const bool ta = ctx.attr<bool>("transpose_a"), tb = ctx.attr<bool>("transpose_b");
  const int64_t m = a[ta ? 1 : 0], k = a[ta ? 0 : 1], n = b[tb ? 0 : 1];
  ctx.require(k == b[tb ? 1 : 0], "Matrix size-incompatible: In[0]: ", a, ", In[1]: ", b);
  auto* out = static_cast<int32_t*>(ctx.output(0, Shape{m, n}).raw());
  const Operand left(ctx, 0), right(ctx, 1);
  set_range(ctx, 1, product_range<int32_t>(left.step, right.step));
  if (m * n == 0) return;
  if (!left.is_near || !right.is_near) {
    const std::vector<uint32_t> x = left.less_zero(), y = right.less_zero();
    for (int64_t i = 0; i < m; ++i) {
      for (int64_t j = 0; j < n; ++j) {
        uint32_t sum = 0;
        for (int64_t l = 0; l < k; ++l) {
          sum += x[static_cast<size_t>(ta ? l * m + i : i * k + l)] *
                 y[static_cast<size_t>(tb ? j * k + l : l * n + j)];
        }
        out[i * n + j] = static_cast<int32_t>(sum);
      }
    }
    return;
  }
  std::vector<float> whole;  // A, where it lies turned
  if (ta) {
    whole.resize(static_cast<size_t>(m * k));
    left.near_floats(0, m * k, whole.data());
  }
  LevelProduct{m, n, k, tb, left, right}.run(
      [&](int64_t row, int64_t rows, float* to) {
        if (!ta) return left.near_floats(row * k, rows * k, to);
        for (int64_t i = 0; i < rows; ++i) {
          for (int64_t l = 0; l < k; ++l) {
            to[i * k + l] = whole[static_cast<size_t>(l * m + row + i)];
          }
        }
      },
      out);
}

struct QuantizedProductGeometry {
  int64_t stride[2], dilation[2];
  shapes::Window window[2];
  Shape output;
};

QuantizedProductGeometry quantized_product_geometry(const NodeAccess& node, const Shape& in,
                                                    const Shape& filter) {
  const auto& strides = node.attr<std::vector<int64_t>>("strides");
  const auto& dilations = node.attr<std::vector<int64_t>>("dilations");
  node.require(strides.size() == 4 && dilations.size() == 4,
               "strides and dilations must have 4 elements");
  node.require(strides[0] == 1 && strides[3] == 1 && dilations[0] == 1 && dilations[3] == 1,
               "strides and dilations must be 1 for batch and channels");
  QuantizedProductGeometry g;
  for (size_t d = 0; d < 2; ++d) {
    g.stride[d] = strides[d + 1];
    g.dilation[d] = dilations[d + 1];
    node.require(g.stride[d] > 0 && g.dilation[d] > 0, "strides and dilations must be positive");
    const int at = static_cast<int>(d);
    g.window[d] =
        shapes::window(node, in.has_rank() ? in[at + 1] : -1, filter.has_rank() ? filter[at] : -1,
                       g.dilation[d], g.stride[d], node.attr<std::string>("padding"));
  }
  g.output = Shape{in.has_rank() ? in[0] : -1, g.window[0].output, g.window[1].output,
                   filter.has_rank() ? filter[3] : -1};
  return g;
}

void conv_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 4);
  ctx.require_rank_exactly(1, 4);
  ctx.set_output(0, quantized_product_geometry(ctx, ctx.input(0), ctx.input(1)).output);
  range_outputs_shape(ctx, 1);
}

void conv(KernelContext& ctx) {
  require_int32(ctx);
  const Shape& in = ctx.input(0).shape();
  const Shape& filter = ctx.input(1).shape();
  ctx.require(in.rank() == 4 && filter.rank() == 4, "input and filter must be 4-dimensional, got ",
              in, " and ", filter);
  ctx.require(in[3] == filter[2], "input and filter must have the same depth: ", in[3], " vs ",
              filter[2]);
  const QuantizedProductGeometry g = quantized_product_geometry(ctx, in, filter);
  Tensor& result = ctx.output(0, g.output);
  const Operand left(ctx, 0), right(ctx, 1);
  set_range(ctx, 1, product_range<int32_t>(left.step, right.step));
  if (result.size() == 0) return;
  auto* out = static_cast<int32_t*>(result.raw());
  const int64_t depth = in[3], channels = filter[3], line = filter[1] * depth;
  // Calls f(first of the image's levels, first of the filter's) for each tap inside the image:
  // padding is the level of zero, and adds nothing.
  const auto for_each_tap = [&](int64_t pixel, const auto& f) {
    const int64_t top = pixel / g.output[2] % g.output[1] * g.stride[0] - g.window[0].before;
    const int64_t at_left = pixel % g.output[2] * g.stride[1] - g.window[1].before;
    const int64_t batch = pixel / g.output[2] / g.output[1];
    for (int64_t fy = 0; fy < filter[0]; ++fy) {
      const int64_t y = top + fy * g.dilation[0];
      if (y < 0 || y >= in[1]) continue;
      for (int64_t fx = 0; fx < filter[1]; ++fx) {
        const int64_t x = at_left + fx * g.dilation[1];
        if (x < 0 || x >= in[2]) continue;
        f(((batch * in[1] + y) * in[2] + x) * depth, fy * line + fx * depth);
      }
    }
  };
  const int64_t pixels = result.size() / channels;
  if (!left.is_near || !right.is_near) {
    const std::vector<uint32_t> x = left.less_zero(), w = right.less_zero();
    std::vector<uint32_t> sums(static_cast<size_t>(channels));
    for (int64_t pixel = 0; pixel < pixels; ++pixel) {
      std::fill(sums.begin(), sums.end(), 0u);
      for_each_tap(pixel, [&](int64_t source, int64_t tap) {
        for (int64_t c = 0; c < depth; ++c) {
          const uint32_t value = x[static_cast<size_t>(source + c)];
          const uint32_t* weights = w.data() + (tap + c) * channels;
          for (size_t o = 0; o < sums.size(); ++o) sums[o] += value * weights[o];
        }
      });
      for (size_t o = 0; o < sums.size(); ++o) {
        out[pixel * channels + static_cast<int64_t>(o)] = static_cast<int32_t>(sums[o]);
      }
    }
    return;
  }
  const int64_t taps = filter[0] * line;
  std::vector<float> x(static_cast<size_t>(in.num_elements()));
  left.near_floats(0, in.num_elements(), x.data());
  LevelProduct{pixels, channels, taps, false, left, right}.run(
      [&](int64_t row, int64_t rows, float* to) {
        std::fill_n(to, rows * taps, 0.0f);
        for (int64_t pixel = row; pixel < row + rows; ++pixel, to += taps) {
          for_each_tap(pixel, [&](int64_t source, int64_t tap) {
            std::copy_n(x.data() + source, depth, to + tap);
          });
        }
      },
      out);
}

}  // namespace

void register_quantized_product(OpRegistry& registry) {
  registry.add({.signature = "QuantizedMatMul(a: T1, b: T2, min_a: float32, max_a: float32, min_b: "
                             "float32, max_b: float32) -> (out: Toutput, min_out: float32, "
                             "max_out: float32)",
                .attrs = {type_attr("T1", kQuantizedTypes), type_attr("T2", kQuantizedTypes),
                          type_attr("Toutput", kQuantizedTypes, DType::qint32),
                          bool_attr("transpose_a", false), bool_attr("transpose_b", false),
                          type_attr("Tactivation", kQuantizedTypes, DType::quint8)},
                .shape = matmul_shape,
                .kernel = matmul});
  registry.add(
      {.signature = "QuantizedConv2D(input: Tinput, filter: Tfilter, min_input: float32, "
                    "max_input: float32, min_filter: float32, max_filter: float32) -> "
                    "(output: out_type, min_output: float32, max_output: float32)",
       .attrs = {type_attr("Tinput", kQuantizedTypes), type_attr("Tfilter", kQuantizedTypes),
                 type_attr("out_type", kQuantizedTypes, DType::qint32), int_list_attr("strides"),
                 choice_attr("padding", {"SAME", "VALID"}),
                 int_list_attr("dilations", {1, 1, 1, 1})},
       .shape = conv_shape,
       .kernel = conv});
}

}  // namespace rill
