// Max and average pooling over 1, 2 or 3 dimensions, and over all of them.
#include "keras/core/make.h"
#include "keras/core/promote.h"
#include "keras/core/registry.h"
#include "keras/layers/conv_util.h"
#include "rill/keras/layers/conv.hpp"

namespace rill::keras {
namespace {

template <int kRank, bool kMax>
class PoolingLayer final : public Layer {
 public:
  PoolingLayer() = default;
  PoolingLayer(Ints pool_size, const layers::PoolingOptions& options)
      : pool_size_(std::move(pool_size)), o_(options) {
    spread();
  }

  void visit_config(ConfigVisitor& v) override {
    v("pool_size", pool_size_);
    if (v.reading() && kRank == 1) v("pool_length", pool_size_);
    v("padding", o_.padding);
    v("strides", o_.strides);
    v("data_format", o_.data_format);
    if (v.reading()) spread();
  }

  Value call(const Value& input, const CallContext&) override {
    const bool first = channels_first(o_.data_format);
    Value x = first ? op::to_channels_last(input) : input;
    const std::string padding = upper(o_.padding);
    require_windows(x.shape(), pool_size_, Ints(std::vector<int64_t>(kRank, 1)), padding);
    const AttrMap attrs{{"ksize", with_batch_and_channels(pool_size_)},
                        {"strides", with_batch_and_channels(*o_.strides)},
                        {"padding", padding}};
    if (kRank == 1) x = op::expand_dims(x, 1);
    constexpr const char* kOp =
        kRank == 3 ? (kMax ? "MaxPool3D" : "AvgPool3D") : (kMax ? "MaxPool" : "AvgPool");
    Value y = emit(kOp, {x}, attrs);
    if (kRank == 1) y = op::squeeze(y, 1);
    return first ? op::to_channels_first(y) : y;
  }

  // A pooled sequence has another length: Keras drops its mask as well.
  bool supports_masking() const override { return false; }

 private:
  void spread() {
    pool_size_ = per_dimension("pool_size", pool_size_, kRank);
    o_.strides = per_dimension("strides", o_.strides.value_or(pool_size_), kRank);
  }
  Ints pool_size_ = 2;
  layers::PoolingOptions o_;
};

template <int kRank, bool kMax>
class GlobalPoolingLayer final : public Layer {
 public:
  GlobalPoolingLayer() = default;
  explicit GlobalPoolingLayer(const layers::GlobalPoolingOptions& options) : o_(options) {}

  void visit_config(ConfigVisitor& v) override {
    v("data_format", o_.data_format);
    v("keepdims", o_.keepdims);
    if (v.reading()) v("integers_keras2", integers_);  // of legacy/upgrade.cpp, never written
  }

  bool supports_masking() const override { return kRank == 1 && !kMax; }
  Values compute_mask(const Values&, std::span<const Value>) override { return {}; }

  Value call(const Value& input, const CallContext& context) override {
    const Value x = kMax || integers_ ? input : op::to_floating(input);
    std::vector<int> axes;
    for (int i = 0; i < kRank; ++i) axes.push_back(i + (channels_first(o_.data_format) ? 2 : 1));
    const Value mask = context.mask(0);
    if constexpr (kRank == 1 && !kMax) {
      if (mask) {
        const int axis = axes[0];
        const Value weights = op::expand_dims(op::cast(mask, x.dtype()), axis == 1 ? 2 : 1);
        return op::div(op::reduce("Sum", op::mul(x, weights), axes, o_.keepdims),
                       op::reduce("Sum", weights, axes, o_.keepdims));
      }
    }
    if (!kMax && !integers_) return op::mean(x, axes, o_.keepdims);
    return op::reduce(kMax ? "Max" : "Mean", x, axes, o_.keepdims);
  }

