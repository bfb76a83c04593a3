// LocallyConnected1D and 2D of Keras 2: a convolution whose kernel is another one at each place.
#include "keras/core/make.h"
#include "keras/core/registry.h"
#include "keras/layers/conv_util.h"
#include "rill/keras/layers/conv.hpp"

namespace rill::keras {
namespace {

template <int kRank>
class LocallyConnectedLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("filters", filters_);
    v("kernel_size", kernel_size_);
    v("strides", o_.strides);
    v("padding", o_.padding);
    v("data_format", o_.data_format);
    v("activation", o_.activation);
    v("use_bias", o_.use_bias);
    v.weight("kernel", o_.kernel_initializer, o_.kernel_regularizer, o_.kernel_constraint);
    v.weight("bias", o_.bias_initializer, o_.bias_regularizer, o_.bias_constraint);
    v("activity_regularizer", o_.activity_regularizer);
    v("implementation", implementation_);
    if (!v.reading()) return;
    kernel_size_ = per_dimension("kernel_size", kernel_size_, kRank);
    o_.strides = per_dimension("strides", o_.strides, kRank);
  }

  void build(const Shape& input) override {
    require_rank(input, kRank + 2);
    if (implementation_ != 1) {
      fail(Code::unimplemented, "implementation ", implementation_, "; only 1 is known");
    }
    if (upper(o_.padding) != "VALID") {
      fail(Code::unimplemented, "padding ", quoted(o_.padding), "; only 'valid' is known");
    }
    const bool first = channels_first(o_.data_format);
    int64_t places = 1, features = channels(input, o_.data_format);
    Shape bias;
    for (int i = 0; i < kRank; ++i) {
      const auto k = static_cast<size_t>(i);
      const int64_t size = input[i + (first ? 2 : 1)];
      if (size < kernel_size_[k]) {
        fail(Code::invalid_argument, "the size of the input must be known and at least that of ",
             "the kernel; it has shape ", input);
      }
      const int64_t out = (size - kernel_size_[k]) / o_.strides[k] + 1;
      bias.push_back(out);
      places *= out;
      features *= kernel_size_[k];
    }
    kernel_ = add_weight("kernel", {places, features, filters_}, o_.kernel_initializer);
    bias.push_back(filters_);
    out_ = bias;
    if (!o_.use_bias) return;
    bias_ = add_weight("bias", bias, o_.bias_initializer);
  }

  Value call(const Value& input, const CallContext&) override {
    const bool first = channels_first(o_.data_format);
    Value x = first ? op::to_channels_last(input) : input;
    if (kRank == 1) x = op::expand_dims(x, 1);
    const Value patches = emit("ExtractImagePatches", {x},
                               {{"ksizes", with_batch_and_channels(kernel_size_)},
                                {"strides", with_batch_and_channels(o_.strides)},
                                {"rates", std::vector<int64_t>{1, 1, 1, 1}},
                                {"padding", "VALID"}});
    const int64_t places = kernel_.shape()[0], features = kernel_.shape()[1];
    Value p = op::reshape(patches, {op::dim(x, 0), places, features});
    if (first) {
      // Keras orders a patch as the data are: channels before places.
      const int64_t in = x.shape()[3], window = features / in;
      p = op::reshape(
          op::transpose(op::reshape(p, {op::dim(x, 0), places, window, in}), {0, 1, 3, 2}),
          {op::dim(x, 0), places, features});
    }
    Value y = op::transpose(op::batch_matmul(op::transpose(p, {1, 0, 2}), kernel_), {1, 0, 2});
    std::vector<op::Dim> dims{op::dim(x, 0)};
    for (const int64_t d : out_) dims.emplace_back(d);
    y = op::reshape(y, dims);
    if (bias_) y = op::add(y, bias_);
    return op::activate(o_.activation, first ? op::to_channels_first(y) : y);
  }

 private:
  int64_t filters_ = 0;
  int64_t implementation_ = 1;
  Ints kernel_size_ = 1;
  layers::ConvOptions o_;
  Shape out_;
  Value kernel_;
  Value bias_;
};

}  // namespace

void register_locally_connected(LayerRegistry& registry) {
  registry.add<LocallyConnectedLayer<1>>("LocallyConnected1D");
  registry.add<LocallyConnectedLayer<2>>("LocallyConnected2D");
}

}  // namespace rill::keras
