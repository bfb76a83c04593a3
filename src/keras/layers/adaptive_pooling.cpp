// Adaptive pooling to a given size (keras/src/backend/tensorflow/nn.py adaptive_*_pool): window i
// of n over a length runs from floor(i * length / n) to ceil((i + 1) * length / n).
#include <algorithm>

#include "base/fail.h"
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
    const op::Dim size = op::dim(x, axis);
    if ((!size.value && size.size <= 0) || count <= 0) {
      fail(Code::invalid_argument, "the pooled dimensions must be positive; the input has shape ",
           x.shape(), ", output_size is ", count);
    }
    const int64_t most = size.value ? 1 : size.size / count + 2;  // places of a window
    if (count > INT32_MAX / most) {
      fail(Code::invalid_argument, "output_size ", count, " is too large");
    }
    const auto number = [](int64_t n) -> Value { return Tensor::scalar<int64_t>(n); };
    const auto ratio = [&](const Value& a) { return op::binary("FloorDiv", a, number(count)); };
    const auto up_to = [&](const Value& n) { return emit("Range", {number(0), n, number(1)}); };
    const Value length = size.value ? op::cast(size.value, DType::int64) : number(size.size);
    const Value window = op::reshape(up_to(number(count)), {count, 1});
    const Value begin = ratio(op::mul(window, length));
    const Value next = op::mul(op::add(window, number(1)), length);
    const Value end = ratio(op::add(next, number(count - 1)));
    // Every window has at most `width` places; what a shorter one lacks is its last place again.
    const Value width = op::add(ratio(op::add(length, number(count - 1))), number(1));
    const Value place = op::add(begin, up_to(width));
    const Value index = op::binary("Minimum", place, op::sub(end, number(1)));
    const Value windows = op::gather(x, index, axis);
    if (kMax) return op::reduce("Max", windows, {axis + 1});
    Value counted = op::binary("Less", place, end), total = op::squeeze(op::sub(end, begin), 1);
    for (int d = axis + 1; d < x.rank(); ++d) {
      counted = op::expand_dims(counted, counted.rank());
      total = op::expand_dims(total, total.rank());
    }
    // Not multiplied: what is left out may be infinite.
    const Value kept = op::select(counted, windows, op::constant_like(0, x));
    return op::div(op::reduce("Sum", kept, {axis + 1}), op::cast(total, x.dtype()));
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
