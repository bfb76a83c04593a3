// QuantizedMaxPool and QuantizedAvgPool, NHWC. The range passes through.
// Source: tensorflow/core/kernels/quantized_pooling_ops.cc (means are cut off, not rounded).
#include <algorithm>
#include <vector>

#include "base/thread_pool.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/attrs.h"
#include "ops/quantization.h"

namespace rill {
namespace {

struct QuantizedPoolGeometry {
  int64_t size[2], stride[2];
  shapes::Window window[2];
  Shape output;
};

QuantizedPoolGeometry quantized_pool_geometry(const NodeAccess& node, const Shape& in) {
  const auto& sizes = node.attr<std::vector<int64_t>>("ksize");
  const auto& strides = node.attr<std::vector<int64_t>>("strides");
  node.require(sizes.size() == 4 && strides.size() == 4, "ksize and strides must have 4 elements");
  node.require(sizes[0] == 1 && strides[0] == 1 && sizes[3] == 1 && strides[3] == 1,
               "pooling over batch or depth is not supported");
  QuantizedPoolGeometry g;
  for (size_t d = 0; d < 2; ++d) {
    g.size[d] = sizes[d + 1];
    g.stride[d] = strides[d + 1];
    node.require(g.size[d] > 0 && g.stride[d] > 0, "ksize and strides must be positive");
    g.window[d] = shapes::window(node, in.has_rank() ? in[static_cast<int>(d) + 1] : -1, g.size[d],
                                 1, g.stride[d], node.attr<std::string>("padding"));
  }
  g.output = Shape{in.has_rank() ? in[0] : -1, g.window[0].output, g.window[1].output,
                   in.has_rank() ? in[3] : -1};
  return g;
}

template <typename T>
void take_larger(const T* from, T* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = std::max(to[i], from[i]);
}

template <bool mean>
void pool(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  const Shape& shape = in.shape();
  ctx.require(shape.rank() == 4, "input must be 4-dimensional, got ", shape);
  const QuantizedPoolGeometry g = quantized_pool_geometry(ctx, shape);
  set_range(ctx, 1, range_input(ctx, 1, 2));
  Tensor& out = ctx.output(0, g.output);
  const int64_t depth = shape[3];
  dispatch_quantized(in.dtype(), ctx.op().c_str(), [&]<typename T>() {
    const T* x = static_cast<const T*>(in.raw());
    T* y = static_cast<T*>(out.raw());
    const int64_t pixels = out.size() / std::max<int64_t>(depth, 1);
    const int64_t work = depth * g.size[0] * g.size[1];
    parallel_for(pixels, grain_of(work), [&](int64_t begin, int64_t end) {
      std::vector<int64_t> sums(static_cast<size_t>(mean ? depth : 0));
      for (int64_t pixel = begin; pixel < end; ++pixel) {
        const int64_t left = pixel % g.output[2] * g.stride[1] - g.window[1].before;
        const int64_t top = pixel / g.output[2] % g.output[1] * g.stride[0] - g.window[0].before;
        const int64_t batch = pixel / g.output[2] / g.output[1];
        const int64_t bottom = std::min(top + g.size[0], shape[1]);
        const int64_t right = std::min(left + g.size[1], shape[2]);
        T* const to = y + pixel * depth;
        std::fill_n(to, depth, std::numeric_limits<T>::lowest());
        std::fill(sums.begin(), sums.end(), 0);
        int64_t count = 0;
        for (int64_t r = std::max<int64_t>(top, 0); r < bottom; ++r) {
          for (int64_t k = std::max<int64_t>(left, 0); k < right; ++k, ++count) {
            const T* const from = x + ((batch * shape[1] + r) * shape[2] + k) * depth;
            if (mean) {
              for (int64_t c = 0; c < depth; ++c) sums[static_cast<size_t>(c)] += from[c];
            } else {
              take_larger(from, to, depth);
            }
          }
        }
        for (int64_t c = 0; c < depth && mean; ++c) {
          to[c] = static_cast<T>(count > 0 ? sums[static_cast<size_t>(c)] / count : 0);
        }
      }
    });
  });
}

void infer_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 4);
  ctx.set_output(0, quantized_pool_geometry(ctx, ctx.input(0)).output);
  range_outputs_shape(ctx, 1);
}

}  // namespace

void register_quantized_pool(OpRegistry& registry) {
  for (const bool mean : {false, true}) {
    registry.add({.signature = str(mean ? "QuantizedAvgPool" : "QuantizedMaxPool",
                                   "(input: T, min_input: float32, max_input: float32) -> (output: "
                                   "T, min_output: float32, max_output: float32)"),
                  .attrs = {type_attr("T", kQuantizedTypes), int_list_attr("ksize"),
                            int_list_attr("strides"), choice_attr("padding", {"SAME", "VALID"})},
                  .shape = infer_shape,
                  .kernel = mean ? pool<true> : pool<false>});
  }
}

}  // namespace rill
