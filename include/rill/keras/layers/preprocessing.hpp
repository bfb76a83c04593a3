#pragma once

#include "rill/keras/layers/core.hpp"

namespace rill::keras::layers {

struct RILL_API Rescaling : LayerPtr {
  explicit Rescaling(double scale, double offset = 0, const PlainOptions& options = {});
};
struct NormalizationOptions {
  std::optional<Ints> axis = Ints(-1);
  std::optional<std::vector<double>> mean = {};
  std::optional<std::vector<double>> variance = {};
  bool invert = false;
  std::optional<Shape> input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
struct RILL_API Normalization : LayerPtr {
  explicit Normalization(const NormalizationOptions& options = {});
};
struct CategoryEncodingOptions {
  std::string output_mode = "multi_hot";
  std::string name = {};
  std::string dtype = {};
};
struct RILL_API CategoryEncoding : LayerPtr {
  explicit CategoryEncoding(int64_t num_tokens, const CategoryEncodingOptions& options = {});
};
struct ResizingOptions {
  std::string interpolation = "bilinear";
  bool crop_to_aspect_ratio = false;
  std::string data_format = "channels_last";
  std::optional<Shape> input_shape = {};
  std::string name = {};
  std::string dtype = {};
};
struct RILL_API Resizing : LayerPtr {
  Resizing(int64_t height, int64_t width, const ResizingOptions& options = {});
};
struct RILL_API CenterCrop : LayerPtr {
  CenterCrop(int64_t height, int64_t width, const PlainOptions& options = {});
};

}  // namespace rill::keras::layers
