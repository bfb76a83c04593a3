// SavedModels as Keras models: from the configs in keras_metadata.pb with the weights of the
// checkpoint, or, without configs or with classes that are not known, by a signature.
#include "codec/json.h"
#include "formats/saved_model/keras_metadata.h"
#include "formats/saved_model/saved_model.h"
#include "io/keras_checkpoint.h"
#include "io/keras_formats.h"
#include "keras/models/model_layer.h"
#include "keras/saving/deserialize.h"

namespace rill::io {
namespace {

namespace fs = std::filesystem;

// The config of the model at the root, null when the SavedModel was not written by Keras 2 or is
// a subclassed model.
Json root_config(const fs::path& folder) {
  const fs::path file = folder / "keras_metadata.pb";
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return {};
  for (const formats::KerasNode& node : formats::load_keras_metadata(file)) {
    if (node.node_path != "root") continue;
    Json json = Json::parse(node.metadata, file.string());
    const Json* config = json.find("config");
    if (config == nullptr || config->size() == 0 || !json.value("is_graph_network", false)) {
      return {};
    }
    return json;
  }
  return {};
}

keras::Model from_config(const std::string& path, const fs::path& folder, const Json& json,
                         const keras::CustomObjects& custom, const keras::LoadOptions& options) {
  const std::string version = json.value<std::string>("keras_version", "2");
  return with_path(path, version, [&] {
    keras::Model model = keras::model_from_config(json, custom, version);
    if (!model.weights().empty()) {
      load_checkpoint_weights(model, formats::variables_prefix(folder), false);
    }
    const Json* training = json.find("training_config");
    if (options.compile && training != nullptr && training->is_object()) {
      model.impl()->keep_training({training->dump(), nullptr, version});
    }
    return model;
  });
}

}  // namespace

keras::Model load_keras_saved_model(const std::string& path, const keras::CustomObjects& custom,
                                    const keras::LoadOptions& options) {
  fs::path folder(path);
  std::error_code error;
  if (!fs::is_directory(folder, error)) folder = folder.parent_path();
  const Json config = root_config(folder);
  if (!config.is_null()) {
    try {
      return from_config(path, folder, config, custom, options);
    } catch (const UnimplementedError&) {
      // Classes that are not known: the file's own graph computes what they do.
    }
  }
  return signature_model(path, options);
}

}  // namespace rill::io
