// load_weights() from files.
#include "base/fail.h"
#include "formats/detect.h"
#include "formats/keras_archive/keras_archive.h"
#include "io/h5_weights.h"
#include "io/keras_checkpoint.h"
#include "io/keras_formats.h"
#include "io/sharded_weights.h"
#include "op/emit.h"

namespace rill::keras {

void load_weights(const Model& model, const std::filesystem::path& path,
                  const WeightsOptions& options) {
  const std::string name = path.string();
  const GraphScope eager(nullptr);
  const LoadWeightsOptions how{options.by_name, options.skip_mismatch};
  const formats::FileKind kind = formats::detect(name);
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
