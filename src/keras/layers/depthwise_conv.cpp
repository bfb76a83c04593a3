// DepthwiseConv1D/2D and SeparableConv1D/2D.
#include "keras/core/make.h"
#include "keras/core/registry.h"
#include "keras/layers/conv_util.h"
#include "rill/keras/layers/conv.hpp"

namespace rill::keras {
namespace {

template <int kRank, bool kSeparable>
class DepthwiseLayer final : public Layer {
 public:
  DepthwiseLayer() = default;
  DepthwiseLayer(int64_t filters, Ints kernel_size, const layers::DepthwiseConvOptions& options)
      : filters_(filters), kernel_size_(std::move(kernel_size)), o_(options) {
    spread();
  }

  void visit_config(ConfigVisitor& v) override {
    if (kSeparable) v("filters", filters_);
    v("kernel_size", kernel_size_);
    v("strides", o_.strides);
    v("padding", o_.padding);
    v("depth_multiplier", o_.depth_multiplier);
    v("data_format", o_.data_format);
    v("dilation_rate", o_.dilation_rate);
    v("activation", o_.activation);
    v("use_bias", o_.use_bias);
    v.weight("depthwise", o_.depthwise_initializer, o_.depthwise_regularizer,
             o_.depthwise_constraint);
    if (kSeparable) {
      v.weight("pointwise", o_.pointwise_initializer, o_.pointwise_regularizer,
               o_.pointwise_constraint);
    }
    v.weight("bias", o_.bias_initializer, o_.bias_regularizer, o_.bias_constraint);
    v("activity_regularizer", o_.activity_regularizer);
    if (v.reading()) spread();
  }

  void build(const Shape& input) override {
    require_rank(input, kRank + 2);
    const int64_t in = channels(input, o_.data_format);
    Shape depthwise(kernel_size_);
    depthwise.push_back(in);
    depthwise.push_back(o_.depth_multiplier);
    depthwise_ =
        add_weight(kSeparable ? "depthwise_kernel" : "kernel", depthwise, o_.depthwise_initializer);
    int64_t out = in * o_.depth_multiplier;
    if (kSeparable) {
      Shape pointwise = kRank == 1 ? Shape{1} : Shape{1, 1};
      pointwise.push_back(out);
      pointwise.push_back(filters_);
      pointwise_ = add_weight("pointwise_kernel", pointwise, o_.pointwise_initializer);
      out = filters_;
    }
    if (o_.use_bias) bias_ = add_weight("bias", {out}, o_.bias_initializer);
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
    // TensorFlow's kernel wants equal strides; a row of one has the stride of its columns.
    std::vector<int64_t> strides = with_batch_and_channels(o_.strides);
    std::vector<int64_t> dilations = with_batch_and_channels(o_.dilation_rate);
    if (kRank == 1) strides[1] = strides[2];
    Value kernel = depthwise_, pointwise = pointwise_;
    if (kRank == 1) {
      x = op::expand_dims(x, 1);
      kernel = op::expand_dims(kernel, 0);
      if (kSeparable) pointwise = op::expand_dims(pointwise, 0);
    }
    Value y = emit("DepthwiseConv2dNative", {x, kernel},
                   {{"strides", strides}, {"padding", padding}, {"dilations", dilations}});
    if (kSeparable) {
      y = emit("Conv2D", {y, pointwise},
               {{"strides", std::vector<int64_t>{1, 1, 1, 1}}, {"padding", "VALID"}});
    }
    if (bias_) y = op::bias_add(y, bias_);
    if (kRank == 1) y = op::squeeze(y, 1);
    y = first ? op::to_channels_first(y) : y;
    return op::activate(o_.activation, y);
  }

 private:
  void spread() {
    kernel_size_ = per_dimension("kernel_size", kernel_size_, kRank);
    o_.strides = per_dimension("strides", o_.strides, kRank);
    o_.dilation_rate = per_dimension("dilation_rate", o_.dilation_rate, kRank);
  }

  int64_t filters_ = 0;
  Ints kernel_size_ = 1;
  layers::DepthwiseConvOptions o_;
  Value depthwise_;
  Value pointwise_;
  Value bias_;
};

}  // namespace

namespace layers {
DepthwiseConv1D::DepthwiseConv1D(const Ints& kernel_size, const DepthwiseConvOptions& o)
    : LayerPtr(make_layer<DepthwiseLayer<1, false>>("DepthwiseConv1D", o, 0, kernel_size, o)) {}
DepthwiseConv2D::DepthwiseConv2D(const Ints& kernel_size, const DepthwiseConvOptions& o)
    : LayerPtr(make_layer<DepthwiseLayer<2, false>>("DepthwiseConv2D", o, 0, kernel_size, o)) {}
SeparableConv1D::SeparableConv1D(int64_t filters, const Ints& kernel_size,
                                 const DepthwiseConvOptions& o)
    : LayerPtr(make_layer<DepthwiseLayer<1, true>>("SeparableConv1D", o, filters, kernel_size, o)) {
}
SeparableConv2D::SeparableConv2D(int64_t filters, const Ints& kernel_size,
                                 const DepthwiseConvOptions& o)
    : LayerPtr(make_layer<DepthwiseLayer<2, true>>("SeparableConv2D", o, filters, kernel_size, o)) {
}
}  // namespace layers

void register_depthwise_conv(LayerRegistry& registry) {
  registry.add<DepthwiseLayer<1, false>>("DepthwiseConv1D");
  registry.add<DepthwiseLayer<2, false>>("DepthwiseConv2D");
  registry.add<DepthwiseLayer<1, true>>("SeparableConv1D", {"SeparableConvolution1D"});
  registry.add<DepthwiseLayer<2, true>>("SeparableConv2D", {"SeparableConvolution2D"});
}

}  // namespace rill::keras
