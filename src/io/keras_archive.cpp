// .keras archives of Keras 3 and of Keras 2.12 and later.
#include "formats/keras_archive/keras_archive.h"

#include "codec/json.h"
#include "io/h5_weights.h"
#include "io/keras_formats.h"
#include "keras/models/model_layer.h"
#include "keras/saving/deserialize.h"

namespace rill::io {
namespace {

std::string version_of(const formats::KerasArchive& archive) {
  const std::string text = archive.metadata();
  if (text.empty()) return "";
  const Json metadata = Json::parse(text, archive.place("metadata.json"));
  const Json* version = metadata.find("keras_version");
  return version != nullptr && version->is_string() ? version->as_string() : "";
}

}  // namespace

keras::Model load_keras_archive(const std::string& path, const keras::CustomObjects& custom,
                                const keras::LoadOptions& options) {
  const auto archive = formats::KerasArchive::open(path);
  const std::string version = version_of(*archive);
  return with_path(path, version, [&] {
    const Json config = Json::parse(archive->config(), archive->place("config.json"));
    keras::Model model = keras::model_from_config(config, with_saved_models(path, custom), version);
    const auto file = archive->weights();
    std::shared_ptr<H5Weights> weights;
    if (file) {
      weights = std::make_shared<H5Weights>(file, archive);
      keras::load_weights(model, *weights);
    } else if (!model.weights().empty()) {
      fail(Code::not_found, archive->place("model.weights.h5"), ": is missing; the model ",
           quoted(model.name()), " has weights");
    }
    if (options.compile) {
      const Json* compile = config.find("compile_config");
      if (compile != nullptr && compile->is_object()) {
        model.impl()->keep_training(
            {compile->dump(), weights, version, keras::SavedTraining::From::archive});
      }
    }
    return model;
  });
}

}  // namespace rill::io
