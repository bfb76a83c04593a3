#include "cli/runnable.h"

namespace rill::cli {

std::unique_ptr<Runnable> open_runnable(const Arguments& arguments) {
  using formats::FileKind;
  const FileKind kind = formats::detect(arguments.file);
  switch (kind) {
    case FileKind::hdf5:
    case FileKind::keras_archive:
    case FileKind::keras_folder:
    case FileKind::keras_json:
      return open_keras(arguments, kind);
    case FileKind::unknown:
      formats::fail_wrong_kind(arguments.file, kind, "a model of TensorFlow or Keras");
    default:
      return open_graph(arguments, kind);
  }
}

}  // namespace rill::cli
