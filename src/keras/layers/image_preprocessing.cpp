// Resizing, CenterCrop, Rescaling.
#include "base/fail.h"
#include "keras/core/make.h"
#include "keras/core/registry.h"
#include "keras/layers/conv_util.h"
#include "keras/layers/resize.h"
#include "rill/keras/layers/preprocessing.hpp"

namespace rill::keras {

Value resize_images(const Value& x, const op::Dim& height, const op::Dim& width,
                    const std::string& interpolation) {
  const Value size = op::shape_vector({height, width});
  const AttrMap half_pixel{{"align_corners", false}, {"half_pixel_centers", true}};
  if (interpolation == "nearest") return emit("ResizeNearestNeighbor", {x, size}, half_pixel);
  if (interpolation == "bilinear") return emit("ResizeBilinear", {x, size}, half_pixel);
  if (interpolation == "bicubic") return emit("ResizeBicubic", {x, size}, half_pixel);
  if (interpolation == "area") return emit("ResizeArea", {x, size}, {{"align_corners", false}});
  std::string kernel;
  if (interpolation == "lanczos3" || interpolation == "lanczos5" || interpolation == "gaussian") {
    kernel = interpolation;
  } else if (interpolation == "mitchellcubic") {
    kernel = "mitchellcubic";
  } else {
    fail(Code::unimplemented, "unknown interpolation ", quoted(interpolation));
  }
  const auto scale = [](const op::Dim& to, const op::Dim& from) {
    if (to.value || from.value) {
      fail(Code::unimplemented, "resizing by ScaleAndTranslate needs known sizes");
    }
    return static_cast<float>(to.size) / static_cast<float>(from.size);
  };
  const Value scales =
      Tensor::vector<float>({scale(height, op::dim(x, 1)), scale(width, op::dim(x, 2))});
  return emit("ScaleAndTranslate", {x, size, scales, Tensor::vector<float>({0, 0})},
              {{"kernel_type", kernel}, {"antialias", false}});
}

namespace {

// Crops the middle to the aspect ratio of height : width, then resizes
// (keras/src/utils/image_utils.py smart_resize). The size of the image must be known.
Value smart_resize(const Value& x, int64_t height, int64_t width,
                   const std::string& interpolation) {
  const int64_t h = x.shape()[1], w = x.shape()[2];
  if (h < 0 || w < 0) {
    fail(Code::unimplemented, "cropping to an aspect ratio needs an image of known size");
  }
  const auto crop_h =
      std::min(h, static_cast<int64_t>(static_cast<float>(w * height) / static_cast<float>(width)));
  const auto crop_w =
      std::min(w, static_cast<int64_t>(static_cast<float>(h * width) / static_cast<float>(height)));
  const auto top = static_cast<int64_t>(static_cast<float>(h - crop_h) / 2);
  const auto left = static_cast<int64_t>(static_cast<float>(w - crop_w) / 2);
  const Value cut = op::slice(x, {{}, {top, top + crop_h, 1}, {left, left + crop_w, 1}, {}});
  return resize_images(cut, height, width, interpolation);
}

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
    v("fill_value", fill_value_);
    v("antialias", antialias_);
    v("data_format", data_format_);
  }

 protected:
  Value change(const Value& given) override {
    if (antialias_) fail(Code::unimplemented, "Resizing with antialias");
    const Value x = pad_to_aspect_ratio_ ? padded(given) : given;
    if (o_.crop_to_aspect_ratio) return smart_resize(x, height_, width_, o_.interpolation);
    return resize_images(x, height_, width_, o_.interpolation);
  }

  // To the aspect ratio of height : width (keras/src/backend/tensorflow/image.py resize).
  Value padded(const Value& x) const {
    const int64_t h = x.shape()[1], w = x.shape()[2];
    if (h < 0 || w < 0) {
      fail(Code::unimplemented, "padding to an aspect ratio needs an image of known size");
    }
    const auto ratio = [](int64_t a, int64_t b, int64_t c) {
      return static_cast<int64_t>(static_cast<double>(a) * static_cast<double>(b) /
                                  static_cast<double>(c));
    };
    // The same on both sides: what is odd is dropped.
    const int64_t rows = (std::max(h, ratio(w, height_, width_)) - h) / 2;
    const int64_t columns = (std::max(w, ratio(h, width_, height_)) - w) / 2;
    return op::pad(x, {{0, 0}, {rows, rows}, {columns, columns}, {0, 0}}, fill_value_);
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
  Value change(const Value& x) override {
    const int64_t h = x.shape()[1], w = x.shape()[2];
    if (h < 0 || w < 0) fail(Code::unimplemented, "CenterCrop of images of unknown size");
    if (h < height_ || w < width_) return smart_resize(x, height_, width_, "bilinear");
    const int64_t top = (h - height_) / 2, left = (w - width_) / 2;
    return op::slice(x, {{}, {top, top + height_, 1}, {left, left + width_, 1}, {}});
  }
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
      if (scale) scale_ = *scale;
      if (offset) offset_ = *offset;
    } else {
      write(v, "scale", scale_);
      write(v, "offset", offset_);
    }
  }
  bool supports_masking() const override { return true; }
  Value call(const Value& input, const CallContext&) override {
    const Value x = op::cast(input, dtype_policy().variable);
    return op::add(op::mul(x, of(scale_, x)), of(offset_, x));
  }

 private:
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
