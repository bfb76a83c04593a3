// Adaptive pooling to a given size (keras/src/backend/tensorflow/nn.py adaptive_*_pool): window i
// of n over a length runs from floor(i * length / n) to ceil((i + 1) * length / n).
#include "keras/core/make.h"
#include "keras/core/registry.h"
#include "keras/layers/conv_util.h"

namespace rill::keras {
namespace {

template <int kRank, bool kMax>
class AdaptivePoolingLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("output_size", output_size_);
    v("data_format", data_format_);
    if (v.reading()) output_size_ = per_dimension("output_size", output_size_, kRank);
  }
  Value call(const Value& x, const CallContext&) override {
    require_rank(x.shape(), kRank + 2);
    Value y = x;
    for (int i = 0; i < kRank; ++i) {
      y = along(y, i + (channels_first(data_format_) ? 2 : 1),
                output_size_[static_cast<size_t>(i)]);
    }
    return y;
  }

 private:
  static Value along(const Value& x, int axis, int64_t count) {
    const int64_t length = x.shape()[axis];
    if (length <= 0 || count <= 0) {
      fail(Code::invalid_argument, "the pooled dimensions must be known; the input has shape ",
           x.shape());
    }
    Values parts;
    for (int64_t i = 0; i < count; ++i) {
      std::vector<op::Range> ranges(static_cast<size_t>(x.rank()));
      ranges[static_cast<size_t>(axis)] = {i * length / count,
                                           ((i + 1) * length + count - 1) / count, 1};
      const Value part = op::slice(x, ranges);
      parts.push_back(kMax ? op::reduce("Max", part, {axis}, true) : op::mean(part, {axis}, true));
    }
    return op::concat(parts, axis);
  }
  Ints output_size_ = 1;
  std::string data_format_ = "channels_last";
};

}  // namespace

void register_adaptive_pooling(LayerRegistry& registry) {
  registry.add<AdaptivePoolingLayer<1, false>>("AdaptiveAveragePooling1D");
  registry.add<AdaptivePoolingLayer<2, false>>("AdaptiveAveragePooling2D");
  registry.add<AdaptivePoolingLayer<3, false>>("AdaptiveAveragePooling3D");
  registry.add<AdaptivePoolingLayer<1, true>>("AdaptiveMaxPooling1D");
  registry.add<AdaptivePoolingLayer<2, true>>("AdaptiveMaxPooling2D");
  registry.add<AdaptivePoolingLayer<3, true>>("AdaptiveMaxPooling3D");
}

}  // namespace rill::keras
