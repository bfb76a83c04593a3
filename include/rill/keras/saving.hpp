// Keras models from files. What a path names is told by its content, not by its ending.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "rill/keras/custom_objects.hpp"
#include "rill/keras/model.hpp"

namespace rill::keras {

class WeightSource;

struct LoadOptions {
  // Keep the training settings of the file (optimizer, loss, metrics) for compile() and fit().
  // Settings that rill does not understand never keep a model from being loaded.
  bool compile = true;
  // Of a SavedModel: which MetaGraph, and which signature predicts when the layers' own classes
  // are not known ("": serving_default, or the only one).
  std::set<std::string> tags = {"serve"};
  std::string signature = {};
};

// An HDF5 file, a .keras archive or the folder it was unpacked to, or a SavedModel. A SavedModel
// without the configs of its layers, or with classes that are not known, predicts through its own
// graph. While a session is the default one, the model lives in that session: its variables are
// the session's, and after close() predict() gives FAILED_PRECONDITION.
//
// Throws NOT_FOUND, PERMISSION_DENIED; DATA_LOSS (damaged; says what the bytes look like);
// UNIMPLEMENTED (all classes that are not known, with how to register them); INVALID_ARGUMENT (a
// config or weights that do not fit, naming layer, argument or weight, and the version of Keras).
RILL_API Model load_model(const std::filesystem::path& path, const CustomObjects& custom = {},
                          const LoadOptions& options = {});

// The architecture alone, from a file that to_json() of rill or Keras wrote.
RILL_API Model model_from_json_file(const std::filesystem::path& path,
                                    const CustomObjects& custom = {});

struct WeightsOptions {
  // HDF5 of Keras 1 and 2: match layers by name, not by order.
  bool by_name = false;
  // Leave weights of another shape as they are instead of throwing. Models of Keras 2 take it with
  // by_name alone, but for .keras and .weights.h5 (INVALID_ARGUMENT).
  bool skip_mismatch = false;
};
// From .h5, .weights.h5, .keras or a checkpoint of TensorFlow (Model.save_weights of Keras 2).
RILL_API void load_weights(const Model& model, const std::filesystem::path& path,
                           const WeightsOptions& options = {});

struct SaveOptions {
  bool overwrite = true;
  // Settings of compile() and the optimizer's variables, when there are any.
  bool include_optimizer = true;
  // Which Keras reads the file: 3, or 2 for Keras 2 and tf_keras. An optimizer of the other one is
  // written as its namesake, with its state, wherever the model came from. Unless it is told, a
  // SavedModel is for the Keras of the model's own file, any other file for Keras 3.
  std::optional<int> keras_version = {};
  // Weights of float32 as float16: half the bytes. Layers keep their dtype and widen them again.
  bool half = false;
};
// The ending of the path says the format: .keras, .h5 or .hdf5; a path without one becomes a
// SavedModel: what Keras 3 exports (see export_saved_model), or what Keras 2 saves, with the layers
// and the signature "serving_default". The file is whole at once or not
// there: an older one stays until the new one is complete. Throws NOT_FOUND (no such folder),
// ALREADY_EXISTS, FAILED_PRECONDITION (no weights yet), RESOURCE_EXHAUSTED (disk full),
// UNIMPLEMENTED (listing the layers that the layout has no place for).
// A legacy optimizer of Keras 2 that decays becomes one with the schedule InverseTimeDecay in a
// file for Keras 3, and several ways of clipping become the first. An optimizer that only Keras 3
// has is left out of files for Keras 2.
RILL_API void save_model(const Model& model, const std::filesystem::path& path,
                         const SaveOptions& options = {});
// A SavedModel as Model.export() of Keras 3 writes it: the function "serve", the signatures "serve"
// and "serving_default", the variables. The layers' settings are not in it. Throws UNIMPLEMENTED
// for models with tables, FAILED_PRECONDITION for one that was never called.
RILL_API void export_saved_model(const Model& model, const std::filesystem::path& path);
// The checkpoint that tf.train.Checkpoint(model=model, optimizer=model.optimizer).write(prefix)
// writes in the Keras of that version. load_weights() takes it back, optimizer included, as
// Checkpoint.restore() does.
RILL_API void save_checkpoint(const Model& model, const std::filesystem::path& prefix,
                              const SaveOptions& options = {});
// .weights.h5 (Keras 3), or .h5 with a group a layer (Keras 1 to 3).
RILL_API void save_weights(const Model& model, const std::filesystem::path& path,
                           const SaveOptions& options = {});

}  // namespace rill::keras
