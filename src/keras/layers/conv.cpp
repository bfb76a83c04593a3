// Conv1D, Conv2D, Conv3D.
#include "rill/keras/layers/conv.hpp"

#include <algorithm>

#include "keras/core/make.h"
#include "keras/core/registry.h"
#include "keras/layers/conv_util.h"
#include "keras/layers/kernel_layer.h"

namespace rill::keras {
namespace {

template <int kRank>
class ConvLayer final : public KernelLayer {
 public:
  ConvLayer() = default;
  ConvLayer(int64_t filters, Ints kernel_size, const layers::ConvOptions& options)
      : filters_(filters), kernel_size_(std::move(kernel_size)), o_(options) {
    spread();
  }

  void visit_config(ConfigVisitor& v) override {
    v("filters", filters_);
    v("kernel_size", kernel_size_);
    v("strides", o_.strides);
    v("padding", o_.padding);
    v("data_format", o_.data_format);
    v("dilation_rate", o_.dilation_rate);
    v("groups", o_.groups);
    v("activation", o_.activation);
    v("use_bias", o_.use_bias);
    v.weight("kernel", o_.kernel_initializer, o_.kernel_regularizer, o_.kernel_constraint);
    v.weight("bias", o_.bias_initializer, o_.bias_regularizer, o_.bias_constraint);
    v("activity_regularizer", o_.activity_regularizer);
    visit_adapter(v);
    if (v.reading()) spread();
  }

  void build(const Shape& input) override {
    require_rank(input, kRank + 2);
    const int64_t in = channels(input, o_.data_format);
    if (o_.groups <= 0 || in % o_.groups != 0 || filters_ % o_.groups != 0) {
      fail(Code::invalid_argument, "groups = ", o_.groups, " must divide the ", in,
           " input channels and the ", filters_, " filters");
    }
    Shape kernel(kernel_size_);
    kernel.push_back(in / o_.groups);
    kernel.push_back(filters_);
    const auto spread_out = [](const Ints& steps) {
      return std::any_of(steps.begin(), steps.end(), [](int64_t n) { return n > 1; });
    };
    if (spread_out(o_.strides) && spread_out(o_.dilation_rate)) {
      fail(Code::invalid_argument, "strides = ", Shape(o_.strides),
           " beside dilation_rate = ", Shape(o_.dilation_rate), "; one of them must be 1");
    }
    add_kernel("kernel", kernel, o_.kernel_initializer);
    if (o_.use_bias) bias_ = add_weight("bias", {filters_}, o_.bias_initializer);
    add_adapter();
  }

  Value call(const Value& input, const CallContext&) override {
    const bool first = channels_first(o_.data_format);
    Value x = first ? op::to_channels_last(input) : input;
    std::string padding = upper(o_.padding);
    if (padding == "CAUSAL") {
      x = op::pad(x, {{0, 0}, {o_.dilation_rate[0] * (kernel_size_[0] - 1), 0}, {0, 0}});
      padding = "VALID";
    }
    require_windows(x.shape(), kernel_size_, o_.dilation_rate, padding);
    const AttrMap attrs{{"strides", with_batch_and_channels(o_.strides)},
                        {"padding", padding},
                        {"dilations", with_batch_and_channels(o_.dilation_rate)}};
    Value y;
    if constexpr (kRank == 1) {
      const Value image = op::expand_dims(x, 1);
      y = op::squeeze(biased(emit("Conv2D", {image, op::expand_dims(kernel(), 0)}, attrs)), 1);
    } else {
      y = biased(emit(kRank == 2 ? "Conv2D" : "Conv3D", {x, kernel()}, attrs));
    }
    y = first ? op::to_channels_first(y) : y;
    return op::activate(o_.activation, y);
  }

 private:
  Value biased(const Value& y) const { return bias_ ? op::bias_add(y, bias_) : y; }
  void spread() {
    kernel_size_ = per_dimension("kernel_size", kernel_size_, kRank);
    o_.strides = per_dimension("strides", o_.strides, kRank);
    o_.dilation_rate = per_dimension("dilation_rate", o_.dilation_rate, kRank);
  }

  int64_t filters_ = 0;
  Ints kernel_size_ = 1;
  layers::ConvOptions o_;
  Value bias_;
};

}  // namespace

namespace layers {
Conv1D::Conv1D(int64_t filters, const Ints& kernel_size, const ConvOptions& o)
    : LayerPtr(make_layer<ConvLayer<1>>("Conv1D", o, filters, kernel_size, o)) {}
Conv2D::Conv2D(int64_t filters, const Ints& kernel_size, const ConvOptions& o)
    : LayerPtr(make_layer<ConvLayer<2>>("Conv2D", o, filters, kernel_size, o)) {}
Conv3D::Conv3D(int64_t filters, const Ints& kernel_size, const ConvOptions& o)
    : LayerPtr(make_layer<ConvLayer<3>>("Conv3D", o, filters, kernel_size, o)) {}
}  // namespace layers

void register_conv(LayerRegistry& registry) {
  registry.add<ConvLayer<1>>("Conv1D", {"Convolution1D"});
  registry.add<ConvLayer<2>>("Conv2D", {"Convolution2D"});
  registry.add<ConvLayer<3>>("Conv3D", {"Convolution3D"});
}

}  // namespace rill::keras
