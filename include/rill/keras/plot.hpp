// Pictures of models: keras.utils.plot_model and model_to_dot.
#pragma once

#include <filesystem>
#include <string>

#include "rill/keras/model.hpp"

namespace rill::keras {

// The names and defaults of Keras 3.
struct PlotOptions {
  bool show_shapes = false;
  bool show_dtype = false;
  bool show_layer_names = false;
  std::string rankdir = "TB";  // TB: from top to bottom; LR: from left to right
  bool expand_nested = false;
  int dpi = 200;
  bool show_layer_activations = false;
  bool show_trainable = false;
};

// In the language of Graphviz, and as a drawing made without it. Both throw INVALID_ARGUMENT for an
// unknown rankdir.
RILL_API std::string plot_dot(const Model& model, const PlotOptions& options = {});
RILL_API std::string plot_svg(const Model& model, const PlotOptions& options = {});
// To a file; its ending says the form: .dot, .gv, .svg, or .png by the program `dot` of Graphviz.
// Throws INVALID_ARGUMENT (another ending), FAILED_PRECONDITION (.png without Graphviz), and as
// Model::save().
RILL_API void plot_model(const Model& model, const std::filesystem::path& path,
                         const PlotOptions& options = {});

}  // namespace rill::keras
