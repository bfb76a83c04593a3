// load_model(): what the path names decides.
#include "base/fail.h"
#include "codec/json.h"
#include "codec/mapped_file.h"
#include "formats/detect.h"
#include "io/keras_formats.h"
#include "keras/core/weights.h"
#include "keras/layers/categorical.h"
#include "keras/models/model_layer.h"
#include "op/emit.h"
#include "rill/session.hpp"

namespace rill::keras {
namespace {

void require_vocabularies(const Layer& model, int depth = 0) {
  if (depth > 32) return;
  for (const auto& layer : model.layers()) {
    const auto* vocabulary = dynamic_cast<const HasVocabulary*>(layer.get());
    if (vocabulary != nullptr && vocabulary->wants_vocabulary()) {
      fail(Code::invalid_argument, "layer ", quoted(layer->name()), " (", layer->class_name(),
           ") has no vocabulary: neither its config nor the file's assets hold one");
    }
    require_vocabularies(*layer, depth + 1);
  }
}

}  // namespace

Model load_model(const std::filesystem::path& path, const CustomObjects& custom,
                 const LoadOptions& options) {
  const std::string name = path.string();
  const GraphScope eager(nullptr);  // whatever graph is the default: conversions run now
  const formats::FileKind kind = formats::detect(name);
  Model model;
  switch (kind) {
    case formats::FileKind::hdf5:
      model = io::load_keras_h5(name, custom, options);
      break;
    case formats::FileKind::keras_archive:
    case formats::FileKind::keras_folder:
      model = io::load_keras_archive(name, custom, options);
      break;
    case formats::FileKind::saved_model:
      model = io::load_keras_saved_model(name, custom, options);
      break;
    case formats::FileKind::keras_json:
      fail(Code::invalid_argument, name,
           ": is the architecture of a Keras model, without weights; use model_from_json() and "
           "load_weights()");
    default:
      formats::fail_wrong_kind(name, kind, "a Keras model");
  }
  io::with_path(name, "", [&] { require_vocabularies(*model.impl()); });
  initialize_missing(*model.impl());
  if (has_default_session()) io::adopt_into_session(model, get_default_session());
  return model;
}

Model model_from_json_file(const std::filesystem::path& path, const CustomObjects& custom) {
  const std::string name = path.string();
  const GraphScope eager(nullptr);
  const auto file = MappedFile::open(path);
  return io::with_path(name, "", [&] {
    Model model =
        model_from_json(std::string(text_of(file->bytes())), io::with_saved_models(name, custom));
    if (has_default_session()) io::adopt_into_session(model, get_default_session());
    return model;
  });
}

}  // namespace rill::keras
