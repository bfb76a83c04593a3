// Layers that change images at random while a model trains, and leave them alone otherwise.
#pragma once

#include "rill/keras/layers/core.hpp"

namespace rill::keras::layers {

// From where to where a factor is drawn, {-0.1, 0.2}, or a number, which each layer takes as Keras
// does: mostly x is {-x, x}.
class RILL_API Factors {
 public:
  Factors() = default;
  Factors(double number) : values_{number}, number_(true) {}  // NOLINT: RandomRotation(0.1)
  Factors(std::initializer_list<double> range) : values_(range) {}
  Factors(std::vector<double> range) : values_(std::move(range)) {}  // NOLINT
  const std::vector<double>& values() const { return values_; }
  bool is_number() const { return number_; }

 private:
  std::vector<double> values_;
  bool number_ = false;
};

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
  explicit RandomRotation(const Factors& factor, const RandomRotationOptions& options = {});
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
  RandomTranslation(const Factors& height_factor, const Factors& width_factor,
                    const RandomTranslationOptions& options = {});
};
struct RandomZoomOptions {
  Factors width_factor = {};  // none: as the height
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
  explicit RandomZoom(const Factors& height_factor, const RandomZoomOptions& options = {});
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
  explicit RandomContrast(const Factors& factor, const RandomContrastOptions& options = {});
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
  explicit RandomBrightness(const Factors& factor, const RandomBrightnessOptions& options = {});
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
  explicit RandomHue(const Factors& factor, const RandomHueOptions& options = {});
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
  explicit RandomSaturation(const Factors& factor, const RandomSaturationOptions& options = {});
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
  explicit RandomSharpness(const Factors& factor, const RandomSharpnessOptions& options = {});
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
  RandomShear(const Factors& x_factor, const Factors& y_factor,
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
  Solarization(const Factors& addition_factor, const Factors& threshold_factor,
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
