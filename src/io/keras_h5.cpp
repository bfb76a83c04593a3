// Whole models in HDF5, as Keras 1 to 3 write them: attributes model_config, training_config,
// keras_version and backend, and the group model_weights.
#include "codec/json.h"
#include "io/h5_weights.h"
#include "io/keras_formats.h"
#include "keras/models/model_layer.h"
#include "keras/saving/deserialize.h"

namespace rill::io {

keras::Model load_keras_h5(const std::string& path, const keras::CustomObjects& custom,
                           const keras::LoadOptions& options) {
  const auto file = formats::H5File::open(path);
  const std::optional<std::string> config = file->text("", "model_config");
  if (!config) {
    const bool weights =
        file->exists("model_weights") ||
        !file->texts("", "layer_names").value_or(std::vector<std::string>()).empty() ||
        file->exists("layers") || file->exists("_layer_checkpoint_dependencies");
    fail(Code::invalid_argument, path, ": the attribute 'model_config' is missing",
         weights ? ": the file holds weights alone; make the model (model_from_json() or in C++) "
                   "and give the file to load_weights()"
                 : ": this HDF5 file holds no Keras model");
  }
  std::string version = file->text("", "keras_version").value_or("");
  if (version.empty() && file->exists("model_weights")) {
    version = file->text("model_weights", "keras_version").value_or("");
  }
  return with_path(path, version, [&] {
    const Json json = Json::parse(*config, "model_config");
    keras::Model model = keras::model_from_config(json, with_saved_models(path, custom), version);
    const auto weights = std::make_shared<H5Weights>(file);
    keras::load_weights(model, *weights);
    if (options.compile) {
      const std::string training = file->text("", "training_config").value_or("");
      if (!training.empty()) {
        model.impl()->keep_training({training, weights, version, keras::SavedTraining::From::hdf5});
      }
    }
    return model;
  });
}

}  // namespace rill::io
