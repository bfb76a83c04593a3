#include "base/fail.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "formats/detect.h"
#include "rill/keras.hpp"

namespace rill::cli {

int plot(const Arguments& arguments) {
  const rill::keras::Model model = formats::detect(arguments.file) == formats::FileKind::keras_json
                                       ? rill::keras::model_from_json_file(arguments.file)
                                       : rill::keras::load_model(arguments.file);
  rill::keras::PlotOptions options;
  options.show_shapes = arguments.show_shapes;
  options.show_dtype = arguments.show_dtype;
  options.show_layer_names = true;
  options.show_layer_activations = arguments.show_activations;
  options.show_trainable = arguments.show_trainable;
  options.expand_nested = arguments.expand_nested;
  options.rankdir = arguments.rankdir;
  if (arguments.target == "-") {
    print(plot_dot(model, options));
    return 0;
  }
  plot_model(model, arguments.target, options);
  return 0;
}

}  // namespace rill::cli