 private:
  layers::GlobalPoolingOptions o_;
  bool integers_ = false;  // have a mean that is one, as in Keras 2
};

}  // namespace

namespace layers {
MaxPooling1D::MaxPooling1D(const Ints& pool_size, const PoolingOptions& o)
    : LayerPtr(make_layer<PoolingLayer<1, true>>("MaxPooling1D", o, pool_size, o)) {}
MaxPooling2D::MaxPooling2D(const Ints& pool_size, const PoolingOptions& o)
    : LayerPtr(make_layer<PoolingLayer<2, true>>("MaxPooling2D", o, pool_size, o)) {}
MaxPooling3D::MaxPooling3D(const Ints& pool_size, const PoolingOptions& o)
    : LayerPtr(make_layer<PoolingLayer<3, true>>("MaxPooling3D", o, pool_size, o)) {}
AveragePooling1D::AveragePooling1D(const Ints& pool_size, const PoolingOptions& o)
    : LayerPtr(make_layer<PoolingLayer<1, false>>("AveragePooling1D", o, pool_size, o)) {}
AveragePooling2D::AveragePooling2D(const Ints& pool_size, const PoolingOptions& o)
    : LayerPtr(make_layer<PoolingLayer<2, false>>("AveragePooling2D", o, pool_size, o)) {}
AveragePooling3D::AveragePooling3D(const Ints& pool_size, const PoolingOptions& o)
    : LayerPtr(make_layer<PoolingLayer<3, false>>("AveragePooling3D", o, pool_size, o)) {}
GlobalMaxPooling1D::GlobalMaxPooling1D(const GlobalPoolingOptions& o)
    : LayerPtr(make_layer<GlobalPoolingLayer<1, true>>("GlobalMaxPooling1D", o, o)) {}
GlobalMaxPooling2D::GlobalMaxPooling2D(const GlobalPoolingOptions& o)
    : LayerPtr(make_layer<GlobalPoolingLayer<2, true>>("GlobalMaxPooling2D", o, o)) {}
GlobalMaxPooling3D::GlobalMaxPooling3D(const GlobalPoolingOptions& o)
    : LayerPtr(make_layer<GlobalPoolingLayer<3, true>>("GlobalMaxPooling3D", o, o)) {}
GlobalAveragePooling1D::GlobalAveragePooling1D(const GlobalPoolingOptions& o)
    : LayerPtr(make_layer<GlobalPoolingLayer<1, false>>("GlobalAveragePooling1D", o, o)) {}
GlobalAveragePooling2D::GlobalAveragePooling2D(const GlobalPoolingOptions& o)
    : LayerPtr(make_layer<GlobalPoolingLayer<2, false>>("GlobalAveragePooling2D", o, o)) {}
GlobalAveragePooling3D::GlobalAveragePooling3D(const GlobalPoolingOptions& o)
    : LayerPtr(make_layer<GlobalPoolingLayer<3, false>>("GlobalAveragePooling3D", o, o)) {}
}  // namespace layers

void register_pooling(LayerRegistry& registry) {
  registry.add<PoolingLayer<1, true>>("MaxPooling1D", {"MaxPool1D"});
  registry.add<PoolingLayer<2, true>>("MaxPooling2D", {"MaxPool2D"});
  registry.add<PoolingLayer<3, true>>("MaxPooling3D", {"MaxPool3D"});
  registry.add<PoolingLayer<1, false>>("AveragePooling1D", {"AvgPool1D"});
  registry.add<PoolingLayer<2, false>>("AveragePooling2D", {"AvgPool2D"});
  registry.add<PoolingLayer<3, false>>("AveragePooling3D", {"AvgPool3D"});
  registry.add<GlobalPoolingLayer<1, true>>("GlobalMaxPooling1D", {"GlobalMaxPool1D"});
  registry.add<GlobalPoolingLayer<2, true>>("GlobalMaxPooling2D", {"GlobalMaxPool2D"});
  registry.add<GlobalPoolingLayer<3, true>>("GlobalMaxPooling3D", {"GlobalMaxPool3D"});
  registry.add<GlobalPoolingLayer<1, false>>("GlobalAveragePooling1D", {"GlobalAvgPool1D"});
  registry.add<GlobalPoolingLayer<2, false>>("GlobalAveragePooling2D", {"GlobalAvgPool2D"});
  registry.add<GlobalPoolingLayer<3, false>>("GlobalAveragePooling3D", {"GlobalAvgPool3D"});
}

}  // namespace rill::keras
