// What a C++ program writes for the augmentation layers.
#include "rill/keras/layers/augmentation.hpp"

#include "keras/layers/configured.h"

namespace rill::keras::layers {
namespace {

Json json_of(const Factors& factors) {
  if (factors.is_number()) return factors.values()[0];
  if (factors.values().empty()) return {};
  Json list = Json::array();
  for (const double factor : factors.values()) list.push_back(factor);
  return list;
}

}  // namespace

RandomFlip::RandomFlip(const RandomFlipOptions& o)
    : LayerPtr(configured(
          "RandomFlip", o,
          Config().set("mode", o.mode).set("seed", o.seed).set("data_format", o.data_format))) {}

RandomRotation::RandomRotation(const Factors& factor, const RandomRotationOptions& o)
    : LayerPtr(configured("RandomRotation", o,
                          Config()
                              .set("factor", json_of(factor))
                              .set("fill_mode", o.fill_mode)
                              .set("interpolation", o.interpolation)
                              .set("fill_value", o.fill_value)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

RandomTranslation::RandomTranslation(const Factors& height_factor, const Factors& width_factor,
                                     const RandomTranslationOptions& o)
    : LayerPtr(configured("RandomTranslation", o,
                          Config()
                              .set("height_factor", json_of(height_factor))
                              .set("width_factor", json_of(width_factor))
                              .set("fill_mode", o.fill_mode)
                              .set("interpolation", o.interpolation)
                              .set("fill_value", o.fill_value)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

RandomZoom::RandomZoom(const Factors& height_factor, const RandomZoomOptions& o)
    : LayerPtr(configured("RandomZoom", o,
                          Config()
                              .set("height_factor", json_of(height_factor))
                              .set("width_factor", json_of(o.width_factor))
                              .set("fill_mode", o.fill_mode)
                              .set("interpolation", o.interpolation)
                              .set("fill_value", o.fill_value)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

RandomCrop::RandomCrop(int64_t height, int64_t width, const RandomCropOptions& o)
    : LayerPtr(configured("RandomCrop", o,
                          Config()
                              .set("height", height)
                              .set("width", width)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

RandomContrast::RandomContrast(const Factors& factor, const RandomContrastOptions& o)
    : LayerPtr(configured("RandomContrast", o,
                          Config()
                              .set("factor", json_of(factor))
                              .set("value_range", o.value_range)
                              .set("seed", o.seed))) {}

RandomBrightness::RandomBrightness(const Factors& factor, const RandomBrightnessOptions& o)
    : LayerPtr(configured("RandomBrightness", o,
                          Config()
                              .set("factor", json_of(factor))
                              .set("value_range", o.value_range)
                              .set("seed", o.seed))) {}

RandomHue::RandomHue(const Factors& factor, const RandomHueOptions& o)
    : LayerPtr(configured("RandomHue", o,
                          Config()
                              .set("factor", json_of(factor))
                              .set("value_range", o.value_range)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

RandomSaturation::RandomSaturation(const Factors& factor, const RandomSaturationOptions& o)
    : LayerPtr(configured("RandomSaturation", o,
                          Config()
                              .set("factor", json_of(factor))
                              .set("value_range", o.value_range)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

RandomSharpness::RandomSharpness(const Factors& factor, const RandomSharpnessOptions& o)
    : LayerPtr(configured("RandomSharpness", o,
                          Config()
                              .set("factor", json_of(factor))
                              .set("value_range", o.value_range)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

RandomGrayscale::RandomGrayscale(const RandomGrayscaleOptions& o)
    : LayerPtr(configured(
          "RandomGrayscale", o,
          Config().set("factor", o.factor).set("seed", o.seed).set("data_format", o.data_format))) {
}

RandomShear::RandomShear(const Factors& x_factor, const Factors& y_factor,
                         const RandomShearOptions& o)
    : LayerPtr(configured("RandomShear", o,
                          Config()
                              .set("x_factor", json_of(x_factor))
                              .set("y_factor", json_of(y_factor))
                              .set("interpolation", o.interpolation)
                              .set("fill_mode", o.fill_mode)
                              .set("fill_value", o.fill_value)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

Solarization::Solarization(const Factors& addition_factor, const Factors& threshold_factor,
                           const SolarizationOptions& o)
    : LayerPtr(configured("Solarization", o,
                          Config()
                              .set("addition_factor", json_of(addition_factor))
                              .set("threshold_factor", json_of(threshold_factor))
                              .set("value_range", o.value_range)
                              .set("seed", o.seed))) {}

AutoContrast::AutoContrast(const AutoContrastOptions& o)
    : LayerPtr(configured("AutoContrast", o, Config().set("value_range", o.value_range))) {}

}  // namespace rill::keras::layers
