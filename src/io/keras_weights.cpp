// load_weights() from files.
#include "base/fail.h"
#include "formats/detect.h"
#include "formats/keras_archive/keras_archive.h"
#include "io/h5_weights.h"
#include "io/keras_checkpoint.h"
#include "io/keras_formats.h"
#include "io/sharded_weights.h"
#include "keras/models/model_layer.h"
#include "op/emit.h"

namespace rill::keras {

namespace {

// tf_keras takes files with the ending of Keras 3 another way (saving_api.py, legacy/save.py).
void check_keras2(const WeightsOptions& options, std::string_view name, formats::FileKind kind) {
  if (name.ends_with(".keras") || name.ends_with(".weights.h5")) return;
  if (options.skip_mismatch && !options.by_name) {
    fail(Code::invalid_argument,
         "load_weights(): a model of Keras 2 takes skip_mismatch only with ", "by_name");
  }
  if (options.by_name && kind == formats::FileKind::checkpoint_v2) {
    fail(Code::unimplemented, "load_weights(): checkpoints have no layers to find by_name");
  }
}

}  // namespace

void load_weights(const Model& model, const std::filesystem::path& path,
                  const WeightsOptions& options) {
  const std::string name = path.string();
  const GraphScope eager(nullptr);
  const LoadWeightsOptions how{options.by_name, options.skip_mismatch};
  const formats::FileKind kind = formats::detect(name);
  if (model.impl()->generation() == Generation::keras2) check_keras2(options, name, kind);
  if (name.ends_with(".weights.json")) {
    return io::with_path(name, "", [&] { load_weights(model, io::ShardedWeights(path), how); });
  }
  switch (kind) {
    case formats::FileKind::hdf5: {
      const io::H5Weights weights(formats::H5File::open(path));
      return io::with_path(name, weights.text("", "keras_version"),
                           [&] { load_weights(model, weights, how); });
    }
    case formats::FileKind::keras_archive:
    case formats::FileKind::keras_folder: {
      const auto archive = formats::KerasArchive::open(path);
      const auto file = archive->weights();
      if (!file) fail(Code::not_found, archive->place("model.weights.h5"), ": is missing");
      return io::with_path(name, "",
                           [&] { load_weights(model, io::H5Weights(file, archive), how); });
    }
    case formats::FileKind::checkpoint_v2:
      return io::with_path(
          name, "", [&] { io::load_checkpoint_weights(model, name, options.skip_mismatch); });
    default:
      formats::fail_wrong_kind(name, kind, "a file of Keras weights");
  }
}

}  // namespace rill::keras
