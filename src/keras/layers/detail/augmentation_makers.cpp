// What a C++ program writes for the augmentation layers.
#include "rill/keras/layers/augmentation.hpp"

#include "keras/layers/configured.h"

namespace rill::keras::layers {
RandomFlip::RandomFlip(const RandomFlipOptions& o)
    : LayerPtr(configured(
          "RandomFlip", o,
          Config().set("mode", o.mode).set("seed", o.seed).set("data_format", o.data_format))) {}

RandomRotation::RandomRotation(const std::vector<double>& factor, const RandomRotationOptions& o)
    : LayerPtr(configured("RandomRotation", o,
                          Config()
                              .set("factor", factor)
                              .set("fill_mode", o.fill_mode)
                              .set("interpolation", o.interpolation)
                              .set("fill_value", o.fill_value)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

RandomTranslation::RandomTranslation(const std::vector<double>& height_factor,
                                     const std::vector<double>& width_factor,
                                     const RandomTranslationOptions& o)
    : LayerPtr(configured("RandomTranslation", o,
                          Config()
                              .set("height_factor", height_factor)
                              .set("width_factor", width_factor)
                              .set("fill_mode", o.fill_mode)
                              .set("interpolation", o.interpolation)
                              .set("fill_value", o.fill_value)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

RandomZoom::RandomZoom(const std::vector<double>& height_factor, const RandomZoomOptions& o)
    : LayerPtr(configured("RandomZoom", o,
                          Config()
                              .set("height_factor", height_factor)
                              .set("width_factor", given(o.width_factor))
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

RandomContrast::RandomContrast(const std::vector<double>& factor, const RandomContrastOptions& o)
    : LayerPtr(configured(
          "RandomContrast", o,
          Config().set("factor", factor).set("value_range", o.value_range).set("seed", o.seed))) {}

RandomBrightness::RandomBrightness(const std::vector<double>& factor,
                                   const RandomBrightnessOptions& o)
    : LayerPtr(configured(
          "RandomBrightness", o,
          Config().set("factor", factor).set("value_range", o.value_range).set("seed", o.seed))) {}

RandomHue::RandomHue(const std::vector<double>& factor, const RandomHueOptions& o)
    : LayerPtr(configured("RandomHue", o,
                          Config()
                              .set("factor", factor)
                              .set("value_range", o.value_range)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

RandomSaturation::RandomSaturation(const std::vector<double>& factor,
                                   const RandomSaturationOptions& o)
    : LayerPtr(configured("RandomSaturation", o,
                          Config()
                              .set("factor", factor)
                              .set("value_range", o.value_range)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

RandomSharpness::RandomSharpness(const std::vector<double>& factor, const RandomSharpnessOptions& o)
    : LayerPtr(configured("RandomSharpness", o,
                          Config()
                              .set("factor", factor)
                              .set("value_range", o.value_range)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

RandomGrayscale::RandomGrayscale(const RandomGrayscaleOptions& o)
    : LayerPtr(configured(
          "RandomGrayscale", o,
          Config().set("factor", o.factor).set("seed", o.seed).set("data_format", o.data_format))) {
}

RandomShear::RandomShear(const std::vector<double>& x_factor, const std::vector<double>& y_factor,
                         const RandomShearOptions& o)
    : LayerPtr(configured("RandomShear", o,
                          Config()
                              .set("x_factor", x_factor)
                              .set("y_factor", y_factor)
                              .set("interpolation", o.interpolation)
                              .set("fill_mode", o.fill_mode)
                              .set("fill_value", o.fill_value)
                              .set("seed", o.seed)
                              .set("data_format", o.data_format))) {}

Solarization::Solarization(const std::vector<double>& addition_factor,
                           const std::vector<double>& threshold_factor,
                           const SolarizationOptions& o)
    : LayerPtr(configured("Solarization", o,
                          Config()
                              .set("addition_factor", addition_factor)
                              .set("threshold_factor", threshold_factor)
                              .set("value_range", o.value_range)
                              .set("seed", o.seed))) {}

AutoContrast::AutoContrast(const AutoContrastOptions& o)
    : LayerPtr(configured("AutoContrast", o, Config().set("value_range", o.value_range))) {}

}  // namespace rill::keras::layers
