// QuantizedMaxPool and QuantizedAvgPool, NHWC. The range passes through.
// Source: tensorflow/core/kernels/quantized_pooling_ops.cc (means are cut off, not rounded).
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
    for (int64_t i = 0; i < out.size(); ++i) {
      const int64_t c = i % depth, pixel = i / depth;
      const int64_t left = pixel % g.output[2] * g.stride[1] - g.window[1].before;
      const int64_t top = pixel / g.output[2] % g.output[1] * g.stride[0] - g.window[0].before;
      const int64_t batch = pixel / g.output[2] / g.output[1];
      int64_t sum = 0, count = 0;
      T most = std::numeric_limits<T>::lowest();
      for (int64_t r = std::max<int64_t>(top, 0); r < std::min(top + g.size[0], shape[1]); ++r) {
        for (int64_t k = std::max<int64_t>(left, 0); k < std::min(left + g.size[1], shape[2]);
             ++k) {
          const T value = x[((batch * shape[1] + r) * shape[2] + k) * depth + c];
          most = std::max(most, value);
          sum += value;
          ++count;
        }
      }
      y[i] = mean ? static_cast<T>(count > 0 ? sum / count : 0) : most;
    }
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
