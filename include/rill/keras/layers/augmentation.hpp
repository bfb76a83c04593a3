// Layers that change images at random while a model trains, and leave them alone otherwise.
#pragma once

#include "rill/keras/layers/core.hpp"

namespace rill::keras::layers {

struct RandomFlipOptions {
  std::string mode = "horizontal_and_vertical";
  std::optional<int64_t> seed = {};
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// All of these change pictures (..., height, width, channels) in training only, as Keras draws for
// the seed. mode: "horizontal", "vertical" or both.
struct RILL_API RandomFlip : LayerPtr {
  explicit RandomFlip(const RandomFlipOptions& options = {});
};
// Factors are pairs, as Keras writes them: {-0.1, 0.1}, in full turns.
struct RandomRotationOptions {
  std::string fill_mode = "reflect";
  std::string interpolation = "bilinear";
  double fill_value = 0;
  std::optional<int64_t> seed = {};
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// By an angle of `factor` times a full turn.
struct RILL_API RandomRotation : LayerPtr {
  explicit RandomRotation(const std::vector<double>& factor,
                          const RandomRotationOptions& options = {});
};
struct RandomTranslationOptions {
  std::string fill_mode = "reflect";
  std::string interpolation = "bilinear";
  double fill_value = 0;
  std::optional<int64_t> seed = {};
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// By shares of the height and width.
struct RILL_API RandomTranslation : LayerPtr {
  RandomTranslation(const std::vector<double>& height_factor,
                    const std::vector<double>& width_factor,
                    const RandomTranslationOptions& options = {});
};
struct RandomZoomOptions {
  std::vector<double> width_factor = {};
  std::string fill_mode = "reflect";
  std::string interpolation = "bilinear";
  double fill_value = 0;
  std::optional<int64_t> seed = {};
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// By shares of the height and width; negative is closer.
struct RILL_API RandomZoom : LayerPtr {
  explicit RandomZoom(const std::vector<double>& height_factor,
                      const RandomZoomOptions& options = {});
};
struct RandomCropOptions {
  std::optional<int64_t> seed = {};
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// A part of this size; at rest the middle.
struct RILL_API RandomCrop : LayerPtr {
  RandomCrop(int64_t height, int64_t width, const RandomCropOptions& options = {});
};
struct RandomContrastOptions {
  std::vector<double> value_range = {0, 255};
  std::optional<int64_t> seed = {};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// (x - mean) * factor + mean.
struct RILL_API RandomContrast : LayerPtr {
  explicit RandomContrast(const std::vector<double>& factor,
                          const RandomContrastOptions& options = {});
};
struct RandomBrightnessOptions {
  std::vector<double> value_range = {0, 255};
  std::optional<int64_t> seed = {};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Plus a share of the value range.
struct RILL_API RandomBrightness : LayerPtr {
  explicit RandomBrightness(const std::vector<double>& factor,
                            const RandomBrightnessOptions& options = {});
};
struct RandomHueOptions {
  std::vector<double> value_range = {0, 255};
  std::optional<int64_t> seed = {};
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Colours turned round the wheel.
struct RILL_API RandomHue : LayerPtr {
  explicit RandomHue(const std::vector<double>& factor, const RandomHueOptions& options = {});
};
struct RandomSaturationOptions {
  std::vector<double> value_range = {0, 255};
  std::optional<int64_t> seed = {};
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// From grey (0) over as it is (0.5) to full (1).
struct RILL_API RandomSaturation : LayerPtr {
  explicit RandomSaturation(const std::vector<double>& factor,
                            const RandomSaturationOptions& options = {});
};
struct RandomSharpnessOptions {
  std::vector<double> value_range = {0, 255};
  std::optional<int64_t> seed = {};
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// From blurred (0) over as it is (0.5) to sharp (1).
struct RILL_API RandomSharpness : LayerPtr {
  explicit RandomSharpness(const std::vector<double>& factor,
                           const RandomSharpnessOptions& options = {});
};
struct RandomGrayscaleOptions {
  double factor = 0.5;
  std::optional<int64_t> seed = {};
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Grey with probability `factor`.
struct RILL_API RandomGrayscale : LayerPtr {
  explicit RandomGrayscale(const RandomGrayscaleOptions& options = {});
};
struct RandomShearOptions {
  std::string interpolation = "bilinear";
  std::string fill_mode = "reflect";
  double fill_value = 0;
  std::optional<int64_t> seed = {};
  std::string data_format = "channels_last";
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Slanted along each axis.
struct RILL_API RandomShear : LayerPtr {
  RandomShear(const std::vector<double>& x_factor, const std::vector<double>& y_factor,
              const RandomShearOptions& options = {});
};
struct SolarizationOptions {
  std::vector<double> value_range = {0, 255};
  std::optional<int64_t> seed = {};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Values above a threshold inverted.
struct RILL_API Solarization : LayerPtr {
  Solarization(const std::vector<double>& addition_factor,
               const std::vector<double>& threshold_factor,
               const SolarizationOptions& options = {});
};
struct AutoContrastOptions {
  std::vector<double> value_range = {0, 255};
  OptionalShape input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
// Each channel stretched to the whole value range.
struct RILL_API AutoContrast : LayerPtr {
  explicit AutoContrast(const AutoContrastOptions& options = {});
};

}  // namespace rill::keras::layers
