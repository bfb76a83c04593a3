// QuantizedMatMul and QuantizedConv2D: products of quantised integers, summed as integers.
// Source of the formulas: tensorflow/core/kernels/quantized_matmul_op.cc, quantized_conv_ops.cc.
#include <algorithm>
#include <type_traits>
#include <vector>

#include "base/thread_pool.h"
#include "kernels/quantize_spans.h"
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

// Calls f with both integer types; sets the range of the output and hands over the levels of zero.
template <typename F>
void with_operands(KernelContext& ctx, F&& f) {
  const Range ra = range_input(ctx, 2, 3), rb = range_input(ctx, 4, 5);
  dispatch_quantized(ctx.input(0).dtype(), ctx.op().c_str(), [&]<typename A>() {
    dispatch_quantized(ctx.input(1).dtype(), ctx.op().c_str(), [&]<typename B>() {
      set_range(ctx, 1, product_range<A, B, int32_t>(ra, rb));
      f(static_cast<const A*>(ctx.input(0).raw()), static_cast<const B*>(ctx.input(1).raw()),
        to_int32(float_to_quantized_unclamped<A>(0.0, ra)),
        to_int32(float_to_quantized_unclamped<B>(0.0, rb)));
    });
  });
}

// Sums wrap round as TensorFlow's int32 accumulators do.
template <typename A, typename B>
uint32_t term(A a, int32_t a_zero, B b, int32_t b_zero) {
  return (static_cast<uint32_t>(a) - static_cast<uint32_t>(a_zero)) *
         (static_cast<uint32_t>(b) - static_cast<uint32_t>(b_zero));
}

// Bytes less a level near them fit 16 bits, whose products are added up several at a time.
template <typename T>
bool is_near(int32_t zero) {
  return sizeof(T) == 1 && zero >= -256 && zero <= 256;
}

template <typename T>
void centred(const T* x, int64_t n, int64_t step, int32_t zero, int16_t* out) {
  for (int64_t i = 0; i < n; ++i) {
    out[i] = static_cast<int16_t>(static_cast<int32_t>(x[i * step]) - zero);
  }
}

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
  with_operands(ctx, [&](const auto* x, const auto* y, int32_t x_zero, int32_t y_zero) {
    using A = std::remove_cvref_t<decltype(*x)>;
    using B = std::remove_cvref_t<decltype(*y)>;
    if (is_near<A>(x_zero) && is_near<B>(y_zero)) {
      std::vector<int16_t> columns(static_cast<size_t>(n * k));
      for (int64_t j = 0; j < n; ++j) {
        centred(y + (tb ? j * k : j), k, tb ? 1 : n, y_zero, columns.data() + j * k);
      }
      parallel_for(m, grain_of(n * k / 8), [&](int64_t begin, int64_t end) {
        std::vector<int16_t> row(static_cast<size_t>(k));
        for (int64_t i = begin; i < end; ++i) {
          centred(x + (ta ? i : i * k), k, ta ? m : 1, x_zero, row.data());
          for (int64_t j = 0; j < n; ++j) {
            out[i * n + j] = kernels::dot_shorts(row.data(), columns.data() + j * k, k);
          }
        }
      });
      return;
    }
    for (int64_t i = 0; i < m; ++i) {
      for (int64_t j = 0; j < n; ++j) {
        uint32_t sum = 0;
        for (int64_t l = 0; l < k; ++l) {
          sum += term(x[ta ? l * m + i : i * k + l], x_zero, y[tb ? j * k + l : l * n + j], y_zero);
        }
        out[i * n + j] = static_cast<int32_t>(sum);
      }
    }
  });
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
  if (result.size() == 0) {
    return with_operands(ctx, [](const auto*, const auto*, int32_t, int32_t) {});
  }
  auto* out = static_cast<int32_t*>(result.raw());
  const int64_t depth = in[3], channels = filter[3];
  std::vector<uint32_t> sums(static_cast<size_t>(channels));
  with_operands(ctx, [&](const auto* x, const auto* w, int32_t x_zero, int32_t w_zero) {
    using A = std::remove_cvref_t<decltype(*x)>;
    using B = std::remove_cvref_t<decltype(*w)>;
    if (is_near<A>(x_zero) && is_near<B>(w_zero)) {
      const int64_t taps = filter[0] * filter[1] * depth;
      std::vector<int16_t> weights(static_cast<size_t>(taps * channels));
      for (int64_t o = 0; o < channels; ++o) {
        centred(w + o, taps, channels, w_zero, weights.data() + o * taps);
      }
      const int64_t work = taps * channels / 8;
      parallel_for(result.size() / channels, grain_of(work), [&](int64_t begin, int64_t end) {
        std::vector<int16_t> patch(static_cast<size_t>(taps));
        for (int64_t pixel = begin; pixel < end; ++pixel) {
          const int64_t top = pixel / g.output[2] % g.output[1] * g.stride[0] - g.window[0].before;
          const int64_t left = pixel % g.output[2] * g.stride[1] - g.window[1].before;
          const int64_t batch = pixel / g.output[2] / g.output[1];
          int16_t* to = patch.data();
          for (int64_t fy = 0; fy < filter[0]; ++fy) {
            const int64_t line = top + fy * g.dilation[0];
            for (int64_t fx = 0; fx < filter[1]; ++fx, to += depth) {
              const int64_t column = left + fx * g.dilation[1];
              if (line < 0 || line >= in[1] || column < 0 || column >= in[2]) {
                std::fill_n(to, depth, 0);  // padding is the level of zero
              } else {
                centred(x + ((batch * in[1] + line) * in[2] + column) * depth, depth, 1, x_zero,
                        to);
              }
            }
          }
          for (int64_t o = 0; o < channels; ++o) {
            out[pixel * channels + o] =
                kernels::dot_shorts(patch.data(), weights.data() + o * taps, taps);
          }
        }
      });
      return;
    }
    for (int64_t pixel = 0; pixel < result.size() / channels; ++pixel) {
      const int64_t ox = pixel % g.output[2], oy = pixel / g.output[2] % g.output[1];
      const int64_t batch = pixel / g.output[2] / g.output[1];
      std::fill(sums.begin(), sums.end(), 0u);
      for (int64_t fy = 0; fy < filter[0]; ++fy) {
        const int64_t y = oy * g.stride[0] - g.window[0].before + fy * g.dilation[0];
        if (y < 0 || y >= in[1]) continue;  // padding is the level of zero: it adds nothing
        for (int64_t fx = 0; fx < filter[1]; ++fx) {
          const int64_t column = ox * g.stride[1] - g.window[1].before + fx * g.dilation[1];
          if (column < 0 || column >= in[2]) continue;
          const auto* source = x + ((batch * in[1] + y) * in[2] + column) * depth;
          const auto* weights = w + (fy * filter[1] + fx) * depth * channels;
          for (int64_t c = 0; c < depth; ++c) {
            for (int64_t o = 0; o < channels; ++o) {
              sums[static_cast<size_t>(o)] +=
                  term(source[c], x_zero, weights[c * channels + o], w_zero);
            }
          }
        }
      }
      for (int64_t o = 0; o < channels; ++o) {
        out[pixel * channels + o] = static_cast<int32_t>(sums[static_cast<size_t>(o)]);
      }
    }
  });
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
