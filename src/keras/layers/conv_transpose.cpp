// Conv1DTranspose, Conv2DTranspose, Conv3DTranspose. Output lengths: tf_keras
// conv_utils.deconv_output_length() and keras/src/backend/common/backend_utils.py, which agree.
#include "keras/core/make.h"
#include "keras/core/registry.h"
#include "keras/layers/conv_util.h"
#include "rill/keras/layers/conv.hpp"

namespace rill::keras {
namespace {

template <int kRank>
class ConvTransposeLayer final : public Layer {
 public:
  ConvTransposeLayer() = default;
  ConvTransposeLayer(int64_t filters, Ints kernel_size, const layers::ConvOptions& options)
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
    v("activation", o_.activation);
    v("use_bias", o_.use_bias);
    v.weight("kernel", o_.kernel_initializer, o_.kernel_regularizer, o_.kernel_constraint);
    v.weight("bias", o_.bias_initializer, o_.bias_regularizer, o_.bias_constraint);
    v("activity_regularizer", o_.activity_regularizer);
    v("output_padding", o_.output_padding);
    if (v.reading()) {
      v("output_size_keras1", size_);  // of legacy/upgrade.cpp, never written
      spread();
    }
  }

  void build(const Shape& input) override {
    require_rank(input, kRank + 2);
    Shape kernel(kernel_size_);
    kernel.push_back(filters_);
    kernel.push_back(channels(input, o_.data_format));
    if (size_) pad_to_size(input);
    kernel_ = add_weight("kernel", kernel, o_.kernel_initializer);
    if (o_.use_bias) bias_ = add_weight("bias", {filters_}, o_.bias_initializer);
  }

  Value call(const Value& input, const CallContext&) override {
    const bool first = channels_first(o_.data_format);
    const Value x = first ? op::to_channels_last(input) : input;
    const Value sizes = op::shape_vector(output_dims(x));
    const AttrMap attrs{{"strides", with_batch_and_channels(o_.strides)},
                        {"padding", upper(o_.padding)},
                        {"dilations", with_batch_and_channels(o_.dilation_rate)}};
    Value y;
    if constexpr (kRank == 1) {
      y = emit("Conv2DBackpropInput", {sizes, op::expand_dims(kernel_, 0), op::expand_dims(x, 1)},
               attrs);
      y = op::squeeze(biased(y), 1);
    } else if constexpr (kRank == 2) {
      y = biased(emit("Conv2DBackpropInput", {sizes, kernel_, x}, attrs));
    } else {
      y = biased(emit("Conv3DBackpropInputV2", {sizes, kernel_, x}, attrs));
    }
    y = first ? op::to_channels_first(y) : y;
    return op::activate(o_.activation, y);
  }

 private:
  Value biased(const Value& y) const { return bias_ ? op::bias_add(y, bias_) : y; }

  std::vector<op::Dim> output_dims(const Value& x) const {
    std::vector<op::Dim> dims{op::dim(x, 0)};
    if (kRank == 1) dims.emplace_back(1);
    for (int i = 0; i < kRank; ++i) {
      const auto k = static_cast<size_t>(i);
      const int64_t stride = o_.strides[k];
      const int64_t kernel = (kernel_size_[k] - 1) * o_.dilation_rate[k] + 1;
      const bool same = upper(o_.padding) == "SAME";
      int64_t extra = same ? 0 : std::max<int64_t>(kernel - stride, 0);
      int64_t scale_from = 0;  // length = (in - scale_from) * stride + extra
      if (o_.output_padding) {
        scale_from = 1;
        extra = kernel + (*o_.output_padding)[k] - (same ? 2 * (kernel / 2) : 0);
      }
      const op::Dim in = op::dim(x, i + 1);
      if (!in.value) {
        dims.emplace_back((in.size - scale_from) * stride + extra);
      } else {
        const auto number = [](int64_t n) { return Tensor::scalar(static_cast<int32_t>(n)); };
        dims.emplace_back(
            op::add(op::mul(op::sub(in.value, number(scale_from)), number(stride)), number(extra)));
      }
    }
    dims.emplace_back(filters_);
    return dims;
  }

  // The output padding that gives the size asked for, where that is not the usual one.
  void pad_to_size(const Shape& input) {
    const int first = channels_first(o_.data_format) ? 2 : 1;
    const Ints size = per_dimension("output_shape", *size_, kRank);
    const bool same = upper(o_.padding) == "SAME";
    bool usual = true;
    std::vector<int64_t> padding;
    for (size_t k = 0; k < kRank; ++k) {
      const int64_t in = input[first + static_cast<int>(k)];
      if (in == Shape::kUnknownDim) return;
      const int64_t stride = o_.strides[k], kernel = kernel_size_[k];
      const int64_t most = in * stride + (same ? 0 : kernel - 1);
      if (size[k] > most || size[k] <= most - stride) {
        fail(Code::invalid_argument, "Conv2DTranspose: the output shape ", size[k],
             " of Keras 1 cannot come from ", in, " with the stride ", stride, " and the kernel ",
             kernel, ": ", most - stride + 1, " to ", most, " can");
      }
      usual = usual && size[k] == in * stride + (same ? 0 : std::max<int64_t>(kernel - stride, 0));
      padding.push_back(size[k] - (in - 1) * stride - kernel + (same ? 2 * (kernel / 2) : 0));
    }
    if (!usual) o_.output_padding = padding;
  }

  void spread() {
    kernel_size_ = per_dimension("kernel_size", kernel_size_, kRank);
    o_.strides = per_dimension("strides", o_.strides, kRank);
    o_.dilation_rate = per_dimension("dilation_rate", o_.dilation_rate, kRank);
    if (o_.output_padding) {
      o_.output_padding = per_dimension("output_padding", *o_.output_padding, kRank);
    }
  }

  int64_t filters_ = 0;
  Ints kernel_size_ = 1;
  layers::ConvOptions o_;
  std::optional<Ints> size_;
  Value kernel_;
  Value bias_;
};

}  // namespace

namespace layers {
Conv1DTranspose::Conv1DTranspose(int64_t filters, const Ints& kernel_size, const ConvOptions& o)
    : LayerPtr(make_layer<ConvTransposeLayer<1>>("Conv1DTranspose", o, filters, kernel_size, o)) {}
Conv2DTranspose::Conv2DTranspose(int64_t filters, const Ints& kernel_size, const ConvOptions& o)
    : LayerPtr(make_layer<ConvTransposeLayer<2>>("Conv2DTranspose", o, filters, kernel_size, o)) {}
Conv3DTranspose::Conv3DTranspose(int64_t filters, const Ints& kernel_size, const ConvOptions& o)
    : LayerPtr(make_layer<ConvTransposeLayer<3>>("Conv3DTranspose", o, filters, kernel_size, o)) {}
}  // namespace layers

void register_conv_transpose(LayerRegistry& registry) {
  registry.add<ConvTransposeLayer<1>>("Conv1DTranspose", {"Convolution1DTranspose"});
  registry.add<ConvTransposeLayer<2>>("Conv2DTranspose", {"Convolution2DTranspose"});
  registry.add<ConvTransposeLayer<3>>("Conv3DTranspose", {"Convolution3DTranspose"});
}

}  // namespace rill::keras
