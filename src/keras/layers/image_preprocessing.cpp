// Resizing, CenterCrop, Rescaling.
#include "base/fail.h"
#include "keras/core/make.h"
#include "keras/core/registry.h"
#include "keras/layers/conv_util.h"
#include "keras/layers/resize.h"
#include "rill/keras/layers/preprocessing.hpp"

namespace rill::keras {

namespace {

class ImageLayer : public Layer {
 public:
  Value call(const Value& input, const CallContext&) override {
    const bool single = input.rank() == 3;
    Value x = single ? op::expand_dims(input, 0) : input;
    require_rank(x.shape(), 4);
    const bool first = channels_first(data_format_);
    if (first) x = op::to_channels_last(x);
    Value y = change(x);
    y = op::cast(y, dtype_policy().variable);
    if (first) y = op::to_channels_first(y);
    return single ? op::squeeze(y, 0) : y;
  }

 protected:
  virtual Value change(const Value& x) = 0;
  int64_t height_ = 0;
  int64_t width_ = 0;
  std::string data_format_ = "channels_last";
};

class ResizingLayer final : public ImageLayer {
 public:
  ResizingLayer() = default;
  ResizingLayer(int64_t height, int64_t width, const layers::ResizingOptions& o) : o_(o) {
    height_ = height;
    width_ = width;
    data_format_ = o.data_format;
  }
  void visit_config(ConfigVisitor& v) override {
    v("height", height_);
    v("width", width_);
    v("interpolation", o_.interpolation);
    v("crop_to_aspect_ratio", o_.crop_to_aspect_ratio);
    v("pad_to_aspect_ratio", pad_to_aspect_ratio_);
    v("fill_mode", fill_mode_);
    if (fill_mode_ != "constant") {
      fail(Code::invalid_argument, "fill_mode must be constant, not ", quoted(fill_mode_));
    }
    v("fill_value", fill_value_);
    v("antialias", antialias_);
    v("data_format", data_format_);
  }

 protected:
  Value change(const Value& given) override {
    const Value x = o_.crop_to_aspect_ratio ? cropped_to_ratio(given, height_, width_)
                    : pad_to_aspect_ratio_  ? padded_to_ratio(given, height_, width_, fill_value_)
                                            : given;
    return resize_images(x, height_, width_, o_.interpolation, antialias_);
  }

 private:
  layers::ResizingOptions o_;
  bool pad_to_aspect_ratio_ = false;
  bool antialias_ = false;
  std::string fill_mode_ = "constant";
  double fill_value_ = 0;
};

class CenterCropLayer final : public ImageLayer {
 public:
  CenterCropLayer() = default;
  CenterCropLayer(int64_t height, int64_t width) {
    height_ = height;
    width_ = width;
  }
  void visit_config(ConfigVisitor& v) override {
    v("height", height_);
    v("width", width_);
    v("data_format", data_format_);
  }

 protected:
  Value change(const Value& x) override { return center_crop(x, height_, width_); }
};

class RescalingLayer final : public Layer {
 public:
  RescalingLayer() = default;
  RescalingLayer(double scale, double offset) : scale_{scale}, offset_{offset} {}
  void visit_config(ConfigVisitor& v) override {
    if (v.reading()) {
      std::optional<std::vector<double>> scale = scale_, offset = offset_;
      v("scale", scale);
      v("offset", offset);
      v("drops_masks_keras2", drops_masks_);
      if (scale) scale_ = *scale;
      if (offset) offset_ = *offset;
    } else {
      write(v, "scale", scale_);
      write(v, "offset", offset_);
    }
  }
  bool supports_masking() const override { return !drops_masks_; }
  Value call(const Value& input, const CallContext&) override {
    const Value x = op::cast(input, dtype_policy().variable);
    return op::add(op::mul(x, of(scale_, x)), of(offset_, x));
  }

 private:
  bool drops_masks_ = false;
  static void write(ConfigVisitor& v, const char* key, std::vector<double>& values) {
    if (values.size() == 1) return v(key, values[0]);
    std::optional<std::vector<double>> list = values;
    v(key, list);
  }
  static Value of(const std::vector<double>& values, const Value& like) {
    if (values.size() == 1) return op::constant_like(values[0], like);
    return op::cast(Tensor::vector(std::vector<double>(values)), like.dtype());
  }
  std::vector<double> scale_{1};
  std::vector<double> offset_{0};
};

}  // namespace

namespace layers {
Resizing::Resizing(int64_t height, int64_t width, const ResizingOptions& o)
    : LayerPtr(make_layer<ResizingLayer>("Resizing", o, height, width, o)) {}
CenterCrop::CenterCrop(int64_t height, int64_t width, const PlainOptions& o)
    : LayerPtr(make_layer<CenterCropLayer>("CenterCrop", o, height, width)) {}
Rescaling::Rescaling(double scale, double offset, const PlainOptions& o)
    : LayerPtr(make_layer<RescalingLayer>("Rescaling", o, scale, offset)) {}
}  // namespace layers

void register_image_preprocessing(LayerRegistry& registry) {
  registry.add<ResizingLayer>("Resizing");
  registry.add<CenterCropLayer>("CenterCrop");
  registry.add<RescalingLayer>("Rescaling");
}

}  // namespace rill::keras
