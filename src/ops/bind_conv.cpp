// Convolutions bound to kernels: the fast ones for float32, plain loops for everything else.
#include <array>
#include <cstring>

#include "kernels/conv_grad.h"
#include "kernels/conv_grad_outer.h"
#include "kernels/conv_plain.h"
#include "kernels/conv_variants.h"
#include "kernels/depthwise_gradient.h"
#include "kernels/parallel.h"
#include "kernels/strided_copy.h"
#include "ops/widened.h"
#include "ops/windows.h"

namespace rill {
namespace {

using kernels::ConvPart;
using kernels::ConvSpec;

int64_t volume(const kernels::Dims3& d) { return d[0] * d[1] * d[2]; }

struct Zeros {
  size_t bytes;
  void operator()(const RunArgs& args) const { std::memset(args.out[0], 0, bytes); }
};

struct Plain {
  kernels::PlainConvolution conv;
  int a, b;  // inputs
  void operator()(const RunArgs& args) const { conv.run(args.in[a], args.in[b], args.out[0]); }
};

struct Fast {
  std::shared_ptr<const kernels::Convolution> conv;
  int x, filter;  // inputs
  void operator()(const RunArgs& args) const {
    conv->run(static_cast<const float*>(args.in[x]), static_cast<const float*>(args.in[filter]),
              nullptr, nullptr, static_cast<float*>(args.out[0]), args.scratch);
  }
};

Prepared bind_fast(std::unique_ptr<kernels::Convolution> conv, int x, int filter, bool constant) {
  const size_t scratch = conv->scratch_bytes();
  Prepared p = prepared(Fast{std::move(conv), x, filter}, scratch);
  if (constant) p.absorbed = 1u << filter;
  return p;
}

const float* constant_floats(const PrepareContext& ctx, int i) {
  return ctx.constant(i) ? ctx.constant(i)->data<float>() : nullptr;
}

// [batch, channels, pixels] to [batch, pixels, channels].
kernels::StridedCopy channels_last(int64_t batch, int64_t channels, int64_t pixels) {
  const std::array<int64_t, 3> sizes{batch, pixels, channels};
  const std::array<int64_t, 3> from{channels * pixels, 1, pixels};
  const std::array<int64_t, 3> to{channels * pixels, channels, 1};
  return kernels::StridedCopy(DType::float32, sizes, from, to);
}

template <typename Gradient>
struct FilterRun {
  Gradient gradient;
  void operator()(const RunArgs& args) const {
    gradient.run(static_cast<const float*>(args.in[0]), static_cast<const float*>(args.in[2]),
                 static_cast<float*>(args.out[0]), args.scratch);
  }
};

template <typename Gradient>
struct TurnedFilterRun {
  kernels::StridedCopy x, dy;
  size_t x_bytes, dy_bytes;
  Gradient gradient;
  void operator()(const RunArgs& args) const {
    auto* scratch = static_cast<std::byte*>(args.scratch);
    auto* x_last = reinterpret_cast<float*>(scratch);
    auto* dy_last = reinterpret_cast<float*>(scratch + x_bytes);
    x.run(args.in[0], x_last);
    dy.run(args.in[2], dy_last);
    gradient.run(x_last, dy_last, static_cast<float*>(args.out[0]), scratch + x_bytes + dy_bytes);
  }
};

// What is empty adds up to nothing.
bool is_sum_of_nothing(const PrepareContext& ctx, int a, int b) {
  return ctx.input(a).num_elements() == 0 || ctx.input(b).num_elements() == 0;
}

Prepared prepared_zeros(const PrepareContext& ctx) {
  return prepared(
      Zeros{static_cast<size_t>(ctx.output(0).num_elements()) * dtype_size(ctx.output_dtype(0))});
}

template <typename Gradient>
Prepared bind_filter_gradient_as(const PrepareContext& ctx, const ConvSpec& spec) {
  ConvSpec last = spec;
  last.channels_first = false;
  Gradient gradient(last);
  const size_t scratch = gradient.scratch_bytes();
  if (!spec.channels_first) return prepared(FilterRun<Gradient>{std::move(gradient)}, scratch);
  const size_t x_bytes = kernels::scratch_floats(ctx.input(0).num_elements());
  const size_t dy_bytes = kernels::scratch_floats(ctx.input(2).num_elements());
  return prepared(
      TurnedFilterRun<Gradient>{channels_last(spec.batch, spec.in_channels, volume(spec.in)),
                                channels_last(spec.batch, spec.out_channels, volume(spec.out)),
                                x_bytes, dy_bytes, std::move(gradient)},
      x_bytes + dy_bytes + scratch);
}

Prepared bind_plain(DType dtype, const ConvSpec& spec, ConvPart part, int a, int b) {
  return prepared(Plain{kernels::prepare_plain_convolution(dtype, spec, part), a, b});
}

// A kernel of float32 that takes inputs a and b.
Prepared widened(const PrepareContext& ctx, Prepared wide, int a, int b) {
  return prepare_widened(ctx.output_dtype(0), std::move(wide),
                         {{a, ctx.input(a).num_elements()}, {b, ctx.input(b).num_elements()}},
                         ctx.output(0).num_elements());
}

Prepared bind_fast_filter_gradient(const PrepareContext& ctx, const ConvSpec& spec) {
  if (kernels::is_simple_depthwise(spec)) {
    return bind_filter_gradient_as<kernels::DepthwiseFilterGradient>(ctx, spec);
  }
  // Not in Winograd's tiles, which take half to two thirds of the time: gradients that are zero, as
  // of units that never fire, become noise, and Adam takes whole steps along noise.
  return spec.groups == 1 ? bind_filter_gradient_as<kernels::OuterFilterGradient>(ctx, spec)
                          : bind_filter_gradient_as<kernels::FilterGradient>(ctx, spec);
}

}  // namespace

Prepared bind_convolution(const PrepareContext& ctx, const ConvSpec& spec) {
  if (ctx.output(0).num_elements() == 0) return prepared_nothing();
  if (is_sum_of_nothing(ctx, 0, 1)) return prepared_zeros(ctx);
  const DType dtype = ctx.output_dtype(0);
  const bool near = windows_are_near(spec);
  if (is_half(dtype)) {
    return widened(ctx,
                   near ? bind_fast(kernels::make_convolution(spec, nullptr), 0, 1, false)
                        : bind_plain(DType::float32, spec, ConvPart::forward, 0, 1),
                   0, 1);
  }
  if (dtype != DType::float32 || !near) return bind_plain(dtype, spec, ConvPart::forward, 0, 1);
  const float* filter = constant_floats(ctx, 1);
  return bind_fast(kernels::make_convolution(spec, filter), 0, 1, filter != nullptr);
}

Prepared bind_input_gradient(const PrepareContext& ctx, const ConvSpec& spec) {
  const DType dtype = ctx.output_dtype(0);
  if (ctx.output(0).num_elements() == 0) return prepared_nothing();
  if (is_sum_of_nothing(ctx, 1, 2)) return prepared_zeros(ctx);
  const bool near = windows_are_near(spec);
  if (is_half(dtype)) {
    return widened(ctx,
                   near
                       ? bind_fast(kernels::make_transposed_convolution(spec, nullptr), 2, 1, false)
                       : bind_plain(DType::float32, spec, ConvPart::input_gradient, 2, 1),
                   2, 1);
  }
  if (dtype != DType::float32 || !near) {
    return bind_plain(dtype, spec, ConvPart::input_gradient, 2, 1);
  }
  const float* filter = constant_floats(ctx, 1);
  return bind_fast(kernels::make_transposed_convolution(spec, filter), 2, 1, filter != nullptr);
}

Prepared bind_filter_gradient(const PrepareContext& ctx, const ConvSpec& spec) {
  const DType dtype = ctx.output_dtype(0);
  if (ctx.output(0).num_elements() == 0) return prepared_nothing();
  if (is_sum_of_nothing(ctx, 0, 2)) return prepared_zeros(ctx);
  const bool near = windows_are_near(spec);
  if (is_half(dtype)) {
    return widened(ctx,
                   near ? bind_fast_filter_gradient(ctx, spec)
                        : bind_plain(DType::float32, spec, ConvPart::filter_gradient, 0, 2),
                   0, 2);
  }
  if (dtype != DType::float32 || !near) {
    return bind_plain(dtype, spec, ConvPart::filter_gradient, 0, 2);
  }
  return bind_fast_filter_gradient(ctx, spec);
}

}  // namespace rill
