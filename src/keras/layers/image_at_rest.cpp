// Image layers that do more than nothing, or other than their kin, when a model predicts:
// RandomCrop of Keras 2 (crops to the aspect ratio and resizes), AutoContrast
// (keras/src/layers/preprocessing/image_preprocessing).
#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/registry.h"
#include "keras/core/told_shapes.h"
#include "keras/layers/conv_util.h"
#include "keras/layers/resize.h"

namespace rill::keras {
namespace {

class RandomCropLayer final : public Layer, public TellsShapes {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("height", height_);
    v("width", width_);
    v("seed", seed_);
    if (v.reading() || rng_type_) v("rng_type", rng_type_);
    if (v.reading() || !rng_type_) v("data_format", data_format_);
  }
  void tell(Generation generation, const std::vector<Shape>&,
            std::vector<Shape>& outputs) const override {
    const int last = channels_first(data_format_) ? 0 : 1;
    if (generation == Generation::keras2 || rng_type_ || outputs[0].rank() < 3) return;
    Shape& told = outputs[0];
    told[told.rank() - 2 - last] = height_;
    told[told.rank() - 1 - last] = width_;
  }
  Value call(const Value& x, const CallContext&) override {
    if (!rng_type_) return x;  // Keras 3 leaves images alone
    const bool single = x.rank() == 3;
    const Value batch = single ? op::expand_dims(x, 0) : x;
    const int64_t h = batch.shape()[1], w = batch.shape()[2];
    if (h < 0 || w < 0) fail(Code::unimplemented, "RandomCrop of images of unknown size");
    const auto part = [](int64_t size, int64_t by, int64_t to) {
      return static_cast<int64_t>(static_cast<float>(size * by) / static_cast<float>(to));
    };
    const int64_t crop_h = std::min(h, part(w, height_, width_));
    const int64_t crop_w = std::min(w, part(h, width_, height_));
    const int64_t top = (h - crop_h) / 2, left = (w - crop_w) / 2;
    const Value cut = op::slice(batch, {{}, {top, top + crop_h, 1}, {left, left + crop_w, 1}, {}});
    const Value y =
        op::cast(resize_images(cut, height_, width_, "bilinear"), dtype_policy().variable);
    return single ? op::squeeze(y, 0) : y;
  }

 private:
  int64_t height_ = 0;
  int64_t width_ = 0;
  std::optional<int64_t> seed_;
  std::optional<std::string> rng_type_;
  std::string data_format_ = "channels_last";
};

class AutoContrastLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("value_range", range_);
    v("data_format", data_format_);
  }
  Value call(const Value& input, const CallContext&) override {
    const Value given = op::cast(input, dtype_policy().variable);
    const std::vector<double> range = range_.value_or(std::vector<double>{0, 255});
    if (range.size() != 2) fail(Code::invalid_argument, "value_range must be two numbers");
    const auto number = [&](double v) { return op::constant_like(v, given); };
    const double width = range[1] - range[0];
    Value x = op::mul(op::sub(given, number(range[0])), number(255.0 / width));
    const Value low = op::reduce("Min", x, {1, 2}, true), high = op::reduce("Max", x, {1, 2}, true);
    const Value scale = op::div(number(255.0), op::sub(high, low));
    x = op::sub(op::mul(x, scale), op::mul(low, scale));
    x = op::binary("Minimum", op::binary("Maximum", x, number(0)), number(255));
    x = op::add(op::mul(x, number(width / 255.0)), number(range[0]));
    return op::select(op::unary("IsNan", x), given, x);
  }

 private:
  std::optional<std::vector<double>> range_;
  std::string data_format_ = "channels_last";
};

// Bounding boxes do not reach a layer of a model: images stay as they are.
class MaxNumBoundingBoxesLayer final : public Layer, public KeepsConfig {
 public:
  bool autocast() const override { return false; }
  bool supports_masking() const override { return true; }
  Value call(const Value& x, const CallContext&) override {
    return op::cast(x, dtype_policy().variable);
  }
};

}  // namespace

void register_image_at_rest(LayerRegistry& registry) {
  registry.add<RandomCropLayer>("RandomCrop");
  registry.add<AutoContrastLayer>("AutoContrast");
  registry.add<MaxNumBoundingBoxesLayer>("MaxNumBoundingBoxes");
}

}  // namespace rill::keras
