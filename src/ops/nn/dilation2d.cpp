// Dilation2D and its gradients: the maximum over a window of input plus filter
// (tensorflow/core/kernels/dilation_ops.cc).
#include <algorithm>
#include <limits>

#include "kernels/accumulate.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_attrs.h"
#include "ops/windows.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

struct Geometry {
  int64_t batch, channels;
  kernels::Dims3 in{1, 1, 1}, out{1, 1, 1}, kernel{1, 1, 1}, pad{0, 0, 0}, stride, rate;
  Shape output;
};

Geometry dilation2d_geometry(const NodeAccess& node, const Shape& given,
                             const Shape& filter_given) {
  const Shape x = given.has_rank() ? given : Shape::unknown_dims(4);
  const Shape filter = filter_given.has_rank() ? filter_given : Shape::unknown_dims(3);
  node.require(x.rank() == 4, "input must be 4-dimensional, but has shape ", x);
  node.require(filter.rank() == 3, "filter must be 3-dimensional, but has shape ", filter);
  node.require(x[3] < 0 || filter[2] < 0 || x[3] == filter[2],
               "input and filter must have the same depth: ", x[3], " vs ", filter[2]);
  Windows w;
  w.stride =
      read_window_list(node, "strides", node.attr<std::vector<int64_t>>("strides"), w.layout);
  w.dilation = read_window_list(node, "rates", node.attr<std::vector<int64_t>>("rates"), w.layout);
  w.padding = node.attr<std::string>("padding");
  Geometry g{.batch = x[0], .channels = x[3], .stride = w.stride, .rate = w.dilation, .output = x};
  if (g.channels < 0) g.channels = g.output[3] = filter[2];
  for (size_t d = 1; d < 3; ++d) {
    const int i = static_cast<int>(d);
    g.in[d] = x[i];
    g.kernel[d] = filter[i - 1];
    const shapes::Window window = w.along(node, d, x[i], filter[i - 1]);
    g.out[d] = g.output[i] = window.output;
    g.pad[d] = window.before;
  }
  return g;
}

enum class Part { forward, input_gradient, filter_gradient };

template <Part part>
void infer_dilation2d(ShapeContext& ctx) {
  const Geometry g = dilation2d_geometry(ctx, ctx.input(0), ctx.input(1));
  if (part == Part::forward) return ctx.set_output(0, g.output);
  ctx.require(ctx.input(2).is_compatible_with(g.output), "out_backprop has shape ", ctx.input(2),
              ", but the dilation makes ", g.output);
  ctx.set_output(0, ctx.input(part == Part::input_gradient ? 0 : 1));
}

template <typename T, Part part>
struct Dilation2dRun {
  Geometry g;
  int64_t elements;  // of the output

  void operator()(const RunArgs& args) const {
    // Integers are compared with their sign, and their sums wrap around.
    using A = std::conditional_t<std::is_integral_v<T>, T, kernels::Accumulator<T>>;
    const auto* x = static_cast<const T*>(args.in[0]);
    const auto* filter = static_cast<const T*>(args.in[1]);
    const auto* dy = part == Part::forward ? nullptr : static_cast<const T*>(args.in[2]);
    auto* result = static_cast<T*>(args.out[0]);
    if (part != Part::forward) std::fill_n(result, elements, T{});
    const int64_t plane = g.out[1] * g.out[2] * g.channels;
    for (int64_t i = 0; i < g.batch * plane; ++i) {
      const int64_t c = i % g.channels, pixel = i / g.channels, image = i / plane;
      const int64_t top = pixel / g.out[2] % g.out[1] * g.stride[1] - g.pad[1];
      const int64_t left = pixel % g.out[2] * g.stride[2] - g.pad[2];
      const auto input_at = [&](int64_t h, int64_t w) {
        return ((image * g.in[1] + h) * g.in[2] + w) * g.channels + c;
      };
      A best = std::numeric_limits<A>::lowest();
      int64_t from = input_at(std::max<int64_t>(top, 0), std::max<int64_t>(left, 0)), tap = c;
      for (int64_t h = 0; h < g.kernel[1]; ++h) {
        const int64_t y = top + h * g.rate[1];
        if (y < 0 || y >= g.in[1]) continue;
        for (int64_t w = 0; w < g.kernel[2]; ++w) {
          const int64_t at = left + w * g.rate[2];
          if (at < 0 || at >= g.in[2]) continue;
          const int64_t here = input_at(y, at), weight = (h * g.kernel[2] + w) * g.channels + c;
          using Sum = kernels::Accumulator<T>;
          const A value =
              static_cast<A>(static_cast<Sum>(x[here]) + static_cast<Sum>(filter[weight]));
          if (!(value > best)) continue;
          best = value;
          from = here;
          tap = weight;
        }
      }
      if (part == Part::forward) {
        result[i] = static_cast<T>(best);
        continue;
      }
      T& to = result[part == Part::input_gradient ? from : tap];
      to = static_cast<T>(to + dy[i]);
    }
  }
};

template <Part part>
Prepared prepare_dilation2d(const PrepareContext& ctx) {
  const int64_t elements = ctx.output(0).num_elements();
  if (elements == 0) return prepared_nothing();
  const Geometry g = dilation2d_geometry(ctx, ctx.input(0), ctx.input(1));
  Prepared p;
  dispatch_number(ctx.output_dtype(0), "Dilation2D", [&]<typename T>() {
    p = prepared(Dilation2dRun<T, part>{g, elements});
  });
  return p;
}

// tensorflow/python/ops/nn_grad.py
Values dilation2d_gradient(const GradContext& ctx) {
  const AttrMap attrs = grads::same_attrs(ctx, {"strides", "rates", "padding"});
  const std::initializer_list<Value> inputs = {ctx.input(0), ctx.input(1), ctx.output_gradient(0)};
  return {emit("Dilation2DBackpropInput", inputs, attrs),
          emit("Dilation2DBackpropFilter", inputs, attrs)};
}

template <Part part>
OpDef dilation_def(std::string signature) {
  return {.signature = std::move(signature),
          .attrs = {type_attr("T", kRealTypes), at_least(4, int_list_attr("strides")),
                    at_least(4, int_list_attr("rates")), choice_attr("padding", {"SAME", "VALID"})},
          .shape = infer_dilation2d<part>,
          .prepare = prepare_dilation2d<part>,
          .gradient = part == Part::forward ? dilation2d_gradient : nullptr};
}

}  // namespace

void register_dilation2d(OpRegistry& registry) {
  registry.add(dilation_def<Part::forward>("Dilation2D(input: T, filter: T) -> (output: T)"));
  registry.add(dilation_def<Part::input_gradient>(
      "Dilation2DBackpropInput(input: T, filter: T, out_backprop: T) -> (in_backprop: T)"));
  registry.add(dilation_def<Part::filter_gradient>(
      "Dilation2DBackpropFilter(input: T, filter: T, out_backprop: T) -> (filter_backprop: T)"));
}

}  // namespace rill
